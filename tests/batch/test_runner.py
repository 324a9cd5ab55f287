"""The runner: everything once, in turn, stopped when told to, and gone on with where it stood."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cartproof.batch.batch import Ended, Wish, run_batch
from cartproof.batch.executor import Executor, LostTogetherError, LostWorkerError, Outcome
from cartproof.batch.interrupts import Interrupts
from cartproof.batch.job import Job
from cartproof.batch.manifest.row import Manifest
from cartproof.batch.selection import failures_allowed, parse_only
from cartproof.batch.turns import StoreTurns
from cartproof.batch.verdict import batch_exit
from cartproof.checks.created_order.trail import CREATED
from cartproof.errors import UsageError

from .fakes import FakeExecutor, Heard, manifest, outcome, row

Run = Callable[..., Ended]
CHANGE = {"event": CREATED, "tag": "cartproof-1"}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a batch: `run(manifest, executor, only=…)`."""

    def batch(
        what: Manifest,
        executor: Executor,
        *,
        interrupts: Interrupts | None = None,
        heard: Heard | None = None,
        only: tuple[str, ...] = (),
        **more: Any,
    ) -> Ended:
        wish = Wish(
            **{
                "manifest": what,
                "out": tmp_path / "runs",
                "jobs": 4,
                "only": parse_only(only),
                **more,
            }
        )
        shown = (heard or Heard()).shown
        return run_batch(
            wish, shown=shown, executor=lambda _: executor, interrupts=interrupts or Interrupts()
        )

    return batch


def failing(*numbers: int, **more: Any) -> Callable[[Job], Outcome]:
    """Return answers: these customers fail."""
    names = {f"Customer {number}" for number in numbers}
    return lambda job: outcome(job, "failed" if job.customer in names else "verified", **more)


def verdicts(ended: Ended) -> list[str]:
    """Return the verdicts in the manifest's order."""
    return [line.verdict for line in ended.lines]


def test_every_row_is_run_once_and_all_results_are_written(run: Run, tmp_path: Path) -> None:
    """Outcomes are told as they settle; the four files are there."""
    what = manifest(tmp_path, *(row(n, tags=("vip",)) for n in range(10)))
    executor, heard = FakeExecutor(failing(3)), Heard()
    ended = run(what, executor, heard=heard)
    assert verdicts(ended) == ["verified"] * 3 + ["failed"] + ["verified"] * 6
    assert executor.customers == {f"Customer {n}": 1 for n in range(10)}
    assert len(heard.outcomes) == 10
    assert {len(job.run_id) for job in executor.jobs} == {25}
    assert {(job.batch, job.tags) for job in executor.jobs} == {(ended.batch, ("vip",))}
    assert (ended.open, ended.was_interrupted, batch_exit(ended.lines)) == (0, False, 1)
    names = {path.name for path in (tmp_path / "runs").iterdir()}
    assert names >= {"index.html", "results.csv", "results.json", "junit.xml", "ledger.db"}
    assert executor.closed == [False]


def test_a_row_whose_process_dies_each_time_leaves_nothing_half_written(
    run: Run, tmp_path: Path
) -> None:
    """Its hidden folders go, but for a journal that tells of a change in the store."""
    out = tmp_path / "runs"
    event = {"event": "request", "method": "POST"}

    def die(job: Job) -> Outcome:
        hidden = out / f".{job.run_id}.part"
        hidden.mkdir(parents=True, exist_ok=True)
        (hidden / "notebook.ipynb").write_text("half", "utf-8")
        is_changed = job.customer == "Customer 1"
        (hidden / "journal.jsonl").write_text(json.dumps(CHANGE if is_changed else event), "utf-8")
        raise LostWorkerError("killed")

    run(manifest(tmp_path, row(0), row(1)), FakeExecutor(die))
    left = [path for path in out.rglob(".*/*") if path.is_file()]
    assert [path.name for path in left] == ["journal.jsonl"]
    assert json.loads(left[0].read_text("utf-8")) == CHANGE


def test_what_an_earlier_try_of_a_filed_row_left_is_cleared_away(run: Run, tmp_path: Path) -> None:
    """The folder of a try that died stays while its journal is held; the next try has its own."""
    out = tmp_path / "runs"

    def die_once(job: Job) -> Outcome:
        hidden = out / f".{job.run_id}.part"
        if not hidden.exists():
            hidden.mkdir(parents=True)
            (hidden / "journal.jsonl").write_text("{}\n", "utf-8")
            raise LostWorkerError("killed")
        return outcome(job, folder=str(out / job.customer / job.run_id))

    ended = run(manifest(tmp_path, row(0), row(1)), FakeExecutor(die_once))
    assert verdicts(ended) == ["verified", "verified"]
    assert list(out.glob(".*.part")) == []


def test_resume_runs_what_is_open_and_nothing_else(run: Run, tmp_path: Path) -> None:
    """What was cut off keeps its run id; a changed row is run anew; a new one joins, one leaves."""
    rows = [row(n) for n in range(6)]
    first = FakeExecutor(lambda job: outcome(job) if job.customer < "Customer 4" else _end())
    interrupts = Interrupts()

    def _end() -> Outcome:
        interrupts.ask()
        interrupts.ask()
        raise LostWorkerError("killed")

    cut = run(manifest(tmp_path, *rows), first, interrupts=interrupts, jobs=1)
    assert (cut.was_interrupted, cut.open) == (True, 2)
    assert first.closed == [True]
    assert first.jobs[-1].customer == "Customer 4"
    changed = [replace(rows[1], parameters={"x": 1}), *rows[2:], row(7)]
    second = FakeExecutor()
    ended = run(manifest(tmp_path, *changed), second, resume=True)
    assert set(second.customers) == {"Customer 1", "Customer 4", "Customer 5", "Customer 7"}
    ids = {job.customer: job.run_id for job in second.jobs}
    assert ids["Customer 4"] == first.jobs[-1].run_id
    assert ended.batch == cut.batch
    assert [line.customer for line in ended.lines] == [f"Customer {n}" for n in (1, 2, 3, 4, 5, 7)]
    third = FakeExecutor()
    run(manifest(tmp_path, *changed), third, resume=True)
    assert third.jobs == []


def test_only_failed_runs_these_again_under_new_ids(run: Run, tmp_path: Path) -> None:
    """The others keep their results; `tag:` and `customer:` narrow it down."""
    what = manifest(tmp_path, *(row(n, tags=("odd",) if n % 2 else ()) for n in range(6)))
    first = FakeExecutor(failing(1, 2, 3))
    run(what, first)
    second = FakeExecutor(failing(3))
    ended = run(what, second, only=("failed", "tag:odd"))
    assert set(second.customers) == {"Customer 1", "Customer 3"}
    assert not {job.run_id for job in second.jobs} & {job.run_id for job in first.jobs}
    expected = ["verified", "verified", "failed", "failed", "verified", "verified"]
    assert verdicts(ended) == expected
    third = FakeExecutor(lambda job: outcome(job, "incomplete", exit=4))
    run(what, third, only=("failed", "customer:Customer 2"))
    assert set(third.customers) == {"Customer 2"}
    fourth = FakeExecutor()
    run(what, fourth, only=("blocked",))
    assert set(fourth.customers) == {"Customer 2"}


def test_a_new_batch_may_be_of_some_rows_alone(run: Run, tmp_path: Path) -> None:
    """Without a verdict, `--only` begins a batch of the rows that fit; none is bad usage."""
    what = manifest(tmp_path, row(1, tags=("vip",)), row(2), row(3, runbook="dropstream"))
    ended = run(what, FakeExecutor(), only=("tag:vip",))
    assert [line.customer for line in ended.lines] == ["Customer 1"]
    with pytest.raises(UsageError, match="fits no row"):
        run(what, FakeExecutor(), only=("tag:vip", "runbook:dropstream"))


@pytest.mark.parametrize(("resume", "only"), [(True, ()), (False, ("failed",))])
def test_going_on_needs_a_batch_to_go_on_with(
    run: Run, tmp_path: Path, resume: bool, only: tuple[str, ...]
) -> None:
    """Nothing is begun in its place."""
    executor = FakeExecutor()
    with pytest.raises(UsageError, match="no batch of"):
        run(manifest(tmp_path, row(1)), executor, resume=resume, only=only)
    assert executor.jobs == []


@pytest.mark.parametrize(("allowed", "begun"), [("2", 2), ("20%", 2), ("1", 1), ("", 10)])
def test_too_many_failures_stop_it(run: Run, tmp_path: Path, allowed: str, begun: int) -> None:
    """No more rows are begun; the rest is open and can be gone on with."""
    what = manifest(tmp_path, *(row(n) for n in range(10)))
    executor, heard = FakeExecutor(failing(*range(10))), Heard()
    ended = run(what, executor, heard=heard, max_failures=allowed, jobs=1)
    assert (len(executor.jobs), ended.open) == (begun, 10 - begun)
    assert bool(heard.sentences) is (begun < 10)
    more = FakeExecutor()
    assert run(what, more, resume=True).open == 0
    assert len(more.jobs) == 10 - begun


def test_rows_that_wait_for_a_person_are_no_failures(run: Run, tmp_path: Path) -> None:
    """Exit status 4 does not count for `--max-failures`."""
    what = manifest(tmp_path, *(row(n) for n in range(4)))
    executor = FakeExecutor(lambda job: outcome(job, "incomplete", exit=4))
    assert run(what, executor, max_failures="1", jobs=1).open == 0


@pytest.mark.parametrize("text", ["0", "-1", "5.5", "x", "0%", "101%", "%", "１"])
def test_max_failures_is_a_number_or_a_share(text: str) -> None:
    """Anything else is bad usage."""
    with pytest.raises(UsageError):
        failures_allowed(text, [1, 2])


@pytest.mark.parametrize("word", ["faild", "tag:", "color:red", ""])
def test_only_takes_verdicts_and_filters(word: str) -> None:
    """Anything else is bad usage."""
    with pytest.raises(UsageError, match="--only"):
        parse_only([word])


class Slow:
    """An executor whose jobs end when the test says so."""

    def __init__(self) -> None:
        self.under_way: dict[str, tuple[Job, Future[Outcome]]] = {}
        self.most = 0
        self.changed = threading.Condition()

    def submit(self, job: Job) -> Future[Outcome]:
        future: Future[Outcome] = Future()
        with self.changed:
            self.under_way[job.customer] = (job, future)
            self.most = max(self.most, len(self.under_way))
            self.changed.notify_all()
        return future

    def close(self, *, at_once: bool = False) -> None:
        pass

    def wait_for(self, holds: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(holds, timeout=60)

    def end(self, customer: str) -> None:
        with self.changed:
            job, future = self.under_way.pop(customer)
        future.set_result(outcome(job))


def test_rows_of_one_store_take_turns_and_others_go_on(run: Run, tmp_path: Path) -> None:
    """At most so many at once, and of one store never two; another batch's turn is waited for."""
    what = manifest(tmp_path, *(row(n, store="one" if n < 3 else f"store{n}") for n in range(6)))
    executor = Slow()
    thread = threading.Thread(target=run, args=(what, executor), kwargs={"jobs": 3})
    thread.start()
    executor.wait_for(lambda: len(executor.under_way) == 3)
    assert {"Customer 1", "Customer 2"}.isdisjoint(executor.under_way)
    executor.end("Customer 0")
    executor.wait_for(lambda: len(executor.under_way) == 3)
    for _ in range(5):
        executor.wait_for(lambda: bool(executor.under_way))
        of_one = [n for n in ("Customer 1", "Customer 2") if n in executor.under_way]
        assert len(of_one) <= 1
        executor.end(next(iter(executor.under_way)))
    thread.join(60)
    assert not thread.is_alive()
    assert executor.most == 3


def test_a_stores_turn_is_one_among_processes(tmp_path: Path) -> None:
    """Who has it not is told at once, and gets it when it is given back."""
    mine, theirs = StoreTurns(tmp_path), StoreTurns(tmp_path)
    assert mine.take("abc")
    assert not mine.take("abc")
    assert not theirs.take("abc")
    assert theirs.take("other")
    mine.give_back("abc")
    assert theirs.take("abc")


def test_a_job_whose_process_dies_is_tried_again_under_its_id(run: Run, tmp_path: Path) -> None:
    """Twice more; then the row is incomplete and says so."""
    tries: list[str] = []

    def answer(job: Job) -> Outcome:
        tries.append(job.run_id)
        if job.customer == "Customer 2" or len(tries) < 3:
            raise LostWorkerError("The process died.")
        return outcome(job)

    ended = run(manifest(tmp_path, row(1), row(2)), FakeExecutor(answer), jobs=1)
    assert verdicts(ended) == ["verified", "incomplete"]
    assert len(tries) == 6
    assert len(set(tries)) == 2
    assert ended.lines[1].reasons == ("Its process died 3 times. The process died.",)


def test_a_job_that_is_lost_with_others_is_tried_more_often(run: Run, tmp_path: Path) -> None:
    """Whoever dies with the rest need not be the cause; but nothing is tried for ever."""
    tries: Counter[str] = Counter()

    def answer(job: Job) -> Outcome:
        tries[job.customer] += 1
        if job.customer == "Customer 2" or tries[job.customer] < 6:
            raise LostTogetherError("The server died.")
        return outcome(job)

    ended = run(manifest(tmp_path, row(1), row(2)), FakeExecutor(answer))
    assert verdicts(ended) == ["verified", "incomplete"]
    assert tries == {"Customer 1": 6, "Customer 2": 12}
    assert ended.lines[1].reasons == ("Its process died 12 times. The server died.",)


def test_the_first_interrupt_finishes_what_is_under_way(run: Run, tmp_path: Path) -> None:
    """No more rows are begun, and the results say that it was interrupted."""
    interrupts = Interrupts()
    executor = FakeExecutor(
        lambda job: outcome(job) if interrupts.asked else interrupts.ask() or outcome(job)
    )
    heard = Heard()
    what = manifest(tmp_path, *(row(n) for n in range(9)))
    ended = run(what, executor, interrupts=interrupts, heard=heard, jobs=2)
    assert 1 <= len(executor.jobs) <= 2
    assert (ended.was_interrupted, ended.open) == (True, 9 - len(executor.jobs))
    assert "Interrupt again" in heard.sentences[0]
    told = json.loads((tmp_path / "runs" / "results.json").read_text())
    assert "interrupted" in told["note"]
    assert told["counts"]["not-run"] == ended.open


def test_two_batches_do_not_write_to_one_place(run: Run, tmp_path: Path) -> None:
    """The second is refused while the first is under way."""
    what = manifest(tmp_path, row(1))
    executor = Slow()
    thread = threading.Thread(target=run, args=(what, executor))
    thread.start()
    executor.wait_for(lambda: bool(executor.under_way))
    with pytest.raises(UsageError, match="Another batch is writing"):
        run(what, FakeExecutor())
    executor.end("Customer 1")
    thread.join(60)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    ("exits", "worst"),
    [
        ([0, 0], 0),
        ([0, 4], 4),
        ([4, 3], 3),
        ([3, 1, 0], 1),
        ([1, 5], 5),
        ([0, 2], 3),
        ([0, None], 3),
        ([], 0),
    ],
)
def test_the_worst_row_counts(exits: list[int | None], worst: int) -> None:
    """Leak, failed, incomplete, blocked, verified; 2 and none count as incomplete."""

    class Row:
        def __init__(self, status: int | None) -> None:
            self.exit = status

    assert batch_exit([Row(status) for status in exits]) == worst
