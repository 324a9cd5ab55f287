"""A ledger whose file is damaged: what can be read and fits, what cannot, and what was lost."""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from cartproof.audit.damaged import verify_ledger
from cartproof.audit.keys import public_keys
from cartproof.audit.ledger import ledger_of
from cartproof.audit.misfit import Misfit
from cartproof.audit.publishing import REPORT
from cartproof.cli.audit import command
from cartproof.errors import DamagedLedgerError

from .filed_runs import made_run, publish

RUNS = 8
PAGE = 4096


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return a folder with eight filed runs, and their ledger at rest in one file."""
    for number in range(1, RUNS + 1):
        publish(tmp_path, number)
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not (tmp_path / "ledger.db-wal").exists()
    return tmp_path


def found_in(out: Path) -> list[Misfit]:
    """Return what verifying names."""
    return verify_ledger(ledger_of(out), keys=public_keys(), out=out)[1]


def lost(found: list[Misfit]) -> set[int]:
    """Return the numbers of the runs that the ledger is said to have lost."""
    return {int(m.run[-8:], 16) for m in found if m.kind == "lost"}


def leaf_pages(path: Path) -> dict[int, set[int]]:
    """Return which entries stand on which page of the table, told by the run ids on it."""
    content = path.read_bytes()
    pages = {at // PAGE: content[at : at + PAGE] for at in range(0, len(content), PAGE)}
    names = {number: f"20261122T100000Z-{number:08x}north".encode() for number in range(1, 9)}
    return {
        page: {number for number, name in names.items() if name[:25] in text}
        for page, text in pages.items()
        if text[0] == 0x0D
    }


def test_a_damaged_page_costs_its_own_entries_alone(out: Path) -> None:
    """The others are read and fit; those on it are named, and so are the runs they are of."""
    path = out / "ledger.db"
    page, gone = next(
        (page, numbers)
        for page, numbers in leaf_pages(path).items()
        if numbers and max(numbers) < RUNS and min(numbers) > 1
    )
    content = bytearray(path.read_bytes())
    content[page * PAGE : (page + 1) * PAGE] = b"\xff" * PAGE
    path.write_bytes(bytes(content))
    found = found_in(out)
    assert lost(found) == gone
    first, last = min(gone), max(gone)
    fits = f"Entries {_words(1, first - 1)}, {_words(last + 1, RUNS)} can be read and fit"
    assert fits in found[0].told
    cut = f"Entry {first} cannot" if first == last else f"Entries {first} to {last} cannot"
    assert [m.kind for m in found] == ["damaged", "damaged", *["lost"] * len(gone)]
    assert cut in found[1].told
    assert "signed, and it was entry" in str(found[2])


def _words(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"


def _cut(content: bytes) -> bytes:
    return content[: len(content) * 3 // 4]


def _no_database(content: bytes) -> bytes:
    return b"<html>moved</html>" * (len(content) // 18)


def _empty(_content: bytes) -> bytes:
    return b""


def _no_first_page(content: bytes) -> bytes:
    return b"\0" * PAGE + content[PAGE:]


@pytest.mark.parametrize("damage", [_cut, _no_database, _empty, _no_first_page])
def test_whatever_became_of_the_file_the_folders_are_verified(
    damage: Callable[[bytes], bytes], out: Path
) -> None:
    """Each run is named once, in an entry that fits or as lost; the exit status is tampering's."""
    path = out / "ledger.db"
    path.write_bytes(damage(path.read_bytes()))
    (made_run(out, 3).place / REPORT).write_bytes(b"altered")
    done = CliRunner().invoke(command, ["verify", "--out", str(out)])
    assert (done.exit_code, done.exception.__class__) == (1, SystemExit), done.output
    assert done.output.startswith("damaged: ledger: ")
    assert "Put the file back from a copy" in done.output
    assert "report.html was changed, or is gone" in done.output
    named = [number for number in range(1, RUNS + 1) if f"it was entry {number}:" in done.output]
    fit = re.search(r"Entries 1 to (\d+) can be read and fit", done.output)
    fits = int(fit[1]) if fit else 0
    assert (fits > 0) is (damage is _cut), done.output
    assert [*range(1, fits + 1), *named] == [n for n in range(1, RUNS + 1) if n != 3 or n <= fits]


def test_flipped_bytes_never_end_in_anything_but_findings(out: Path) -> None:
    """Anywhere in the file, one at a time and many: no traceback; what is lost is named."""
    path, chance = out / "ledger.db", random.Random(20261129)
    whole = path.read_bytes()
    named = 0
    for times in (1, 30) * 40:
        content = bytearray(whole)
        for _ in range(times):
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(bytes(content))
        for log in out.glob("ledger.db-*"):
            log.unlink()
        found = found_in(out)
        named += bool(found)
        told = {m.entry for m in found} | lost(found)
        if found and found[0].kind == "damaged":
            assert told - {None} or "1 to 8 can be read" in found[0].told, found
    assert named > 40


@pytest.mark.parametrize("cell", ["record = 'text'", "facts = x'ff'", "number = 'x'", "hash = 7"])
def test_a_cell_of_another_kind_is_named(cell: str, out: Path) -> None:
    """What SQLite lets stand in any column."""
    with closing(sqlite3.connect(out / "ledger.db")) as database, database:
        database.execute(f"UPDATE cartproof_ledger_entries SET {cell} WHERE rowid = 4")
    found = found_in(out)
    assert any(m.entry == 4 for m in found) or lost(found) == {4}, found


def test_whoever_asks_a_damaged_ledger_is_told_what_to_do(out: Path) -> None:
    """The other commands stop with one sentence that leads to verifying."""
    path = out / "ledger.db"
    path.write_bytes(_no_database(path.read_bytes()))
    done = CliRunner().invoke(command, ["log", "--out", str(out)])
    assert isinstance(done.exception, DamagedLedgerError)
    assert "`cartproof audit verify` names what can still be read" in str(done.exception)
