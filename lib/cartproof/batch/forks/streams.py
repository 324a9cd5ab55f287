"""stdout and stderr of a cell: what Python prints, and what is written to the descriptors."""

from __future__ import annotations

import contextvars
import fcntl
import os
import sys
import threading
from collections import defaultdict
from io import StringIO
from typing import TYPE_CHECKING, Any

from ipykernel.iostream import OutStream

if TYPE_CHECKING:
    from cartproof.batch.forks.session import Channel, DirectSession

_FLUSH_AFTER_S = 0.2


class DescriptorTape:
    """Stands behind descriptor 1 or 2: what programs write there is read back from memory.

    A pipe would need a thread that reads it; a file in memory can be read when a cell ends.
    """

    def __init__(self, descriptor: int) -> None:
        self._file = os.memfd_create(f"descriptor-{descriptor}", os.MFD_CLOEXEC)
        fcntl.fcntl(self._file, fcntl.F_SETFL, os.O_APPEND)
        os.dup2(self._file, descriptor)
        self._seen = 0

    def take(self) -> str:
        """Return what was written since the last call."""
        size = os.fstat(self._file).st_size
        if size == self._seen:
            return ""
        start = self._seen if size > self._seen else 0  # a program may have emptied the file
        self._seen = size
        return os.pread(self._file, size - start, start).decode("utf-8", "replace")


class Flusher:
    """A thread that sends what was printed a little later; begun by the first thing printed.

    So what a cell printed before it hangs is not lost when its process is killed.
    """

    def __init__(self) -> None:
        self._streams: list[CellStream] = []
        self._is_due = threading.Event()
        self._thread: threading.Thread | None = None

    def watch(self, stream: CellStream) -> None:
        """Send from this stream as well."""
        self._streams.append(stream)

    def wake(self) -> None:
        """Send soon."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="flusher", daemon=True)
            self._thread.start()
        self._is_due.set()

    def _work(self) -> None:
        never = threading.Event()
        while True:
            self._is_due.wait()
            never.wait(_FLUSH_AFTER_S)
            self._is_due.clear()
            for stream in self._streams:
                stream.flush()


class CellStream(OutStream):  # type: ignore[misc]  # ipykernel has no types here
    """ipykernel's stream, without its threads and its event loop."""

    def __init__(
        self, session: DirectSession, channel: Channel, name: str, *, flusher: Flusher
    ) -> None:
        # OutStream's own constructor wants a thread and a loop; what its methods use stands here.
        self.session = session
        self.pub_thread = channel
        self.name = name
        self.topic = b"stream." + name.encode()
        self.echo = None
        self._parent_header: contextvars.ContextVar[dict[str, Any]] = contextvars.ContextVar(
            "parent_header"
        )
        self._parent_header_global: dict[str, Any] = {}
        self._master_pid = os.getpid()
        self._flush_pending = False
        self._subprocess_flush_pending = False
        self._buffer_lock = threading.RLock()
        self._buffers: Any = defaultdict(StringIO)
        self._isatty = False
        self._should_watch = False
        self._exc = None
        self._local = threading.local()
        self._original_stdstream_copy = os.open(os.devnull, os.O_WRONLY)
        self._flusher = flusher
        self._descriptor = {"stdout": 1, "stderr": 2}[name]
        self._tape = DescriptorTape(self._descriptor)
        flusher.watch(self)

    def write(self, string: str) -> int | None:
        """Take text, after what programs wrote to the descriptor before it.

        A process that the notebook forked writes to the descriptor as well: the notebook reads it.
        """
        if not isinstance(string, str):
            raise TypeError(f"write() argument must be str, not {type(string)}")
        if not self._is_master_process():
            return os.write(self._descriptor, string.encode("utf-8", "replace")) and len(string)
        self._take()
        return super().write(string)  # type: ignore[no-any-return]

    def flush(self) -> None:
        """Send what there is, now and in this thread."""
        if self.pub_thread is None or not self._is_master_process():
            return
        self._take()
        self._flush()

    def _take(self) -> None:
        written = self._tape.take()
        if written:
            super().write(written)

    def _schedule_flush(self) -> None:
        if not self._flush_pending:
            self._flush_pending = True
            self._flusher.wake()


class StandIns:
    """Streams in the place of `sys.stdout` and `sys.stderr`, and of descriptors 1 and 2."""

    def __init__(self, session: DirectSession, channel: Channel) -> None:
        self._before = (sys.stdout, sys.stderr)
        self._copies = (os.dup(1), os.dup(2))
        flusher = Flusher()
        sys.stdout = CellStream(session, channel, "stdout", flusher=flusher)
        sys.stderr = CellStream(session, channel, "stderr", flusher=flusher)

    def close(self) -> None:
        """Put back what was there before."""
        sys.stdout, sys.stderr = self._before
        for descriptor, copy in enumerate(self._copies, start=1):
            os.dup2(copy, descriptor)
            os.close(copy)
