"""Jobs in worker processes that are started anew: works on every system.

Each worker belongs to one thread here, which hands it a job, waits, and starts another one when it
dies. A worker holds no state between jobs: each notebook has a kernel of its own.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from concurrent.futures import Future
from multiprocessing import connection, get_context
from typing import TYPE_CHECKING

from cartproof.batch.executor import LostWorkerError, Outcome
from cartproof.batch.processes import end_below
from cartproof.batch.worker import serve

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from cartproof.batch.job import Job

GRACE_S = 60
"""Seconds beyond a notebook's own time-out after which its worker is ended from outside."""
_Waiting = tuple["Job", "Future[Outcome]"]


class SpawnExecutor:
    """Carries jobs out in worker processes, one job at a time in each."""

    def __init__(self, jobs: int, *, grace_s: float = GRACE_S) -> None:
        """Start nothing yet: a worker is started with its first job.

        Args:
            jobs: How many workers there may be.
            grace_s: Seconds beyond a job's time-out after which its worker is ended.
        """
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._ending = threading.Event()
        self._grace_s = grace_s
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(jobs)]
        for thread in self._threads:
            thread.start()

    def submit(self, job: Job) -> Future[Outcome]:
        """Take a job; see `Executor.submit`."""
        future: Future[Outcome] = Future()
        self._waiting.put((job, future))
        return future

    def close(self, *, at_once: bool = False) -> None:
        """End all workers, after the jobs that were taken, or at once."""
        if at_once:
            self._ending.set()
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        worker: _Worker | None = None
        while (taken := self._waiting.get()) is not None:
            job, future = taken
            if self._ending.is_set() or not future.set_running_or_notify_cancel():
                future.cancel()
                continue
            try:
                worker = worker if worker and worker.is_alive else _Worker()
                limit_s = job.timeout_s + self._grace_s
                outcome = worker.carry_out(job, limit_s=limit_s, ending=self._ending)
            except Exception as error:  # noqa: BLE001 - the future takes it to who waits
                future.set_exception(error)
            else:
                future.set_result(outcome)
        if worker:
            worker.end()


class _Worker:
    """One worker process and the pipe to it."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self._pipe: Connection
        self._pipe, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(
            target=serve, args=(theirs, os.getpid()), daemon=False, name="cartproof-worker"
        )
        self._process.start()
        theirs.close()

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    def carry_out(self, job: Job, *, limit_s: float, ending: threading.Event) -> Outcome:
        """Have a job carried out.

        Raises:
            LostWorkerError: The process died, took too long, or all is being ended.
        """
        try:
            self._pipe.send(job)
            return self._answer(limit_s, ending)
        except (EOFError, OSError) as error:
            self.end()
            raise LostWorkerError(
                f"The process that ran it died (exit code {self._process.exitcode})."
            ) from error
        except LostWorkerError:
            self.end()
            raise

    def _answer(self, limit_s: float, ending: threading.Event) -> Outcome:
        ends = time.monotonic() + limit_s
        while not ending.is_set():
            if connection.wait([self._pipe], timeout=0.2):
                outcome: Outcome = self._pipe.recv()
                return outcome
            if time.monotonic() > ends:
                raise LostWorkerError(f"It was ended after {limit_s:.0f} seconds.")
        raise LostWorkerError("It was ended with the batch.")

    def end(self) -> None:
        """End the process and all below it, kernels too."""
        end_below(self._process.pid)
        self._process.kill()
        self._process.join()
        self._pipe.close()
