"""The test order in kernels of their own: filed, cut off, withheld, killed with all around it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import nbformat
import psutil
import pytest

from cartproof.batch import headless
from cartproof.batch.forks.alone import kernel_ahead
from cartproof.batch.headless import Execute, run_headless, stock
from cartproof.errors import NotebookError
from cartproof.filing import JOURNAL, REPORT
from cartproof.run.journal import events_in

from .conftest import CUSTOMER, Shop
from .test_headless import job, pieces_of, searched
from .test_test_order import open_ones, ours

MakeShop = Callable[..., Shop]
CREATE = {"create_test_order": "true"}


def test_a_run_that_creates_its_order_is_verified_and_filed(shop: MakeShop, tmp_path: Path) -> None:
    """Report and journal show the order's creation and its archiving; the last step passed."""
    right = shop()
    filed = run_headless(job(right, tmp_path / "runs", parameters=CREATE))
    assert (filed.verdict, filed.exit) == ("verified", 0)
    assert filed.folder is not None
    (order,) = ours(right)
    assert order["is_deleted"]
    steps = {step.step_id: step for step in filed.reading.steps}
    evidence = steps["archive-test-order"].findings[-1].evidence
    assert [e.method for e in evidence] == ["GET", "DELETE"]
    report = (filed.folder / REPORT).read_text()
    assert f"Order {order['id']}" in report
    assert "Webhooks fire" in report
    events = [event["event"] for event in events_in((filed.folder / JOURNAL).read_bytes())]
    assert "test order: archived" in events
    assert searched(tmp_path / "runs", pieces_of(right)) == []


def cut_before(step: str, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a cell before a step's."""
    build = headless.build

    def with_cut(loaded):
        notebook = build(loaded)
        cells = notebook.cells
        at = next(n for n, cell in enumerate(cells) if f'run.step("{step}")' in cell.source)
        cells.insert(at, nbformat.v4.new_code_cell(source, id="cut"))
        return notebook

    monkeypatch.setattr(headless, "build", with_cut)


AFTER = "send-to-vendor"


@pytest.mark.parametrize("way", [lambda: nullcontext(stock), kernel_ahead], ids=["stock", "ahead"])
def test_an_exception_after_the_creation_still_archives(
    way: Callable[[], AbstractContextManager[Execute]],
    shop: MakeShop,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No cell after it runs; the kernel archives on its way out. The run is incomplete."""
    cut_before(AFTER, "raise MemoryError", monkeypatch)
    right = shop()
    with way() as execute:
        filed = run_headless(job(right, tmp_path / "runs", parameters=CREATE), execute=execute)
    assert filed.verdict == "incomplete"
    assert (len(ours(right)), open_ones(right)) == (1, [])


def test_a_killed_kernel_leaves_an_orphan_that_the_next_run_archives(
    shop: MakeShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its journal was filed, so the next run knows that it is over and waits for nothing."""
    right = shop()
    with monkeypatch.context() as patched:
        cut_before(AFTER, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)", patched)
        filed = run_headless(job(right, tmp_path / "runs", parameters=CREATE))
    assert filed.verdict == "incomplete"
    assert len(open_ones(right)) == 1
    again = run_headless(job(right, tmp_path / "runs", parameters=CREATE))
    assert again.verdict == "verified"
    assert (len(ours(right)), open_ones(right)) == (2, [])


def test_killed_with_all_its_processes_a_run_is_cleared_up_by_the_next(
    shop: MakeShop, tmp_path: Path
) -> None:
    """`kill -9` for `cartproof run` and its kernel: the journal stays in the hidden folder."""
    right = shop()
    right.fault(kind="slow", seconds=15, path="/v2/orders/", method="GET")
    words = ["run", "stone-edge", "--customer", CUSTOMER, "--credentials", right.reference,
             "--answers", str(right.answers), "--out", "runs", "-p", "create_test_order=true"]  # fmt: skip
    program = Path(sys.executable).with_name("cartproof")
    with subprocess.Popen(
        [program, *words], cwd=tmp_path, start_new_session=True, stdout=-3, stderr=-3
    ) as running:
        journal: list[Path] = []
        until = time.monotonic() + 60
        while not (journal and "test order: created" in journal[0].read_text()):
            assert time.monotonic() < until
            time.sleep(0.05)
            journal = list((tmp_path / "runs").glob(".*.part/journal.jsonl"))
        kernels = psutil.Process(running.pid).children(recursive=True)
        assert kernels
        for process in (psutil.Process(running.pid), *kernels):
            process.kill()
        psutil.wait_procs(kernels, timeout=120)
        running.wait()
    assert len(open_ones(right)) == 1
    right.fault(kind="none")
    again = run_headless(job(right, tmp_path / "runs", parameters=CREATE))
    assert again.verdict == "verified"
    assert (len(ours(right)), open_ones(right)) == (2, [])


def test_withheld_files_leave_the_journal_of_what_was_changed(
    shop: MakeShop, tmp_path: Path
) -> None:
    """The leak gate lets nothing pass but the journal, redacted, since the store was changed."""
    right = shop()
    word = f"Shop {right.made['access_token']}"
    filed = run_headless(
        job(right, tmp_path / "runs", parameters=CREATE, customer=word, answers=None)
    )
    assert (filed.exit, filed.folder) == (5, None)
    assert filed.journal == tmp_path / "runs" / "unfiled" / filed.run_id / JOURNAL
    events = [event["event"] for event in events_in(filed.journal.read_bytes())]
    assert "test order: archived" in events
    assert searched(tmp_path / "runs", pieces_of(right)) == []


def test_a_run_that_cannot_be_filed_leaves_its_journal_too(
    shop: MakeShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stands in the way of filing, what was changed in the store is not forgotten."""

    def broken(*_words: object, **_named: object) -> None:
        raise NotebookError("no such notebook")

    monkeypatch.setattr(headless, "file_run", broken)
    right = shop()
    with pytest.raises(NotebookError):
        run_headless(job(right, tmp_path / "runs", parameters=CREATE))
    (kept,) = (tmp_path / "runs").rglob("*.jsonl")
    assert kept.parent.parent.name == "unfiled"
    assert "test order: archived" in kept.read_text()
