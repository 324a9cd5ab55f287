"""References lead to credentials, and never repeat what they lead to."""

from __future__ import annotations

import logging
import os
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from typing import Any

import keyring
import keyring.errors
import pytest
from programmed_server import CLIENT_ID, CLIENT_SECRET, LIVE_TEXT, TOKEN

from cartproof.errors import CredentialsError
from cartproof.store import references
from cartproof.store.references import resolve

PATH_LINE = "API PATH: https://api.bigcommerce.com/stores/abc123def4/v3/\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return BigCommerce's file as downloaded."""
    path = tmp_path / "acme.txt"
    path.write_text(LIVE_TEXT)
    return path


def test_a_file_is_read(file: Path) -> None:
    """`file:PATH` leads to the downloaded file."""
    read = resolve(f"file:{file}")
    assert read.access_token.reveal() == TOKEN
    assert read.reference == f"file:{file}"


def test_a_tilde_is_the_home_folder(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`file:~/acme.txt` is what people write."""
    monkeypatch.setenv("HOME", str(file.parent))
    assert resolve("file:~/acme.txt").store_hash == "abc123def4"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "is a folder"),
        ("missing.txt", "is not there"),
        ("large.txt", "larger than 64 kB"),
        ("binary.txt", "not text"),
        ("fifo", "no ordinary file"),
        ("empty.txt", "none of BigCommerce's labels"),
        ("x" * 5000, "cannot be read"),
        ("nul\0byte", "cannot be read"),
        ("acme.txt/below", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_what_to_do(
    file: Path, name: str, words: str
) -> None:
    """Folder, missing, too large, binary, a pipe: each has its own sentence."""
    folder = file.parent
    (folder / "large.txt").write_bytes(b"a" * 70_000)
    (folder / "binary.txt").write_bytes(b"\x7fELF\x02\x01\x00\x00\x00")
    (folder / "empty.txt").touch()
    os.mkfifo(folder / "fifo")
    with pytest.raises(CredentialsError, match=words):
        resolve(f"file:{folder}/{name}")


def test_an_unreadable_file_says_why(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rights are named (the test may run as root, so the refusal is played)."""

    def refuse(self: Path, mode: str) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(CredentialsError, match="Permission denied"):
        resolve(f"file:{file}")


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """`env:PREFIX` takes hash or path, and the three values."""
    monkeypatch.setenv("ACME_STORE_HASH", "abc123def4")
    monkeypatch.setenv("ACME_ACCESS_TOKEN", TOKEN)
    monkeypatch.setenv("ACME_CLIENT_ID", CLIENT_ID)
    monkeypatch.setenv("ACME_CLIENT_SECRET", CLIENT_SECRET)
    read = resolve("env:ACME")
    assert (read.store_hash, read.access_token.reveal()) == ("abc123def4", TOKEN)
    assert [len(secret.reveal()) for secret in read.secrets()] == [31, 64, 31]
    monkeypatch.delenv("ACME_STORE_HASH")
    monkeypatch.setenv("ACME_API_PATH", "http://127.0.0.1:8765/stores/abc123def4/v3/")
    assert resolve("env:ACME_").address.is_sandbox


def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engineer sees which name to set."""
    with pytest.raises(CredentialsError, match="ACME_ACCESS_TOKEN is not set"):
        resolve("env:ACME")
    with pytest.raises(CredentialsError, match="needs a prefix"):
        resolve("env:A-B")


def test_the_keyring_holds_the_text_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry is looked up under the service `cartproof`."""
    held = {("cartproof", "acme"): LIVE_TEXT}
    monkeypatch.setattr(keyring, "get_password", lambda *key: held.get(key))
    assert resolve("keyring:acme").access_token.reveal() == TOKEN
    with pytest.raises(CredentialsError, match="no entry 'other'"):
        resolve("keyring:other")


def test_a_machine_without_keyring_gets_a_plain_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers have no keyring; the other forms are named."""

    def refuse(*key: str) -> str:
        raise keyring.errors.NoKeyringError

    monkeypatch.setattr(keyring, "get_password", refuse)
    with pytest.raises(CredentialsError, match=r"NoKeyringError.*file:PATH"):
        resolve("keyring:acme")


@pytest.mark.parametrize(
    "held", [LIVE_TEXT, LIVE_TEXT.encode(), {"access_token": TOKEN, "store_hash": "abc123def4"}]
)
def test_a_plug_in_gives_text_or_a_mapping(held: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other stores of secrets come in by entry point."""
    _plug_in(monkeypatch, lambda rest: held if rest == "team/acme" else None)
    assert resolve("vault:team/acme").access_token.reveal() == TOKEN


@pytest.mark.parametrize("rest", ["number", "fails"])
def test_a_plug_in_that_misbehaves_gets_a_plain_sentence(
    rest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own message is not repeated: it may hold what was read."""

    def plug_in(rest: str) -> Any:
        if rest == "fails":
            raise RuntimeError(TOKEN)
        return 7

    _plug_in(monkeypatch, plug_in)
    with pytest.raises(CredentialsError, match="plug-in for vault:") as caught:
        resolve(f"vault:{rest}")
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    "reference",
    [
        TOKEN,
        f" {TOKEN}\n",
        f"file:{TOKEN}",
        f"env:{TOKEN}",
        f"nothing:{CLIENT_SECRET}",
        CLIENT_SECRET,
        f"ACCESS TOKEN: {TOKEN}",
        f"{CLIENT_ID}:{TOKEN}",
        f"{TOKEN}:x",
        LIVE_TEXT,
        "eyJhbGciOiJFUzI1NiJ9.eyJjaWQiOjEsImVhdCI6MX0.abcdefghijk",
    ],
)
def test_a_pasted_secret_is_not_repeated(reference: str) -> None:
    """A token where a reference belongs is told so, and stays out of the message."""
    with pytest.raises(CredentialsError) as caught:
        resolve(reference)
    assert not any(secret[:10] in str(caught.value) for secret in (TOKEN, CLIENT_ID, CLIENT_SECRET))


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("", "No credentials reference"),
        ("acme.txt", "does not say where"),
        ("/home/me/acme.txt", "does not say where"),
        ("C:\\acme.txt", "put file: in front"),
        ("file:", "does not say where"),
        ("nothing:acme", "begins with 'nothing'"),
    ],
)
def test_a_reference_that_is_none_is_explained(reference: str, words: str) -> None:
    """The three forms are named each time."""
    with pytest.raises(CredentialsError, match=words):
        resolve(reference)


def test_the_store_hash_fills_in_and_is_compared(file: Path) -> None:
    """A manifest may name the store beside the file."""
    file.write_text(LIVE_TEXT.replace(PATH_LINE, ""))
    assert resolve(f"file:{file}", store_hash="store-abc123def4").store_hash == "abc123def4"
    file.write_text(LIVE_TEXT)
    with pytest.raises(CredentialsError, match="different stores"):
        resolve(f"file:{file}", store_hash="zzz999")


def test_resolving_logs_nothing(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Not even at the lowest level."""
    caplog.set_level(logging.NOTSET)
    resolve(f"file:{file}")
    assert not caplog.records


def _plug_in(monkeypatch: pytest.MonkeyPatch, function: Any) -> None:
    class Played(EntryPoint):
        def load(self) -> Any:
            return function

    points = EntryPoints([Played("vault", "a:b", "cartproof.credentials")])
    monkeypatch.setattr(references, "entry_points", points.select)
