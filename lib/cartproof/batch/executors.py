"""Which executor a batch uses: forked children on Linux, spawned workers elsewhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cartproof.batch.forks.executor import ForkExecutor
from cartproof.batch.forks.system import can_fork
from cartproof.batch.spawned import SpawnExecutor

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
