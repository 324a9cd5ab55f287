"""A store of outcomes in place of an executor, and a manifest without files behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cartproof.batch.executor import LostWorkerError, Outcome
from cartproof.batch.job import Job
from cartproof.batch.manifest.row import Manifest, Row

TIME = "2026-11-28T21:00:00.000Z"


def row(number: int, **more: Any) -> Row:
    """Return a row of its own store."""
    given: dict[str, Any] = {
        "place": f"row {number + 2}",
        "customer": f"Customer {number}",
        "runbook": "stone-edge",
        "credentials": f"file:/gone/{number}.txt",
        "store_hash": "",
        "answers": "",
        "parameters": {},
        "tags": (),
        "store": f"store{number}",
        **more,
    }
    key = f"{given['customer']}\n{given['runbook']}\n1"
    return Row(**{"key": key, **given})


def manifest(folder: Path, *rows: Row) -> Manifest:
    """Return a manifest of these rows."""
    return Manifest(folder / "customers.csv", rows)


def outcome(job: Job, verdict: str = "verified", **more: Any) -> Outcome:
    """Return an outcome of a job."""
    exits = {"verified": 0, "failed": 1, "incomplete": 3}
    given = {"exit": exits[verdict], "started": TIME, "finished": TIME, "seconds": 0.5, **more}
    if verdict != "verified":
        given.setdefault("causes", ("Products is read-only",))
        given.setdefault("reasons", ("Products: Wanted is Modify; the token has Read-only.",))
    return Outcome(job.run_id, job.customer, job.runbook, verdict, **given)


class FakeExecutor:
    """Answers jobs by a function as soon as they are submitted, and keeps what it was given."""

    def __init__(self, answer: Callable[[Job], Outcome] = outcome) -> None:
        self.jobs: list[Job] = []
        self.closed: list[bool] = []
        self._answer = answer

    def submit(self, job: Job) -> Future[Outcome]:
        self.jobs.append(job)
        future: Future[Outcome] = Future()
        try:
            future.set_result(self._answer(job))
        except LostWorkerError as error:
            future.set_exception(error)
        return future

    def close(self, *, at_once: bool = False) -> None:
        self.closed.append(at_once)

    @property
    def customers(self) -> Counter[str]:
        return Counter(job.customer for job in self.jobs)


class Heard:
    """A listener that keeps what it was told."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self.sentences: list[str] = []

    def settled(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)

    def told(self, sentence: str) -> None:
        self.sentences.append(sentence)

    @contextmanager
    def shown(self, _total: int) -> Iterator[Heard]:
        yield self
