"""Two ways to a kernel: in this very process, or at the other end of a socket."""

from __future__ import annotations

import json
import math
import os
import select
import signal
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from cartproof.batch.forks.records import IOPUB, REPLY, Record, line_of, line_of_cell, record_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cartproof.batch.forks.kernel import Kernel
    from cartproof.batch.forks.session import Channel

_PIECE = 1 << 16
_LEAVE_S = 30.0
"""How long a kernel may take to leave: what its cells registered for its end may send requests."""


def _dead() -> Exception:
    """Return what nbclient raises when a kernel is gone; a kernel itself does without nbclient."""
    from nbclient.exceptions import DeadKernelError  # noqa: PLC0415

    error: Exception = DeadKernelError("Kernel died")
    return error


class Told:
    """A kernel that tells of one request at a time; what belongs to no request is dropped."""

    def __init__(
        self, kernel: Kernel, tell: Callable[[str, Mapping[str, Any], bytes], None]
    ) -> None:
        self._kernel = kernel
        self._tell = tell
        self._current = ""
        kernel.begin(self._heard)

    def run(self, message_type: str, content: Mapping[str, Any]) -> None:
        """Handle a request to its end.

        Raises:
            DeadKernelError: An earlier cell asked the kernel to end.
        """
        if self._kernel.has_left:
            raise _dead()
        request = self._kernel.request(message_type, content)
        self._current = request["msg_id"]
        self._kernel.run(request)
        with self._kernel.session.turn:
            self._current = ""

    def _heard(self, channel: Channel, message: dict[str, Any], packed: bytes) -> None:
        if message["parent_header"].get("msg_id") == self._current:
            self._tell(IOPUB if channel.name == IOPUB else REPLY, message, packed)


class Here:
    """A kernel in this process; all that it says also goes on a tape."""

    def __init__(
        self,
        kernel: Kernel,
        *,
        record: Callable[[bytes], None],
        mark: Callable[[int], None],
    ) -> None:
        """Take over this process for a kernel.

        Args:
            kernel: The kernel, not begun yet.
            record: Takes each line of the tape.
            mark: Told a cell's index when it begins, -1 when it has ended.
        """
        self._record, self._mark = record, mark
        self._take: Callable[[Record], None] = lambda _record: None
        self._told = Told(kernel, self._heard)
        self.language_info = kernel.language_info

    def ask(
        self,
        message_type: str,
        content: Mapping[str, Any],
        take: Callable[[Record], None],
        *,
        cell: int,
        timeout_s: float | None,
    ) -> None:
        """Run a request here; see `Connection.ask`. Time is kept by the parent of this process."""
        self._take = take
        if message_type == "execute_request":
            self._record(line_of_cell(cell))
        self._mark(cell)
        try:
            self._told.run(message_type, content)
        finally:
            self._mark(-1)

    def _heard(self, kind: str, message: Mapping[str, Any], packed: bytes) -> None:
        self._record(line_of(kind, message, packed))
        self._take(Record(kind, dict(message)))


def serve(kernel: Kernel, line: socket.socket) -> None:
    """Be a kernel for whoever is at the other end of a socket, until they hang up."""
    told = Told(kernel, lambda *said: line.sendall(line_of(*said)))
    hello = {"pid": os.getpid(), "language_info": kernel.language_info}
    line.sendall(json.dumps(hello).encode() + b"\n")
    with line.makefile("rb") as requests:
        for asked in requests:
            request = json.loads(asked)
            told.run(request["type"], request["content"])


class Far:
    """A kernel at the other end of a socket, in a process of its own."""

    def __init__(self, line: socket.socket, *, ready_s: float, most_s: float = math.inf) -> None:
        """Wait for the kernel.

        Args:
            line: The socket to it.
            ready_s: Seconds that it may take to be ready.
            most_s: Seconds that all requests together may take, from now.

        Raises:
            DeadKernelError: Its process ended before it was ready.
            RuntimeError: It was not ready in time.
        """
        self._line = line
        self._most_s, self._all_ends = most_s, time.monotonic() + most_s
        self._rest = b""
        self._pid = 0
        try:
            hello = json.loads(self._next(time.monotonic() + ready_s))
        except TimeoutError as error:
            raise RuntimeError(f"Kernel didn't respond in {ready_s:g} seconds") from error
        self._pid = int(hello["pid"])
        self.language_info = hello["language_info"]

    def ask(
        self,
        message_type: str,
        content: Mapping[str, Any],
        take: Callable[[Record], None],
        *,
        cell: int,
        timeout_s: float | None,
    ) -> None:
        """Send a request and hand on what comes of it; see `Connection.ask`."""
        request = json.dumps({"type": message_type, "content": content}) + "\n"
        cell_ends = time.monotonic() + (timeout_s or math.inf)
        try:
            self._line.sendall(request.encode())
        except OSError as error:
            raise _dead() from error
        while True:
            try:
                record = record_of(self._next(min(cell_ends, self._all_ends)))
            except TimeoutError as error:
                whose = f"The cell took longer than {timeout_s or 0:g}"
                if self._all_ends <= cell_ends:
                    whose = f"The notebook took longer than {self._most_s:g}"
                raise TimeoutError(f"{whose} s; it was ended.") from error
            take(record)
            if record.message["content"].get("execution_state") == "idle":
                return

    def _next(self, deadline: float) -> bytes:
        """Return the next line."""
        pieces = [self._rest]
        while b"\n" not in pieces[-1]:
            left = None if deadline == math.inf else max(0.0, deadline - time.monotonic())
            if not select.select([self._line], [], [], left)[0]:
                self.end()
                raise TimeoutError
            piece = self._received()
            if not piece:
                raise _dead()
            pieces.append(piece)
        line, _, self._rest = b"".join(pieces).partition(b"\n")
        return line

    def _received(self) -> bytes:
        try:
            return self._line.recv(_PIECE)
        except OSError:
            return b""

    def close(self) -> None:
        """Let the kernel end as it would by itself; then see that it did."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_WR)
        ends = time.monotonic() + _LEAVE_S
        while select.select([self._line], [], [], max(0.0, ends - time.monotonic()))[0]:
            if not self._received():
                break
        self.end()

    def end(self) -> None:
        """End the kernel with all processes that its cells began; nothing can ignore that."""
        if self._pid:
            with suppress(OSError):
                os.killpg(self._pid, signal.SIGKILL)
