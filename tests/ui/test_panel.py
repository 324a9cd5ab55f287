"""The widget of the panels, by its messages, without a browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cartproof.ui.desk import Desk
from cartproof.ui.panel import Panel, script

from .conftest import Shop

WIDGET = "application/vnd.jupyter.widget-view+json"
SCRIPTS = Path(__file__).parents[2] / "lib" / "cartproof" / "ui" / "scripts"


@pytest.fixture
def panel(desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Make a panel: `panel("step", "scopes")` returns it, and a way to ask it."""
    shared = desk()

    def make(kind: str, step_id: str = "") -> tuple[Panel, Callable[..., Any]]:
        made, sent = Panel(shared, kind, step_id), []
        monkeypatch.setattr(made, "send", lambda content, buffers=None: sent.append(content))

        def ask(**message: Any) -> Any:
            made._handle_custom_msg({"number": 7, **message}, [])
            return sent.pop()

        return made, ask

    return make


def test_a_click_is_answered_and_shown_in_the_other_panels(panel: Callable[..., Any]) -> None:
    """The number of the message comes back, and the rail of another panel has moved on."""
    _, ask = panel("step", "open-account-screen")
    other, _ = panel("finish")
    answer = ask(do="attest", who="Ada Okafor")
    assert answer == {"number": 7, "ok": True, "text": "Saved: Ada Okafor."}
    assert other.look["rail"][0]["state"] == "done"


@pytest.mark.parametrize(
    "message",
    [
        {"do": "attest", "who": "x" * 70_000},
        {"do": "attest", "who": 5},
        {"do": "about", "parameters": {"no_such": 1}},
        {"do": "about", "parameters": {"legacy": "perhaps"}},
        {"do": "row", "row": "Nothing", "level": "none", "who": "Ada"},
        {"do": "reference", "reference": "file:/nowhere.txt"},
        {"do": "text", "text": "\0rubbish"},
        {"do": "fields", "fields": {"access_token": ["x"]}},
        {"do": "check"},
        {"do": "file"},
        {"do": "sign", "role": "owner", "who": "Ada"},
        {"do": "rm -rf"},
        {},
    ],
)
def test_what_cannot_be_done_is_answered_in_words(
    panel: Callable[..., Any], message: dict[str, Any]
) -> None:
    """No message of a browser's breaks the kernel's side."""
    _, ask = panel("step", "scopes")
    answer = ask(**message)
    assert answer["ok"] is False
    assert answer["text"]


def test_credentials_leave_no_trace_in_any_trait(
    panel: Callable[..., Any], shop: Callable[..., Shop]
) -> None:
    """Typed into the panel, and none of it in the widgets' state, the answers or the output."""
    made, ask = panel("step", "credentials")
    there = shop("order-time")
    answer = ask(do="text", text=there.credentials.read_text())
    assert answer["ok"]
    seen = json.dumps([made.get_state(), made._repr_mimebundle_(), answer], default=str)
    for name in ("access_token", "client_id", "client_secret"):
        assert there.made[name][:10] not in seen


def test_the_output_has_a_twin_for_a_saved_notebook(panel: Callable[..., Any]) -> None:
    """Where no widget lives, the step's title and state are read."""
    made, ask = panel("step", "open-account-screen")
    bundle = made._repr_mimebundle_()
    assert WIDGET in bundle
    assert "Log in and open Create API Account" in bundle["text/html"]
    ask(do="attest", who="Ada <b>Okafor</b>")
    assert "Ada &lt;b&gt;Okafor" in made._repr_mimebundle_()["text/html"]


def test_the_script_is_whole_and_writes_no_markup() -> None:
    """Every part is in it; outside text goes into a page as text alone."""
    whole = script()
    for part in SCRIPTS.glob("*.js"):
        assert part.read_text() in whole
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "localStorage"):
        assert forbidden not in whole
