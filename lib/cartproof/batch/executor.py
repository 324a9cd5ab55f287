"""The seam between a batch and what carries its jobs out: here, on other cores, on a cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from cartproof.errors import CartproofError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from cartproof.batch.job import Job


class LostWorkerError(CartproofError):
    """Report that the process of a job died, or was ended, before it told what came of it.

    The job may be submitted again: its run id keeps it from being filed twice.
    """


class LostTogetherError(LostWorkerError):
    """Report that a job was lost with all others under way: it need not be the cause."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job, as plain values that any process can send.

    Attributes:
        verdict: `verified`, `failed` or `incomplete`.
        exit: Exit status, as `cartproof run` has it.
        folder: Where the run's files are; empty when nothing was filed.
        reasons: Why it is not verified, the gravest first, in full sentences.
        causes: The same in short, alike for all customers who have it: `Products is read-only`.
        started: ISO 8601, UTC.
        finished: ISO 8601, UTC.
        changes: What changed since this customer's last filed run, in full sentences.
    """

    run_id: str
    customer: str
    runbook: str
    verdict: str
    exit: int
    folder: str = ""
    reasons: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    started: str = ""
    finished: str = ""
    seconds: float = 0.0
    changes: tuple[str, ...] = ()

    @property
    def cause(self) -> str:
        """Return the first cause, empty when there is none."""
        return self.causes[0] if self.causes else ""


class Executor(Protocol):
    """Carries jobs out, at most so many at once as it was made for."""

    def submit(self, job: Job) -> Future[Outcome]:
        """Take a job; the future gives its outcome, or raises `LostWorkerError`.

        Whatever is wrong with the job itself is an outcome: its exit status and reasons tell.
        """
        ...

    def close(self, *, at_once: bool = False) -> None:
        """End all processes, after what is under way, or at once; no process is left over."""
        ...
