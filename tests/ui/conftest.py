"""A desk without a browser and without a kernel: its worker works at once, in this thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cartproof.errors import Cancelled
from cartproof.run.opening import Opening
from cartproof.ui.desk import Desk
from whole.conftest import Shop, sandbox, shop

__all__ = ["Shop", "sandbox", "shop"]


class AtOnce:
    """Does each job where it is given; `before` is called ahead of each, `late` keeps them back."""

    def __init__(self) -> None:
        self.before: Callable[[], None] = lambda: None
        self.late: list[tuple[str, Callable[[], None], Callable[[], None]]] | None = None
        self.is_stopped = False

    def submit(self, name: str, job: Callable[[], None], done: Callable[[], None]) -> None:
        if self.late is not None:
            self.late.append((name, job, done))
            return
        self.before()
        job()
        self.is_stopped = False
        done()

    def catch_up(self) -> None:
        """Do what was kept back."""
        jobs, self.late = self.late or [], None
        for job in jobs:
            self.submit(*job)

    def cancel(self, _name: str) -> None:
        self.is_stopped = True

    def gate(self) -> None:
        if self.is_stopped:
            raise Cancelled("Stopped by hand before it was done.")


@pytest.fixture
def worker() -> AtOnce:
    """Return the worker of `desk`."""
    return AtOnce()


@pytest.fixture
def desk(tmp_path: Path, worker: AtOnce) -> Callable[..., Desk]:
    """Make a desk as a new kernel would: `desk("order-time", customer="X", ...)`."""

    def make(
        runbook: str = "order-time", customer: str = "Northwind Candles", **given: Any
    ) -> Desk:
        opening = Opening(runbook, customer, mode="interactive", **given)
        return Desk(opening, worker=worker, home=lambda call: call(), out=tmp_path / "runs")

    return make
