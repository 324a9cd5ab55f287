"""The one widget of all panels: it sends what the desk looks like, and takes what a person does."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from cartproof.run.display import step_html, step_text, table_html
from cartproof.ui.actions import answer_to
from cartproof.ui.handover import given_out
from cartproof.ui.looks import about_look, finish_look, step_look

if TYPE_CHECKING:
    from cartproof.ui.desk import Desk

_SCRIPTS = Path(__file__).parent / "scripts"
_PARTS = (
    "elements",
    "rail",
    "people",
    "findings",
    "credentials",
    "scopes",
    "handover",
    "candidates",
    "order",
    "step",
    "about",
    "finish",
    "panel",
)


@cache
def script() -> str:
    """Return the panels' one ES module, made of its parts in the order of their needs."""
    return "\n".join((_SCRIPTS / f"{part}.js").read_text(encoding="utf-8") for part in _PARTS)


@cache
def style() -> str:
    """Return the panels' style sheet."""
    return (_SCRIPTS / "panel.css").read_text(encoding="utf-8")


class Panel(anywidget.AnyWidget):  # type: ignore[misc]  # anywidget is read without types
    """Show a step, the head or the end of a run; a secret is never among its traits."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    look = traitlets.Dict().tag(sync=True)

    def __init__(self, desk: Desk, kind: str, step_id: str = "") -> None:
        """Make a panel.

        Args:
            desk: What it shows, and whom it tells.
            kind: `step`, `about` or `finish`.
            step_id: The step, for a panel of one.
        """
        self._desk, self._kind, self._step_id = desk, kind, step_id
        super().__init__(_esm=script(), _css=style(), look=self._seen())
        desk.observe(self._changed, "changed")
        self.on_msg(self._asked)

    def _seen(self) -> dict[str, Any]:
        if self._kind == "step":
            return step_look(self._desk, self._step_id)
        return about_look(self._desk) if self._kind == "about" else finish_look(self._desk)

    def _changed(self, change: Any) -> None:
        concerned = change["new"][1]
        if concerned in ("", self._step_id):
            self.look = self._seen()

    def _asked(self, _widget: object, content: Any, _buffers: object) -> None:
        if not isinstance(content, dict):
            return
        number = content.get("number")
        if content.get("do") == "value":
            self.send({"number": number, **self._value(content)})
        else:
            self.send({"number": number, **answer_to(self._desk, content, self._step_id)})

    def _value(self, content: dict[str, Any]) -> dict[str, Any]:
        if self._desk.run is None or not self._step_id:
            return {"error": "Give the credentials first."}
        return given_out(self._desk.run.handover(self._step_id), content)

    def _repr_mimebundle_(self, **named: Any) -> Any:
        bundle = super()._repr_mimebundle_(**named)
        shown = bundle[0] if isinstance(bundle, tuple) else bundle
        return {**(shown or {}), **self._twin()}

    def _twin(self) -> dict[str, Any]:
        """Return what stands in the saved notebook, where no widget lives."""
        desk, run = self._desk, self._desk.run
        result = run.results.get(self._step_id) if run else None
        if result is not None:
            return {"text/plain": step_text(result), "text/html": step_html(result)}
        title = desk.step_of(self._step_id).title if self._step_id else desk.runbook.title
        seen = self.look
        rows = {"": title, "Customer": seen["customer"], "State": str(seen.get("words", ""))}
        rows = {name: text for name, text in rows.items() if text}
        plain = "\n".join(filter(None, rows.values()))
        return {
            "text/plain": plain,
            "text/html": table_html({name: escape(text) for name, text in rows.items()}),
        }
