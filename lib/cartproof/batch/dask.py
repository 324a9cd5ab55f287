"""Jobs on a Dask cluster: the same jobs and outcomes, on workers that may die.

Each worker keeps a local executor, so that a notebook has a process of its own there as well. A job
whose worker dies is given to another one by Dask; its run id keeps it from being filed twice.
"""

from __future__ import annotations

from concurrent.futures import Future, wait
from typing import TYPE_CHECKING, Any

from distributed import Client, KilledWorker, LocalCluster, get_worker
from distributed.diagnostics.plugin import WorkerPlugin

from cartproof.batch.executor import LostWorkerError
from cartproof.batch.executors import local_executor
from cartproof.errors import UsageError

if TYPE_CHECKING:
    from distributed import Worker

    from cartproof.batch.executor import Executor, Outcome
    from cartproof.batch.job import Job

_PLUGIN = "cartproof-jobs"
_CONNECT_S = "30s"


class JobsPlugin(WorkerPlugin):  # type: ignore[misc]
    """Gives a worker its executor, for as long as it lives."""

    name = _PLUGIN

    def setup(self, worker: Worker) -> None:
        """Begin an executor with a job for each of the worker's threads."""
        self.executor: Executor = local_executor(worker.state.nthreads, spawned=False)

    def teardown(self, worker: Worker) -> None:
        """End it with the worker."""
        self.executor.close(at_once=True)


def carry_out_there(job: Job) -> Outcome:
    """Carry a job out by the executor of the worker that this is called on."""
    executor: Executor = get_worker().plugins[_PLUGIN].executor
    return executor.submit(job).result()


class DaskExecutor:
    """Hands jobs to a Dask cluster."""

    def __init__(self, client: Client) -> None:
        """Use a cluster; `close` closes the client, and the cluster if that is its own."""
        self._client = client
        self._client.register_plugin(JobsPlugin())
        self._open: dict[Future[Outcome], Any] = {}

    def submit(self, job: Job) -> Future[Outcome]:
        """Take a job; see `Executor.submit`."""
        future: Future[Outcome] = Future()
        there = self._client.submit(carry_out_there, job, pure=False)
        self._open[future] = there
        there.add_done_callback(lambda ended: self._tell(ended, future))
        return future

    def _tell(self, ended: Any, future: Future[Outcome]) -> None:
        """Pass on what came of a job; this runs in a thread of the client's."""
        self._open.pop(future, None)
        try:
            outcome: Outcome = ended.result()
        except KilledWorker as error:
            future.set_exception(LostWorkerError(f"The workers that ran it died: {error}"))
        except LostWorkerError as error:
            future.set_exception(error)
        except BaseException as error:  # noqa: BLE001 - cancelled, or lost with the scheduler
            future.set_exception(LostWorkerError(f"The cluster lost it: {type(error).__name__}."))
        else:
            future.set_result(outcome)

    def close(self, *, at_once: bool = False) -> None:
        """Wait for what is under way, or cancel it; then let go of the cluster."""
        if at_once:
            self._client.cancel(list(self._open.values()), force=True)
        else:
            wait(set(self._open))
        self._client.close()
        if self._client.cluster is not None:
            self._client.cluster.close()


def dask_executor(address: str, jobs: int) -> DaskExecutor:
    """Connect to a scheduler, or begin a cluster on this machine.

    Args:
        address: `tcp://…`, or `local`.
        jobs: How many at once, where the cluster is begun here.

    Raises:
        UsageError: Nothing answers there.
    """
    if address == "local":
        workers = min(jobs, 2)
        threads = -(-jobs // workers)
        cluster = LocalCluster(
            n_workers=workers, threads_per_worker=threads, dashboard_address=None, memory_limit=0
        )
        return DaskExecutor(Client(cluster))
    try:
        return DaskExecutor(Client(address, timeout=_CONNECT_S))
    except (OSError, ValueError) as error:
        raise UsageError(f"No Dask scheduler answers at {address}.") from error
