"""The words of the report: what a verdict is called, what it means, and who must act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartproof.findings import Verdict
from cartproof.report.text import count_of, quoted
from cartproof.run.verdicts import RunVerdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartproof.run.reading import RunReading
    from cartproof.run.results import StepResult

VERDICT_WORDS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.PASS: ("Pass", "Checked against the store, and right."),
    Verdict.WARN: ("Warning", "Works as it is, but something should be looked at."),
    Verdict.FAIL: ("Fail", "Checked, and wrong."),
    Verdict.INCONCLUSIVE: ("Inconclusive", "Asked, but the answer does not settle it."),
    Verdict.BLOCKED: ("Blocked", "Waits for another step, or for a person's answer."),
    Verdict.NOT_RUN: ("Not run", "Was not checked in this run."),
    Verdict.SKIPPED: ("Skipped", "Does not apply to this set-up."),
    Verdict.ATTESTED: ("Attested", "Confirmed by a named person; no program can see it."),
    Verdict.WAIVED: ("Waived", "A named person decided to go on without it."),
}
"""By verdict: its name on the page, and what it means."""

RUN_WORDS: Mapping[RunVerdict, tuple[str, str]] = {
    RunVerdict.VERIFIED: (
        "Verified",
        "Every required step is settled: passed, attested, waived, or not applicable.",
    ),
    RunVerdict.FAILED: ("Failed", "At least one required step was checked and found wrong."),
    RunVerdict.INCOMPLETE: (
        "Incomplete",
        "Nothing required was found wrong, but not all of it was settled.",
    ),
}

RUN_MARKS: Mapping[RunVerdict, Verdict] = {
    RunVerdict.VERIFIED: Verdict.PASS,
    RunVerdict.FAILED: Verdict.FAIL,
    RunVerdict.INCOMPLETE: Verdict.INCONCLUSIVE,
}
"""By verdict of a run: the mark that it shares with a verdict of a step."""

WHO_WORDS: Mapping[str, tuple[str, str]] = {
    "merchant": ("The merchant", "in the BigCommerce control panel"),
    "engineer": ("The support engineer", "who ran this runbook"),
    "vendor": ("The vendor", "on the side of the connected system"),
}
"""By `who`: the heading, and where that person acts."""

LEVEL_WORDS: Mapping[str, str] = {
    "none": "None",
    "read-only": "Read-only",
    "modify": "Modify",
    "login": "Login",
    "create": "Create",
    "manage": "Manage",
    "standard": "Standard",
    "full": "Full",
    "unstated": "Not stated",
}
"""By level: how BigCommerce's screen writes it."""

SIDE_WORDS: Mapping[str, str] = {"bigcommerce": "BigCommerce", "vendor": "Vendor"}


_SETTLED_WORDS: Mapping[Verdict, str] = {
    Verdict.WARN: "with a warning",
    Verdict.ATTESTED: "on a person's word",
    Verdict.WAIVED: "waived",
    Verdict.SKIPPED: "not applicable here",
}


def verdict_sentence(reading: RunReading) -> str:
    """Return in one sentence why a run has its verdict."""
    required = [step for step in reading.steps if step.required]
    if reading.verdict is RunVerdict.FAILED:
        failed = [step for step in required if step.verdict is Verdict.FAIL]
        return _of_all(failed, required, "failed")
    if reading.verdict is RunVerdict.VERIFIED:
        return _verified(required)
    open_steps = [step for step in required if not step.verdict.is_settled_well]
    if open_steps:
        return _of_all(open_steps, required, "did not settle")
    if required:
        return "The steps are settled, but the notebook does not tell which store they are about."
    return "No required step stands in this notebook."


def _of_all(some: list[StepResult], required: list[StepResult], word: str) -> str:
    titles = quoted([step.title for step in some], 3)
    return f"{len(some)} of {count_of(len(required), 'required step')} {word}: {titles}."


def _verified(required: list[StepResult]) -> str:
    verdicts = [step.verdict for step in required]
    parts = [f"{verdicts.count(v)} {word}" for v, word in _SETTLED_WORDS.items() if v in verdicts]
    rest = f" ({', '.join(parts)})" if parts else ""
    number = len(required)
    first = "The one required step is" if number == 1 else f"All {number} required steps are"
    return f"{first} settled{rest}; nothing required was found wrong."
