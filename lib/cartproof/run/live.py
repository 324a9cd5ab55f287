"""A run under its engineer's hands: credentials, parameters and answers may change as it goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cartproof.errors import AnswersError
from cartproof.run.amended import with_order, with_row, with_word, without
from cartproof.run.answers import Answers, change_answers
from cartproof.run.dependence import parameters_of, uses_credentials
from cartproof.run.hidden import secrets_to_hide
from cartproof.run.results import StepResult
from cartproof.run.run import Run
from cartproof.run.steps import not_run, reconsidered, waived
from cartproof.run.verdicts import RunVerdict, run_verdict
from cartproof.runbook.filled_in import with_filled_in_scopes
from cartproof.runbook.parameters import applies, typed
from cartproof.store.client import StoreClient
from cartproof.vendors.credentials import vendor_credentials_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from cartproof.run.answers import OrderAnswer, RowAnswer, SignOff, StepAnswer
    from cartproof.run.journal import Journal
    from cartproof.run.steps import Stage
    from cartproof.runbook.model import Runbook, Step
    from cartproof.store.credentials import Credentials


class LiveRun(Run):
    """A run that `Opening.open` makes for a person who sits before it.

    Attributes:
        earlier: By step id, results that a later one replaced or a change put out of date.
        declared: The runbook as its file has it, without what parameters fill in.
    """

    def __init__(
        self,
        runbook: Runbook,
        *,
        digest: str,
        stage: Stage,
        journal: Journal,
        answers_path: Path | None,
        declared: Runbook | None = None,
    ) -> None:
        super().__init__(
            runbook, digest=digest, stage=stage, journal=journal, answers_path=answers_path
        )
        self.declared = declared or runbook
        self.earlier: dict[str, list[StepResult]] = {}
        self._last_token = ""

    @property
    def stage(self) -> Stage:
        """Return what all steps share."""
        return self._stage

    @property
    def runbook(self) -> Runbook:
        """Return the runbook, with what the parameters fill in."""
        return self._runbook

    @property
    def results(self) -> Mapping[str, StepResult]:
        """Return what each step came to that holds now, by step id."""
        return self._results

    @property
    def journal(self) -> Journal:
        """Return the run's journal."""
        return self._journal

    def step(self, step_id: str, *, confirm: str = "") -> StepResult:
        """Settle a step as `Run.step` does; what it came to before is kept."""
        before = self._results.get(step_id)
        result = super().step(step_id, confirm=confirm)
        if before is not None and before.findings:
            self.earlier.setdefault(step_id, []).append(before)
        return result

    def restore(
        self, results: Mapping[str, StepResult], earlier: Mapping[str, list[StepResult]]
    ) -> None:
        """Take up what steps came to before the kernel was started anew."""
        known = {step.id for step in self._runbook.steps}
        self._results |= {name: found for name, found in results.items() if name in known}
        self.earlier |= {name: list(found) for name, found in earlier.items() if name in known}

    def use_credentials(
        self, credentials: Credentials, *, reference: str, gate: Callable[[], object]
    ) -> None:
        """Ask the store with these credentials from now on; their secrets stand in no output.

        What was found with others is out of date, and so is what was handed over of them.

        Args:
            credentials: What was given.
            reference: Where they came from; empty when they were typed or dropped.
            gate: Passed before each request.

        Raises:
            CredentialsError: The access token cannot stand in a header.
        """
        stage = self._stage
        stage.learn(secrets_to_hide(credentials, reference=reference, vendor=stage.vendor))
        before = self.known_token
        store = StoreClient(credentials, gate=gate)
        stage.credentials, stage.reference, stage.store = credentials, reference, store
        stage.facts.clear()
        if before and before != str(credentials.access_token):
            self._put_out_of_date(filter(uses_credentials, self._runbook.steps), "credentials")
        address = credentials.address
        self._journal.write("credentials given", store=address.store_hash, origin=address.origin)

    @property
    def known_token(self) -> str:
        """Return the fingerprint of the token with which the results at hand were found."""
        held = self._stage.credentials
        return str(held.access_token) if held else self._last_token

    @property
    def has_open_order(self) -> bool:
        """Tell whether an order that this run created may still be in the store."""
        return self._has_open_order()

    def remember_token(self, fingerprint: str) -> None:
        """Say with which token the results at hand were found, by its fingerprint."""
        self._last_token = fingerprint

    def forget_credentials(self) -> None:
        """Let go of the credentials; results stay for who gives the same ones again."""
        stage = self._stage
        self._last_token = self.known_token
        if stage.store:
            stage.store.close()
        stage.credentials, stage.store, stage.reference = None, None, ""
        stage.facts.clear()
        self._journal.write("credentials forgotten")

    def set_parameters(self, given: Mapping[str, Any]) -> list[str]:
        """Go on with other parameters; what depended on a changed one is out of date.

        Returns:
            Names of the parameters that changed.

        Raises:
            ParameterError: A value is not what its parameter takes; nothing is changed.
            CredentialsError: The vendor's login cannot be read; nothing is changed.
        """
        stage = self._stage
        values = typed(self.declared, {**stage.parameters, **given})
        changed = [name for name, value in values.items() if value != stage.parameters[name]]
        if not changed:
            return []
        runbook, vendor = (
            with_filled_in_scopes(self.declared, values),
            vendor_credentials_of(values),
        )
        stage.learn(secrets_to_hide(None, reference="", vendor=vendor))
        stage.vendor, stage.parameters = vendor, values
        stage.runbook = self._runbook = runbook
        self._journal.write("parameters changed", names=changed)
        names = set(changed)
        touched = [s for s in self.declared.steps if names & parameters_of(s, self.declared)]
        self._put_out_of_date(touched, ", ".join(changed))
        return changed

    def _put_out_of_date(self, steps: Iterable[Step], what: str) -> None:
        ids = [step.id for step in steps]
        for step_id in ids:
            self._replaced(step_id)
        answered = [name for name in ids if name in self._stage.answers.steps]
        if answered:
            self._change(lambda found: without(found, answered))
        self._journal.write("out of date", steps=ids, because=f"{what} changed")

    def answer(self, step_id: str, word: StepAnswer | None) -> None:
        """Keep a person's word on a step, or take it back; on disk before this returns.

        Raises:
            AnswersError: The answers file cannot be used.
        """
        said = word.model_dump(mode="json", exclude_defaults=True) if word else "taken back"
        self._journal.write("answer", step=step_id, answer=said)
        if word is None:
            self._change(lambda found: without(found, [step_id]))
        else:
            self._change(lambda found: with_word(found, step_id, word))
        self._reconsider(step_id)

    def answer_row(self, step_id: str, row: str, word: RowAnswer) -> None:
        """Keep what a person read off the screen for one scope row.

        Raises:
            AnswersError: The answers file cannot be used.
        """
        said = word.model_dump(mode="json")
        self._journal.write("answer", step=step_id, row=row, answer=said)
        self._change(lambda found: with_row(found, step_id, row, word))
        self._reconsider(step_id)

    def choose_order(self, step_id: str, word: OrderAnswer | None) -> None:
        """Keep which order a person chose, None for none; what was found before is out of date.

        Raises:
            AnswersError: The answers file cannot be used.
        """
        said = word.model_dump(mode="json") if word else "none"
        self._journal.write("answer", step=step_id, order=said)
        self._change(lambda found: with_order(found, step_id, word))
        self._replaced(step_id)

    def _replaced(self, step_id: str) -> None:
        before = self._results.pop(step_id, None)
        if before is not None and before.findings:
            self.earlier.setdefault(step_id, []).append(before)

    def sign(self, role: str, word: SignOff) -> None:
        """Put a name under the run, as the one who did it (`signed`) or `reviewed` it.

        Raises:
            AnswersError: The reviewer is the signer, or the answers file cannot be used.
        """
        self._change(lambda found: found.model_copy(update={role: word}))
        self._journal.write(role, **word.model_dump(mode="json"))

    def catch_up(self) -> None:
        """Take in what another window wrote into the answers file meanwhile."""
        if self._answers_path is not None and self._answers_path.exists():
            self._change(lambda found: found)

    def _change(self, change: Callable[[Answers], Answers]) -> None:
        if self._answers_path is None:
            raise AnswersError("This run has no answers file: give one in `answers`.")
        empty = Answers(runbook=self._runbook.id, customer=self._stage.customer)
        steps = [step.id for step in self._runbook.steps]
        self._stage.answers = change_answers(self._answers_path, empty, steps=steps, change=change)

    def _reconsider(self, step_id: str) -> None:
        step = self._runbook.step(step_id)
        if step is None:
            return
        before = self._results.get(step_id) or not_run(step)
        is_unasked = not step.is_for_a_person and not before.findings
        is_waived = self._stage.answers.step(step_id).verdict == "waived"
        if is_unasked and not is_waived:
            self._results.pop(step_id, None)
            return
        if is_unasked:
            self._results[step_id] = _waived_unasked(step, self._stage)
        else:
            found = reconsidered(step, self._stage, before, self._results)
            self._results[step_id] = found
        verdict = self._results[step_id].verdict
        self._journal.write("step settled", step=step_id, verdict=str(verdict))

    def settle_people(self) -> None:
        """Settle every step that needs no request: people's steps, and those that do not apply."""
        for step in self._runbook.steps:
            if step.is_for_a_person or not applies(step.when, self._stage.parameters):
                found = reconsidered(step, self._stage, not_run(step), self._results)
                self._results[step.id] = found

    def so_far(self) -> list[StepResult]:
        """Return one result per declared step; those without one count as not run."""
        return [self._results.get(step.id) or not_run(step) for step in self._runbook.steps]

    @property
    def verdict(self) -> RunVerdict:
        """Return what the run would come to if it ended now."""
        return run_verdict(self.so_far())


def _waived_unasked(step: Step, stage: Stage) -> StepResult:
    blank = replace(not_run(step), reason="It was not run.", run_id=stage.run_id)
    return waived(blank, stage.answers.step(step.id))
