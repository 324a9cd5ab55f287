"""The ledger: an append-only chain of records, each entry holding the hash of the one before."""

from __future__ import annotations

import hashlib
import json
import secrets
import zlib
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from cartproof.audit.database import Database
from cartproof.audit.facts import as_text, facts_of
from cartproof.audit.tables import COLUMNS, TABLES, entries, identity
from cartproof.errors import DamagedLedgerError, LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, RowMapping, Select

NAME = "ledger.db"
"""The ledger's file, in the folder below which runs are filed, unless another is named."""
_PAGE = 200
_KINDS: Mapping[str, type] = {"number": int, "exit": int, "record": bytes}


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: what the next entry is appended to.

    Attributes:
        ledger: The ledger's own id, which is the root of its chain.
        number: Of the last entry; 0 for an empty ledger.
        hash: Of the last entry; of the ledger's id for an empty ledger.
    """

    ledger: str
    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it is stored; `audit verify` tells whether it is right.

    Attributes:
        previous: Hash of the entry before.
        facts: JSON of what `facts.facts_of` reads off the record.
        packed: The record's bytes, deflated.
        columns: Copies of some facts, by which the database finds entries.
    """

    number: int
    previous: str
    hash: str
    record_sha256: str
    facts: str
    packed: bytes
    columns: Mapping[str, Any]

    @property
    def told(self) -> dict[str, Any]:
        """Return the facts as a mapping.

        Raises:
            LedgerError: They are damaged.
        """
        return _told(self.number, self.facts)

    @property
    def record(self) -> bytes:
        """Return the record's bytes.

        Raises:
            LedgerError: They are damaged.
        """
        try:
            return zlib.decompress(self.packed)
        except zlib.error as error:
            raise LedgerError(f"The record in entry {self.number} is damaged.") from error


def _told(number: int, facts: str) -> dict[str, Any]:
    try:
        told = json.loads(facts)
    except (ValueError, RecursionError) as error:
        raise LedgerError(f"Entry {number} of the ledger is damaged.") from error
    if not isinstance(told, dict):
        raise LedgerError(f"Entry {number} of the ledger is damaged.")
    return told


def root_of(ledger: str) -> str:
    """Return the hash that the first entry of a ledger is appended to."""
    return hashlib.sha256(f"cartproof ledger 1\n{ledger}\n".encode()).hexdigest()


def entry_hash(*, number: int, previous: str, record_sha256: str, facts: str) -> str:
    """Return the hash of an entry: over its number, the entry before, its record and its facts."""
    facts_sha256 = hashlib.sha256(facts.encode("utf-8", "surrogatepass")).hexdigest()
    lines = ("cartproof ledger entry 1", str(number), previous, record_sha256, facts_sha256)
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


class Turn:
    """A writer's turn: nobody else appends until it ends, and its end makes what it did last."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.head = _head(connection)

    def entry_of(self, run_id: str) -> Entry | None:
        """Return the entry of a run, None when it has none."""
        return _one(self._connection, select(entries).where(entries.c.run_id == run_id))

    def append(self, record: bytes) -> Entry:
        """Append a record; one that is there already stays as it is, and its entry is returned.

        Raises:
            LedgerError: It is no record, or the run's entry holds another one.
        """
        facts, sha256 = facts_of(record), hashlib.sha256(record).hexdigest()
        there = self.entry_of(facts["run"])
        if there is not None:
            if there.record_sha256 != sha256:
                raise LedgerError(
                    f"Run {facts['run']} is entry {there.number} of the ledger with another "
                    "record. Its files were changed since, or were filed twice: run it anew."
                )
            return there
        entry = _next_entry(self.head, record, sha256, facts)
        self._connection.execute(insert(entries).values(_row(entry)))
        self.head = Head(self.head.ledger, entry.number, entry.hash)
        return entry


class Ledger:
    """A ledger in a database; see `Database` for what may be named.

    Attributes:
        is_ready: Whether it was seen to have its tables and its id.
    """

    def __init__(self, where: str | Path | Database) -> None:
        """Name a ledger; nothing is opened yet.

        Raises:
            UsageError: It is no file, and no URL that can be used.
        """
        self.database = where if isinstance(where, Database) else Database(where)
        self.is_ready = False

    def __str__(self) -> str:
        """Return where it is, without a password."""
        return str(self.database)

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """Wait in line and append within the block; its end commits, an error undoes.

        Raises:
            LedgerError: The turn did not come in time, or the database refuses.
        """
        is_ready = self.is_ready and self.database.exists()
        with self.database.writing() as connection:
            if not is_ready:
                TABLES.create_all(connection)
                _found(connection)
            yield Turn(connection)
        self.is_ready = True

    def append(self, record: bytes) -> Entry:
        """Append one record, in a turn of its own; see `Turn.append`."""
        with self.turn() as turn:
            return turn.append(record)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Read one state of the ledger, whatever is appended meanwhile.

        Raises:
            LedgerError: There is none, or it cannot be read.
        """
        with self.database.reading() as connection:
            state = Reading(connection)
            self.is_ready = bool(state.head.ledger)
            yield state


class Reading:
    """One state of a ledger, read."""

    is_damaged = False

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.head = _head(connection)

    def entries(self, **wanted: str) -> Iterator[Entry]:
        """Yield the entries, the oldest first, a page at a time.

        Args:
            wanted: Values that columns must have: `customer`, `runbook`, `verdict`, `batch`, ….
        """
        query = select(entries).order_by(entries.c.number)
        for name, value in wanted.items():
            query = query.where(entries.c[name] == value)
        pages = query.execution_options(yield_per=_PAGE)
        with _of_right_kinds(), self._connection.execute(pages) as rows:
            for row in rows.mappings():
                yield _entry(row)

    def facts(self, *, since: str = "", runbook: str = "") -> Iterator[dict[str, Any]]:
        """Yield the facts of entries, the oldest first, without their records.

        Args:
            since: Filed at this moment or later, ISO 8601 in UTC.
            runbook: Of this runbook alone.
        """
        query = select(entries.c.number, entries.c.facts).order_by(entries.c.number)
        if since:
            query = query.where(entries.c.filed_at >= since)
        if runbook:
            query = query.where(entries.c.runbook == runbook)
        with self._connection.execute(query.execution_options(yield_per=_PAGE)) as rows:
            for number, told in rows:
                yield {"number": number, **_told(number, told)}

    def newest(self, count: int, **wanted: str) -> list[Entry]:
        """Return the last entries, the newest first; of those with these columns."""
        query = select(entries).order_by(entries.c.number.desc()).limit(count)
        for name, value in wanted.items():
            query = query.where(entries.c[name] == value)
        with _of_right_kinds():
            return [_entry(row) for row in self._connection.execute(query).mappings()]

    def entry(self, number: int) -> Entry | None:
        """Return the entry of this number, None when there is none."""
        return _one(self._connection, select(entries).where(entries.c.number == number))

    def entry_of(self, run_id: str) -> Entry | None:
        """Return the entry of a run, None when it has none."""
        return _one(self._connection, select(entries).where(entries.c.run_id == run_id))

    def last_of(
        self, customer: str, *, runbook: str = "", before: str = "", but: str = ""
    ) -> Entry | None:
        """Return a customer's entry that was filed last.

        Args:
            customer: The name as it stands in the record.
            runbook: Of this runbook alone.
            before: Filed before this moment alone, ISO 8601 in UTC.
            but: A run that does not count.
        """
        query = select(entries).where(entries.c.customer == customer, entries.c.run_id != but)
        if runbook:
            query = query.where(entries.c.runbook == runbook)
        if before:
            query = query.where(entries.c.filed_at < before)
        newest = (entries.c.filed_at.desc(), entries.c.number.desc())
        return _one(self._connection, query.order_by(*newest).limit(1))


def ledger_of(out: Path, given: str | Path = "") -> Ledger:
    """Return the ledger that was named, else the one beside the runs."""
    return Ledger(given or out / NAME)


def _found(connection: Connection) -> None:
    """Give a new ledger its id."""
    if connection.execute(select(identity.c.id)).first() is None:
        connection.execute(insert(identity).values(id=secrets.token_hex(16)))


def _head(connection: Connection) -> Head:
    named = connection.execute(select(identity.c.id)).scalar() or ""
    last = select(entries.c.number, entries.c.hash).order_by(entries.c.number.desc()).limit(1)
    row = connection.execute(last).first()
    if row and not (isinstance(row.number, int) and isinstance(row.hash, str)):
        raise DamagedLedgerError("The last entry of the ledger holds what no ledger does.")
    return Head(named, row.number, row.hash) if row else Head(named, 0, root_of(named))


def _next_entry(head: Head, record: bytes, sha256: str, facts: Mapping[str, Any]) -> Entry:
    number, told = head.number + 1, as_text(facts)
    made = entry_hash(number=number, previous=head.hash, record_sha256=sha256, facts=told)
    columns = {name: facts[name] for name in COLUMNS}
    packed = zlib.compress(record)
    return Entry(number, head.hash, made, sha256, told, packed, columns)


def _row(entry: Entry) -> dict[str, Any]:
    columns = dict(entry.columns)
    return {
        "number": entry.number,
        "previous": entry.previous,
        "hash": entry.hash,
        "record_sha256": entry.record_sha256,
        "facts": entry.facts,
        "record": entry.packed,
        "run_id": columns.pop("run"),
        **columns,
    }


def _entry(row: RowMapping) -> Entry:
    """Return a row as an entry.

    Raises:
        TypeError: A cell is of another kind than its column.
    """
    for name, value in row.items():
        if not isinstance(value, _KINDS.get(name, str)):
            raise TypeError(name)
    columns = {name: row["run_id" if name == "run" else name] for name in COLUMNS}
    return Entry(
        number=row["number"],
        previous=row["previous"],
        hash=row["hash"],
        record_sha256=row["record_sha256"],
        facts=row["facts"],
        packed=row["record"],
        columns=columns,
    )


def _one(connection: Connection, query: Select[Any]) -> Entry | None:
    with _of_right_kinds():
        row = connection.execute(query).mappings().first()
        return _entry(row) if row else None


@contextmanager
def _of_right_kinds() -> Iterator[None]:
    """Say in plain words that a cell holds what its column cannot: SQLite takes anything."""
    try:
        yield
    except (TypeError, ValueError, OverflowError) as error:
        raise DamagedLedgerError("A cell of the ledger holds what no ledger does.") from error
