"""Executing a whole notebook in this process, or rebuilding one from the tape of a dead process."""

from __future__ import annotations

import atexit
import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from nbformat.v4.rwbase import split_lines, strip_transient
from papermill import __version__ as papermill_version
from papermill.exceptions import PapermillExecutionError
from papermill.execute import raise_for_execution_errors, remove_error_markers
from papermill.parameterize import parameterize_notebook

from cartproof.batch.forks.connections import Here
from cartproof.batch.forks.outputs import CellClient
from cartproof.batch.forks.replay import Cause, Replay
from cartproof.batch.forks.stamps import Stamps
from cartproof.run.folders import writing_to

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from cartproof.batch.forks.kernel import Kernel
    from cartproof.batch.forks.outputs import Connection

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ExecutedHere:
    """Executes notebooks in this very process, which has one kernel and executes one notebook.

    Attributes:
        record: Takes each line of the tape.
        mark: Told a cell's index when it begins.
    """

    kernel: Kernel
    record: Callable[[bytes], None]
    mark: Callable[[int], None]

    def __call__(
        self,
        notebook: Any,
        executed: Path,
        parameters: Mapping[str, Any],
        *,
        cell_timeout_s: int,
        timeout_s: int,
    ) -> None:
        """Execute a notebook and write it to `executed`; time is kept by the parent."""
        atexit._clear()  # what the parent has registered is the parent's to do
        connection = Here(self.kernel, record=self.record, mark=self.mark)
        try:
            execute(notebook, executed, parameters, connection, cell_timeout_s=cell_timeout_s)
        finally:
            atexit._run_exitfuncs()  # a kernel of its own would end here, whatever happened
            self.kernel.end()


@dataclass(frozen=True, slots=True)
class RebuiltFromTape:
    """Rebuilds a notebook as far as a process came that is dead.

    Attributes:
        tape: What it left.
        cause: Why it is dead.
    """

    tape: bytes
    cause: Cause

    def __call__(
        self,
        notebook: Any,
        executed: Path,
        parameters: Mapping[str, Any],
        *,
        cell_timeout_s: int,
        timeout_s: int,
    ) -> None:
        """Write the notebook to `executed`, with the cause in the cell at which it stopped."""
        replay = Replay(self.tape, self.cause)
        execute(notebook, executed, parameters, replay, cell_timeout_s=cell_timeout_s)


def execute(
    notebook: Any,
    executed: Path,
    parameters: Mapping[str, Any],
    connection: Connection,
    *,
    cell_timeout_s: int,
) -> None:
    """Execute a notebook with parameters over a connection, and write it as papermill would."""
    made = with_parameters(notebook, parameters, path=executed)
    manager = Stamps(made)
    client = CellClient(
        manager, connection, store_widget_state=False, timeout=cell_timeout_s, log=_log
    )
    manager.notebook_start()
    try:
        client.execute()
    except (DeadKernelError, CellTimeoutError) as error:
        _tell(made, error)
    finally:
        manager.notebook_complete()
    with suppress(PapermillExecutionError):
        # marks the cell that failed; its message holds the cell's traceback: not for a log
        raise_for_execution_errors(made, None)
    text = json.dumps(strip_transient(split_lines(made)), ensure_ascii=False)
    with writing_to(executed):
        executed.write_bytes(text.encode("utf-8", "surrogateescape"))


def with_parameters(notebook: Any, parameters: Mapping[str, Any], *, path: Path) -> Any:
    """Return a notebook with the cell and the metadata that papermill gives it."""
    notebook.metadata["papermill"] = {
        "default_parameters": {},
        "parameters": {},
        "environment_variables": {},
        "version": papermill_version,
    }
    for cell in notebook.cells:
        cell.metadata.setdefault("tags", [])
        cell.metadata.setdefault("papermill", {})
    made = parameterize_notebook(notebook, dict(parameters), kernel_name="python3")
    made.metadata.papermill["input_path"] = "NotebookNode object"
    made.metadata.papermill["output_path"] = str(path)
    return remove_error_markers(made)


def _tell(notebook: Any, error: Exception) -> None:
    """Say in the cell at which a notebook stopped why it did."""
    for cell in notebook.cells:
        if cell.metadata["papermill"].get("exception") is True:
            name = type(error).__name__
            cell.outputs.append(new_output("error", ename=name, evalue=str(error), traceback=[]))
    _log.info("the notebook did not run to its end: %s", type(error).__name__)
