"""The fork server: imports once, forks a child for each task, and watches over them.

It never begins a thread or an event loop, and holds no connection while it forks. It ends, with
all its children and their children, when the process that began it is gone.
"""

from __future__ import annotations

import os
import select
import socket
import sys
from collections import deque
from typing import TYPE_CHECKING

from cartproof.batch.forks import preload, wire

if TYPE_CHECKING:
    from cartproof.batch.forks.kernel import Kernel
    from cartproof.batch.forks.tasks import Task
    from cartproof.batch.forks.watched import Watched

_TICK_S = 0.25


class Server:
    """Serves one process, over one socket."""

    def __init__(self, line: socket.socket, *, most: int) -> None:
        """Take the socket.

        Args:
            line: Where tasks come from.
            most: How many children may run at once.
        """
        self._line, self._most = line, most
        self._waiting: deque[Task] = deque()
        self._running: dict[int, Watched] = {}
        self._poll = select.poll()
        self._poll.register(line, select.POLLIN)

    def run(self, kernel: Kernel) -> None:
        """Serve until nobody is there any more; then end what runs."""
        try:
            wire.send(self._line, ("ready", os.getpid()))
            while True:
                self._begin_waiting(kernel)
                self._wait(kernel)
        except wire.ClosedError:
            return
        finally:
            for watched in self._running.values():
                watched.kill()

    def _wait(self, kernel: Kernel) -> None:
        for descriptor, _ in self._poll.poll(_TICK_S * 1000 if self._running else None):
            if descriptor == self._line.fileno():
                task, descriptors = wire.receive(self._line)
                self._waiting.append(task.with_descriptors(descriptors))
            else:
                self._see_off(descriptor, kernel)
        for watched in self._running.values():
            watched.look_at_the_time()

    def _begin_waiting(self, kernel: Kernel) -> None:
        from cartproof.batch.forks.watched import Watched  # noqa: PLC0415 - after `preload`

        while self._waiting and len(self._running) < self._most:
            self._begin(Watched(self._waiting.popleft()), kernel)

    def _begin(self, watched: Watched, kernel: Kernel) -> None:
        preload.check_threads()
        watched.task.warm()
        watched.begin(kernel, close=[self._line.fileno(), *self._running])
        self._running[watched.descriptor] = watched
        self._poll.register(watched.descriptor, select.POLLIN)
        wire.send(self._line, ("began", watched.task.number, watched.pid))

    def _see_off(self, descriptor: int, kernel: Kernel) -> None:
        from cartproof.batch.forks.watched import AGAIN  # noqa: PLC0415 - after `preload`

        watched = self._running.pop(descriptor)
        self._poll.unregister(descriptor)
        answer = watched.ended()
        if answer == AGAIN:
            self._begin(watched, kernel)
            return
        watched.close()
        wire.send(self._line, ("ended", watched.task.number, answer))


def main() -> None:
    """Be a fork server: `python -m cartproof.batch.forks.server DESCRIPTOR MOST NAMES`."""
    descriptor, most, names = sys.argv[1:]
    preload.preload(preload.SETS[names])
    from cartproof.batch.forks import child  # noqa: PLC0415 - after `preload`
    from cartproof.batch.forks.kernel import Kernel  # noqa: PLC0415

    kernel = Kernel()
    preload.settle()
    with socket.socket(fileno=int(descriptor)) as line:
        Server(line, most=int(most)).run(kernel)
    child.end()  # what was registered for the end is for those who run notebooks


if __name__ == "__main__":
    main()
