"""Verify: recompute chain, signatures and file hashes, offline, and name all that does not fit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartproof.audit.envelope import opened, signed_by
from cartproof.audit.facts import as_text, facts_of
from cartproof.audit.folders import misfits_of_folder, misfits_outside
from cartproof.audit.ledger import Entry, Head, entry_hash, root_of
from cartproof.audit.misfit import Misfit
from cartproof.errors import LedgerError

if TYPE_CHECKING:
    from securesystemslib.signer import Key

    from cartproof.audit.damaged import Salvaged
    from cartproof.audit.ledger import Reading


@dataclass(slots=True)
class Walked:
    """What was seen of the chain so far.

    Attributes:
        number_of: Number of an entry by its hash; the chain's root is 0.
        runs: Folder by run id.
        unread: Numbers of the entries that a damaged ledger does not give.
    """

    head: Head
    last: Head
    number_of: dict[str, int]
    runs: dict[str, str] = field(default_factory=dict)
    unread: list[range] = field(default_factory=list)


def verify(
    reading: Reading | Salvaged,
    *,
    keys: Mapping[str, Key],
    out: Path | None = None,
    seen: Head | None = None,
    noted: str = "",
) -> Iterator[Misfit]:
    """Yield everything that does not fit, in the order of the ledger; nothing when all does.

    Args:
        reading: The ledger.
        keys: Public keys that count, by id.
        out: Folder of the filed runs; None to leave files out.
        seen: The end of this ledger as it was seen here last.
        noted: The hash of an entry that somebody noted.
    """
    root = Head(reading.head.ledger, 0, root_of(reading.head.ledger))
    walked = Walked(reading.head, root, {root.hash: 0})
    for entry in reading.entries():
        if reading.is_damaged:
            yield from _unread(entry, walked)
        yield from _chain(entry, walked)
        yield from _content(entry, keys)
        yield from _place(entry, walked)
        told = _told(entry)
        walked.runs[entry.columns["run"]] = told.get("folder", "")
        if out is not None:
            yield from misfits_of_folder(entry, told, out)
    yield from _cut_off(walked, seen)
    if noted and noted not in walked.number_of:
        yield Misfit("truncated", f"No entry has the hash {noted[:64]}, which was noted earlier.")
    if out is not None and not reading.is_damaged:
        yield from misfits_outside(walked.runs, walked.number_of, walked.last, out)


def _unread(entry: Entry, walked: Walked) -> Iterator[Misfit]:
    """Pass over the entries before this one that a damaged ledger does not give."""
    last, before = walked.last, entry.number - 1
    if before > last.number:
        is_one = before == last.number + 1
        which = f"Entry {before}" if is_one else f"Entries {last.number + 1} to {before}"
        yield Misfit("damaged", f"{which} cannot be read.")
        walked.unread.append(range(last.number + 1, entry.number))
        walked.last = Head(last.ledger, before, entry.previous)
        walked.number_of[entry.previous] = before


def _chain(entry: Entry, walked: Walked) -> Iterator[Misfit]:
    """Check that an entry follows the one before, and that its hash is its own."""
    last, run = walked.last, entry.columns["run"]
    if entry.number > last.number + 1:
        gap = f"{last.number + 1} to {entry.number - 1}"
        yield Misfit("deleted", f"Entries {gap} are missing.", entry.number, run)
    if entry.previous != last.hash:
        told = (
            f"It follows entry {walked.number_of[entry.previous]}, not {last.number}"
            if entry.previous in walked.number_of
            else f"It does not follow entry {last.number} as it stands"
        )
        why = "an entry was altered, deleted, swapped or put in between"
        yield Misfit("broken chain", f"{told}: {why}.", entry.number, run)
    made = entry_hash(
        number=entry.number,
        previous=entry.previous,
        record_sha256=entry.record_sha256,
        facts=entry.facts,
    )
    if made != entry.hash:
        yield Misfit("altered", "Its hash is not the one of what it says.", entry.number, run)
    walked.last = Head(last.ledger, entry.number, entry.hash)
    walked.number_of[entry.hash] = entry.number


def _content(entry: Entry, keys: Mapping[str, Key]) -> Iterator[Misfit]:
    """Check record, signature, facts and columns of an entry against each other."""
    run = entry.columns["run"]
    try:
        record = entry.record
    except LedgerError:
        yield Misfit("altered", "Its record is damaged.", entry.number, run)
        return
    if hashlib.sha256(record).hexdigest() != entry.record_sha256:
        yield Misfit("altered", "Its record is not the one of its hash.", entry.number, run)
    try:
        signed_by(record, keys)
    except LedgerError as error:
        yield Misfit("signature", f"Its record does not count: {error}.", entry.number, run)
    try:
        facts = facts_of(record)
    except LedgerError:
        yield Misfit("altered", "Its record is none of cartproof's.", entry.number, run)
        return
    if as_text(facts) != entry.facts:
        yield Misfit("altered", "Its facts are not those of its record.", entry.number, run)
    for name, value in entry.columns.items():
        if value != facts[name]:
            told = f"Its column {name} is not what its record says."
            yield Misfit("altered", told, entry.number, run)


def _place(entry: Entry, walked: Walked) -> Iterator[Misfit]:
    """Check that the entry which the record was made to follow is there, and comes before."""
    chain = chain_of(entry)
    if chain is None:
        return
    run = entry.columns["run"]
    after = walked.number_of.get(str(chain.get("head")))
    if chain.get("ledger") != walked.head.ledger:
        yield Misfit("swapped", "Its record was made for another ledger.", entry.number, run)
    elif after is None or after >= entry.number or after != chain.get("after"):
        told = (
            f"Its record was made to follow entry {chain.get('after')}, which is not that any more"
        )
        yield Misfit("broken chain", f"{told}: entries were altered or cut off.", entry.number, run)


def chain_of(entry: Entry) -> Mapping[str, Any] | None:
    """Return which entry a record was made to follow; None when that is not to be had."""
    try:
        chain = opened(entry.record)["predicate"]["cartproof"]["chain"]
    except (LedgerError, ValueError, TypeError, KeyError, RecursionError):
        return None
    return chain if isinstance(chain, Mapping) else None


def _told(entry: Entry) -> dict[str, Any]:
    """Return the facts as the record tells them, since the entry's own may be altered."""
    try:
        return facts_of(entry.record)
    except LedgerError:
        return {}


def _cut_off(walked: Walked, seen: Head | None) -> Iterator[Misfit]:
    if seen is None or seen.number == 0:
        return
    if seen.number > walked.last.number:
        told = f"It ends with entry {walked.last.number}, but entry {seen.number} was seen here"
        yield Misfit("truncated", f"{told}: its end was cut off.")
    elif walked.number_of.get(seen.hash) != seen.number and not any(
        seen.number in numbers for numbers in walked.unread
    ):
        yield Misfit("altered", "Its hash is not the one that was seen here.", seen.number)
