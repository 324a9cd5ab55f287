"""A task in a child process, and the watch that its parent keeps over it."""

from __future__ import annotations

import os
import pickle
import signal
import time
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

from cartproof.batch.forks import child
from cartproof.batch.forks.replay import Cause
from cartproof.batch.forks.tape import Clock, Tape
from cartproof.batch.forks.tasks import JobTask, closed_after

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartproof.batch.forks.kernel import Kernel
    from cartproof.batch.forks.tasks import Task

_REBUILDING_S = 600.0
LOST, AGAIN = "lost", "again"


class Watched:
    """One task: its child, what that leaves, and why it ended.

    Attributes:
        pid: Process id of the child, which is the id of its group as well.
        descriptor: Becomes readable when the child ends.
    """

    def __init__(self, task: Task) -> None:
        self.task = task
        self.pid = self.descriptor = -1
        self._tape, self._answer, self._clock = Tape(), Tape("answer"), Clock()
        self._cause: Cause | None = None
        self._is_rebuilding = False
        self._began = self._first = 0.0

    def begin(self, kernel: Kernel, *, close: Iterable[int]) -> None:
        """Fork a child for the task, or for what there is of it when its first child is dead.

        Args:
            kernel: The kernel that the child takes over.
            close: Descriptors of the parent's that are none of the child's business.
        """
        self._began = time.monotonic()
        self._first = self._first or self._began
        self._is_rebuilding = self._cause is not None
        self.pid = child.fork(os.getpid())
        if self.pid == 0:
            self._be_the_child(kernel, close)
        self.descriptor = os.pidfd_open(self.pid)
        if not self._is_rebuilding:
            for descriptor in closed_after(self.task):
                os.close(descriptor)

    def _be_the_child(self, kernel: Kernel, close: Iterable[int]) -> NoReturn:
        try:
            for descriptor in close:
                os.close(descriptor)
            child.begin(memory_mb=self.task.memory_mb)
            if self._cause is None:
                answer: Any = self.task.run(kernel, self._tape, self._clock)
            else:
                after_s = time.monotonic() - self._first
                answer = self.task.rebuild(self._tape, self._cause, after_s=after_s)
            self._answer.append(pickle.dumps(answer))
            child.end()
        except BaseException:  # noqa: BLE001 - whatever it is, this process must not go on
            traceback.print_exc()
            child.end(1)

    def ended(self) -> Any:
        """Take leave of a child that ended; end all processes that it began.

        Returns:
            The task's answer; `AGAIN` when there is none yet, and `begin` makes one from the tape;
            `LOST` when there will be none.
        """
        _, status = os.waitpid(self.pid, 0)
        os.close(self.descriptor)
        self.kill()
        packed = self._answer.read()
        if packed and os.waitstatus_to_exitcode(status) == 0:
            return pickle.loads(packed)  # noqa: S301 - from a child of this process
        if self._is_rebuilding or not isinstance(self.task, JobTask):
            return LOST
        self._cause = self._cause or Cause(_told(status))
        return AGAIN

    def look_at_the_time(self) -> None:
        """End a child whose time has run out, whatever it does about it."""
        if self._cause is not None and not self._is_rebuilding:
            return
        now, task = time.monotonic(), self.task
        if self._is_rebuilding:
            if now - self._began > _REBUILDING_S:
                self.kill()
            return
        since = self._clock.read()
        if task.cell_timeout_s and since is not None and now - since > task.cell_timeout_s:
            self._end(f"The cell took longer than {task.cell_timeout_s:g} s; it was ended.")
        elif task.timeout_s and now - self._began > task.timeout_s:
            self._end(f"The notebook took longer than {task.timeout_s:g} s; it was ended.")

    def _end(self, why: str) -> None:
        self._cause = Cause(why, is_time=True)
        self.kill()

    def kill(self) -> None:
        """End the child with its group; no process can ignore that."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
            return
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Give back the memory of what the child left."""
        self._tape.close()
        self._answer.close()
        self._clock.close()


def _told(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        how = f"was ended by {signal.Signals(-code).name}"
    else:
        how = f"ended by itself with exit status {code}"
    return f"The process of this notebook {how} before this cell was done."
