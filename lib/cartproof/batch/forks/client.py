"""A fork server as the process sees it that began it."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from cartproof.batch.executor import LostTogetherError, LostWorkerError
from cartproof.batch.forks import wire

if TYPE_CHECKING:
    from cartproof.batch.forks.tasks import Task

_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_LOST = "The process of this job died before it told what came of it."


class ForkServer:
    """Begins a fork server and hands it tasks; ended by `close`, and by this process' own end.

    Attributes:
        is_gone: Whether it has ended, by itself or by somebody's hand.
    """

    def __init__(self, *, most: int, modules: str) -> None:
        """Begin the server; it imports while this process goes on.

        Args:
            most: How many children may run at once.
            modules: Which set of modules it imports, `kernel` or `batch`.
        """
        self._line, theirs = socket.socketpair()
        words = [
            "-P",
            "-m",
            "cartproof.batch.forks.server",
            str(theirs.fileno()),
            str(most),
            modules,
        ]
        self._process = subprocess.Popen(  # noqa: S603 - this Python, a module of ours
            [sys.executable, *words],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, **dict.fromkeys(_THREADS, "1")},
        )
        theirs.close()
        self._numbers = itertools.count(1)
        self._turn = threading.Lock()
        self._futures: dict[int, Future[Any]] = {}
        self._children: dict[int, int] = {}
        self.is_gone = False
        self._reader = threading.Thread(target=self._read, name="fork server", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Return the server's process id."""
        return self._process.pid

    def number(self) -> int:
        """Return a number for a new task."""
        return next(self._numbers)

    def submit(self, task: Task, descriptors: tuple[int, ...] = ()) -> Future[Any]:
        """Hand over a task; the future gives its answer, or raises `LostWorkerError`."""
        future: Future[Any] = Future()
        with self._turn:
            if self.is_gone:
                future.set_exception(LostTogetherError(_LOST))
                return future
            self._futures[task.number] = future
            with suppress(wire.ClosedError):  # then the reader sees it as well
                wire.send(self._line, task, descriptors)
        return future

    def _read(self) -> None:
        with suppress(wire.ClosedError):
            while True:
                said, _ = wire.receive(self._line)
                self._hear(*said)
        self._gone()

    def _hear(self, word: str, number: int, what: Any = None) -> None:
        if word == "began":
            self._children[number] = what
        elif word == "ended":
            self._children.pop(number, None)
            future = self._futures.pop(number)
            if what == "lost":
                future.set_exception(LostWorkerError(_LOST))
            else:
                future.set_result(what)

    def _gone(self) -> None:
        """See to what a dead server leaves: processes that its children began, and open futures."""
        for pid in self._children.values():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
        self._children.clear()
        with self._turn:
            self.is_gone = True
            left, self._futures = list(self._futures.values()), {}
        for future in left:
            future.set_exception(LostTogetherError(_LOST))

    def close(self) -> None:
        """End the server with all that runs in it."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        self._reader.join()
        self._line.close()
        self._process.wait()
