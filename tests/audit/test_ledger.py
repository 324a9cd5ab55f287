"""The ledger: entries chain, appends repeat harmlessly, and what is read is one state."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path

import pytest

from cartproof.audit.database import Database
from cartproof.audit.facts import as_text, facts_of
from cartproof.audit.ledger import Ledger, entry_hash, root_of
from cartproof.audit.line import in_line
from cartproof.errors import LedgerError, UsageError

from .made_records import made_record


def test_each_entry_holds_the_hash_of_the_one_before(tmp_path: Path) -> None:
    """The first hangs on the ledger's own id, and each hash is made of what the entry says."""
    ledger = Ledger(tmp_path / "ledger.db")
    records = [made_record(f"run-{number}") for number in range(3)]
    for record in records:
        ledger.append(record)
    with ledger.reading() as reading:
        found, head = list(reading.entries()), reading.head
    before = root_of(head.ledger)
    for number, (entry, record) in enumerate(zip(found, records, strict=True), start=1):
        assert (entry.number, entry.previous, entry.record) == (number, before, record)
        assert entry.facts == as_text(facts_of(record))
        before = entry_hash(
            number=number,
            previous=before,
            record_sha256=entry.record_sha256,
            facts=entry.facts,
        )
        assert entry.hash == before
    assert (head.number, head.hash) == (3, before)


def test_a_record_that_is_appended_again_stays_one_entry(tmp_path: Path) -> None:
    """A retry after a crash changes nothing; another record of the same run is refused."""
    ledger = Ledger(tmp_path / "ledger.db")
    first = ledger.append(made_record())
    ledger.append(made_record("another"))
    assert ledger.append(made_record()) == first
    with pytest.raises(LedgerError, match="is entry 1 of the ledger with another record"):
        ledger.append(made_record(verdict="failed"))
    with ledger.reading() as reading:
        assert reading.head.number == 2


def test_facts_are_what_queries_need() -> None:
    """Steps with their seconds, scopes wanted and found, files, and where the folder is."""
    facts = facts_of(made_record(tags=["eu"], batch="b1"))
    assert facts["steps"] == [{"id": "scopes", "verdict": "pass", "required": True, "seconds": 1.5}]
    assert facts["scopes"] == [
        {
            "row": "Orders",
            "wanted": "modify",
            "found": "none",
            "possible": ["none"],
            "verdict": "fail",
        }
    ]
    assert (facts["tags"], facts["batch"], facts["store_hash"]) == (["eu"], "b1", "abc123")
    assert facts["folder"] == "Northwind Candles/stone-edge/20261122T100000Z-00000001"
    assert list(facts["files"]) == ["notebook.ipynb"]


@pytest.mark.parametrize(
    "record", [b"", b"{}", b"[]", b'{"payload": "e30="}', b"\xff", b"[" * 9999]
)
def test_what_is_no_record_is_not_appended(record: bytes, tmp_path: Path) -> None:
    """It is an error in plain words, and the ledger stays as it was."""
    ledger = Ledger(tmp_path / "ledger.db")
    with pytest.raises(LedgerError, match="no record"):
        ledger.append(record)
    ledger.append(made_record())
    with ledger.reading() as reading:
        assert reading.head.number == 1


def test_hostile_texts_are_kept_as_text(tmp_path: Path) -> None:
    """NUL, escapes, lone surrogates and very long names neither break nor steer anything."""
    name = "Shop\x00\x1b[31m\ud800" + "x" * 10_000
    entry = Ledger(tmp_path / "ledger.db").append(made_record(customer=name, tags=[name, 3, None]))
    assert entry.facts.isascii()
    assert len(entry.columns["customer"]) == 400
    assert "\x1b" not in entry.columns["customer"]
    assert entry.told["folder"].startswith("Shop_")


def test_the_last_entry_of_a_customer_is_found(tmp_path: Path) -> None:
    """By the moment of filing; of one runbook, before a moment, or but for a run."""
    ledger = Ledger(tmp_path / "ledger.db")
    ledger.append(made_record("1", filed_at="2026-11-22T10:00:00.000Z"))
    ledger.append(made_record("2", filed_at="2026-11-23T10:00:00.000Z", runbook="dropstream"))
    ledger.append(made_record("3", filed_at="2026-11-24T10:00:00.000Z", customer="Bramble"))
    with ledger.reading() as reading:
        found = [
            reading.last_of("Northwind Candles"),
            reading.last_of("Northwind Candles", runbook="stone-edge"),
            reading.last_of("Northwind Candles", before="2026-11-23T00:00:00.000Z"),
            reading.last_of("Northwind Candles", but="2"),
        ]
        assert [entry.columns["run"] for entry in found if entry] == ["2", "1", "1", "1"]
        assert reading.last_of("Nobody") is None
        assert [entry.columns["run"] for entry in reading.entries(customer="Bramble")] == ["3"]
        assert [entry.columns["run"] for entry in reading.newest(2)] == ["3", "2"]


def test_an_error_within_a_turn_undoes_it(tmp_path: Path) -> None:
    """Nothing of the block is written, and the next writer has its turn."""
    ledger = Ledger(tmp_path / "ledger.db")
    with pytest.raises(ZeroDivisionError), ledger.turn() as turn:
        turn.append(made_record())
        raise ZeroDivisionError
    assert ledger.append(made_record("other")).number == 1


def test_a_reader_sees_one_state_while_others_append(tmp_path: Path) -> None:
    """What is appended after reading began is not part of it, and waits for nobody."""
    ledger = Ledger(tmp_path / "ledger.db")
    ledger.append(made_record("1"))
    with ledger.reading() as reading:
        ledger.append(made_record("2"))
        assert len(list(reading.entries())) == reading.head.number == 1


def test_there_is_no_ledger_before_the_first_append(tmp_path: Path) -> None:
    """Reading makes no file."""
    place = tmp_path / "none.db"
    with pytest.raises(LedgerError, match="no ledger at"), Ledger(place).reading():
        pass
    assert not place.exists()


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"x" * 84])
def test_a_damaged_file_is_an_error_in_plain_words(content: bytes, tmp_path: Path) -> None:
    """No traceback of the driver's, and the file is left as it is."""
    place = tmp_path / "ledger.db"
    place.write_bytes(content)
    with pytest.raises(LedgerError, match="refused"):
        Ledger(place).append(made_record())
    with pytest.raises(LedgerError, match="refused"), Ledger(place).reading():
        pass
    assert place.read_bytes() == content


@pytest.mark.parametrize(
    "where",
    ["", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "http://x", "://", "nosuch+x://y", "."],
)
def test_what_can_be_no_ledger_is_bad_usage(where: str) -> None:
    """Before anything is opened."""
    with pytest.raises(UsageError):
        Database(where)


def test_a_password_is_never_told() -> None:
    """Neither by the ledger's name nor by what its driver says."""
    database = Database("postgresql://ada:hunter2secret@127.0.0.1:9/none")
    assert "hunter2secret" not in str(database)
    with pytest.raises(LedgerError) as refused, database.reading():
        pass
    assert "hunter2secret" not in str(refused.value)
    assert "***@127.0.0.1" in str(refused.value)


def test_a_writer_gives_up_when_its_turn_does_not_come(tmp_path: Path) -> None:
    """The message names the file; nothing was written."""
    place = tmp_path / "ledger.db"
    with (
        in_line(tmp_path / "ledger.db.lock"),
        pytest.raises(LedgerError, match=r"ledger\.db\.lock"),
    ):
        Ledger(Database(place, wait_s=0)).append(made_record())
    assert not place.exists()
    assert Ledger(place).append(made_record()).number == 1


def test_the_line_serves_one_after_the_other(tmp_path: Path) -> None:
    """While one is in the block no other is, and each gets its turn."""
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        for _ in range(20):
            with in_line(tmp_path / "lock"):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 80


def test_the_file_is_in_write_ahead_mode(tmp_path: Path) -> None:
    """Readers never wait for a writer; what a commit wrote is on disk."""
    place = tmp_path / "deep" / "ledger.db"
    Ledger(place).append(made_record())
    with sqlite3.connect(place) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_turn_keeps_out_writers_that_do_not_stand_in_line(tmp_path: Path) -> None:
    """Another program at the same file is refused from the turn's first moment."""
    place = tmp_path / "ledger.db"
    Ledger(place).append(made_record())
    connection = sqlite3.connect(place, timeout=0)
    with Ledger(place).turn(), pytest.raises(sqlite3.OperationalError, match="locked"):
        connection.execute("BEGIN IMMEDIATE")
    connection.close()


def test_a_ledger_in_a_folder_that_cannot_be_written_to_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a medium that an auditor was given."""
    place = tmp_path / "ledger.db"
    Ledger(place).append(made_record())
    monkeypatch.setattr(os, "access", lambda *_: False)
    tmp_path.chmod(0o500)
    try:
        with Ledger(place).reading() as reading:
            assert reading.head.number == 1
    finally:
        tmp_path.chmod(0o700)
