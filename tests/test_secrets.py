"""Secrets show a fingerprint wherever they are printed, and redaction finds every spelling."""

from __future__ import annotations

import base64
import copy
import json
import pickle
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartproof import secrets
from cartproof.secrets import Redactor, Secret, config_folder, fingerprint

TOKEN = "q7w2k9x4m1z8c5v3b6n0a2s4d7f9g1h"
AWKWARD = 'a"b\\c/d+e=f&g h:i<j>kéł'


@pytest.fixture
def token() -> Secret:
    """Return an access token of the true shape."""
    return Secret("access_token", TOKEN)


@pytest.mark.parametrize(
    "shown",
    [str, repr, lambda s: f"{s}", lambda s: f"{s!r:>50}", "{}".format, json.dumps,
     lambda s: json.dumps({"token": s}), lambda s: pickle.loads(pickle.dumps(s)),
     lambda s: copy.deepcopy([s])[0], lambda s: "".join([s]), lambda s: s + "", ascii],
)  # fmt: skip
def test_a_secret_shows_its_fingerprint_wherever_it_is_printed(shown, token: Secret) -> None:
    """No way of printing a secret holds a piece of its value."""
    text = str(shown(token))
    assert fingerprint(TOKEN) in text
    assert not any(TOKEN[i : i + 4] in text for i in range(len(TOKEN) - 3))


def test_reveal_is_the_one_way_to_the_value(token: Secret) -> None:
    """`reveal` gives the value, also after copies; nothing can replace it."""
    assert token.reveal() == TOKEN
    assert copy.deepcopy(token).reveal() == TOKEN
    with pytest.raises(AttributeError):
        token._value = "other"  # type: ignore[misc]


def test_fingerprints_are_keyed_and_stay_the_same(token: Secret) -> None:
    """The same value has one fingerprint with one key, another with another key."""
    secrets._local_key.cache_clear()
    before = fingerprint(TOKEN)
    assert fingerprint(TOKEN) == before
    (config_folder() / "fingerprint.key").unlink()
    secrets._local_key.cache_clear()
    assert fingerprint(TOKEN) != before


def test_a_home_that_cannot_be_written_still_gives_fingerprints(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without a place for the key a key of this process is used."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CARTPROOF_HOME", str(tmp_path / "file" / "below"))
    secrets._local_key.cache_clear()
    assert fingerprint(TOKEN) == fingerprint(TOKEN)
    secrets._local_key.cache_clear()


def spellings(value: str) -> dict[str, str]:
    """Return texts in which a value stands, by name."""
    raw = value.encode()
    return {
        "raw": value,
        "JSON": json.dumps({"t": value}),
        "URL": f"https://x.example/?t={quote(value, safe='')}",
        "base64": base64.b64encode(raw).decode(),
        "base64, one off": base64.b64encode(b"x" + raw).decode(),
        "base64, two off": base64.b64encode(b"xy" + raw + b"z").decode(),
        "URL-safe base64": base64.urlsafe_b64encode(raw).decode(),
        "Basic": "Basic " + base64.b64encode(b"user:" + raw).decode(),
        "hex": raw.hex(),
        "cut": f"X-Auth-Token: {value[:18]}...",
        "tail": f"...{value[-14:]}",
        "repr": repr({"token": value}),
    }


@pytest.mark.parametrize("value", [TOKEN, AWKWARD])
@pytest.mark.parametrize("name", list(spellings(TOKEN)))
def test_redaction_leaves_no_piece_of_ten_characters(value: str, name: str) -> None:
    """Whatever the spelling, no ten characters of it survive."""
    text = spellings(value)[name]
    redactor = Redactor([Secret("access_token", value)])
    redacted = redactor.redact(f"before {text} after")
    assert redacted.startswith("before ")
    assert redacted.endswith(" after")
    assert "access_token sha256:" in redacted
    assert not redactor.spans(redacted)
    for form in spellings(value).values():
        for start in range(len(value) - 9):
            piece = value[start : start + 10]
            assert piece not in redacted, form


def test_two_secrets_side_by_side_are_both_gone() -> None:
    """A handover of two values joined leaves nothing of either."""
    other = "p9o8i7u6y5t4r3e2w1q0l9k8j7h6g5f"
    redactor = Redactor([Secret("access_token", TOKEN), Secret("client_id", other)])
    assert redactor.redact(f"{other}:{TOKEN}").count("sha256:") == 2


@given(st.text(max_size=300))
def test_text_without_a_secret_comes_through_unchanged(text: str) -> None:
    """Redaction touches nothing but secrets."""
    redactor = Redactor([Secret("access_token", TOKEN), Secret("client_secret", "0f" * 32)])
    if not any(text[i : i + 10] in TOKEN for i in range(max(len(text) - 9, 0))):
        assert redactor.redact(text) == text or "0f0f" in text or "3066" in text


def test_short_values_do_not_hide_ordinary_words() -> None:
    """A wrong paste such as `read` is not looked for: it would hide every `read-only`."""
    assert Redactor([Secret("access_token", "read")]).redact("read-only") == "read-only"
