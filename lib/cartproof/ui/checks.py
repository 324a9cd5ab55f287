"""The checks of a desk's run: begun by a click or a cell, done off the kernel's thread, stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartproof.checks.archive_test_order import NOW
from cartproof.errors import UsageError
from cartproof.findings import Verdict
from cartproof.ui.state import State, standing_of

if TYPE_CHECKING:
    from cartproof.run.live import LiveRun
    from cartproof.runbook.model import Step
    from cartproof.ui.desk import Desk

CHANGING = frozenset({"archive_test_order"})
"""Checks that change the store: a click alone begins them, never a cell."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a check is: what it has just seen, how many of them, of how many."""

    what: str = ""
    done: int = 0
    of: int = 0


class Checks:
    """Begins the checks of a desk's run, and tells how far they are.

    Attributes:
        running: By step id, how far its check is, while it is under way or in line.
        confirmed_store: Hash of the store in which a person's word let an order be created; a word
            that did not match is none. Empty for no store.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.running: dict[str, Progress] = {}
        self.confirmed_store = ""

    def show(self, step_id: str, *, confirm: str = "") -> None:
        """Do what running a step's cell does: a check that is ready is begun.

        A check that changes the store is not: Run All must be harmless.
        """
        step, run = self._desk.step_of(step_id), self._desk.run
        standing = standing_of(step, run, self.running)
        is_check = bool(step.check or step.collect)
        may_begin = {State.READY, State.DONE, State.NEEDS_ATTENTION}
        is_ready = standing.state in may_begin or bool(confirm)
        has_credentials = run is not None and run.stage.credentials is not None
        if is_check and is_ready and has_credentials and not self.changes_store(step):
            self.begin(step_id, confirm=confirm)

    def changes_store(self, step: Step) -> bool:
        """Tell whether a step's check would change the store, with the parameters as they are."""
        run = self._desk.run
        wants_order = step.check == "test_order" and bool(
            run and run.stage.parameters.get("create_test_order")
        )
        return step.check in CHANGING or wants_order

    def begin(self, step_id: str, confirm: str = "") -> str:
        """Have a step's check done off the kernel's thread; it returns at once.

        Raises:
            UsageError: There is no run yet, or no credentials.
        """
        run = self._desk.opened()
        self._desk.step_of(step_id)
        if run.stage.credentials is None:
            raise UsageError("Waits for the credentials: give them in their panel.")
        if step_id in self.running:
            return ""
        self.running[step_id] = Progress()
        self._desk.worker.submit(
            step_id,
            lambda: self._do(run, step_id, confirm),
            lambda: self._done(run, step_id),
        )
        self._desk.touch()
        return ""

    def _do(self, run: LiveRun, step_id: str, confirm: str) -> None:
        run.stage.tell = lambda what, done, of: self._desk.home(
            lambda: self._progressed(step_id, Progress(what, done, of))
        )
        step = self._desk.step_of(step_id)
        is_archiving = step.check in CHANGING
        # A click is the word for archiving.
        result = run.step(step_id, confirm=NOW if is_archiving else confirm)
        is_creating = bool(confirm) and self.changes_store(step) and not is_archiving
        if is_creating and run.stage.credentials and result.verdict is not Verdict.BLOCKED:
            self.confirmed_store = run.stage.credentials.store_hash

    def _progressed(self, step_id: str, progress: Progress) -> None:
        if step_id in self.running:
            self.running[step_id] = progress
            self._desk.touch(step_id)

    def _done(self, run: LiveRun, step_id: str) -> None:
        self.running.pop(step_id, None)
        if run is self._desk.run:
            self._desk.saved()

    def cancel(self, step_id: str) -> str:
        """Stop a check before its next request."""
        self._desk.worker.cancel(step_id)
        return "Stops before its next request."

    def refuse_while_running(self) -> None:
        """Raise `UsageError` as long as a check is under way or in line."""
        if self.running:
            titles = ", ".join(f"“{self._desk.step_of(name).title}”" for name in self.running)
            raise UsageError(f"{titles} is being checked: wait for it, or stop it.")
