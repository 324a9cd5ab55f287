"""What a fork server can be asked for: to carry a job out, or to be a kernel for somebody."""

from __future__ import annotations

import atexit
import os
import socket
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from cartproof.errors import CartproofError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cartproof.audit.ledger import Ledger
    from cartproof.batch.executor import Outcome
    from cartproof.batch.forks.kernel import Kernel
    from cartproof.batch.forks.replay import Cause
    from cartproof.batch.forks.tape import Clock, Tape
    from cartproof.batch.job import Job
    from cartproof.runbook.model import Runbook


@dataclass(frozen=True, slots=True)
class JobTask:
    """A job, from its notebook to its report.

    Attributes:
        number: By which the answer is told from others.
        memory_mb: How much more memory than its parent it may take; 0: as much as there is.
    """

    number: int
    job: Job
    memory_mb: int = 0

    @property
    def cell_timeout_s(self) -> float:
        """Return how long one cell may take."""
        return self.job.cell_timeout_s

    @property
    def timeout_s(self) -> float:
        """Return how long all of it may take."""
        return self.job.timeout_s

    def with_descriptors(self, descriptors: list[int]) -> JobTask:
        """Return the task as it is: a job needs none."""
        return self

    def warm(self) -> None:
        """Read in the parent what all jobs of this runbook need; each is read once."""
        from cartproof.batch.forks.preload import preload_more  # noqa: PLC0415
        from cartproof.runbook.builder import build  # noqa: PLC0415
        from cartproof.runbook.loader import load_with_digest  # noqa: PLC0415

        with suppress(CartproofError):  # the job itself will tell
            loaded = load_with_digest(self.job.runbook)
            build(loaded)
            if _reads_a_table(loaded.runbook, self.job):
                preload_more(("pandas",))
            _look_at(_ledger_of(self.job.out, self.job.ledger))

    def run(self, kernel: Kernel, tape: Tape, clock: Clock) -> Outcome:
        """Carry the job out in this process."""
        from cartproof.batch.carry_out import carry_out  # noqa: PLC0415 - not in every server
        from cartproof.batch.forks.notebook import ExecutedHere  # noqa: PLC0415
        from cartproof.batch.headless import run_headless  # noqa: PLC0415

        way = ExecutedHere(kernel, record=tape.append, mark=clock.mark)
        return carry_out(
            self.job,
            run=lambda job: run_headless(job, execute=way, ledger=_ledger_of(job.out, job.ledger)),
        )

    def rebuild(self, tape: Tape, cause: Cause, *, after_s: float) -> Outcome:
        """File what there is of the job, so many seconds after its process began that is dead."""
        from cartproof.batch.carry_out import carry_out  # noqa: PLC0415
        from cartproof.batch.forks.notebook import RebuiltFromTape  # noqa: PLC0415
        from cartproof.batch.headless import run_headless  # noqa: PLC0415

        way = RebuiltFromTape(tape.read(), cause)
        run = partial(run_headless, execute=way)
        return carry_out(self.job, run=run, after_s=after_s)


@lru_cache(maxsize=2)
def _ledger_of(out: Path, given: str) -> Ledger:
    """Return a job's ledger; a child has its parent's, whose engine holds no connection."""
    from cartproof.audit.ledger import ledger_of  # noqa: PLC0415

    return ledger_of(out, given)


def _look_at(ledger: Ledger) -> None:
    """Have the engine of a ledger's file set up, and its queries compiled, before the fork."""
    if ledger.database.path and not ledger.is_ready and ledger.database.exists():
        with ledger.reading() as state:
            state.entry_of("-")
            state.last_of("-", runbook="-", but="-")


def _reads_a_table(runbook: Runbook, job: Job) -> bool:
    from cartproof.runbook.parameters import applies, typed  # noqa: PLC0415
    from cartproof.runbook.vocabulary import CHECKS  # noqa: PLC0415

    values = typed(runbook, job.parameters, from_text=True)
    checks = [step.check for step in runbook.steps if applies(step.when, values)]
    return any(CHECKS[check].reads_a_table for check in checks if check)


@dataclass(frozen=True, slots=True)
class KernelTask:
    """A kernel for whoever holds the other end of a socket.

    Attributes:
        environment: All environment variables that it gets.
        folder: Its working folder.
        line: Descriptor of its end of the socket.
    """

    number: int
    environment: Mapping[str, str] = field(repr=False)
    folder: str
    memory_mb: int = 0
    line: int = -1
    cell_timeout_s: float = 0.0
    timeout_s: float = 0.0

    def with_descriptors(self, descriptors: list[int]) -> KernelTask:
        """Return the task with its end of the socket."""
        return replace(self, line=descriptors[0])

    def warm(self) -> None:
        """Do nothing: what a notebook needs is its own."""

    def run(self, kernel: Kernel, tape: Tape, clock: Clock) -> None:
        """Be a kernel until the other end hangs up."""
        from cartproof.batch.forks.connections import serve  # noqa: PLC0415 - in its child alone

        atexit._clear()  # what the parent has registered is the parent's to do
        os.environ.clear()
        os.environ.update(self.environment)
        os.chdir(self.folder)
        with socket.socket(fileno=self.line) as line:
            try:
                serve(kernel, line)
            finally:
                atexit._run_exitfuncs()

    def rebuild(self, tape: Tape, cause: Cause, *, after_s: float) -> None:
        """Do nothing: who asked sees that the line is cut."""


Task = JobTask | KernelTask


def closed_after(task: Task) -> list[int]:
    """Return the descriptors that the child holds from its beginning, and its parent need not."""
    return [task.line] if isinstance(task, KernelTask) else []
