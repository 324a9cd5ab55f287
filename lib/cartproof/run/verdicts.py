"""The verdict of a run, computed from the steps that its runbook declares."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from cartproof.findings import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable


class RunVerdict(StrEnum):
    """What a run came to."""

    VERIFIED = "verified"
    FAILED = "failed"
    INCOMPLETE = "incomplete"


class Settled(Protocol):
    """What a verdict needs to know of a step."""

    @property
    def verdict(self) -> Verdict:
        """Return what the step came to."""
        ...

    @property
    def required(self) -> bool:
        """Tell whether the run depends on it."""
        ...

    @property
    def awaits_person(self) -> bool:
        """Tell whether it is blocked for want of a person's answer, not of another step."""
        ...


def run_verdict(steps: Iterable[Settled]) -> RunVerdict:
    """Compute a run's verdict from all declared steps; a run of no step is `incomplete`."""
    verdicts = [step.verdict for step in steps if step.required]
    if Verdict.FAIL in verdicts:
        return RunVerdict.FAILED
    if verdicts and all(verdict.is_settled_well for verdict in verdicts):
        return RunVerdict.VERIFIED
    return RunVerdict.INCOMPLETE


def exit_status(steps: Iterable[Settled]) -> int:
    """Return the exit status for a run: 0 verified, 1 failed, 4 a person is awaited, else 3.

    4 is returned only when nothing but persons' answers, and what waits for them, is open.
    """
    steps = [step for step in steps if step.required]
    match run_verdict(steps):
        case RunVerdict.VERIFIED:
            return 0
        case RunVerdict.FAILED:
            return 1
    open_steps = [step for step in steps if not step.verdict.is_settled_well]
    is_blocked = all(step.verdict is Verdict.BLOCKED for step in open_steps)
    return 4 if is_blocked and any(step.awaits_person for step in open_steps) else 3
