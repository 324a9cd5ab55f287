"""The states of a step as its panel shows them, and how each comes about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cartproof.findings import Verdict
from cartproof.runbook.parameters import applies

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from cartproof.run.live import LiveRun
    from cartproof.run.results import StepResult
    from cartproof.runbook.model import Step


class State(StrEnum):
    """What is to be done at a step. The first that holds counts:

    skipped          its `when` does not hold for the parameters as they are now
    running          its check is under way, or stands in line behind another one
    waived           a person let it pass, with a reason
    done             it came to pass, warn or attested, and nothing has changed since
    blocked          it cannot go on before something outside of it is seen to: the run has no
                     customer, a check has no credentials or wants a confirmation, or a step that
                     it needs needs attention or is blocked; the sentences say which
    needs attention  its check came to fail or inconclusive
    to do            a step that it needs is not done yet; nothing is wrong
    ready            nothing is in its way: check it, or do it and confirm

    A step leaves `done` when it is checked again, when its word is taken back, and when a
    parameter or the credentials that it depends on change.
    """  # noqa: D415 - a table, not a sentence

    SKIPPED = "skipped"
    RUNNING = "running"
    WAIVED = "waived"
    DONE = "done"
    BLOCKED = "blocked"
    NEEDS_ATTENTION = "needs attention"
    TO_DO = "to do"
    READY = "ready"


SHAPES: Mapping[State, str] = {
    State.SKIPPED: "–",
    State.RUNNING: "…",
    State.WAIVED: "↷",
    State.DONE: "✓",
    State.BLOCKED: "■",
    State.NEEDS_ATTENTION: "!",
    State.TO_DO: "○",
    State.READY: "▶",
}
"""One shape for each state, so that none is told by its colour alone."""

_WELL = frozenset({Verdict.PASS, Verdict.WARN, Verdict.ATTESTED})
_BAD = frozenset({Verdict.FAIL, Verdict.INCONCLUSIVE})


@dataclass(frozen=True, slots=True)
class Standing:
    """A step's state, and the sentences that stand in its way."""

    state: State
    sentences: tuple[str, ...] = ()


def standing_of(step: Step, run: LiveRun | None, running: Container[str]) -> Standing:
    """Return how a step stands; `State` says by which rules.

    Args:
        step: The step.
        run: The run, None before it has a customer.
        running: Ids of steps whose checks are under way or in line.
    """
    if run is None:
        return Standing(State.BLOCKED, ("Give the customer's name first, at the top.",))
    if not applies(step.when, run.stage.parameters):
        wanted = " and ".join(f"{name} is {_word(value)}" for name, value in step.when.items())
        return Standing(State.SKIPPED, (f"Only when {wanted}.",))
    if step.id in running:
        return Standing(State.RUNNING)
    result = run.results.get(step.id)
    if result and result.verdict is Verdict.WAIVED:
        return Standing(State.WAIVED)
    if result and result.verdict in _WELL:
        return Standing(State.DONE)
    return _open(step, run, running, result)


def _open(step: Step, run: LiveRun, running: Container[str], result: StepResult | None) -> Standing:
    waits, stuck = _needs(step, run, running)
    sentences = (*stuck, *_wants_credentials(step, run))
    if sentences:
        return Standing(State.BLOCKED, sentences)
    if waits:
        return Standing(State.TO_DO, waits)
    if result and result.verdict in _BAD:
        return Standing(State.NEEDS_ATTENTION)
    if result and result.verdict is Verdict.BLOCKED and result.findings:
        return Standing(State.BLOCKED, (result.reason,))
    return Standing(State.READY)


def _wants_credentials(step: Step, run: LiveRun) -> tuple[str, ...]:
    is_missing = run.stage.credentials is None and (step.check or step.handover)
    return ("Waits for the credentials: give them in their panel.",) if is_missing else ()


def _needs(
    step: Step, run: LiveRun, running: Container[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return sentences on needed steps: those nobody has come to yet, and those that are stuck."""
    waits, stuck = [], []
    for need in map(run.runbook.step, step.needs):
        if need is None:
            continue
        state = standing_of(need, run, running).state
        if state in (State.NEEDS_ATTENTION, State.BLOCKED):
            stuck.append(f"Waits for “{need.title}”, which {_COME_TO[state]}.")
        elif state in (State.TO_DO, State.READY, State.RUNNING):
            waits.append(f"Comes after “{need.title}”.")
    return tuple(waits), tuple(stuck)


_COME_TO = {State.NEEDS_ATTENTION: "needs attention", State.BLOCKED: "is blocked itself"}


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
