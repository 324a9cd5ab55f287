"""What a worker process does: take a job from its pipe, carry it out, send the outcome back."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from typing import TYPE_CHECKING

from cartproof.batch.processes import end_below

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_LOOK_EVERY_S = 0.5


def serve(pipe: Connection, parent: int) -> None:
    """Carry out jobs until the pipe is closed or the parent is gone.

    Args:
        pipe: Gives jobs, takes outcomes.
        parent: Process id of who started this one; without it all below here ends.
    """
    if hasattr(os, "setsid"):
        os.setsid()  # Ctrl-C in the terminal is the parent's to answer
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    from cartproof.batch.carry_out import carry_out  # noqa: PLC0415 - once the watch is on

    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            job = pipe.recv()
            pipe.send(carry_out(job))


def _end_with(parent: int) -> None:
    """End this process and all below it as soon as its parent is another."""
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY_S)
    end_below()
    os._exit(1)
