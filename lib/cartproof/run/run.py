"""A run: one execution of a runbook for one customer.

A notebook opens it, asks for its steps one by one, and finishes it:

    run = cartproof.open_run("stone-edge", customer=customer, credentials=credentials)
    run.step("scopes")
    run.finish()
"""

from __future__ import annotations

import atexit
import platform
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartproof import __version__
from cartproof.checks.created_order import trail
from cartproof.checks.created_order.tag import PREFIX
from cartproof.errors import ParameterError, StorageError
from cartproof.run.answers import Answers, save_answers
from cartproof.run.display import table_html
from cartproof.run.facts import credentials_facts, runbook_facts, store_facts
from cartproof.run.finish import Finish
from cartproof.run.handover import checked_paste, handover_of
from cartproof.run.journal import FINISHED, KEPT, Journal, iso
from cartproof.run.results import RUN_MIME, Attestation, StepResult
from cartproof.run.steps import Stage, not_run, settle

if TYPE_CHECKING:
    from cartproof.run.answers import SignOff
    from cartproof.run.handover import Handover, PastedBack
    from cartproof.runbook.model import Runbook, Step

ARCHIVING = "archive_test_order"
"""The check that archives a created order; nothing but the store itself may stop it."""


class Run:
    """One execution of a runbook for one customer; made by `open_run`."""

    def __init__(
        self,
        runbook: Runbook,
        *,
        digest: str,
        stage: Stage,
        journal: Journal,
        answers_path: Path | None,
    ) -> None:
        """Take the parts of a run, all checked."""
        self._runbook = runbook
        self._digest = digest
        self._stage = stage
        self._journal = journal
        self._answers_path = answers_path
        self._results: dict[str, StepResult] = {}
        self.run_id = stage.run_id
        self.started_at = iso(stage.now())

    def step(self, step_id: str, *, confirm: str = "") -> StepResult:
        """Settle one step as far as it can be settled now; never wait for a person.

        Args:
            step_id: Id of the step.
            confirm: The live store's name in full, where the step is to change that store; or
                `archive`, to archive the test order before its arrival is attested.

        Raises:
            ParameterError: The runbook has no such step.
        """
        step = self._runbook.step(step_id)
        if step is None:
            known = ", ".join(step.id for step in self._runbook.steps)
            raise ParameterError(f"{self._runbook.id} has no step {step_id!r}. Its steps: {known}.")
        self._note("step started", step)
        self._stage.confirm = confirm
        try:
            result = settle(step, self._stage, self._results)
        finally:
            self._stage.confirm = ""
            self._see_to_the_end()
        self._results[step_id] = result
        self._note("step settled", step, verdict=str(result.verdict))
        return result

    def _note(self, event: str, step: Step, **facts: Any) -> None:
        """Write an event of a step into the journal; the step that archives goes on without."""
        try:
            self._journal.write(event, step=step.id, **facts)
        except StorageError:
            if step.check != ARCHIVING:
                raise

    def handover(self, step_id: str) -> Handover:
        """Return the values that a step hands over, for a person to copy one by one.

        Shown by fingerprint; a panel copies the value itself.

        Raises:
            ParameterError: The runbook has no such step, or it hands nothing over.
        """
        step = self._runbook.step(step_id)
        if step is None or not step.handover:
            known = ", ".join(step.id for step in self._runbook.steps if step.handover)
            raise ParameterError(f"Step {step_id!r} hands nothing over. Steps that do: {known}.")
        return handover_of(step, self._stage)

    def check_pasted(self, value_id: str, pasted: str | None = None) -> PastedBack:
        """Say why a handover value that was pasted on the vendor's side is wrong, if it is.

        Args:
            value_id: Which of the runbook's handover values it should be.
            pasted: What was pasted; None: asked for without showing it. Never write a secret
                into a cell.

        Raises:
            ParameterError: There is no such value, or nobody to ask for what was pasted.
        """
        return checked_paste(self._stage, value_id, pasted)

    def attest(self, step_id: str, *, who: str, note: str = "", value: str = "") -> StepResult:
        """Record a person's word on a step in the answers file, then settle the step anew.

        Raises:
            ParameterError: There is no such step, or the run has no answers file to keep it in.
        """
        if self._runbook.step(step_id) is None or self._answers_path is None:
            return self._refuse_attestation(step_id)
        given = {"verdict": "attested", "who": who, "when": self._stage.now(), "note": note}
        answers = self._stage.answers
        steps = answers.model_dump(by_alias=True)["steps"] | {step_id: {**given, "value": value}}
        self._stage.answers = Answers.model_validate(
            {"schema": 1, "runbook": answers.runbook, "customer": answers.customer, "steps": steps}
        )
        save_answers(self._answers_path, self._stage.answers)
        return self.step(step_id)

    def _refuse_attestation(self, step_id: str) -> StepResult:
        if self._answers_path is None:
            raise ParameterError("Give the run an answers file in the parameter `answers` first.")
        return self.step(step_id)

    def finish(self) -> Finish:
        """Return the run's verdict over all declared steps; those not run count as such.

        An order that this run created and that may still be in the store is archived first; in
        interactive mode only once it has arrived on the vendor's side. Whatever is left then is
        archived when the process ends.
        """
        late = self._archive_late()
        results = [self._results.get(step.id) or not_run(step) for step in self._runbook.steps]
        at, requests = iso(self._stage.now()), self._stage.requests
        answers = self._stage.answers
        finish = Finish(
            results,
            finished_at=at,
            requests=requests,
            late=late,
            signed=_sign_off(answers.signed),
            reviewed=_sign_off(answers.reviewed),
        )
        event = KEPT if self._has_open_order() else FINISHED
        self._journal.write(event, verdict=str(finish.verdict), exit=finish.exit)
        return finish

    def _see_to_the_end(self) -> None:
        """Have an open order archived when the process ends, should nobody finish the run."""
        atexit.unregister(self._archive_at_exit)
        if self._has_open_order():
            atexit.register(self._archive_at_exit)

    def _has_open_order(self) -> bool:
        return trail.may_be_open(self._journal.events(), f"{PREFIX}{self.run_id}")

    def _archive_at_exit(self) -> None:
        self._stage.is_ending = True
        self._archive_late()

    def _archive_late(self) -> StepResult | None:
        """Settle the archiving step where an order of this run may still be in the store."""
        steps = [step.id for step in self._runbook.steps if step.check == ARCHIVING]
        return self.step(steps[-1]) if steps and self._has_open_order() else None

    def as_json(self) -> dict[str, Any]:
        """Return what the record must know of the run before any step, as JSON values."""
        runbook = self._runbook
        return {
            "schema": 1,
            "run_id": self.run_id,
            "runbook": runbook_facts(runbook, self._digest),
            "customer": self._stage.customer,
            "parameters": dict(self._stage.parameters),
            "store": store_facts(self._stage.credentials),
            "credentials": credentials_facts(self._stage),
            "mode": str(self._stage.mode),
            "started_at": self.started_at,
            "versions": {"cartproof": __version__, "python": platform.python_version()},
            "journal": str(self._journal.path),
        }

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        rows = self._rows()
        return {
            "text/plain": "\n".join(f"{name}: {value}" for name, value in rows.items()),
            "text/html": table_html({name: escape(value) for name, value in rows.items()}),
            RUN_MIME: self.as_json(),
        }

    def _rows(self) -> dict[str, str]:
        credentials = self._stage.credentials
        store = "no credentials yet"
        if credentials:
            address = credentials.address
            kind = "SANDBOX, nothing here is real" if address.is_sandbox else "LIVE store"
            store = f"{address.store_hash} at {address.origin} – {kind}"
        return {
            "Integration": self._runbook.title,
            "Customer": self._stage.customer,
            "Store": store,
            "Mode": str(self._stage.mode),
            "Run": self.run_id,
        }


def _sign_off(word: SignOff | None) -> Attestation | None:
    return Attestation(word.who, iso(word.when), word.note) if word else None
