"""Ending processes with all that they started, and in time."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Collection, Iterator

import psutil


def below(pid: int | None = None) -> list[psutil.Process]:
    """Return all processes that a process, or this one, started, and theirs."""
    try:
        found: list[psutil.Process] = psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []
    return found


def end_below(pid: int | None = None, *, but: Collection[int] = ()) -> None:
    """Kill all processes below a process, or below this one.

    Args:
        pid: Whose; None for this process.
        but: Process ids that are left alone.
    """
    for process in below(pid):
        if process.pid not in but:
            with contextlib.suppress(psutil.Error):
                process.kill()


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Kill what is started below this process in the block once its time is up."""
    before = {process.pid for process in below()}
    timer = threading.Timer(seconds, end_below, kwargs={"but": before})
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
