"""Publishing: whole or not at all, and never an entry without files, wherever it is cut off."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cartproof.audit.database import Database
from cartproof.audit.envelope import envelope, opened, signed_by
from cartproof.audit.keys import public_keys, rotate
from cartproof.audit.ledger import Ledger, ledger_of
from cartproof.audit.line import in_line
from cartproof.audit.publishing import JOURNAL, NOTEBOOK, RECORD
from cartproof.errors import LedgerError, UsageError

from .filed_runs import FILES, made_run, publish

ROOT = Path(__file__).parent.parent.parent
CALLS = 7  # three files, the record, the rename, the folder's sync, the append


def test_a_record_is_signed_and_names_the_entry_it_follows(tmp_path: Path) -> None:
    """The first follows the ledger's root, the second the first."""
    assert [publish(tmp_path, 1).entry, publish(tmp_path, 2).entry] == [1, 2]
    with ledger_of(tmp_path).reading() as reading:
        first, second = reading.entries()
    for entry in (first, second):
        assert signed_by(entry.record, public_keys())
        assert (tmp_path / entry.told["folder"] / RECORD).read_bytes() == entry.record
    chain = opened(second.record)["predicate"]["cartproof"]["chain"]
    assert (chain["after"], chain["head"]) == (1, first.hash)


def test_publishing_again_changes_nothing(tmp_path: Path) -> None:
    """The same run, filed twice: one folder, one entry, the record that was signed first."""
    run = made_run(tmp_path)
    assert publish(tmp_path).entry == 1
    record = (run.place / RECORD).read_bytes()
    assert publish(tmp_path, filed_at="2026-12-01T00:00:00.000Z").entry == 1
    assert (run.place / RECORD).read_bytes() == record
    assert sorted(p.name for p in run.place.parent.iterdir()) == [run.run_id]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", range(1, CALLS + 1))
def test_killed_at_any_moment_it_leaves_whole_files_and_can_be_filed_again(
    when: str, at: int, tmp_path: Path
) -> None:
    """`kill -9` around every write, the rename, the sync and the append."""
    words = [sys.executable, "-m", "tests.audit.filed_runs", str(tmp_path), when, str(at)]
    assert subprocess.run(words, cwd=ROOT, check=False, timeout=180).returncode == -9
    run, ledger = made_run(tmp_path), ledger_of(tmp_path)
    if ledger.database.exists():
        with ledger.turn() as turn:
            assert turn.head.number == 0
    if run.place.exists():
        assert {p.name for p in run.place.iterdir()} == {*FILES, RECORD}
        assert signed_by((run.place / RECORD).read_bytes(), public_keys())
    assert run.place.exists() is (at > 5 or (at, when) == (5, "after"))
    assert publish(tmp_path).entry == 1
    assert publish(tmp_path, 2).entry == 2
    assert not list(run.place.parent.glob(".*"))


def test_without_a_ledger_the_folder_is_published_and_says_so(tmp_path: Path) -> None:
    """Somebody holds the line: the evidence is not thrown away, and can be appended later."""
    late = Ledger(Database(tmp_path / "ledger.db", wait_s=0))
    with in_line(tmp_path / "ledger.db.lock"):
        published = publish(tmp_path, ledger=late)
    assert published.entry is None
    assert "ledger.db.lock" in published.unlisted
    record = (made_run(tmp_path).place / RECORD).read_bytes()
    assert opened(record)["predicate"]["cartproof"]["chain"] is None
    assert publish(tmp_path, ledger=late).entry == 1
    assert (made_run(tmp_path).place / RECORD).read_bytes() == record


def test_a_folder_that_cannot_be_made_leaves_no_entry(tmp_path: Path) -> None:
    """A file stands where the customer's folder should be."""
    (tmp_path / "Northwind Candles").write_text("in the way")
    with pytest.raises(OSError, match="Northwind"):
        publish(tmp_path)
    assert publish(tmp_path, 2, customer="Bramble").entry == 1


def test_another_notebook_under_the_same_id_is_refused(tmp_path: Path) -> None:
    """What is filed stays as it is."""
    publish(tmp_path)
    place = made_run(tmp_path).place
    (place / NOTEBOOK).write_bytes(b"another")
    with pytest.raises(UsageError, match="Another notebook"):
        publish(tmp_path)


@pytest.mark.parametrize("wrong", ["gone", "unsigned", "stranger", "rubbish"])
def test_a_filed_record_that_cannot_be_gone_by_is_refused(wrong: str, tmp_path: Path) -> None:
    """It is neither replaced nor appended."""
    publish(tmp_path)
    run = made_run(tmp_path)
    record = run.place / RECORD
    if wrong == "gone":
        record.unlink()
    else:
        stranger = rotate(tmp_path / "stranger") if wrong == "stranger" else None
        forged = envelope(run.stated(None), signer=stranger)
        record.write_bytes(b"rubbish" if wrong == "rubbish" else forged)
    with pytest.raises(UsageError, match="cannot be gone by"):
        publish(tmp_path)


def test_a_run_in_the_ledger_whose_folder_is_gone_is_not_filed_anew(tmp_path: Path) -> None:
    """Else a deleted run could be replaced by a better one."""
    publish(tmp_path)
    made_run(tmp_path).place.rename(tmp_path / "taken away")
    with pytest.raises(UsageError, match="is entry 1 of the ledger"):
        publish(tmp_path, filed_at="2026-12-01T00:00:00.000Z")
    assert not made_run(tmp_path).place.exists()


def test_a_folder_that_holds_its_journal_alone_is_replaced(tmp_path: Path) -> None:
    """As a run in JupyterLab leaves it."""
    place = made_run(tmp_path).place
    place.mkdir(parents=True)
    (place / JOURNAL).write_bytes(b"{}\n")
    assert publish(tmp_path).entry == 1
    assert (place / JOURNAL).read_bytes() == FILES[JOURNAL]


def test_a_ledger_that_is_no_database_does_not_take_the_run_along(tmp_path: Path) -> None:
    """The folder is published, the answer says that it is not in the ledger."""
    (tmp_path / "ledger.db").write_bytes(b"rubbish" * 1000)
    published = publish(tmp_path)
    assert published.entry is None
    assert "refused" in published.unlisted
    with pytest.raises(LedgerError):
        ledger_of(tmp_path).append((made_run(tmp_path).place / RECORD).read_bytes())
