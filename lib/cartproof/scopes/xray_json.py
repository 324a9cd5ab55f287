"""The x-ray as `cartproof scopes --json` prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartproof.findings import Finding
    from cartproof.scopes.xray import XRay


def as_json(made: XRay, findings: Iterable[Finding]) -> dict[str, Any]:
    """Return the x-ray and the findings on its rows as JSON values.

    Args:
        made: The x-ray.
        findings: One finding per row, in the screen's order.
    """
    return {
        "store_hash": made.store_hash,
        "baseline": made.baseline.as_json(),
        "requests": made.requests,
        "seconds": made.seconds,
        "rows": [_row(finding) for finding in findings],
    }


def _row(finding: Finding) -> dict[str, Any]:
    return {
        "row": finding.data["row"],
        "level": finding.data["level"],
        "verdict": str(finding.verdict),
        "wanted": finding.data["wanted"],
        "why": finding.message,
        "remedy": finding.remedy,
        "evidence": [entry.as_json() for entry in finding.evidence],
    }
