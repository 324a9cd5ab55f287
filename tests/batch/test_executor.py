"""Executors: an outcome for every job, whatever is wrong with it, and no process left over."""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from cartproof.batch.carry_out import carry_out
from cartproof.batch.executor import LostWorkerError
from cartproof.batch.job import Job
from cartproof.batch.spawned import SpawnExecutor
from cartproof.filing import JOURNAL, MERCHANT_REPORT, NOTEBOOK, RECORD, REPORT
from cartproof.run.folders import new_run_id
from cartproof.run.journal import utc_now
from whole.conftest import Shop

MakeShop = Callable[..., Shop]
LONGEST_S = 180


def job(shop: Shop, out: Path, **more: object) -> Job:
    """Return the job of running a shop under an id of its own."""
    given = {
        "customer": shop.customer,
        "credentials": shop.reference,
        "answers": shop.answers,
        "out": out,
        "run_id": new_run_id(utc_now()),
    }
    return Job(runbook=shop.runbook, **{**given, **more})  # type: ignore[arg-type]


def wait_until(holds: Callable[[], object]) -> None:
    """Wait until a condition holds."""
    ends = time.monotonic() + LONGEST_S
    while not holds():
        assert time.monotonic() < ends, "it never came to that"
        time.sleep(0.05)


def test_jobs_have_outcomes_and_no_process_is_left(shop: MakeShop, tmp_path: Path) -> None:
    """Right, wrong and without credentials: three outcomes from one worker."""
    right, wrong = shop(), shop(changed={"Products": "read-only"})
    executor = SpawnExecutor(1)
    jobs = [job(right, tmp_path), job(wrong, tmp_path)]
    jobs.append(job(right, tmp_path, credentials=f"file:{tmp_path / 'gone.txt'}"))
    good, bad, gone = [future.result(LONGEST_S) for future in map(executor.submit, jobs)]
    mine = [p for p in psutil.Process().children() if "spawn_main" in " ".join(p.cmdline())]
    executor.close()
    assert (good.verdict, good.exit, good.causes, good.run_id) == (
        "verified",
        0,
        (),
        jobs[0].run_id,
    )
    assert {path.name for path in Path(good.folder).iterdir()} == {
        NOTEBOOK,
        REPORT,
        MERCHANT_REPORT,
        RECORD,
        JOURNAL,
    }
    assert good.started < good.finished
    assert (bad.verdict, bad.exit, bad.cause) == ("failed", 1, "Products is read-only")
    assert "Wanted is Modify" in bad.reasons[0]
    assert (gone.verdict, gone.exit, gone.folder) == ("incomplete", 2, "")
    assert "gone.txt" in gone.reasons[0]
    assert gone.cause == "The credentials file … is not there"
    assert pickle.loads(pickle.dumps(bad)) == bad
    assert mine
    assert not any(process.is_running() for process in mine)


def test_a_job_carried_out_twice_is_filed_once(shop: MakeShop, tmp_path: Path) -> None:
    """The second time the first one's files are kept, byte for byte, and its outcome is told."""
    right = shop()
    twice = job(right, tmp_path / "runs")
    first = carry_out(twice)
    before = {path: path.read_bytes() for path in Path(first.folder).iterdir()}
    right.fault(kind="status", status=500)
    second = carry_out(twice)
    assert (second.verdict, second.folder) == ("verified", first.folder)
    assert {path: path.read_bytes() for path in Path(first.folder).iterdir()} == before
    assert not list((tmp_path / "runs").rglob(".*"))


def test_a_killed_worker_is_told_and_replaced(shop: MakeShop, tmp_path: Path) -> None:
    """`kill -9` of a worker in the midst of a job loses that job alone; it can be run again."""
    slow = shop()
    slow.fault(kind="slow", seconds=1)
    executor = SpawnExecutor(1)
    cut = job(slow, tmp_path / "runs")
    lost = executor.submit(cut)
    wait_until(lambda: list((tmp_path / "runs").glob(".*.part/journal.jsonl")))
    (worker,) = [p for p in psutil.Process().children() if "spawn_main" in " ".join(p.cmdline())]
    kernels = worker.children(recursive=True)
    os.kill(worker.pid, signal.SIGKILL)
    with pytest.raises(LostWorkerError):
        lost.result(LONGEST_S)
    assert kernels
    wait_until(lambda: not any(process.is_running() for process in kernels))
    slow.fault(kind="none")
    again = executor.submit(job(shop(), tmp_path / "runs"))
    assert again.result(LONGEST_S).verdict == "verified"
    executor.close()


def test_a_notebook_that_takes_too_long_is_cut_off_and_filed(
    shop: MakeShop, tmp_path: Path
) -> None:
    """Its time-out ends the kernel; what ran is filed as incomplete, and the cause says why."""
    slow = shop()
    slow.fault(kind="slow", seconds=30)
    outcome = carry_out(job(slow, tmp_path / "runs", timeout_s=6))
    assert (outcome.verdict, outcome.exit) == ("incomplete", 3)
    assert outcome.causes == ("It took too long",)
    assert "6 seconds" in outcome.reasons[0]
    assert (Path(outcome.folder) / RECORD).is_file()


def test_ending_at_once_ends_what_is_under_way(shop: MakeShop, tmp_path: Path) -> None:
    """`close(at_once=True)` waits for no notebook."""
    slow = shop()
    slow.fault(kind="slow", seconds=30)
    executor = SpawnExecutor(1)
    running, waiting = (executor.submit(job(slow, tmp_path / "runs")) for _ in range(2))
    wait_until(lambda: list((tmp_path / "runs").glob(".*.part/journal.jsonl")))
    ender = threading.Thread(target=executor.close, kwargs={"at_once": True})
    ender.start()
    ender.join(LONGEST_S)
    with pytest.raises(LostWorkerError):
        running.result(0)
    assert waiting.cancelled()
