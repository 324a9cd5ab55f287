"""From a kernel's messages to a notebook's outputs: nbclient's processing, without its sockets."""

from __future__ import annotations

import collections
import json
from typing import TYPE_CHECKING, Any, Protocol

from nbclient.client import timestamp
from nbclient.exceptions import (
    CellExecutionComplete,
    CellExecutionError,
    CellTimeoutError,
    DeadKernelError,
)
from papermill.clientwrap import PapermillNotebookClient

from cartproof.batch.forks.plain import plain_output
from cartproof.batch.forks.records import REPLY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cartproof.batch.forks.records import Record


class Connection(Protocol):
    """The way to a kernel: in this process, or in another."""

    @property
    def language_info(self) -> Mapping[str, Any]:
        """Return what a notebook says of the language its cells are in."""
        ...

    def ask(
        self,
        message_type: str,
        content: Mapping[str, Any],
        take: Callable[[Record], None],
        *,
        cell: int,
        timeout_s: float | None,
    ) -> None:
        """Send a request, hand on what comes of it, and return when the kernel is idle again.

        Args:
            message_type: `execute_request` or `comm_msg`.
            content: The request's content.
            take: Called with each record that belongs to the request.
            cell: Index of the cell that it is for.
            timeout_s: Seconds that it may take; None: any.

        Raises:
            DeadKernelError: The kernel's process is gone.
            TimeoutError: It took longer; the process has been ended.
        """
        ...


class CellClient(PapermillNotebookClient):  # type: ignore[misc]  # papermill has no types
    """papermill's client, with a connection in place of kernel manager and sockets."""

    def __init__(self, manager: Any, connection: Connection, **settings: Any) -> None:
        super().__init__(manager, **settings)
        self._connection = connection
        self.kc = self._front_end = _FrontEnd()

    def execute(self, **_: Any) -> Any:
        """Execute all cells; return the notebook."""
        self.reset_execution_trackers()
        self.papermill_execute_cells()
        self.nb.metadata["language_info"] = dict(self._connection.language_info)
        if self.store_widget_state:
            self.set_widgets_metadata()
        return self.nb

    def reset_execution_trackers(self) -> None:
        """Begin anew; an Output widget may keep its state even where no state is stored."""
        super().reset_execution_trackers()
        if not self.store_widget_state:
            self.widget_state: dict[str, Any] = collections.defaultdict(dict)

    def execute_cell(
        self,
        cell: Any,
        cell_index: int,
        execution_count: int | None = None,
        store_history: bool = True,
    ) -> Any:
        """Execute one cell as nbclient does.

        Raises:
            CellExecutionError: It raised, and nothing allows that.
            DeadKernelError: The kernel's process ended.
            CellTimeoutError: It took too long.
        """
        if cell.cell_type != "code" or not cell.source.strip():
            return cell
        if self.skip_cells_with_tag in cell.metadata.get("tags", []):
            return cell
        try:
            reply = self._run(cell, cell_index, store_history=store_history)
        except (DeadKernelError, CellTimeoutError):
            # papermill would call this cell, and all after it, completed
            self.nb_man.cell_exception(cell, cell_index=cell_index)
            raise
        finally:
            self._merge_streams(cell, cell_index)
        if reply.get("status") == "error" and not self._is_allowed(cell, reply.get("ename")):
            raise CellExecutionError.from_cell_and_msg(cell, reply)
        return cell

    def output(
        self, outs: list[Any], msg: dict[str, Any], display_id: str | None, cell_index: int
    ) -> Any:
        """Add an output to a cell's; nbclient does it but for the ones that are plainly right."""
        is_elsewhere = self.output_hook_stack[msg["parent_header"].get("msg_id")]
        made = None if is_elsewhere or self.clear_before_next_output else plain_output(msg)
        if made is None:
            return super().output(outs, msg, display_id, cell_index)
        if display_id:
            places = self._display_id_map.setdefault(display_id, {})
            places.setdefault(cell_index, []).append(len(outs))
        outs.append(made)
        return made

    def _merge_streams(self, cell: Any, index: int) -> None:
        """Merge a cell's streams; what a display id stands for moves along."""
        cell.outputs, places = merged(cell.outputs)
        for cells in self._display_id_map.values():
            if index in cells:
                cells[index] = [places[place] for place in cells[index]]

    def _is_allowed(self, cell: Any, name: object) -> bool:
        if self.force_raise_errors:
            return False
        is_tagged = "raises-exception" in cell.metadata.get("tags", [])
        return bool(self.allow_errors or is_tagged or name in self.allow_error_names)

    def _run(self, cell: Any, index: int, *, store_history: bool) -> Mapping[str, Any]:
        if self.record_timing:
            cell.metadata["execution"] = {}
        cell.outputs = []
        self.clear_before_next_output = False
        self.code_cells_executed += 1
        taken = _Taken(self, cell, index)
        content = {
            "code": cell.source,
            "silent": False,
            "store_history": store_history,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": not self._is_allowed(cell, None),
        }
        timeout = self._get_timeout(cell)
        try:
            self._connection.ask(
                "execute_request", content, taken.take, cell=index, timeout_s=timeout
            )
            self._answer_as_front_end(index, timeout)
        except TimeoutError as error:
            if error.args:
                raise CellTimeoutError(*error.args) from error
            message = "Cell execution timed out"
            raise CellTimeoutError.error_from_timeout_and_cell(message, timeout, cell) from error
        if taken.fault is not None:
            raise taken.fault
        return taken.reply

    def _answer_as_front_end(self, index: int, timeout: float | None) -> None:
        """Tell the kernel what a front end would tell it after a cell: what an Output holds."""
        for content in self._front_end.taken():
            self._connection.ask(
                "comm_msg", content, lambda _record: None, cell=index, timeout_s=timeout
            )


class _Taken:
    """What came of one cell; a thread of the kernel's may be the one that brings it."""

    def __init__(self, client: CellClient, cell: Any, index: int) -> None:
        self._client, self._cell, self._index = client, cell, index
        self.reply: Mapping[str, Any] = {}
        self.fault: Exception | None = None

    def take(self, record: Record) -> None:
        message = record.message
        if record.kind == REPLY:
            self.reply = message["content"]
            if self._client.record_timing:
                self._cell.metadata["execution"]["shell.execute_reply"] = timestamp(message)
            return
        try:
            self._client.process_message(message, self._cell, self._index)
        except CellExecutionComplete:
            pass
        except Exception as error:  # noqa: BLE001 - raised where nbclient would raise it
            self.fault = self.fault or error


class _FrontEnd:
    """Takes what nbclient's Output widget tells the kernel; stands in for a kernel client."""

    def __init__(self) -> None:
        self.session = self.shell_channel = self
        self._told: list[dict[str, Any]] = []

    def msg(self, message_type: str, content: Any, **_: Any) -> dict[str, Any]:
        """Make a message, as a session does."""
        return {"msg_type": message_type, "content": json.loads(json.dumps(content))}

    def send(self, message: dict[str, Any]) -> None:
        """Keep a message until the cell is over, as a busy kernel would."""
        self._told.append(message["content"])

    def taken(self) -> list[dict[str, Any]]:
        """Return what was kept, and keep it no longer."""
        told, self._told = self._told, []
        return told


def merged(outputs: list[Any]) -> tuple[list[Any], list[int]]:
    """Return outputs in which pieces of one stream that follow each other are one.

    Where a stream is cut depends on time; so the same cell leaves the same outputs.

    Returns:
        The outputs, and for each given output its new place.
    """
    whole: list[Any] = []
    places: list[int] = []
    for output in outputs:
        last = whole[-1] if whole else {}
        is_same = output.get("output_type") == "stream" == last.get("output_type")
        if is_same and output["name"] == last["name"]:
            last["text"] += output["text"]
        else:
            whole.append(output)
        places.append(len(whole) - 1)
    return whole, places
