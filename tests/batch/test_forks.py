"""Jobs in forked children: an outcome each, true notebooks after a kill, and nothing left over."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import psutil
import pytest

from batch.test_executor import LONGEST_S, job, wait_until
from cartproof.batch.executor import LostWorkerError
from cartproof.batch.forks.executor import ForkExecutor
from cartproof.batch.forks.system import can_fork
from cartproof.filing import JOURNAL, MERCHANT_REPORT, NOTEBOOK, RECORD, REPORT
from whole.conftest import Shop

MakeShop = Callable[..., Shop]
pytestmark = pytest.mark.skipif(not can_fork(), reason="forks need Linux")


@pytest.fixture(scope="module")
def executor() -> Iterator[ForkExecutor]:
    """One fork server for all tests of this module that leave it alive."""
    made = ForkExecutor(2)
    yield made
    made.close()


def statuses(folder: str) -> list[str]:
    """Return what papermill's metadata says of a notebook's code cells, in order."""
    notebook = json.loads((Path(folder) / NOTEBOOK).read_text("utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [cell["metadata"]["papermill"]["status"] for cell in code]


def test_jobs_have_outcomes(executor: ForkExecutor, shop: MakeShop, tmp_path: Path) -> None:
    """Right, wrong and without credentials, side by side."""
    right, wrong = shop(), shop(changed={"Products": "read-only"})
    jobs = [job(right, tmp_path), job(wrong, tmp_path)]
    jobs.append(job(right, tmp_path, credentials=f"file:{tmp_path / 'gone.txt'}"))
    good, bad, gone = [future.result(LONGEST_S) for future in map(executor.submit, jobs)]
    assert (good.verdict, good.exit, good.run_id) == ("verified", 0, jobs[0].run_id)
    names = {path.name for path in Path(good.folder).iterdir()}
    assert names == {NOTEBOOK, REPORT, MERCHANT_REPORT, RECORD, JOURNAL}
    assert (bad.verdict, bad.exit, bad.cause) == ("failed", 1, "Products is read-only")
    assert (gone.verdict, gone.exit, gone.folder) == ("incomplete", 2, "")
    assert set(statuses(good.folder)) == {"completed"}
    assert not list(tmp_path.rglob(".*"))


def test_a_killed_child_is_filed_as_far_as_it_came(
    executor: ForkExecutor, shop: MakeShop, tmp_path: Path
) -> None:
    """`kill -9` in the midst: what ran keeps its outputs, what did not never says it did."""
    slow = shop()
    slow.fault(kind="slow", seconds=2)
    future = executor.submit(job(slow, tmp_path))
    server = psutil.Process(executor.pid)
    wait_until(lambda: any("scopes" in p.read_text() for p in tmp_path.glob(".*.part/journal.*")))
    for child in server.children():
        os.kill(child.pid, signal.SIGKILL)
    outcome = future.result(LONGEST_S)
    assert (outcome.verdict, outcome.exit) == ("incomplete", 3)
    assert "SIGKILL" in outcome.reasons[0]
    assert (Path(outcome.folder) / RECORD).is_file()
    told = statuses(outcome.folder)
    at = told.index("failed")
    assert set(told[:at]) == {"completed"}
    assert set(told[at + 1 :]) == {"pending"}


def test_a_cell_that_takes_too_long_is_ended(
    executor: ForkExecutor, shop: MakeShop, tmp_path: Path
) -> None:
    """The cell's time-out is the parent's to keep; the report says which cell it was."""
    slow = shop()
    slow.fault(kind="slow", seconds=60)
    outcome = executor.submit(job(slow, tmp_path, cell_timeout_s=1)).result(LONGEST_S)
    assert (outcome.verdict, outcome.exit) == ("incomplete", 3)
    assert "longer than 1 s" in outcome.reasons[0]


def test_a_notebook_that_takes_too_long_is_ended(
    executor: ForkExecutor, shop: MakeShop, tmp_path: Path
) -> None:
    """So is the notebook's; the outcome says the same as of any other way to run it."""
    slow = shop()
    slow.fault(kind="slow", seconds=60)
    outcome = executor.submit(job(slow, tmp_path, timeout_s=2)).result(LONGEST_S)
    assert outcome.verdict == "incomplete"
    assert outcome.causes == ("It took too long",)
    assert "2 seconds" in outcome.reasons[0]
    assert "longer than 2 s" in outcome.reasons[1]
    assert outcome.seconds >= 2
    began, ended = map(datetime.fromisoformat, (outcome.started, outcome.finished))
    assert (ended - began).total_seconds() >= 2


def test_a_killed_server_takes_its_children_along(shop: MakeShop, tmp_path: Path) -> None:
    """The job is lost, and said to be; no process stays; the next job has a new server."""
    slow = shop()
    slow.fault(kind="slow", seconds=30)
    executor = ForkExecutor(1)
    future = executor.submit(job(slow, tmp_path))
    server = psutil.Process(executor.pid)
    wait_until(lambda: list(tmp_path.glob(".*.part/journal.jsonl")))
    children = server.children(recursive=True)
    server.kill()
    with pytest.raises(LostWorkerError):
        future.result(LONGEST_S)
    assert children
    wait_until(lambda: not any(child.is_running() for child in children))
    again = executor.submit(job(shop(), tmp_path)).result(LONGEST_S)
    assert again.verdict == "verified"
    executor.close()


def test_closing_at_once_ends_what_is_under_way(shop: MakeShop, tmp_path: Path) -> None:
    """`close(at_once=True)` waits for no notebook."""
    slow = shop()
    slow.fault(kind="slow", seconds=60)
    executor = ForkExecutor(1)
    running, waiting = (executor.submit(job(slow, tmp_path)) for _ in range(2))
    wait_until(lambda: list(tmp_path.glob(".*.part/journal.jsonl")))
    executor.close(at_once=True)
    for future in (running, waiting):
        with pytest.raises(LostWorkerError):
            future.result(0)


@pytest.mark.parametrize(("compares", "has_pandas"), [("true", "True"), ("false", "False")])
def test_pandas_is_imported_before_the_fork_by_those_who_need_it(
    compares: str, has_pandas: str
) -> None:
    """It is a third of a server's memory, and few notebooks read a table."""
    given = {"compare_items_list": compares, "items_list": "items.csv"}
    told = (
        "import sys\nfrom cartproof.batch.job import Job\n"
        "from cartproof.batch.forks.tasks import JobTask\n"
        f"job = Job('salesorder', 'A Shop', 'env:A', parameters={given})\n"
        "JobTask(1, job).warm()\nprint('pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout == f"{has_pandas}\n"
