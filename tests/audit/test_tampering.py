"""Tampering: whatever is altered, deleted, swapped, cut off or signed anew is named."""

from __future__ import annotations

import hashlib
import random
import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cartproof.audit.damaged import verify_ledger
from cartproof.audit.envelope import envelope, opened
from cartproof.audit.facts import as_text, facts_of
from cartproof.audit.folders import sha256_of
from cartproof.audit.keys import public_keys, rotate
from cartproof.audit.ledger import entry_hash, ledger_of, root_of
from cartproof.audit.misfit import Misfit
from cartproof.audit.publishing import JOURNAL, NOTEBOOK, RECORD, REPORT
from cartproof.audit.verify import verify
from cartproof.audit.witness import seen
from cartproof.errors import DamagedLedgerError

from .filed_runs import made_run, publish

SAMPLE = 500
TABLE = "cartproof_ledger_entries"
FILES = (NOTEBOOK, REPORT, RECORD, JOURNAL)
COLUMNS = (
    "previous", "hash", "record_sha256", "facts", "record", "run_id", "customer", "runbook",
    "verdict", "store_hash", "filed_at",
)  # fmt: skip


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return a folder with four filed runs and their ledger."""
    for number in range(1, 5):
        publish(tmp_path, number, customer="Northwind Candles" if number % 2 else "Bramble")
    return tmp_path


def found_in(out: Path, *, is_seen: bool = False) -> list[Misfit]:
    """Return what verifying names."""
    with ledger_of(out).reading() as reading:
        last = seen(reading.head.ledger) if is_seen else None
        return list(verify(reading, keys=public_keys(), out=out, seen=last))


def place_of(out: Path, number: int) -> Path:
    """Return the folder of a run."""
    return made_run(out, number, customer="Northwind Candles" if number % 2 else "Bramble").place


def sql(out: Path, statement: str, *values: Any) -> list[Any]:
    """Change the ledger behind cartproof's back."""
    with closing(sqlite3.connect(out / "ledger.db")) as connection, connection:
        connection.execute("PRAGMA synchronous = OFF")  # no power fails in this test
        return connection.execute(statement, values).fetchall()


def names_run(found: list[Misfit], number: int) -> bool:
    """Tell whether a misfit is about this entry or its run."""
    run = f"20261122T100000Z-{number:08x}"
    return any(misfit.entry == number or run in misfit.run for misfit in found)


def test_what_was_filed_fits(out: Path) -> None:
    """Nothing is named where nothing was changed."""
    assert found_in(out, is_seen=True) == []


def _changed_byte(content: bytes, chance: random.Random, *, is_ascii: bool) -> bytes:
    at = chance.randrange(len(content))
    others = range(32, 127) if is_ascii else range(256)
    byte = chance.choice([value for value in others if value != content[at]])
    return content[:at] + bytes([byte]) + content[at + 1 :]


def _in_a_file(out: Path, chance: random.Random, number: int) -> Callable[[], Any]:
    path = place_of(out, number) / chance.choice(FILES)
    content = path.read_bytes()
    path.write_bytes(_changed_byte(content, chance, is_ascii=False))
    return lambda: path.write_bytes(content)


def _in_a_row(out: Path, chance: random.Random, number: int) -> Callable[[], Any]:
    name = chance.choice(COLUMNS)
    put = f"UPDATE {TABLE} SET {name} = ? WHERE number = ?"
    ((value,),) = sql(out, f"SELECT {name} FROM {TABLE} WHERE number = ?", number)
    if isinstance(value, bytes):
        sql(out, put, _changed_byte(value, chance, is_ascii=False), number)
    else:
        sql(out, put, _changed_byte(value.encode(), chance, is_ascii=True).decode(), number)
    return lambda: sql(out, put, value, number)


def test_each_changed_byte_of_files_and_rows_is_named(out: Path) -> None:
    """500 places, one at a time, in notebook, report, record, journal and the ledger's rows."""
    chance = random.Random(20261128)
    for _ in range(SAMPLE):
        number = chance.randint(1, 4)
        undo = chance.choice([_in_a_file, _in_a_row])(out, chance, number)
        found = found_in(out)
        assert names_run(found, number), found
        undo()
    assert found_in(out) == []


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {TABLE} SET exit = 1 WHERE number = 2",
        f"UPDATE {TABLE} SET number = 9 WHERE number = 2",
        f"UPDATE {TABLE} SET batch = 'x' WHERE number = 2",
        f"UPDATE {TABLE} SET number = -2 WHERE number = 2",
        "UPDATE cartproof_ledger SET id = '00000000000000000000000000000000'",
    ],
)
def test_changed_numbers_and_ids_are_named(statement: str, out: Path) -> None:
    """Those that are no text of a row."""
    sql(out, statement)
    assert names_run(found_in(out), 2)


@pytest.mark.parametrize("name", FILES)
def test_a_deleted_file_is_named(name: str, out: Path) -> None:
    """With its entry."""
    (place_of(out, 2) / name).unlink()
    assert [(m.kind, m.entry) for m in found_in(out)] == [("missing", 2)]
    assert name in str(found_in(out)[0])


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_was_cut_off_is_named(name: str, out: Path) -> None:
    """Its last byte is gone."""
    path = place_of(out, 3) / name
    path.write_bytes(path.read_bytes()[:-1])
    assert ("altered", 3) in [(m.kind, m.entry) for m in found_in(out)]


def test_an_extra_file_a_missing_folder_and_a_copy_are_named(out: Path) -> None:
    """Each as what it is."""
    (place_of(out, 1) / "more.txt").write_text("x")
    shutil.rmtree(place_of(out, 2))
    shutil.copytree(place_of(out, 3), place_of(out, 3).with_name("copy"))
    kinds = [(m.kind, m.entry, m.told) for m in found_in(out)]
    assert ("extra", 1, "more.txt lies in its folder.") in kinds
    assert ("missing", 2) in [kind[:2] for kind in kinds]
    assert any(kind == "extra" and "is a copy of it" in told for kind, _, told in kinds)
    assert len(kinds) == 3


def test_swapped_folders_and_files_are_named(out: Path) -> None:
    """Whole folders of two runs, and the reports of two others."""
    first, third = place_of(out, 1), place_of(out, 3)
    first.rename(first.with_name("x"))
    third.rename(first)
    first.with_name("x").rename(third)
    found = found_in(out)
    assert names_run(found, 1)
    assert names_run(found, 3)
    assert not names_run(found, 2)


def _swap_rows(out: Path) -> None:
    for before, after in ((2, 99), (3, 2), (99, 3)):
        sql(out, f"UPDATE {TABLE} SET number = ? WHERE number = ?", after, before)


def test_swapped_entries_are_named(out: Path) -> None:
    """Both, and the one behind them."""
    _swap_rows(out)
    found = found_in(out)
    assert names_run(found, 2)
    assert names_run(found, 3)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_deleted_entry_is_named(number: int, out: Path) -> None:
    """By its number; its folder is told of as well."""
    sql(out, f"DELETE FROM {TABLE} WHERE number = ?", number)
    kinds = {(m.kind, m.entry) for m in found_in(out)}
    assert ("deleted", number + 1) in kinds
    assert {"unlisted", "truncated"} & {kind for kind, _ in kinds}


def test_a_ledger_that_was_cut_off_is_named(out: Path) -> None:
    """Its last entries gone, the folders still there: the records tell where they stood."""
    sql(out, f"DELETE FROM {TABLE} WHERE number > 2")
    found = found_in(out)
    assert {m.kind for m in found} == {"unlisted", "truncated"}
    assert names_run(found, 3)
    assert names_run(found, 4)


def test_a_ledger_cut_off_with_its_folders_is_named_by_who_saw_it(out: Path) -> None:
    """A chain alone cannot show that; what was seen here, or noted elsewhere, can."""
    with ledger_of(out).reading() as reading:
        noted = reading.head.hash
    sql(out, f"DELETE FROM {TABLE} WHERE number > 3")
    shutil.rmtree(place_of(out, 4))
    assert found_in(out) == []
    assert [m.kind for m in found_in(out, is_seen=True)] == ["truncated"]
    with ledger_of(out).reading() as reading:
        found = list(verify(reading, keys=public_keys(), out=out, noted=noted))
    assert [m.kind for m in found] == ["truncated"]


def _rows(out: Path) -> Iterator[tuple[int, bytes]]:
    for number, packed in sql(out, f"SELECT number, record FROM {TABLE} ORDER BY number"):
        yield number, zlib.decompress(packed)


def _rehashed(out: Path) -> None:
    """Give every entry the number, facts and hash that would be right, as a clever forger would."""
    ((ledger,),) = sql(out, "SELECT id FROM cartproof_ledger")
    before, rows = root_of(ledger), list(_rows(out))
    for number, (old, record) in enumerate(rows, start=1):
        sha256, facts = hashlib.sha256(record).hexdigest(), as_text(facts_of(record))
        made = entry_hash(number=number, previous=before, record_sha256=sha256, facts=facts)
        told = facts_of(record)
        sql(
            out,
            f"UPDATE {TABLE} SET number = ?, previous = ?, hash = ?, record_sha256 = ?, facts = ?,"
            " verdict = ?, exit = ? WHERE number = ?",
            number, before, made, sha256, facts, told["verdict"], told["exit"], old,
        )  # fmt: skip
        before = made


def test_an_entry_that_was_deleted_with_all_hashes_made_anew_is_named(out: Path) -> None:
    """The records behind it carry, under their signatures, the hash that is gone."""
    sql(out, f"DELETE FROM {TABLE} WHERE number = 2")
    shutil.rmtree(place_of(out, 2))
    _rehashed(out)
    found = found_in(out)
    assert {m.kind for m in found} == {"broken chain"}
    assert "follow entry 2" in str(found[0])


@pytest.mark.parametrize("signer", ["unsigned", "stranger"])
def test_a_record_signed_anew_is_named_even_with_all_hashes_made_anew(
    signer: str, out: Path
) -> None:
    """A better verdict under another key, or under none, in the folder and in the ledger."""
    statement = opened(dict(_rows(out))[2])
    statement["predicate"]["cartproof"]["verdict"] = "failed"
    other = rotate(out / ".stranger") if signer == "stranger" else None
    record = envelope(statement, signer=other)
    (place_of(out, 2) / RECORD).write_bytes(record)
    sql(out, f"UPDATE {TABLE} SET record = ? WHERE number = 2", zlib.compress(record))
    _rehashed(out)
    kinds = [(m.kind, m.entry) for m in found_in(out)]
    assert ("signature", 2) in kinds
    told = "not known here" if signer == "stranger" else "not signed"
    assert told in " ".join(map(str, found_in(out)))


def test_an_entry_of_another_ledger_is_named(out: Path, tmp_path: Path) -> None:
    """Signed with our key, but made for another chain."""
    other = tmp_path / "other"
    publish(other, 9)
    record = (made_run(other, 9).place / RECORD).read_bytes()
    ledger_of(out).append(record)
    assert ("swapped", 5) in [(m.kind, m.entry) for m in found_in(out)]


def test_a_damaged_database_is_told_and_stops_nothing(out: Path) -> None:
    """What lies in the folder is still looked at."""
    (place_of(out, 1) / "more.txt").write_text("x")
    path = out / "ledger.db"
    sql(out, "PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    ((root,),) = sql(out, "SELECT rootpage FROM sqlite_master WHERE name = ?", TABLE)
    content[4096 * (root - 1) : 4096 * root] = b"\xff" * 4096
    path.write_bytes(bytes(content))
    (out / "ledger.db-wal").unlink(missing_ok=True)
    with pytest.raises(DamagedLedgerError, match=r"refused|damaged"):
        found_in(out)
    _, found = verify_ledger(ledger_of(out), keys=public_keys(), out=out)
    assert [m.kind for m in found] == ["damaged", "truncated", *["lost"] * 4]
    assert "more.txt lies in its folder" in " ".join(m.told for m in found)


def test_links_are_not_followed_out_of_the_folder(out: Path, tmp_path: Path) -> None:
    """A run's folder that became a link to elsewhere, with the same files, is still checked."""
    assert sha256_of(out / "gone") is None
    place = place_of(out, 1)
    place.rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / REPORT).write_bytes(b"x")
    assert ("altered", 1) in [(m.kind, m.entry) for m in found_in(out)]
