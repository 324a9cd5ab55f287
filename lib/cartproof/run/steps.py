"""Settling one step: its condition, its needs, its check, and people's words on it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cartproof.checks.context import CheckContext, NoLog, RunLog
from cartproof.checks.registry import CHECKS
from cartproof.checks.scopes import judged
from cartproof.errors import Cancelled, CartproofError, StoreError
from cartproof.findings import Finding, Verdict, worst
from cartproof.run.bounds import bounded
from cartproof.run.handover import handed_values, values_of
from cartproof.run.journal import iso, utc_now
from cartproof.run.mode import Mode
from cartproof.run.results import Attestation, StepResult
from cartproof.runbook.formats import render
from cartproof.runbook.parameters import applies

if TYPE_CHECKING:
    from cartproof.run.answers import Answers, StepAnswer
    from cartproof.runbook.model import Runbook, Step
    from cartproof.secrets import Secret
    from cartproof.store.client import StoreClient
    from cartproof.store.credentials import Credentials
    from cartproof.vendors.credentials import VendorCredentials

_log = logging.getLogger(__name__)
_IN_WORDS = {
    Verdict.FAIL: "failed",
    Verdict.INCONCLUSIVE: "could not be settled",
    Verdict.BLOCKED: "is blocked itself",
    Verdict.NOT_RUN: "did not run",
}


@dataclass(slots=True)
class Stage:
    """What all steps of a run share.

    Attributes:
        reference: Where the credentials came from, as it was given.
        confirm: What a person typed to let the step at hand change a live store.
        vendor: The login of the vendor's own side, None for none.
        learn: Takes secrets that a check came by, so that they stand in no output.
        is_ending: Whether the run's process ends, so that nobody is waited for any more.
        tell: Told how far the check at hand is.
    """

    runbook: Runbook
    customer: str
    parameters: Mapping[str, Any]
    mode: Mode
    answers: Answers
    credentials: Credentials | None
    store: StoreClient | None
    run_id: str = ""
    reference: str = ""
    now: Callable[[], datetime] = utc_now
    facts: dict[str, Any] = field(default_factory=dict)
    journal: RunLog = field(default_factory=NoLog)
    confirm: str = ""
    vendor: VendorCredentials | None = None
    learn: Callable[[Iterable[Secret]], None] = lambda _secrets: None
    is_ending: bool = False
    tell: Callable[[str, int, int], None] = lambda _what, _done, _of: None

    @property
    def requests(self) -> int:
        """Return how many requests this run has made."""
        return len(self.store.evidence) if self.store else 0


def _blank(step: Step, verdict: Verdict, reason: str = "") -> StepResult:
    return StepResult(
        step_id=step.id,
        title=step.title,
        side=step.side,
        required=step.required,
        verdict=verdict,
        reason=reason,
    )


def not_run(step: Step) -> StepResult:
    """Return the result of a step whose cell did not run."""
    return _blank(step, Verdict.NOT_RUN, "Its cell did not run.")


def settle(step: Step, stage: Stage, earlier: Mapping[str, StepResult]) -> StepResult:
    """Settle a step as far as it can be settled now.

    Args:
        step: The step as the runbook declares it.
        stage: What all steps of the run share.
        earlier: Results so far, by step id; the step's `needs` are looked up there.
    """
    started_at = iso(stage.now())
    result = _settled(step, stage, earlier)
    finished_at = iso(stage.now())
    return replace(result, run_id=stage.run_id, started_at=started_at, finished_at=finished_at)


def reconsidered(
    step: Step, stage: Stage, before: StepResult, earlier: Mapping[str, StepResult]
) -> StepResult:
    """Return a result with people's words on it as they stand now; nothing is asked anew.

    Args:
        step: The step as the runbook declares it.
        stage: What all steps of the run share.
        before: What the step's check came to.
        earlier: Results so far, by step id.
    """
    answer = stage.answers.step(step.id)
    if step.is_for_a_person or not before.findings:
        return settle(step, stage, earlier)
    findings, made, context = before.findings, stage.facts.get("xray"), context_of(step, stage)
    if step.check == "scopes" and made and context:
        findings = tuple(judged(made, context))
    result = _with_word(_summed_up(step, findings), answer)
    result = waived(result, answer) if answer.verdict == "waived" else result
    return replace(
        result,
        run_id=before.run_id or stage.run_id,
        started_at=before.started_at,
        finished_at=before.finished_at,
    )


def _settled(step: Step, stage: Stage, earlier: Mapping[str, StepResult]) -> StepResult:
    if not applies(step.when, stage.parameters):
        wanted = ", ".join(f"{name} is {value}" for name, value in step.when.items())
        return _blank(step, Verdict.SKIPPED, f"Only when {wanted}.")
    answer = stage.answers.step(step.id)
    waiting = _unmet(step, stage.runbook, earlier)
    if answer.verdict == "waived":
        result = _blank(step, Verdict.BLOCKED, waiting) if waiting else _asked(step, stage, answer)
        return waived(result, answer)
    if waiting:
        return _blank(step, Verdict.BLOCKED, waiting)
    return _asked(step, stage, answer)


def _unmet(step: Step, runbook: Runbook, earlier: Mapping[str, StepResult]) -> str:
    for need in step.needs:
        result = earlier.get(need)
        if result is None or not result.verdict.is_settled_well:
            needed = runbook.step(need)
            title = needed.title if needed else need
            came_to = _IN_WORDS[result.verdict if result else Verdict.NOT_RUN]
            return f"Waits for “{title}”, which {came_to}."
    return ""


def _asked(step: Step, stage: Stage, answer: StepAnswer) -> StepResult:
    if step.is_for_a_person:
        return _asked_of_person(step, stage, answer)
    return _with_word(_checked(step, stage), answer)


def _with_word(result: StepResult, answer: StepAnswer) -> StepResult:
    if result.verdict is Verdict.INCONCLUSIVE and answer.verdict == "attested":
        reason = "No program could tell; a person's word stands for it."
        return replace(result, verdict=Verdict.ATTESTED, reason=reason, attestation=_word(answer))
    return result


def _asked_of_person(step: Step, stage: Stage, answer: StepAnswer) -> StepResult:
    handover = handed_values(step, stage)
    if answer.verdict == "attested":
        result = _blank(step, Verdict.ATTESTED)
        return replace(result, attestation=_word(answer), handover=handover)
    confirm = render(step.confirm or step.title, values_of(stage)).rstrip(".")
    reason = f"Waits for a person's word: {confirm}."
    result = _blank(step, Verdict.BLOCKED, reason)
    return replace(result, awaits_person=True, handover=handover)


def _word(answer: StepAnswer) -> Attestation:
    when = iso(answer.when) if answer.when else ""
    return Attestation(who=answer.who or "", when=when, note=answer.note, value=answer.value)


def waived(result: StepResult, answer: StepAnswer) -> StepResult:
    """Return a result with the waiver of a person on it; one that is well needs none."""
    if result.verdict in {Verdict.PASS, Verdict.WARN}:
        return result
    before = f"It was {result.verdict}. {result.reason}".strip()
    return replace(
        result,
        verdict=Verdict.WAIVED,
        awaits_person=False,
        reason=before,
        attestation=_word(answer),
    )


def _checked(step: Step, stage: Stage) -> StepResult:
    context = context_of(step, stage)
    if context is None:
        reason = "Waits for the credentials: give a reference to them in `credentials`."
        return replace(_blank(step, Verdict.BLOCKED, reason), awaits_person=True)
    return _summed_up(step, bounded(_found(step.check or step.collect, context)))


def context_of(step: Step, stage: Stage) -> CheckContext | None:
    """Return what a step's check may look at; None as long as there are no credentials."""
    if stage.credentials is None or stage.store is None:
        return None
    return CheckContext(
        runbook=stage.runbook,
        store=stage.store,
        credentials=stage.credentials,
        parameters=stage.parameters,
        options=step.options,
        answer=stage.answers.step(step.id).model_dump(mode="json"),
        facts=stage.facts,
        now=stage.now,
        run_id=stage.run_id,
        journal=stage.journal,
        is_headless=stage.mode is Mode.HEADLESS,
        confirm=stage.confirm,
        vendor=stage.vendor,
        learn=stage.learn,
        words={key: iso(a.when) for key, a in stage.answers.steps.items() if a.verdict and a.when},
        is_ending=stage.is_ending,
        tell=stage.tell,
    )


def _summed_up(step: Step, findings: tuple[Finding, ...]) -> StepResult:
    result = _blank(step, worst(finding.verdict for finding in findings))
    if result.verdict is not Verdict.BLOCKED:
        return replace(result, findings=findings)
    reason = next(f.remedy or f.message for f in findings if f.verdict is Verdict.BLOCKED)
    return replace(result, findings=findings, reason=reason, awaits_person=True)


def _found(check: str, context: CheckContext) -> list[Finding]:
    findings: list[Finding] = []
    try:
        findings.extend(CHECKS[check](context))
    except StoreError as error:
        findings.append(_broken(check, str(error), evidence=(error.evidence,)))
    except Cancelled as error:
        findings.append(_broken(check, str(error), remedy="Run this step again."))
    except CartproofError as error:
        findings.append(_broken(check, str(error)))
    except Exception as error:  # noqa: BLE001 - a broken check must not stop the others
        _log.exception("the check %s broke", check)
        message = f"The check itself broke ({type(error).__name__}). This is a fault of cartproof."
        findings.append(_broken(check, message))
    return findings or [_broken(check, "The check gave no answer.")]


def _broken(check: str, message: str, **named: Any) -> Finding:
    again = "Run this step again; if it stays so, send the report to whoever keeps cartproof."
    return Finding(
        verdict=Verdict.INCONCLUSIVE,
        title=check.replace("_", " "),
        message=message,
        who="engineer",
        **{"remedy": again, **named},
    )
