"""The desk: the model behind all panels of one run, without a widget in it.

Panels look at it and send it what a person does; it keeps the run, and tells by `changed` when
something is to be shown anew. What is done at it has its own homes: checks, vault, words, filing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import traitlets

from cartproof.errors import CartproofError, ParameterError, UsageError
from cartproof.run.live import LiveRun
from cartproof.runbook.loader import load_with_digest
from cartproof.secrets import Redactor
from cartproof.ui.checks import Checks
from cartproof.ui.filing import Filing
from cartproof.ui.keeping import Keeping
from cartproof.ui.state import State, standing_of
from cartproof.ui.vault import Vault
from cartproof.ui.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cartproof.run.opening import Opening
    from cartproof.runbook.model import Runbook, Step
    from cartproof.ui.lab.seat import Seat
    from cartproof.ui.worker import Worker


class Desk(traitlets.HasTraits):  # type: ignore[misc]  # traitlets is read without types
    """One run of one runbook, as a person works on it.

    Attributes:
        changed: A count, and the id of the one step that changed; empty for all of them.
        run: The run, None as long as it has no customer.
        checks: Has the store asked.
        vault: Takes the credentials and lets go of them.
        words: Takes what people say.
        filing: Files the record.
        trouble: Why the run cannot be opened as it was given; else empty.
        engineer: Who works here, asked once.
        opening: What the run was opened with in its cell.
    """

    changed = traitlets.Tuple((0, ""))

    def __init__(
        self,
        opening: Opening,
        *,
        worker: Worker,
        home: Callable[[Callable[[], None]], None],
        learn: Callable[..., None] = lambda _secrets: None,
        out: Path = Path("runs"),
        seat: Seat | None = None,
        sitting: str = "",
    ) -> None:
        """Take what the cell gave; open the run where that is enough, or go on with the last one.

        Args:
            opening: What the run is to be opened with.
            worker: Does the checks.
            home: Has a function called on the kernel's thread.
            learn: Takes secrets that must stand in no output.
            out: Folder of all runs.
            seat: What `cartproof lab` found out.
            sitting: What is the same for kernels of one session of JupyterLab: a kernel that is
                started anew there goes on with the customer at hand, any other one offers to.

        Raises:
            RunbookError: The runbook is not there or not valid.
        """
        super().__init__()
        loaded = load_with_digest(opening.runbook)
        self.declared: Runbook = loaded.runbook
        self.opening = opening
        self.run: LiveRun | None = None
        self.trouble = ""
        self.engineer = ""
        self.checks: Checks = Checks(self)
        self.vault: Vault = Vault(self)
        self.words: Words = Words(self)
        self.filing: Filing = Filing(self)
        self.rail: tuple[int, list[dict[str, Any]]] = (-1, [])
        self.learn = learn
        self.worker, self.home = worker, home
        self.keeping = Keeping(out, opening, sitting)
        self.redactor = Redactor()
        self.seat = seat
        last, is_same_sitting = self.keeping.last()
        self.offer = last
        customer = opening.customer or (last.customer if last and is_same_sitting else "")
        if customer:
            self._try_to_open(customer)

    # What is shown

    @property
    def runbook(self) -> Runbook:
        """Return the runbook, with what the parameters fill in as soon as there is a run."""
        return self.run.runbook if self.run else self.declared

    def state(self, step: Step) -> State:
        """Return a step's state."""
        return standing_of(step, self.run, self.checks.running).state

    def step_of(self, step_id: str) -> Step:
        """Return a step by its id.

        Raises:
            ParameterError: The runbook has no such step.
        """
        step = self.runbook.step(step_id)
        if step is None:
            known = ", ".join(step.id for step in self.runbook.steps)
            raise ParameterError(f"{self.runbook.id} has no step {step_id!r}. Its steps: {known}.")
        return step

    def touch(self, step_id: str = "") -> None:
        """Have the panels look again: that of one step, or all."""
        self.changed = (self.changed[0] + 1, step_id)

    # Opening

    def _try_to_open(self, customer: str, given: Mapping[str, Any] | None = None) -> None:
        try:
            self._open(customer, given or {})
            self.trouble = ""
        except CartproofError as error:
            self.trouble = str(error)

    def _open(self, customer: str, given: Mapping[str, Any]) -> None:
        opening, session = self.keeping.opening_for(customer, given)
        run = opening.open(LiveRun)
        run.declared = self.declared
        if session is not None:
            self.keeping.restore(run, session)
            self.engineer = self.engineer or session.engineer
        self.run = run
        run.settle_people()
        self.keeping.save(self)
        if self.opening.credentials and run.stage.credentials is None:
            self.vault.take_given(self.opening.credentials, self.opening.store_hash)

    def reopened(self, opening: Opening) -> None:
        """Take what the cell gives when it is run again: only what differs from before counts."""
        before, self.opening = self.opening, opening
        if opening.customer and opening.customer != before.customer:
            self.run, self.vault.trouble = None, ""
            self.keeping = Keeping(self.keeping.out, opening, self.keeping.sitting)
            self._try_to_open(opening.customer)
        elif self.run is None:
            self.keeping = Keeping(self.keeping.out, opening, self.keeping.sitting)
            self._try_to_open(opening.customer)
        else:
            old = before.parameters
            new = {k: v for k, v in opening.parameters.items() if v != old.get(k)}
            self.about(parameters=new)
            is_other = opening.credentials != before.credentials
            if opening.credentials and (is_other or self.run.stage.credentials is None):
                self.vault.take_given(opening.credentials, opening.store_hash)
        self.touch()

    def about(
        self,
        *,
        customer: str = "",
        engineer: str = "",
        parameters: Mapping[str, Any] | None = None,
    ) -> str:
        """Take who works here for whom, and the run's parameters; return what came of it.

        Raises:
            UsageError: Something cannot be used; nothing of it is taken.
        """
        self.engineer = engineer.strip()[:200] or self.engineer
        said = ""
        if self.run is None or (customer and customer.strip() != self.run.stage.customer):
            self.checks.refuse_while_running()
            self.refuse_while_order_is_open()
            self._open(customer, parameters or {})
            self.trouble = ""
            said = f"The run for {self.running_for} is open."
        elif parameters:
            self.checks.refuse_while_running()
            changed = self.run.set_parameters(parameters)
            self.run.settle_people()
            said = f"Changed: {', '.join(changed)}." if changed else "Nothing changed."
        self.saved()
        return said or "Saved."

    @property
    def running_for(self) -> str:
        """Return the run's customer; empty as long as it has none."""
        return self.run.stage.customer if self.run else ""

    def start_over(self) -> str:
        """Put answers and results of this customer aside, under a dated name, and begin anew."""
        run = self.opened()
        self.checks.refuse_while_running()
        self.refuse_while_order_is_open()
        customer = run.stage.customer
        run.forget_credentials()
        self.keeping.put_aside(run)
        self.run = None
        self._open(customer, {})
        self.touch()
        return "Begun anew. What was answered before is kept beside it, under its date."

    # Pieces

    def opened(self) -> LiveRun:
        """Return the run; raise `UsageError` as long as it has no customer."""
        if self.run is None:
            raise UsageError("Give the customer's name first, at the top of the notebook.")
        return self.run

    def refuse_while_order_is_open(self) -> None:
        """Raise `UsageError` as long as an order of this run may be in the store."""
        if self.run is not None and self.run.has_open_order:
            raise UsageError("The test order is still in the store: archive it first.")

    def saved(self, step_id: str = "") -> None:
        """Keep where the desk stands; the step that was clicked is shown first, then all."""
        if step_id:
            self.touch(step_id)
            self.home(self.saved)
            return
        self.keeping.save(self)
        self.touch()
