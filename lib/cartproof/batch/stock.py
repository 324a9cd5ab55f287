"""A notebook executed by stock papermill, in a kernel that is started for it."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillException
from traitlets.config import Config

from cartproof.batch.processes import at_most
from cartproof.run.folders import write_whole, writing_to

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST_SOCKET_PATH = 95
_log = logging.getLogger(__name__)


def execute(
    notebook: Any,
    executed: Path,
    parameters: Mapping[str, Any],
    *,
    cell_timeout_s: int,
    timeout_s: int,
) -> None:
    """Execute a notebook; what stops it midway is read from the notebook afterwards.

    See `cartproof.batch.headless.Execute`.
    """
    prefix = "cartproof-"
    try:
        with (
            writing_to(executed, alone=False),
            at_most(timeout_s),
            tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as sockets,
        ):
            papermill.execute_notebook(
                notebook,
                str(executed),
                parameters=dict(parameters),
                kernel_name="python3",
                progress_bar=False,
                execution_timeout=cell_timeout_s,
                store_widget_state=False,
                config=_kernel_settings(Path(sockets)),
            )
    except (PapermillException, DeadKernelError, CellTimeoutError, RuntimeError) as error:
        # The message of PapermillExecutionError holds the cell's traceback: not for a log.
        _log.info("the notebook did not run to its end: %s", type(error).__name__)
    if not executed.exists():
        write_whole(executed, papermill.iorw.nbformat.writes(notebook).encode())


def _kernel_settings(sockets: Path) -> Config:
    """Let the kernel talk over sockets in a folder of its own, where their path is short enough.

    Without a folder of its own jupyter_client puts them under one name into the working folder,
    and two kernels that start at once answer each other.
    """
    address = str(sockets / "kernel")
    if os.name == "nt" or len(address) > _LONGEST_SOCKET_PATH:
        return Config()
    return Config({"KernelManager": {"transport": "ipc", "ip": address}})
