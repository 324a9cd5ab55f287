"""Values of a handover: given out on a click alone, sealed, and judged when pasted back."""

from __future__ import annotations

import base64
import json
import os
from typing import Any

import pytest

from cartproof.run.handover import Handover
from cartproof.run.results import HandedValue
from cartproof.ui.handover import given_out, sealed

TOKEN = "6lvgbwgt11nh8h5w3b62z6ew6e58zbz"


@pytest.fixture
def handover() -> Handover:
    """Return a handover of a token, and of a value that the credentials do not hold."""
    values = (
        HandedValue("token", "API Key", "sha256:1a2b"),
        HandedValue("secret", "Secret", "", note="not in the credentials: client_secret"),
    )
    return Handover(values, {"token": TOKEN}.__getitem__, {"access_token": TOKEN})


def unsealed(text: str, pad: bytes) -> str:
    """Take a pad off, as handover.js does."""
    raw = bytes(a ^ b for a, b in zip(base64.b64decode(text), pad, strict=True))
    return raw[2 : 2 + int.from_bytes(raw[:2], "big")].decode()


def test_what_is_shown_holds_fingerprints_alone(handover: Handover) -> None:
    """Output and repr."""
    bundle = handover._repr_mimebundle_()
    assert "sha256:1a2b" in bundle["text/html"]
    for text in (json.dumps(bundle), repr(handover)):
        assert TOKEN[:10] not in text


def test_a_click_gets_the_value_sealed_with_its_own_pad(handover: Handover) -> None:
    """On the wire nothing of it can be read; with the pad it is whole."""
    pad = os.urandom(4096)
    answer = given_out(handover, {"id": "token", "pad": base64.b64encode(pad).decode()})
    assert TOKEN[:6] not in json.dumps(answer)
    assert unsealed(answer["sealed"], pad) == TOKEN


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"id": "token"},
        {"id": "token", "pad": "AAAA"},
        {"id": "token", "pad": "not base64!"},
        {"id": "secret", "pad": base64.b64encode(b"x" * 512).decode()},
        {"id": "other", "pad": base64.b64encode(b"x" * 512).decode()},
        {"ask": "check", "id": "token"},
    ],
)
def test_what_cannot_be_answered_gets_a_sentence(handover: Handover, asked: dict[str, Any]) -> None:
    """Without a good pad, or for a value that is not there, nothing is given out."""
    assert list(given_out(handover, asked)) == ["error"]


def test_a_value_pasted_back_is_judged_without_repeating_it(handover: Handover) -> None:
    """Right and wrong come back as a verdict and sentences."""
    answers = [
        given_out(handover, {"ask": "check", "id": "token", "value": text})
        for text in (TOKEN, TOKEN + " ")
    ]
    assert [answer["verdict"] for answer in answers] == ["pass", "fail"]
    assert answers[1]["reasons"] == ["A space stands before or after it."]
    assert TOKEN[:6] not in json.dumps(answers)


def test_a_pad_is_as_long_as_the_value_or_refused() -> None:
    """A short pad would leave part of the value bare."""
    with pytest.raises(ValueError, match="too short"):
        sealed("x" * 600, b"p" * 512)
