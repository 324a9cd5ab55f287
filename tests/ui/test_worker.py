"""The worker's thread: order, stopping, and telling at home."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from cartproof.errors import Cancelled
from cartproof.ui.worker import Worker

LONG_S = 60


def test_jobs_are_done_in_line_off_this_thread_and_told_at_home() -> None:
    """One after another, in another thread; `home` gets what is to be told."""
    home: queue.Queue[Callable[[], None]] = queue.Queue()
    worker, seen = Worker(home.put), []
    for name in ("one", "two"):
        worker.submit(
            name,
            lambda name=name: seen.append((name, threading.current_thread().name)),
            lambda name=name: seen.append((name, "told")),
        )
    for _ in range(2):
        home.get(timeout=LONG_S)()
    assert [entry for entry in seen if entry[1] == "told"] == [("one", "told"), ("two", "told")]
    assert {thread for _, thread in seen} == {"told", "cartproof"}


def test_the_job_at_hand_stops_at_its_next_request_and_the_next_one_goes_on() -> None:
    """The gate lets nothing more through, for this job alone."""
    home: queue.Queue[Callable[[], None]] = queue.Queue()
    worker, seen, begun, go_on = Worker(home.put), [], threading.Event(), threading.Event()

    def asking() -> None:
        begun.set()
        go_on.wait(LONG_S)
        try:
            worker.gate()
            seen.append("sent")
        except Cancelled:
            seen.append("stopped")

    worker.submit("one", asking, lambda: None)
    worker.submit("two", lambda: (worker.gate(), seen.append("two"))[0], lambda: None)
    worker.submit("three", lambda: seen.append("three"), lambda: None)
    begun.wait(LONG_S)
    worker.cancel("one")
    worker.cancel("three")
    go_on.set()
    for _ in range(3):
        home.get(timeout=LONG_S)
    assert seen == ["stopped", "two"]
