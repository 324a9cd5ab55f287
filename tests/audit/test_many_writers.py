"""Eight processes append to one ledger, some are killed while they write: nothing is lost."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import update

from cartproof.audit.database import Database
from cartproof.audit.keys import public_keys
from cartproof.audit.ledger import Ledger, entry_hash, root_of
from cartproof.audit.misfit import Misfit
from cartproof.audit.tables import entries
from cartproof.audit.verify import verify
from cartproof.errors import LedgerError

from .filed_runs import publish
from .made_records import made_record

ROOT = Path(__file__).parent.parent.parent
PROCESSES, APPENDS, KILLED = 8, 200, 3


def started(where: str, prefix: str, count: int) -> subprocess.Popen[str]:
    """Start a process that appends, and prints each acknowledged entry."""
    words = [sys.executable, "-m", "tests.audit.append_many", where, prefix, str(count)]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def acknowledged(process: subprocess.Popen[str], *, kill_after: int | None) -> dict[str, str]:
    """Return hash by run of what a process was told; kill it after so many, mid-write."""
    told: dict[str, str] = {}
    assert process.stdout is not None
    for line in process.stdout:
        if line.endswith("\n"):  # a line that the kill cut off was never told whole
            told.update([line.split()])
        if kill_after is not None and len(told) == kill_after:
            process.kill()
    process.stdout.close()
    process.wait()
    return told


@pytest.mark.parametrize("kind", ["SQLite", "PostgreSQL"])
def test_the_chain_stays_whole_and_nothing_acknowledged_is_lost(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """8 x 200 appends; three of the writers are killed -9 on the way, and the others go on."""
    sqlite = str(tmp_path / "ledger.db")
    where = sqlite if kind == "SQLite" else request.getfixturevalue("postgresql")
    chance = random.Random(20261128)
    told: dict[str, str] = {}
    writers = [started(where, f"w{number}", APPENDS) for number in range(PROCESSES)]

    def follow(number: int) -> None:
        kill_after = chance.randint(1, APPENDS - 1) if number < KILLED else None
        told.update(acknowledged(writers[number], kill_after=kill_after))

    threads = [threading.Thread(target=follow, args=[number]) for number in range(PROCESSES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [writer.returncode for writer in writers] == [-9] * KILLED + [0] * (PROCESSES - KILLED)
    ledger = Ledger(where)
    after = ledger.append(made_record("after"))
    with ledger.reading() as reading:
        found, head = list(reading.entries()), reading.head
    hash_of = {entry.columns["run"]: entry.hash for entry in found}
    assert told.items() <= hash_of.items()
    assert len(found) == len(hash_of) == head.number == after.number
    assert len(found) >= (PROCESSES - KILLED) * APPENDS + 1
    before = root_of(head.ledger)
    for number, entry in enumerate(found, start=1):
        assert (entry.number, entry.previous) == (number, before)
        before = entry_hash(
            number=number, previous=before, record_sha256=entry.record_sha256, facts=entry.facts
        )
        assert entry.hash == before
        assert entry.record == made_record(entry.columns["run"])


def test_postgresql_keeps_and_finds_what_sqlite_does(postgresql: str) -> None:
    """Repeated appends, hostile texts, the last entry of a customer; no entry before the first."""
    ledger = Ledger(postgresql)
    first = ledger.append(made_record("1", customer="Shop\x00\x1b\ud800", tags=["\x00"]))
    assert ledger.append(made_record("1", customer="Shop\x00\x1b\ud800", tags=["\x00"])) == first
    ledger.append(made_record("2"))
    with ledger.reading() as reading:
        assert [entry.number for entry in reading.entries()] == [1, 2]
        assert next(reading.entries()) == first
        last = reading.last_of("Northwind Candles")
    assert last is not None
    assert last.number == 2


def test_a_turn_on_postgresql_that_does_not_come_ends_in_an_error(postgresql: str) -> None:
    """Another writer holds the line; nothing was written, and the next turn comes."""
    ledger = Ledger(postgresql)
    with ledger.turn() as turn:
        with pytest.raises(LedgerError, match="lock timeout"):
            Ledger(Database(postgresql, wait_s=0.05)).append(made_record("late"))
        turn.append(made_record("early"))
    assert ledger.append(made_record("late")).number == 2


def test_a_filed_run_is_verified_on_postgresql_too(postgresql: str, tmp_path: Path) -> None:
    """Chain, record and files; a row that was changed by another client is named."""
    ledger = Ledger(postgresql)
    for number in (1, 2):
        assert publish(tmp_path, number, ledger=ledger).entry == number

    def found() -> list[Misfit]:
        with ledger.reading() as reading:
            return list(verify(reading, keys=public_keys(), out=tmp_path))

    assert found() == []
    with ledger.database.writing() as connection:
        connection.execute(update(entries).where(entries.c.number == 1).values(verdict="failed"))
    assert [(misfit.kind, misfit.entry) for misfit in found()] == [("altered", 1)]
