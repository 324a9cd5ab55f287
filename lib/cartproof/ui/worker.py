"""Checks off the kernel's thread, one after another; what they come to is told on that thread."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

from cartproof.errors import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable

    Home = Callable[[Callable[[], None]], None]


class Worker:
    """One thread that does jobs in the order in which they were given.

    A widget may be written to from the kernel's own thread alone, so all that a job has to tell
    goes through `home`.
    """

    def __init__(self, home: Home) -> None:
        """Make a worker; its thread starts with its first job.

        Args:
            home: Has a function called on the kernel's thread, soon.
        """
        self._home = home
        self._jobs: queue.Queue[tuple[str, Callable[[], None], Callable[[], None]]] = queue.Queue()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._taken_out: set[str] = set()
        self._lock = threading.Lock()
        self._current = ""

    def submit(self, name: str, job: Callable[[], None], done: Callable[[], None]) -> None:
        """Put a job in line; `done` is called at home when it is over, done or taken out."""
        with self._lock:
            self._taken_out.discard(name)
        self._jobs.put((name, job, done))
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="cartproof", daemon=True)
            self._thread.start()

    def cancel(self, name: str) -> None:
        """Stop a job before its next request, or take it out of the line."""
        with self._lock:
            if name == self._current:
                self._stop.set()
            else:
                self._taken_out.add(name)

    def gate(self) -> None:
        """Pass, unless the job at hand is to stop.

        Raises:
            Cancelled: It is.
        """
        if self._stop.is_set():
            raise Cancelled("Stopped by hand before it was done.")

    def _work(self) -> None:
        while True:
            name, job, done = self._jobs.get()
            with self._lock:
                is_wanted = name not in self._taken_out
                self._current = name if is_wanted else ""
                self._stop.clear()
            try:
                if is_wanted:
                    job()
            finally:
                with self._lock:
                    self._current = ""
                    self._stop.clear()
                self._home(done)
