"""Have the credentials the form that BigCommerce gives them, and does the store know them?"""

from __future__ import annotations

from collections.abc import Iterator

from cartproof.checks.context import CheckContext
from cartproof.findings import Finding, Verdict
from cartproof.scopes.baseline import ask_baseline


def check(context: CheckContext) -> Iterator[Finding]:
    """Answer from the form of the values, then from BigCommerce's answer to `GET /v2/time`."""
    for warning in context.credentials.warnings:
        yield Finding(
            Verdict.WARN,
            "Form of the credentials",
            warning,
            remedy="Compare with the file that BigCommerce downloaded when the account was made.",
            who="engineer",
        )
    baseline = ask_baseline(context.store)
    context.facts["baseline"] = baseline
    who = "merchant" if baseline.verdict is Verdict.FAIL else "engineer"
    yield Finding(
        baseline.verdict,
        "Access token and store",
        baseline.message,
        remedy=baseline.remedy,
        who=who if baseline.remedy else "",
        evidence=baseline.evidence,
    )
