"""A process right after the fork: made independent of its parent before it does anything."""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import signal
import sys
from pathlib import Path
from typing import NoReturn

_PR_SET_PDEATHSIG = 1
_GARBAGE_THRESHOLDS = (50_000, 20, 20)
_PAGE = resource.getpagesize()


def fork(parent: int) -> int:
    """Fork; return 0 in the child, which by then dies with its parent and leads its own group.

    Args:
        parent: The process id of the caller.
    """
    pid = os.fork()
    if pid:
        return pid
    os.setsid()
    die_with(parent)
    return 0


def die_with(parent: int) -> None:
    """Have this process end when its parent does, whatever it is doing then.

    Args:
        parent: The process id of the parent when this process began.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def begin(*, memory_mb: int) -> None:
    """Be a process of its own: signals, random numbers, memory.

    Args:
        memory_mb: How much more memory it may take than it has now; 0: as much as there is.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:  # the standard library's own sees to itself
        numpy_random.seed()
    gc.set_threshold(*_GARBAGE_THRESHOLDS)
    if memory_mb:
        now = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * _PAGE
        most = now + (memory_mb << 20)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def end(status: int = 0) -> NoReturn:
    """End at once: nothing of the parent's is flushed or cleaned up twice."""
    os._exit(status)
