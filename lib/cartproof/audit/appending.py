"""Appending filed runs that were cut off between the rename of their folder and their entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartproof.audit.envelope import signed_by
from cartproof.audit.facts import facts_of
from cartproof.audit.folders import LARGEST_RECORD, records_below, sha256_of
from cartproof.audit.keys import public_keys
from cartproof.audit.publishing import RECORD
from cartproof.audit.witness import note
from cartproof.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from securesystemslib.signer import Key

    from cartproof.audit.ledger import Entry, Ledger


def append_unlisted(ledger: Ledger, out: Path) -> tuple[list[Entry], list[str]]:
    """Append what is filed, signed and whole, and in no entry yet.

    Returns:
        The new entries, and why others were refused, one sentence each.
    """
    done: list[Entry] = []
    refused: list[str] = []
    keys = public_keys()
    for path in records_below(out):
        try:
            record, _ = whole_record(path, keys, out)
            with ledger.turn() as turn:
                before = turn.head.number
                entry = turn.append(record)
            note(turn.head)
        except LedgerError as error:
            refused.append(f"{path.parent} was not appended: {error}")
        else:
            done += [entry] if entry.number > before else []
    return done, refused


def whole_record(path: Path, keys: Mapping[str, Key], out: Path) -> tuple[bytes, str]:
    """Return a filed run's record and the run's id, once its signature and all its files fit.

    Raises:
        LedgerError: Something does not; the message says what.
    """
    record = _content(path)
    signed_by(record, keys)
    return record, _unchanged(path, record, out)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_RECORD:
            raise LedgerError("its record is too large to be one")
        return path.read_bytes()
    except OSError as error:
        raise LedgerError(f"its record cannot be read: {error.strerror}") from error


def _unchanged(path: Path, record: bytes, out: Path) -> str:
    facts = facts_of(record)
    if path.parent.relative_to(out).as_posix() != facts["folder"]:
        raise LedgerError(f"it belongs to {facts['folder']}")
    for name, sha256 in facts["files"].items():
        if sha256_of(path.with_name(name)) != sha256:
            raise LedgerError(f"its file {name} was changed, or is gone")
    extra = {one.name for one in path.parent.iterdir()} - {*facts["files"], RECORD}
    if extra:
        raise LedgerError(f"{sorted(extra)[0]} lies in its folder")
    return str(facts["run"])
