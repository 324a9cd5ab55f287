"""The signing key: made once, kept private, replaced with its predecessors still known."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cartproof.audit.envelope import envelope, signed_by
from cartproof.audit.keys import (
    PRIVATE,
    PUBLIC,
    _make_first,
    pem_of,
    public_keys,
    rotate,
    signing_key,
)
from cartproof.errors import LedgerError, SigningKeyError


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder for keys of this test's own, in which there are none yet."""
    folder = tmp_path / "configuration" / "keys"
    monkeypatch.setenv("CARTPROOF_KEYS", str(folder))
    return folder


def test_the_first_use_makes_a_key_that_only_this_user_can_read(keys: Path) -> None:
    """0600 in a folder of 0700; the next use finds the same one."""
    first = signing_key()
    assert stat.S_IMODE((keys / PRIVATE).stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert signing_key().public_key == first.public_key
    assert list(public_keys()) == [first.public_key.keyid]


def test_processes_that_start_at_once_end_with_one_key(keys: Path) -> None:
    """Whoever is first makes it, and the others use that one."""
    code = "from cartproof.audit.keys import signing_key; print(signing_key().public_key.keyid)"
    words = [sys.executable, "-c", code]
    started = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    told = {process.communicate(timeout=180)[0] for process in started}
    assert len(told) == 1
    assert told == {f"{signing_key().public_key.keyid}\n"}
    assert len(list((keys / PUBLIC).iterdir())) == 1


def test_who_waited_while_another_made_the_key_uses_that_one(keys: Path) -> None:
    """It saw no key, stood in line, and finds one when its turn comes."""
    first = signing_key()
    _make_first(keys)
    assert signing_key().public_key == first.public_key


def test_after_a_rotation_older_records_can_still_be_verified(keys: Path) -> None:
    """The old private key is gone; its public key stays known, and the new one signs."""
    before = signing_key()
    record = envelope({"n": 1}, signer=before)
    after = rotate()
    assert signing_key().public_key == after.public_key != before.public_key
    assert signed_by(record, public_keys()) == before.public_key.keyid
    assert before.private_bytes not in [p.read_bytes() for p in keys.rglob("*") if p.is_file()]
    assert set(public_keys()) == {before.public_key.keyid, after.public_key.keyid}


@pytest.mark.parametrize(
    "content", [b"", b"rubbish", b"-----BEGIN PRIVATE KEY-----\n\xff", b"\0" * 999_999]
)
def test_a_damaged_key_is_named_and_not_replaced(content: bytes, keys: Path) -> None:
    """A new one is made on request alone."""
    signing_key()
    (keys / PRIVATE).write_bytes(content)
    with pytest.raises(SigningKeyError, match=r"is damaged.*key rotate"):
        signing_key()
    assert (keys / PRIVATE).read_bytes() == content
    rotate()
    assert envelope({}, signer=signing_key())


def test_a_key_of_another_kind_is_refused(keys: Path) -> None:
    """An elliptic-curve key in the same form is none of ours."""
    signing_key()
    other = generate_private_key(SECP256R1())
    pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (keys / PRIVATE).write_bytes(pem)
    with pytest.raises(SigningKeyError, match="no Ed25519 key"):
        signing_key()


def test_a_missing_key_is_not_silently_replaced(keys: Path) -> None:
    """Where keys were used, a lost one is told of."""
    signing_key()
    (keys / PRIVATE).unlink()
    with pytest.raises(SigningKeyError, match="is missing"):
        signing_key()
    rotate()
    assert len(public_keys()) == 2


def test_a_key_that_cannot_be_read_is_an_error_in_plain_words(keys: Path) -> None:
    """Here: a folder has its name."""
    (keys / PRIVATE).mkdir(parents=True)
    with pytest.raises(SigningKeyError, match=r"cannot be read|get at"):
        signing_key()


@pytest.mark.parametrize(("name", "mode"), [(PRIVATE, 0o640), (PRIVATE, 0o604), ("", 0o770)])
def test_a_key_that_others_can_get_at_is_refused(name: str, mode: int, keys: Path) -> None:
    """Read by a group or by all, or in a folder in which others can put another one."""
    signing_key()
    (keys / name).chmod(mode)
    with pytest.raises(SigningKeyError, match="Others on this machine"):
        signing_key()
    (keys / name).chmod(0o700 if not name else 0o600)
    assert signing_key()


def test_a_kill_between_private_and_public_key_is_mended(keys: Path) -> None:
    """The public key is derived anew."""
    key = signing_key().public_key
    next((keys / PUBLIC).iterdir()).unlink()
    assert signing_key().public_key == key
    assert list(public_keys()) == [key.keyid]


def test_no_folder_can_be_made_for_the_key(keys: Path) -> None:
    """A file stands in the way: the message names the variable to set."""
    keys.parent.parent.mkdir(exist_ok=True)
    keys.parent.write_text("a file")
    with pytest.raises(SigningKeyError, match="CARTPROOF_KEYS"):
        signing_key()


def test_public_keys_are_given_as_files_or_folders(keys: Path, tmp_path: Path) -> None:
    """A .pem alone is enough to verify; rubbish and an empty folder are errors."""
    signer = signing_key()
    alone = tmp_path / "auditor.pem"
    alone.write_bytes(pem_of(signer.public_key))
    record = envelope({"n": 1}, signer=signer)
    assert signed_by(record, public_keys([alone])) == signer.public_key.keyid
    assert signed_by(record, public_keys([keys / PUBLIC])) == signer.public_key.keyid
    (tmp_path / "empty").mkdir()
    with pytest.raises(SigningKeyError, match="no public key"):
        public_keys([tmp_path / "empty"])
    alone.write_bytes(b"rubbish")
    with pytest.raises(SigningKeyError, match="holds no public key"):
        public_keys([alone])
    with pytest.raises(SigningKeyError, match="cannot be read"):
        public_keys([tmp_path / "gone.pem"])


def test_what_is_signed_with_another_key_or_altered_does_not_pass(keys: Path) -> None:
    """Unsigned, by a stranger, by a stranger under our id, twice, altered, cut off."""
    ours = signing_key()
    known = public_keys()
    record = envelope({"n": 1}, signer=ours)
    stranger = rotate(keys.parent / "strangers")
    forged = envelope({"n": 1}, signer=stranger)
    under_our_name = forged.replace(
        stranger.public_key.keyid.encode(), ours.public_key.keyid.encode()
    )
    wrong = {
        "not signed": envelope({"n": 1}),
        "not known here": forged,
        "does not fit": under_our_name,
        "damaged": record[:-20],
    }
    assert signed_by(record, known) == ours.public_key.keyid
    for told, content in wrong.items():
        with pytest.raises(LedgerError, match=told):
            signed_by(content, known)
    payload = record.index(b'"payload": "') + 20
    with pytest.raises(LedgerError, match=r"does not fit|damaged"):
        signed_by(record[:payload] + b"A" + record[payload + 1 :], known)
