"""papermill's engine `cartproof`: `papermill --engine cartproof in.ipynb out.ipynb`."""

from __future__ import annotations

import functools
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from papermill.engines import Engine, NBClientEngine
from papermill.log import logger
from papermill.utils import merge_kwargs, remove_args

from cartproof.batch.forks.client import ForkServer
from cartproof.batch.forks.connections import Far
from cartproof.batch.forks.outputs import CellClient
from cartproof.batch.forks.system import can_fork
from cartproof.batch.forks.tasks import KernelTask

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOT_OURS = ("input_path", "timeout", "startup_timeout", "autosave_cell_every")
_MOST = 256
_NAMES = ("python", "python3")
_LAUNCHER = ["-m", "ipykernel_launcher", "-f"]


class ForkEngine(Engine):  # type: ignore[misc]  # papermill has no types
    """Executes each notebook in a forked process of its own, without sockets or a kernel start."""

    @classmethod
    def execute_managed_notebook(  # noqa: PLR0917 - as papermill has it
        cls,
        nb_man: Any,
        kernel_name: str,
        log_output: bool = False,
        stdout_file: Any = None,
        stderr_file: Any = None,
        start_timeout: int = 60,
        execution_timeout: int | None = None,
        memory_mb: int = 0,
        **named: Any,
    ) -> Any:
        """Execute a notebook; the arguments are those of papermill's own engine.

        Args:
            memory_mb: How much memory the notebook's process may take; 0: as much as there is.

        Raises:
            CellTimeoutError: A cell took longer than `execution_timeout`.
            DeadKernelError: The notebook's process ended before its cells did.
        """
        reason = why_not(kernel_name)
        if reason:
            logger.warning("%s: papermill's own engine runs the notebook", reason)
            return NBClientEngine.execute_managed_notebook(
                nb_man,
                kernel_name,
                log_output=log_output,
                stdout_file=stdout_file,
                stderr_file=stderr_file,
                start_timeout=start_timeout,
                execution_timeout=execution_timeout,
                **named,
            )
        settings = merge_kwargs(
            remove_args(_NOT_OURS, **named),
            timeout=execution_timeout or named.get("timeout"),
            kernel_name=kernel_name,
            log=logger,
            log_output=log_output,
            stdout_file=stdout_file,
            stderr_file=stderr_file,
        )
        return _execute(nb_man, settings, start_timeout=start_timeout, memory_mb=memory_mb)


def _execute(
    nb_man: Any, settings: Mapping[str, Any], *, start_timeout: int, memory_mb: int
) -> Any:
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            server = _server()
            task = KernelTask(server.number(), dict(os.environ), str(Path.cwd()), memory_mb)
            server.submit(task, (theirs.fileno(),))
        kernel = Far(ours, ready_s=start_timeout)
        try:
            return CellClient(nb_man, kernel, **settings).execute()
        finally:
            kernel.close()


def _server() -> ForkServer:
    """Return this process' fork server, a new one when it has none that lives."""
    if _server_of(os.getpid()).is_gone:
        _server_of.cache_clear()
    return _server_of(os.getpid())


@functools.lru_cache(maxsize=1)
def _server_of(_process_id: int) -> ForkServer:
    """Begin a process' fork server; a process that was forked off it begins its own."""
    return ForkServer(most=_MOST, modules="kernel")


def why_not(kernel_name: str) -> str:
    """Say why a notebook is left to papermill's own engine; empty when it is not."""
    if not can_fork():
        return "this system cannot fork"
    try:
        spec = KernelSpecManager().get_kernel_spec(kernel_name)
    except NoSuchKernel:
        return f"there is no kernel {kernel_name!r} here"
    python, *words = spec.argv
    is_this_python = python in _NAMES or Path(python).resolve() == Path(sys.executable).resolve()
    if not is_this_python or words[:3] != _LAUNCHER or len(words) > len(_LAUNCHER) + 1 or spec.env:
        return f"the kernel {kernel_name!r} is not this Python's own"
    return ""
