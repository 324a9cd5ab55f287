"""Which executor a batch uses: forked children on Linux, spawned workers elsewhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cartproof.batch.forks.executor import ForkExecutor
from cartproof.batch.forks.system import can_fork
from cartproof.batch.spawned import SpawnExecutor
from cartproof.errors import UsageError

if TYPE_CHECKING:
    from cartproof.batch.executor import Executor

_FORKS_PER_CORE = 4
"""A run waits for the store most of its time, and a forked child costs little."""


def usual_jobs(*, spawned: bool) -> int:
    """Return how many jobs at once suit this machine."""
    cores = os.cpu_count() or 1
    return cores if spawned or not can_fork() else _FORKS_PER_CORE * cores


def local_executor(jobs: int, *, spawned: bool) -> Executor:
    """Return an executor for this machine.

    Args:
        jobs: How many at once.
        spawned: Use worker processes that share nothing even where this system can fork.
    """
    if spawned or not can_fork():
        return SpawnExecutor(jobs)
    return ForkExecutor(jobs)


def chosen_executor(jobs: int, *, cluster: str | None, spawned: bool) -> Executor:
    """Return an executor for this machine or for a cluster.

    Args:
        jobs: How many at once.
        cluster: Address of a Dask scheduler, `local`, or nothing.
        spawned: As in `local_executor`.

    Raises:
        UsageError: Dask is not installed, or nothing answers at the address.
    """
    if not cluster:
        return local_executor(jobs, spawned=spawned)
    try:
        from cartproof.batch.dask import dask_executor  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise UsageError("A cluster needs Dask: pip install 'cartproof[dask]'.") from error
    return dask_executor(cluster, jobs)
