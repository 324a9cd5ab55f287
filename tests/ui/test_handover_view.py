"""The handover's widget, by its messages, without a browser."""

from __future__ import annotations

import base64
import json
import os
from typing import Any

import pytest

from cartproof.run.handover import Handover
from cartproof.run.results import HandedValue
from cartproof.ui.handover import HandoverView, sealed

TOKEN = "6lvgbwgt11nh8h5w3b62z6ew6e58zbz"


@pytest.fixture
def handover() -> Handover:
    """Return a handover of a token, and of a value that the credentials do not hold."""
    values = (
        HandedValue("token", "API Key", "sha256:1a2b"),
        HandedValue("secret", "Secret", "", note="not in the credentials: client_secret"),
    )
    return Handover(values, HandoverView, {"token": TOKEN}.__getitem__, {"access_token": TOKEN})


@pytest.fixture
def view(handover: Handover, monkeypatch: pytest.MonkeyPatch) -> tuple[HandoverView, list[Any]]:
    """Return a widget, and the list of what it sends."""
    made, sent = HandoverView(handover), []
    monkeypatch.setattr(made, "send", lambda content, buffers=None: sent.append(content))
    return made, sent


def ask(view: HandoverView, **content: Any) -> None:
    """Send the widget what a browser would send it."""
    view._handle_custom_msg(content, [])


def unsealed(text: str, pad: bytes) -> str:
    """Take a pad off, as handover.js does."""
    raw = bytes(a ^ b for a, b in zip(base64.b64decode(text), pad, strict=True))
    return raw[2 : 2 + int.from_bytes(raw[:2], "big")].decode()


def test_no_value_is_in_the_widgets_state_or_in_what_is_shown(
    handover: Handover, view: tuple[HandoverView, list[Any]]
) -> None:
    """Traits, output and repr hold fingerprints alone, and nothing is sent unasked."""
    made, sent = view
    bundle = handover._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "sha256:1a2b" in bundle["text/html"]
    for text in (json.dumps(made.get_state(), default=str), json.dumps(bundle), repr(handover)):
        assert TOKEN[:10] not in text
    assert sent == []


def test_a_click_gets_the_value_sealed_with_its_own_pad(
    view: tuple[HandoverView, list[Any]],
) -> None:
    """On the wire nothing of it can be read; with the pad it is whole."""
    made, sent = view
    pad = os.urandom(4096)
    ask(made, ask="value", id="token", pad=base64.b64encode(pad).decode())
    assert TOKEN[:6] not in json.dumps(sent)
    assert unsealed(sent[0]["sealed"], pad) == TOKEN
    assert sent[0]["id"] == "token"


@pytest.mark.parametrize(
    "content",
    [
        {"ask": "value", "id": "token"},
        {"ask": "value", "id": "token", "pad": "AAAA"},
        {"ask": "value", "id": "token", "pad": "not base64!"},
        {"ask": "value", "id": "secret", "pad": base64.b64encode(b"x" * 512).decode()},
        {"ask": "value", "id": "other", "pad": base64.b64encode(b"x" * 512).decode()},
        {"ask": "check", "id": "token"},
    ],
)
def test_what_cannot_be_answered_gets_a_sentence(
    view: tuple[HandoverView, list[Any]], content: dict[str, Any]
) -> None:
    """Without a good pad, or for a value that is not there, nothing is given out."""
    made, sent = view
    ask(made, **content)
    assert list(sent[0]) == ["id", "error"]


def test_messages_of_another_kind_get_no_answer(view: tuple[HandoverView, list[Any]]) -> None:
    """No id, no answer."""
    made, sent = view
    ask(made, id=3)
    made._handle_custom_msg("x", [])
    assert sent == []


def test_a_value_pasted_back_is_judged_without_repeating_it(
    view: tuple[HandoverView, list[Any]],
) -> None:
    """Right and wrong come back as a verdict and sentences."""
    made, sent = view
    ask(made, ask="check", id="token", value=TOKEN)
    ask(made, ask="check", id="token", value=TOKEN + " ")
    assert [answer["verdict"] for answer in sent] == ["pass", "fail"]
    assert sent[1]["reasons"] == ["A space stands before or after it."]
    assert TOKEN[:6] not in json.dumps(sent)


def test_a_pad_is_as_long_as_the_value_or_refused() -> None:
    """A short pad would leave part of the value bare."""
    with pytest.raises(ValueError, match="too short"):
        sealed("x" * 600, b"p" * 512)
