"""A run's verdict: every combination, and the exit status that goes with it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartproof.findings import Verdict, worst
from cartproof.run.verdicts import RunVerdict, exit_status, run_verdict


@dataclass(frozen=True)
class Step:
    verdict: Verdict
    required: bool = True
    awaits_person: bool = False


PERSON = Step(Verdict.BLOCKED, awaits_person=True)
WAITING = Step(Verdict.BLOCKED)


@pytest.mark.parametrize(
    ("steps", "verdict", "status"),
    [
        ([], "incomplete", 3),
        ([Step(Verdict.PASS)], "verified", 0),
        ([Step(v) for v in (Verdict.PASS, Verdict.WARN, Verdict.ATTESTED, Verdict.SKIPPED, Verdict.WAIVED)], "verified", 0),
        ([Step(Verdict.PASS), Step(Verdict.NOT_RUN)], "incomplete", 3),
        ([Step(Verdict.PASS), Step(Verdict.INCONCLUSIVE)], "incomplete", 3),
        ([Step(Verdict.PASS), PERSON], "incomplete", 4),
        ([PERSON, WAITING], "incomplete", 4),
        ([WAITING], "incomplete", 3),
        ([PERSON, Step(Verdict.NOT_RUN)], "incomplete", 3),
        ([PERSON, Step(Verdict.INCONCLUSIVE)], "incomplete", 3),
        ([PERSON, Step(Verdict.FAIL), Step(Verdict.NOT_RUN)], "failed", 1),
        ([Step(Verdict.PASS), Step(Verdict.FAIL, required=False)], "verified", 0),
        ([Step(Verdict.PASS), Step(Verdict.NOT_RUN, required=False)], "verified", 0),
        ([Step(Verdict.PASS, required=False)], "incomplete", 3),
    ],
)  # fmt: skip
def test_the_steps_decide(steps: list[Step], verdict: str, status: int) -> None:
    """Verdict and exit status follow from the required steps."""
    assert run_verdict(steps) == verdict
    assert exit_status(steps) == status


@given(st.lists(st.builds(Step, st.sampled_from(Verdict), st.booleans(), st.booleans())))
def test_verified_needs_every_required_step_settled_well(steps: list[Step]) -> None:
    """No list with an unsettled required step is verified, and exit status 0 says verified."""
    unsettled = [s for s in steps if s.required and not s.verdict.is_settled_well]
    verdict = run_verdict(steps)
    assert not (unsettled and verdict is RunVerdict.VERIFIED)
    assert (exit_status(steps) == 0) == (verdict is RunVerdict.VERIFIED)


@given(st.lists(st.sampled_from(Verdict), min_size=1))
def test_the_worst_verdict_of_findings_decides_over_a_step(verdicts: list[Verdict]) -> None:
    """A failure is never hidden by anything beside it, and nothing settled hides the unsettled."""
    decided = worst(verdicts)
    assert decided in verdicts
    if Verdict.FAIL in verdicts:
        assert decided is Verdict.FAIL
    elif any(not verdict.is_settled_well for verdict in verdicts):
        assert not decided.is_settled_well
