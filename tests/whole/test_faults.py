"""Where a run can die: full disk, no rights, a clock that goes back, a power cut.

What is left is whole files and an honest verdict, or nothing; and no order of ours in the store.
Kernels that die stand in `test_headless`, killed processes in `test_kills`.
"""

from __future__ import annotations

import ctypes
import errno
import itertools
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from cartproof import open_run
from cartproof.audit import database
from cartproof.audit.database import Database
from cartproof.audit.keys import signing_key
from cartproof.audit.ledger import NAME as LEDGER
from cartproof.audit.ledger import Ledger
from cartproof.batch.headless import run_headless
from cartproof.batch.staging import LEFT_S, sweep
from cartproof.errors import LedgerError, StorageError, UsageError
from cartproof.filing import NOTEBOOK, Filed, file_run, ready_ledger
from cartproof.run.answers import load_answers, save_answers
from cartproof.run.journal import NAME, Journal, events_in
from cartproof.runbook.loader import load_runbook

from . import order_run
from .conftest import CUSTOMER, Shop
from .test_headless import job, pieces_of, searched
from .test_test_order import given, new_folder, open_ones, ours

MakeShop = Callable[..., Shop]
CREATE = {"create_test_order": "true"}
ROOM_WORDS = "Make room there or name another folder"


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file of this process and its children grow past a size, as a full disk does."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def files_below(folder: Path) -> list[str]:
    """Return the files in a folder, hidden ones too, but for the ledger's own."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sorted(str(p.relative_to(folder)) for p in files if not p.name.startswith(LEDGER))


@pytest.fixture(scope="module")
def filed(sandbox: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, Filed]:
    """One right store, run once for the tests that only file it again."""
    from .conftest import shop as shop_fixture

    folder = tmp_path_factory.mktemp("filed")
    shop = shop_fixture.__wrapped__(sandbox, folder)()  # type: ignore[attr-defined]
    return shop, run_headless(job(shop, folder / "runs"))


def notebook_of(filed: tuple[Shop, Filed]) -> Path:
    """Return the executed notebook of a filed run."""
    assert filed[1].folder is not None
    return filed[1].folder / NOTEBOOK


@pytest.mark.parametrize("share", [0, 0.01, 0.5, 0.99])
def test_a_disk_that_fills_up_while_a_run_is_filed_leaves_no_file_of_it(
    share: float, filed: tuple[Shop, Filed], tmp_path: Path
) -> None:
    """The message names the file that finds no room and says what to do; later it can be filed."""
    executed = Path(shutil.copy(notebook_of(filed), tmp_path / "out.ipynb"))
    out = tmp_path / "runs"
    signing_key()
    size = int(share * executed.stat().st_size)
    with room_for(size), pytest.raises(StorageError, match=ROOM_WORDS):
        file_run(executed, out=out, secrets=())
    assert files_below(out) == []
    assert file_run(executed, out=out, secrets=()).exit == 0


def test_whichever_write_of_a_filing_is_refused_all_files_are_there_or_none(
    filed: tuple[Shop, Filed], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each sync in turn finds no room; filed again, the run has all its files and its entry."""
    executed, sync = notebook_of(filed), os.fsync
    whole = len(files_below(executed.parent))
    for refused in itertools.count():
        calls = itertools.count()

        def full(descriptor: int, calls: Iterator[int] = calls, at: int = refused) -> None:
            if next(calls) == at:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            sync(descriptor)

        out = tmp_path / str(refused)
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", full)
            with suppress(StorageError, UsageError):
                file_run(executed, out=out, secrets=())
        assert len(files_below(out)) in {0, whole}
        assert file_run(executed, out=out, secrets=()).exit == 0
        assert len(files_below(out)) == whole
        if next(calls) <= refused:
            break
    assert refused > 8


def test_a_whole_run_on_a_full_disk_is_no_run_and_leaves_no_order(
    shop: MakeShop, tmp_path: Path
) -> None:
    """The executed notebook has no room: exit status 3, a message, and no file but the journal."""
    right = shop()
    words = ["run", "stone-edge", "--customer", CUSTOMER, "--credentials", right.reference,
             "--answers", str(right.answers), "--out", "runs", "-p", "create_test_order=true"]  # fmt: skip
    ready_ledger(tmp_path / "runs")
    ran = ran_with(partial(limit_files, 60_000), words, tmp_path)
    assert (ran.returncode, ran.stdout) == (3, "")
    assert "notebook.ipynb cannot be written: File too large" in ran.stderr
    assert ROOM_WORDS in ran.stderr
    assert "Traceback" not in ran.stderr
    assert open_ones(right) == []
    kept = [f for f in files_below(tmp_path / "runs") if not f.startswith("unfiled/")]
    assert kept == []
    assert searched(tmp_path / "runs", pieces_of(right), ran.stderr) == []


def limit_files(size: int) -> None:
    """Let no file of this process grow past a size."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def drop_rights() -> None:
    """Have root refused where others are: file rights count again for this process."""
    dac_override, dac_read_search, bounding_drop = 1, 2, 24
    if sys.platform == "linux" and os.geteuid() == 0:
        for capability in (dac_override, dac_read_search):
            ctypes.CDLL(None).prctl(bounding_drop, capability, 0, 0, 0)


def ran_with(
    prepare: Callable[[], object], words: list[str], cwd: Path
) -> subprocess.CompletedProcess[str]:
    """Run `cartproof` in a process that is prepared first."""
    program = Path(sys.executable).with_name("cartproof")
    return subprocess.run(
        [program, *words], check=False, cwd=cwd, preexec_fn=prepare,
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip


@pytest.mark.parametrize("place", ["locked/runs", "file/runs"])
def test_where_nothing_may_be_written_nothing_is_sent(
    place: str, shop: MakeShop, tmp_path: Path
) -> None:
    """A read-only folder, or none at all: one message, exit status 2, the store untouched."""
    right = shop()
    (tmp_path / "locked").mkdir(mode=0o555)
    (tmp_path / "file").write_text("")
    words = ["run", "stone-edge", "--customer", CUSTOMER, "--credentials", right.reference,
             "--out", place]  # fmt: skip
    ran = ran_with(drop_rights, words, tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "cannot be written" in ran.stderr
    assert "Nothing was sent" in ran.stderr
    assert files_below(tmp_path / "locked") == []


def test_a_customer_s_folder_that_is_closed_leaves_nothing_half_filed(
    filed: tuple[Shop, Filed], tmp_path: Path
) -> None:
    """Filing finds the folder locked: the message says so, and no part of the run is there."""
    out = tmp_path / "runs"
    (out / CUSTOMER).mkdir(parents=True, mode=0o555)
    words = ["file", str(notebook_of(filed)), "--out", str(out)]
    ran = ran_with(drop_rights, words, tmp_path)
    assert (ran.returncode, ran.stdout) == (3, "")
    assert "Permission denied. Name a folder that you may write to" in ran.stderr
    assert files_below(out) == []


def journal_sizes(journal: Path) -> list[int]:
    """Return how long a journal was after each of its lines."""
    lines = journal.read_bytes().splitlines(keepends=True)
    return [sum(map(len, lines[: n + 1])) for n in range(len(lines))]


def test_a_disk_that_fills_up_at_any_event_of_the_journal_leaves_no_order(
    shop: MakeShop, tmp_path: Path
) -> None:
    """Each event in turn finds no room: what may be in the store is archived all the same."""
    right = shop()
    whole = given(right, tmp_path)
    order_run.run_steps(**whole)
    sizes = journal_sizes(Path(whole["folder"]) / NAME)
    created = len(ours(right))
    for size in sizes:
        wanted = given(right, tmp_path)
        run = order_run.opened(**wanted)
        with room_for(size - 20):
            for step in order_run.STEPS:
                with suppress(StorageError):
                    run.step(step)
            with suppress(StorageError):
                run.finish()
            run._archive_at_exit()
        assert open_ones(right) == []
        content = (Path(wanted["folder"]) / NAME).read_bytes()
        assert len(list(events_in(content))) == content.count(b"\n")
    assert len(ours(right)) > created


def test_a_line_that_was_cut_off_takes_no_other_with_it(tmp_path: Path) -> None:
    """The next event begins a line of its own; one that finds no room leaves no part of itself."""
    path = tmp_path / NAME
    path.write_bytes(b'{"event": "whole"}\n{"event": "cu')
    journal = Journal(path)
    journal.write("after")
    size = path.stat().st_size
    with room_for(size + 5), pytest.raises(StorageError, match=ROOM_WORDS):
        journal.write("no room")
    assert path.stat().st_size == size
    journal.write("last")
    assert [event["event"] for event in journal.events()] == ["whole", "after", "last"]


def test_an_answers_file_that_finds_no_room_stays_as_it_was(shop: MakeShop, tmp_path: Path) -> None:
    """The old one is whole, and no part of the new one lies beside it."""
    right = shop()
    before = right.answers.read_bytes()
    steps = [step.id for step in load_runbook("stone-edge").steps]
    answers = load_answers(right.answers, runbook="stone-edge", customer=CUSTOMER, steps=steps)
    with room_for(100), pytest.raises(StorageError, match=ROOM_WORDS):
        save_answers(right.answers, answers)
    assert right.answers.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith(".part")] == []


def test_a_journal_that_cannot_be_read_says_nothing_of_its_run(tmp_path: Path) -> None:
    """Whether that run goes on is not known then; its order is not taken for an orphan."""
    one, two = "20261122T100000Z-0a1b2c3d", "20261122T110000Z-4e5f6a7b"
    (tmp_path / one / NAME).mkdir(parents=True)
    own = Journal(tmp_path / two / NAME)
    (tmp_path / one / NAME).rmdir()
    (tmp_path / one / NAME).symlink_to("/proc/1/mem" if os.geteuid() else tmp_path / "loop")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert own.is_running(one) is None


def test_a_clock_that_goes_back_changes_no_verdict(shop: MakeShop, tmp_path: Path) -> None:
    """Each look at the clock is an hour before the last: verified, and the order is archived."""
    right = shop()
    moments = iter(datetime(2026, 11, 22, tzinfo=UTC) - timedelta(hours=n) for n in range(10_000))
    run = open_run(
        "stone-edge", customer=CUSTOMER, credentials=right.reference, answers=str(right.answers),
        folder=new_folder(tmp_path), parameters={"create_test_order": True},
        now=lambda: next(moments),
    )  # fmt: skip
    for step in load_runbook("stone-edge").steps:
        run.step(step.id)
    assert run.finish().verdict == "verified"
    assert (len(ours(right)), open_ones(right)) == (1, [])


def test_a_run_that_was_filed_outlasts_a_power_cut(
    filed: tuple[Shop, Filed], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file is on disk before it has its name, each folder after what it holds has."""
    synced: list[int] = []
    sync = os.fsync

    def seen(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", seen)
    again = file_run(notebook_of(filed), out=tmp_path / "new" / "runs", secrets=())
    place = again.folder
    assert place is not None
    last = {inode: at for at, inode in enumerate(synced)}
    files = [last[path.stat().st_ino] for path in place.iterdir()]
    assert max(files) < last[place.stat().st_ino] < last[place.parent.stat().st_ino]
    above = [path.stat().st_ino for path in place.parents if tmp_path in (path, *path.parents)]
    assert set(above) <= set(synced)


def test_what_a_killed_run_left_is_taken_away_a_day_later_but_for_its_trail(
    tmp_path: Path,
) -> None:
    """A journal that tells of a change stays; a run that goes on is not touched."""
    ids = [f"20261122T10000{n}Z-0a1b2c3d" for n in range(4)]
    folders = [tmp_path / f".{run_id}.part" for run_id in ids]
    journals = [Journal(folder / NAME) for folder in folders]
    for folder in folders:
        (folder / NOTEBOOK).write_text("{")
    journals[1].write("test order: about to create", external_order_id="cartproof-x")
    for journal in (journals[0], journals[1], journals[3]):
        journal.close()
    siblings = tmp_path / "Customer" / "stone-edge"
    filing = siblings / f".{ids[0]}.0a1b2c3d.filing"
    filing.mkdir(parents=True)
    (filing / NOTEBOOK).write_text("{")
    tomorrow = datetime.now(UTC).timestamp() + LEFT_S + 60
    sweep(tmp_path, siblings)
    assert len(files_below(tmp_path)) == 9
    os.utime(folders[3] / NOTEBOOK, (tomorrow, tomorrow))
    sweep(tmp_path, siblings, now=tomorrow)
    assert files_below(tmp_path) == sorted(
        [
            f"{folders[1].name}/{NAME}",
            *(f"{f.name}/{n}" for f in folders[2:] for n in (NAME, NOTEBOOK)),
        ]
    )


@contextmanager
def held_by_another(ledger: Path, how: str) -> Iterator[None]:
    """Have another process hold a ledger: its line of writers, or the database itself."""
    program = {
        "line": "import fcntl, sys\nlock = open(sys.argv[1] + '.lock', 'a')\n"
        "fcntl.flock(lock, fcntl.LOCK_EX)\n",
        "database": "import sqlite3, sys\n"
        "database = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "database.execute('BEGIN EXCLUSIVE')\n",
    }[how]
    words = [sys.executable, "-c", f"{program}print(flush=True)\ninput()\n", str(ledger)]
    with subprocess.Popen(words, stdin=-1, stdout=subprocess.PIPE) as holding:
        assert holding.stdout is not None
        holding.stdout.readline()
        try:
            yield
        finally:
            holding.kill()


@pytest.mark.parametrize("how", ["line", "database"])
def test_a_ledger_that_another_program_holds_is_told_and_takes_the_run_later(
    how: str, filed: tuple[Shop, Filed], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before a run: nothing is begun. After it: the folder is whole, exit 3, no claim of an entry."""
    monkeypatch.setattr(database, "_BUSY_MS", 300)
    out = tmp_path / "runs"
    ready_ledger(out)
    book = Ledger(Database(out / LEDGER, wait_s=0.3))
    executed = notebook_of(filed)
    with held_by_another(out / LEDGER, how):
        with pytest.raises(LedgerError), book.turn():
            pytest.fail("two had their turn at once")
        late = file_run(executed, out=out, secrets=(), ledger=book)
    assert (late.entry, late.exit) == (None, 3)
    assert late.unlisted
    assert late.folder is not None
    assert {p.name for p in late.folder.iterdir()} == {p.name for p in executed.parent.iterdir()}
    again = file_run(executed, out=out, secrets=(), ledger=book)
    assert (again.entry, again.exit) == (1, 0)
