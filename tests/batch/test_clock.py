"""The time that a child marks is right whenever its parent looks at it."""

from __future__ import annotations

import os
import signal
import time

import pytest

from cartproof.batch.forks.system import can_fork
from cartproof.batch.forks.tape import Clock

pytestmark = pytest.mark.skipif(not can_fork(), reason="forks need Linux")
LOOKS = 300_000


def test_no_cell_seems_to_run_since_another_time_than_it_does() -> None:
    """A parent that looks just while its child marks sees the time before or the one after."""
    clock = Clock()
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        while True:
            clock.mark(1)
            clock.mark(-1)
    try:
        while clock.read() is None and time.monotonic() < began + 60:
            time.sleep(0.001)  # on a busy machine the child may not be let run for a while
        seen = [(clock.read(), time.monotonic()) for _ in range(LOOKS)]
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    running = [(since, now) for since, now in seen if since is not None]
    assert running
    assert all(began <= since <= now for since, now in running)
    assert len(running) < len(seen)
