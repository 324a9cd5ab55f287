"""Findings made fit to be kept: whatever a server sent, a step's result has an end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cartproof.findings import Finding, Verdict, worst

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_FINDINGS = 500
"""Findings of one step that are kept; one more says how many are not."""
MOST_EVIDENCE = 1000
"""Requests behind one step's findings that are kept."""
LONGEST_TEXT = 2000
"""Characters of one text of a finding."""
_MOST_ITEMS = 1000
_DEEPEST = 8
_HALVES = re.compile("[\ud800-\udfff]")


def bounded(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return a step's findings, each cut to what can be kept, and no more of them than that.

    What is left out never makes a step better: it is summed up under its gravest verdict.
    """
    left = MOST_EVIDENCE
    kept: list[Finding] = []
    for finding in findings[:MOST_FINDINGS]:
        kept.append(_cut(finding, left))
        left -= len(kept[-1].evidence)
    return (*kept, *_summed_up(findings[MOST_FINDINGS:]))


def _cut(finding: Finding, most_evidence: int) -> Finding:
    return replace(
        finding,
        title=_text(finding.title),
        message=_text(finding.message),
        remedy=_text(finding.remedy),
        uri=finding.uri if len(finding.uri) <= LONGEST_TEXT else "",
        data=_value(finding.data, _DEEPEST),
        evidence=finding.evidence[:most_evidence],
    )


def _text(text: str) -> str:
    """Return a text cut, and without half characters: no message and no file can hold these."""
    if len(text) <= LONGEST_TEXT and text.isascii():
        return text
    text = _HALVES.sub("�", text[: LONGEST_TEXT + 1]) + text[LONGEST_TEXT + 1 :]
    more = len(text) - LONGEST_TEXT
    return f"{text[:LONGEST_TEXT]} … ({more} more characters)" if more > 0 else text


def _value(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping | list | tuple) and depth == 0:
        return "…"
    if isinstance(value, Mapping):
        items = list(value.items())[:_MOST_ITEMS]
        return {_text(str(key)): _value(item, depth - 1) for key, item in items}
    if isinstance(value, list | tuple):
        return [_value(item, depth - 1) for item in value[:_MOST_ITEMS]]
    return value


def _summed_up(findings: Sequence[Finding]) -> list[Finding]:
    if not findings:
        return []
    verdict = worst(finding.verdict for finding in findings)
    counts = ", ".join(
        f"{number} {kind}" for kind in Verdict if (number := _count(findings, kind)) > 0
    )
    message = f"{len(findings)} more findings are not kept: {counts}."
    return [Finding(verdict, "Further findings", message, who=findings[0].who)]


def _count(findings: Sequence[Finding], verdict: Verdict) -> int:
    return sum(finding.verdict is verdict for finding in findings)
