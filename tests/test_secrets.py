"""Secrets show a fingerprint wherever they are printed, whatever shows them."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path

import pytest

from cartproof.secrets import Secret, config_folder, fingerprint, key_id, secret

TOKEN = "q7w2k9x4m1z8c5v3b6n0a2s4d7f9g1h"


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
    secret._local_key.cache_clear()
    before = fingerprint(TOKEN)
    assert fingerprint(TOKEN) == before
    (config_folder() / "fingerprint.key").unlink()
    secret._local_key.cache_clear()
    assert fingerprint(TOKEN) != before


def test_a_home_that_cannot_be_written_still_gives_fingerprints(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without a place for the key a key of this process is used."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CARTPROOF_HOME", str(tmp_path / "file" / "below"))
    secret._local_key.cache_clear()
    assert fingerprint(TOKEN) == fingerprint(TOKEN)
    secret._local_key.cache_clear()


def test_a_key_that_a_full_disk_cut_off_is_made_anew_and_stays() -> None:
    """Its file is there and empty: every later process would take a key of its own."""
    path = config_folder() / "fingerprint.key"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    secret._local_key.cache_clear()
    first = key_id()
    secret._local_key.cache_clear()
    assert key_id() == first
    assert [each.name for each in path.parent.iterdir() if each.name.endswith(".part")] == []
