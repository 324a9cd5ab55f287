"""A run with somebody before it: the object that a notebook's cells talk to in JupyterLab.

Its methods are those of `Run`, so that the notebook is the same; each returns at once and shows
its panel.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartproof.errors import UsageError
from cartproof.run.guard import current_kernel, guard_kernel
from cartproof.ui.desk import Desk
from cartproof.ui.lab.seat import seat
from cartproof.ui.panel import Panel
from cartproof.ui.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartproof.run.handover import PastedBack
    from cartproof.run.live import LiveRun
    from cartproof.run.opening import Opening


class AttendedRun:
    """What `cartproof.open_run` returns in JupyterLab."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def step(self, step_id: str, *, confirm: str = "") -> Panel:
        """Show a step's panel; a check that is ready and only reads begins at once."""
        self.desk.step_of(step_id)
        self.desk.checks.show(step_id, confirm=confirm)
        return Panel(self.desk, "step", step_id)

    def handover(self, step_id: str) -> str:
        """Say where the values are copied: in the panel of the step itself."""
        return f"The values are copied in the panel of “{self.desk.step_of(step_id).title}”, below."

    def check_pasted(self, value_id: str, pasted: str | None = None) -> PastedBack:
        """Say why a handover value that was pasted on the vendor's side is wrong, if it is."""
        return self._run().check_pasted(value_id, pasted)

    def attest(self, step_id: str, *, who: str, note: str = "", value: str = "") -> Panel:
        """Keep a person's word on a step, and show its panel."""
        self.desk.words.attest(step_id, who=who, note=note, value=value)
        return Panel(self.desk, "step", step_id)

    def finish(self) -> Panel:
        """Show what is open, and file the record."""
        return Panel(self.desk, "finish")

    def _run(self) -> LiveRun:
        if self.desk.run is None:
            raise UsageError("Give the customer's name first, at the top of the notebook.")
        return self.desk.run

    def _repr_mimebundle_(self, **named: Any) -> Any:
        return Panel(self.desk, "about")._repr_mimebundle_(**named)


def attended_run(opening: Opening) -> AttendedRun:
    """Return the kernel's run of this runbook, opened now or by the same cell before."""
    kernel = current_kernel()
    known: dict[str, AttendedRun] = kernel.__dict__.setdefault("_cartproof_runs", {})
    found = known.get(opening.runbook)
    if found is not None:
        found.desk.reopened(opening)
        return found
    home = _home()
    learn = guard_kernel(kernel).learn
    told = seat()
    if told is not None and not opening.customer:
        opening = replace(opening, customer=told.customer)
    desk = Desk(
        opening,
        worker=Worker(home),
        home=home,
        learn=learn,
        out=Path(told.out) if told else Path("runs"),
        seat=told,
        sitting=_sitting(),
    )
    made = AttendedRun(desk)
    known[opening.runbook] = made
    return made


def _sitting() -> str:
    """Return what is the same for the kernels that one server starts for one notebook."""
    names = ("CARTPROOF_LAB", "JPY_PARENT_PID", "JPY_SESSION_NAME")
    return " ".join(os.environ.get(name, "") for name in names).strip()


def _home() -> Callable[[Callable[[], None]], None]:
    """Return a way to the kernel's own thread, on which alone widgets may be written to."""
    loop = asyncio.get_event_loop()
    return lambda call: _call_soon(loop, call)


def _call_soon(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    loop.call_soon_threadsafe(call)
