"""Jobs in forked processes of this machine, as the runner of a batch sees them."""

from __future__ import annotations

from concurrent.futures import Future, wait
from dataclasses import replace
from typing import TYPE_CHECKING

from cartproof.batch.forks.client import ForkServer
from cartproof.batch.forks.tasks import JobTask
from cartproof.run.folders import new_run_id
from cartproof.run.journal import utc_now

if TYPE_CHECKING:
    from cartproof.batch.executor import Outcome
    from cartproof.batch.job import Job


class ForkExecutor:
    """Carries jobs out, each in a child of one fork server that has imported everything."""

    def __init__(self, jobs: int, *, memory_mb: int = 0) -> None:
        """Begin the server.

        Args:
            jobs: How many may be under way at once.
            memory_mb: How much more memory than its parent a job may take; 0: what there is.
        """
        self._jobs = jobs
        self._server = ForkServer(most=jobs, modules="batch")
        self._memory_mb = memory_mb
        self._open: set[Future[Outcome]] = set()

    @property
    def pid(self) -> int:
        """Return the fork server's process id."""
        return self._server.pid

    def submit(self, job: Job) -> Future[Outcome]:
        """Take a job, with a new server if the last one died; see `Executor.submit`."""
        if self._server.is_gone:
            self._server.close()
            self._server = ForkServer(most=self._jobs, modules="batch")
        named = job if job.run_id else replace(job, run_id=new_run_id(utc_now()))
        task = JobTask(self._server.number(), named, memory_mb=self._memory_mb)
        future: Future[Outcome] = self._server.submit(task)
        self._open.add(future)
        future.add_done_callback(self._open.discard)
        return future

    def close(self, *, at_once: bool = False) -> None:
        """End all processes, after what is under way, or at once."""
        if not at_once:
            wait(set(self._open))
        self._server.close()
