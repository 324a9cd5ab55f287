"""A ledger whose SQLite file is damaged: which entries can be read and fit, and which runs it lost.

Entries are read one by one, at their place in the table, past whatever the database trips over.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from cartproof.audit.appending import whole_record
from cartproof.audit.envelope import opened
from cartproof.audit.folders import records_below
from cartproof.audit.ledger import Entry, Head
from cartproof.audit.misfit import Misfit
from cartproof.audit.tables import COLUMNS
from cartproof.audit.verify import verify
from cartproof.audit.witness import seen
from cartproof.errors import DamagedLedgerError, LedgerError

if TYPE_CHECKING:
    from securesystemslib.signer import Key

    from cartproof.audit.ledger import Ledger

_MOST = 1_000_000
"""Places in the table that are tried."""
_LONGEST = 1 << 36
_AT_PLACE = "SELECT * FROM cartproof_ledger_entries WHERE rowid = ?"


def verify_ledger(
    ledger: Ledger, *, keys: Mapping[str, Key], out: Path | None, noted: str = ""
) -> tuple[Head, list[Misfit]]:
    """Return the end of a ledger and everything that does not fit, also of a damaged file.

    Args:
        ledger: The ledger.
        keys: Public keys that count, by id.
        out: Folder of the filed runs; None to leave files out.
        noted: The hash of an entry that somebody noted.

    Raises:
        LedgerError: There is none, or it cannot be asked.
    """
    try:
        with ledger.reading() as reading:
            last = seen(reading.head.ledger)
            found = verify(reading, keys=keys, out=out, seen=last, noted=noted)
            return reading.head, list(found)
    except DamagedLedgerError as error:
        if ledger.database.path is None:
            raise
        state = _salvaged(ledger.database.path, out)
        last = seen(state.head.ledger)
        found = verify(state, keys=keys, out=out, seen=last, noted=noted)
        return state.head, list(_told(error, state, list(found), keys, out))


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What can be read of a damaged ledger, in place of a `Reading`."""

    head: Head
    read: tuple[Entry, ...]
    is_damaged: bool = True

    def entries(self) -> Iterator[Entry]:
        """Yield the entries that can be read, the oldest first."""
        yield from self.read


def _told(
    error: DamagedLedgerError,
    state: Salvaged,
    found: list[Misfit],
    keys: Mapping[str, Key],
    out: Path | None,
) -> Iterator[Misfit]:
    """Yield first what still fits, then what does not, then the runs that the ledger lost."""
    wrong = {misfit.entry for misfit in found}
    fits = _ranges([entry.number for entry in state.read if entry.number not in wrong])
    can = f"Entries {fits} can be read and fit" if fits else "No entry of it can be read and fits"
    yield Misfit(
        "damaged", f"{error.told} {can}. Put the file back from a copy: no command can mend it."
    )
    yield from found
    if out is not None:
        yield from _lost(state, keys, out)


def _lost(state: Salvaged, keys: Mapping[str, Key], out: Path) -> Iterator[Misfit]:
    """Yield the filed runs that are in no entry that can be read."""
    known = {entry.columns["run"] for entry in state.read}
    for path in records_below(out):
        try:
            record, run = whole_record(path, keys, out)
        except LedgerError as error:
            run, told = "", f"Its record does not count: {error}."
        else:
            number = int(_chain(record).get("after") or 0) + 1
            told = f"Its files are whole and signed, and it was entry {number}: the ledger lost it."
        if run not in known:
            yield Misfit("lost", told, run=path.parent.relative_to(out).as_posix())


def _salvaged(path: Path, out: Path | None) -> Salvaged:
    """Read what can be read; how much there should be, the folders' records tell as well."""
    chains = [_chain(_content(one)) for one in records_below(out)] if out else []
    numbers = [chain["after"] + 1 for chain in chains if isinstance(chain.get("after"), int)]
    with TemporaryDirectory(prefix="cartproof-") as folder, _copy(path, Path(folder)) as database:
        database.row_factory = sqlite3.Row
        database.text_factory = lambda raw: raw.decode("utf-8", "replace")
        ledger = _row(database, "SELECT id AS it FROM cartproof_ledger")
        last = _row(database, "SELECT max(rowid) AS it FROM cartproof_ledger_entries")
        numbers += [last["it"]] if last and isinstance(last["it"], int) else []
        most = min(max(numbers, default=0), _MOST)
        read = tuple(_entries(database, most))
    named = ledger["it"] if ledger else next((c["ledger"] for c in chains if "ledger" in c), "")
    end = max((entry.number for entry in read), default=0)
    hashes = [entry.hash for entry in read if entry.number == end]
    return Salvaged(Head(str(named), end, hashes[0] if hashes else "unknown"), read)


@contextmanager
def _copy(path: Path, folder: Path) -> Iterator[sqlite3.Connection]:
    """Open a copy of the file and of its log; one that was cut off is made as long as it says.

    SQLite reads nothing at all of a file that is shorter than its head tells.
    """
    copied = folder / "ledger.db"
    shutil.copyfile(path, copied)
    log = path.with_name(f"{path.name}-wal")
    if log.exists():
        shutil.copyfile(log, folder / "ledger.db-wal")
    with copied.open("rb+") as file:
        head = file.read(100)
        told = int.from_bytes(head[16:18], "big") * int.from_bytes(head[28:32], "big")
        if path.stat().st_size < told < _LONGEST:
            file.truncate(told)
    with closing(sqlite3.connect(copied)) as database:
        yield database


def _row(database: sqlite3.Connection, query: str, *values: int) -> sqlite3.Row | None:
    """Return one row; None where there is none, or none that can be read."""
    try:
        row: sqlite3.Row | None = database.execute(query, values).fetchone()
    except (sqlite3.Error, UnicodeDecodeError):
        return None
    return row


def _entries(database: sqlite3.Connection, most: int) -> Iterator[Entry]:
    for place in range(1, most + 1):
        row = _row(database, _AT_PLACE, place)
        if row is not None and dict(row).get("number") == place:
            yield _entry(place, dict(row))


def _entry(number: int, row: Mapping[str, Any]) -> Entry:
    """Return a row as an entry, whatever its cells became: verifying says what is wrong with it."""
    packed = row.get("record")
    texts = {name: value if isinstance(value, str) else "" for name, value in row.items()}
    columns = {name: texts.get(name, "") for name in COLUMNS}
    return Entry(
        number=number,
        previous=texts.get("previous", ""),
        hash=texts.get("hash", ""),
        record_sha256=texts.get("record_sha256", ""),
        facts=texts.get("facts", ""),
        packed=packed if isinstance(packed, bytes) else b"",
        columns={**columns, "run": texts.get("run_id", ""), "exit": row.get("exit")},
    )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _chain(record: bytes) -> Mapping[str, Any]:
    """Return which entry a record was made to follow; empty when that is not to be had."""
    try:
        chain = opened(record)["predicate"]["cartproof"]["chain"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return {}
    return chain if isinstance(chain, Mapping) else {}


def _ranges(numbers: list[int]) -> str:
    """Return numbers in words: `1 to 3, 6`."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a} to {b}" for a, b in runs)
