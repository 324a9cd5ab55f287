"""A kernel process for one notebook alone, begun before it is needed: two cores import at once.

Where there is one notebook only, a fork server has nothing to share. This process loads the kernel
and what a runbook's notebook imports, while the one that began it reads and checks what is to run.
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_READY_S = 120.0


@contextmanager
def kernel_ahead() -> Iterator[ExecutedAhead]:
    """Begin a kernel's process now, give a way to execute one notebook in it, end it at the end."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            process = subprocess.Popen(  # noqa: S603 - this Python, a module of ours
                [sys.executable, "-P", "-m", __name__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        # The schema's other validator is compiled first, which takes longer than all that is
        # validated here; the kernel's process is not told.
        os.environ.setdefault("NBFORMAT_VALIDATOR", "jsonschema")
        try:
            yield ExecutedAhead(ours)
        finally:
            ours.close()
            process.kill()
            process.wait()


@dataclass(frozen=True, slots=True)
class ExecutedAhead:
    """Executes a notebook in a kernel that was begun before.

    Attributes:
        line: The socket to it.
    """

    line: socket.socket

    def __call__(
        self,
        notebook: Any,
        executed: Path,
        parameters: Mapping[str, Any],
        *,
        cell_timeout_s: int,
        timeout_s: int,
    ) -> None:
        """Execute a notebook; see `cartproof.batch.headless.Execute`."""
        from cartproof.batch.forks.connections import Far  # noqa: PLC0415 - while it imports, too
        from cartproof.batch.forks.notebook import execute  # noqa: PLC0415

        # The report's template takes as long to compile as some cells to run, in a process that
        # only listens meanwhile.
        Thread(target=_compile_the_report, daemon=True).start()
        kernel = Far(self.line, ready_s=_READY_S, most_s=timeout_s)
        try:
            execute(notebook, executed, parameters, kernel, cell_timeout_s=cell_timeout_s)
        finally:
            kernel.close()


def _compile_the_report() -> None:
    from cartproof.report.page import template  # noqa: PLC0415 - while the cells run

    template()


def main() -> None:
    """Be such a kernel: `python -m cartproof.batch.forks.alone DESCRIPTOR`."""
    from cartproof.batch.forks import child, preload  # noqa: PLC0415

    child.die_with(os.getppid())
    preload.preload((*preload.KERNEL, "cartproof.run.opening", "cartproof.run.steps"))
    from cartproof.batch.forks.connections import serve  # noqa: PLC0415 - after `preload`
    from cartproof.batch.forks.kernel import Kernel  # noqa: PLC0415

    with socket.socket(fileno=int(sys.argv[1])) as line:
        try:
            serve(Kernel(), line)
        finally:
            # Before the line is cut: who is at its other end ends this process then.
            atexit._run_exitfuncs()


if __name__ == "__main__":
    main()
