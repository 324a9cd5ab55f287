"""What a browser may ask of the desk: a closed list, each with the fields that it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartproof.errors import CartproofError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cartproof.ui.desk import Desk

LARGEST_TEXT = 65_536
LARGEST_NUMBER = 2**53
"""From here on a browser's numbers are no longer exact."""


def answer_to(desk: Desk, asked: Mapping[str, Any], step_id: str) -> dict[str, Any]:
    """Do what a panel asks, and return what it says of it; never raise.

    Args:
        desk: The desk.
        asked: `do`, and the fields of that.
        step_id: The step of the panel; empty for one of no step.

    Returns:
        `ok`, `text` to be read, and for some `lines`.
    """
    action = _ACTIONS.get(str(asked.get("do")))
    if action is None:
        return {"ok": False, "text": "This panel is of another version: run its cell again."}
    try:
        said = action(desk, _Fields(asked), step_id)
    except CartproofError as error:
        return {"ok": False, "text": str(error)}
    except (OSError, ValueError, TypeError) as error:
        return {"ok": False, "text": f"It could not be done ({type(error).__name__})."}
    if isinstance(said, list):
        return {"ok": True, "text": "", "lines": said}
    if isinstance(said, dict):
        return {"ok": True, "text": "", **said}
    return {"ok": True, "text": said}


class _Fields:
    """The fields of a message, asked for by type."""

    def __init__(self, asked: Mapping[str, Any]) -> None:
        self._asked = asked

    def text(self, name: str) -> str:
        value = self._asked.get(name, "")
        if not isinstance(value, str) or len(value) > LARGEST_TEXT:
            raise UsageError("That is too long, or no text: nothing was taken.")
        return value

    def number(self, name: str) -> int:
        value = self._asked.get(name, 0)
        if not isinstance(value, int) or not 0 <= value < LARGEST_NUMBER:
            raise UsageError("That is no order's number: nothing was taken.")
        return value

    def mapping(self, name: str) -> dict[str, Any]:
        value = self._asked.get(name, {})
        return value if isinstance(value, dict) else {}

    def texts(self, name: str) -> dict[str, str]:
        found = self.mapping(name)
        if any(not isinstance(v, str) or len(v) > LARGEST_TEXT for v in found.values()):
            raise UsageError("That is too long, or no text: nothing was taken.")
        return found


def _about(desk: Desk, asked: _Fields, _step: str) -> str:
    return desk.about(
        customer=asked.text("customer"),
        engineer=asked.text("engineer"),
        parameters=asked.mapping("parameters"),
    )


def _attest(desk: Desk, asked: _Fields, step: str) -> str:
    note, value = asked.text("note"), asked.text("value")
    return desk.words.attest(step, who=asked.text("who"), note=note, value=value)


def _row(desk: Desk, asked: _Fields, step: str) -> str:
    return desk.words.read_row(
        step,
        row=asked.text("row"),
        level=asked.text("level"),
        who=asked.text("who"),
        note=asked.text("note"),
    )


_ACTIONS: Mapping[str, Callable[[Desk, _Fields, str], str | list[str] | dict[str, str]]] = {
    "about": _about,
    "start-over": lambda desk, _asked, _step: desk.start_over(),
    "look": lambda desk, asked, _step: desk.vault.look_at(asked.texts("fields")),
    "fields": lambda desk, asked, _step: desk.vault.take_fields(asked.texts("fields")),
    "text": lambda desk, asked, _step: desk.vault.take_text(
        asked.text("text"), asked.text("store_hash")
    ),
    "reference": lambda desk, asked, _step: desk.vault.take_reference(
        asked.text("reference"), asked.text("store_hash")
    ),
    "forget": lambda desk, _asked, _step: desk.vault.forget(),
    "check": lambda desk, asked, step: desk.checks.begin(step, asked.text("confirm")),
    "cancel": lambda desk, _asked, step: desk.checks.cancel(step),
    "attest": _attest,
    "waive": lambda desk, asked, step: desk.words.waive(
        step, who=asked.text("who"), note=asked.text("note")
    ),
    "take-back": lambda desk, _asked, step: desk.words.take_back(step),
    "row": _row,
    "choose": lambda desk, asked, step: desk.words.choose_order(
        step, order_id=asked.number("order"), who=asked.text("who")
    ),
    "sign": lambda desk, asked, _step: desk.words.sign(
        asked.text("role"), who=asked.text("who"), note=asked.text("note")
    ),
    "file": lambda desk, _asked, _step: desk.filing.file(),
    "report": lambda desk, _asked, _step: {"html": desk.filing.report()},
}
