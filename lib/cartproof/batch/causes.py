"""Why a run is not verified: in full for its own row, in short so that customers can be grouped.

A cause says the same for everyone who has it: numbers, ids and names of a single store are left
out of it, and stand in the reasons.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cartproof.findings import Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartproof.run.reading import RunReading
    from cartproof.run.results import StepResult

MOST = 20
_LONGEST = 120
_ORDER = (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.BLOCKED, Verdict.NOT_RUN)
_OWN = re.compile(r"[“\"'‘(][^”\"'’)]{1,200}[”\"'’)]|/\S+|\b(?=\w*\d)[\w.:-]{3,}|\b\d+\b")
_GAP = re.compile(r" ?…(?=[:,;.!?]|$)")
_SPACES = re.compile(r"\s+")


def reasons_of(reading: RunReading) -> tuple[str, ...]:
    """Return why a run is not verified, the gravest first, in full sentences; none if it is."""
    if reading.verdict == "verified":
        return ()
    told = (reading.interruption,) if reading.interruption else ()
    found = [
        f"{finding.title}: {finding.message}" if finding else f"{step.title}: {why}"
        for step, finding in _gravest(reading)
        if (why := step.reason.replace(reading.interruption, "").strip()) or finding
    ]
    return (*told, *dict.fromkeys(found))[:MOST]


def causes_of(reading: RunReading) -> tuple[str, ...]:
    """Return the same in short, alike for all customers; none when the run is verified."""
    if reading.verdict == "verified":
        return ()
    if reading.interruption:
        return (short(reading.interruption),)
    found = [
        _of_finding(finding) if finding else f"{step.title}: {short(step.reason)}"
        for step, finding in _gravest(reading)
    ]
    return tuple(dict.fromkeys(found))[:MOST]


def short(text: str) -> str:
    """Return a text's first sentence without what is one store's own."""
    first = re.split(r"(?<=[.!?])\s|\n", text.strip(), maxsplit=1)[0][: 4 * _LONGEST]
    plain = _GAP.sub("", _SPACES.sub(" ", _OWN.sub("…", first))).strip(" .:")
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"


def _gravest(reading: RunReading) -> Iterator[tuple[StepResult, Finding | None]]:
    """Yield the findings, or the bare steps, of the gravest verdict that keeps the run open."""
    required = [step for step in reading.steps if step.required]
    worst = next((v for v in _ORDER if any(step.verdict is v for step in required)), None)
    for step in required:
        if step.verdict is worst:
            found = [finding for finding in step.findings if finding.verdict is worst]
            yield from ((step, finding) for finding in found)
            if not found:
                yield step, None


def _of_finding(finding: Finding) -> str:
    row, level = finding.data.get("row"), finding.data.get("level")
    if isinstance(row, str) and isinstance(level, str):
        return f"{row} is {'None' if level == 'none' else level}"
    return f"{short(finding.title)}: {short(finding.message)}"
