"""The runner: keeps so many jobs under way, settles what comes back, and stops when told to."""

from __future__ import annotations

import time
from collections import Counter, deque
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from cartproof.batch.causes import short
from cartproof.batch.executor import Executor, LostTogetherError, LostWorkerError, Outcome
from cartproof.run.folders import new_run_id
from cartproof.run.journal import iso, utc_now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cartproof.batch.interrupts import Interrupts
    from cartproof.batch.job import Job
    from cartproof.batch.state import BatchState
    from cartproof.batch.turns import StoreTurns

TRIES = 3
"""How often a job is handed out whose process dies each time."""
TRIES_TOGETHER = 12
"""The same where others died with it, and any of them may have been the cause."""
_LOOK_EVERY_S = 0.5
_PAUSE_S = 0.2
_WELL = (0, 4)
"""Exit statuses that `--max-failures` does not count: verified, and waiting for a person."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A row that is to run.

    Attributes:
        job: What to run; without a run id for a new run.
        store: What it shares with other rows, and so waits its turn for.
    """

    key: str
    job: Job
    store: str


class Listener(Protocol):
    """Is told how a batch goes on."""

    def settled(self, outcome: Outcome) -> None:
        """Hear what came of a row."""
        ...

    def told(self, sentence: str) -> None:
        """Hear something else that a person may want to know."""
        ...


class Runner:
    """Runs planned rows; the state on disk is always ahead of what is under way."""

    def __init__(
        self,
        state: BatchState,
        executor: Executor,
        turns: StoreTurns,
        listener: Listener,
        *,
        jobs: int,
        interrupts: Interrupts,
        max_failures: int | None = None,
        checkpoint: Callable[[], None] = lambda: None,
    ) -> None:
        """Make a runner.

        Args:
            jobs: How many rows may be under way at once.
            interrupts: Tells when a person wants it to stop.
            max_failures: Rows that may fail before no more are begun; None for any number.
            checkpoint: Called now and then between rows, to write results so far.
        """
        self._state = state
        self._executor = executor
        self._turns = turns
        self._listener = listener
        self._jobs = jobs
        self._interrupts = interrupts
        self._max_failures = max_failures
        self._checkpoint = checkpoint
        self._waiting: deque[Planned] = deque()
        self._under_way: dict[Future[Outcome], Planned] = {}
        self._lost: Counter[str] = Counter()
        self._lost_together: Counter[str] = Counter()
        self._failures = 0
        self._is_stopped = False

    def run(self, planned: Iterable[Planned]) -> None:
        """Run rows until all are settled, too many failed, or a person wants it to stop."""
        self._waiting.extend(planned)
        while not self._interrupts.at_once and (self._under_way or self._may_begin()):
            self._begin()
            self._settle(self._done())
            self._checkpoint()
        self._executor.close(at_once=self._interrupts.at_once)
        for each in self._under_way.values():
            self._turns.give_back(each.store)

    def _may_begin(self) -> bool:
        if self._interrupts.asked and not self._is_stopped:
            self._is_stopped = True
            self._listener.told(
                f"Interrupted: {len(self._under_way)} under way are finished, no more are begun. "
                "Interrupt again to end them at once."
            )
        limit = self._max_failures
        if limit is not None and self._failures >= limit and not self._is_stopped:
            self._is_stopped = True
            self._listener.told(f"{self._failures} rows failed: no more are begun.")
        return bool(self._waiting) and not self._is_stopped

    def _begin(self) -> None:
        """Begin what there is room for; a row whose store is being asked waits for its turn."""
        chosen: list[Planned] = []
        if self._may_begin():
            for _ in range(len(self._waiting)):
                if len(self._under_way) + len(chosen) >= self._jobs:
                    break
                each = self._waiting.popleft()
                if self._turns.take(each.store):
                    chosen.append(_named(each))
                else:
                    self._waiting.append(each)
        if chosen:
            self._state.begin((each.key, each.job.run_id) for each in chosen)
        for each in chosen:
            self._under_way[self._executor.submit(each.job)] = each

    def _done(self) -> list[Future[Outcome]]:
        if not self._under_way:
            time.sleep(_PAUSE_S)  # every store that is left is asked by another batch
            return []
        return list(wait(self._under_way, _LOOK_EVERY_S, FIRST_COMPLETED).done)

    def _settle(self, done: list[Future[Outcome]]) -> None:
        settled: list[tuple[str, Outcome]] = []
        for future in done:
            each = self._under_way.pop(future)
            self._turns.give_back(each.store)
            outcome = self._outcome(future, each)
            if outcome is not None:
                settled.append((each.key, outcome))
        if settled:
            self._state.settle(settled)
        for _, outcome in settled:
            self._failures += outcome.exit not in _WELL
            self._listener.settled(outcome)

    def _outcome(self, future: Future[Outcome], each: Planned) -> Outcome | None:
        """Return what came of a row; None for one that is to be tried again, now or later."""
        try:
            return future.result()
        except (LostWorkerError, CancelledError) as error:
            if self._interrupts.at_once:
                return None
            is_together = isinstance(error, LostTogetherError)
            lost = self._lost_together if is_together else self._lost
            lost[each.key] += 1
            if lost[each.key] < (TRIES_TOGETHER if is_together else TRIES):
                self._waiting.appendleft(each)
                return None
            return _given_up(each.job, str(error), times=lost[each.key])


def _named(each: Planned) -> Planned:
    """Give a row's run its id, before anything is begun."""
    if each.job.run_id:
        return each
    return replace(each, job=replace(each.job, run_id=new_run_id(utc_now())))


def _given_up(job: Job, why: str, *, times: int) -> Outcome:
    told = f"Its process died {times} times. {why}"
    now = iso(utc_now())
    return Outcome(
        run_id=job.run_id,
        customer=job.customer,
        runbook=job.runbook,
        verdict="incomplete",
        exit=3,
        reasons=(told,),
        causes=(short("Its process died each time"),),
        started=now,
        finished=now,
    )
