"""The record of a run: an in-toto Statement with a test-result predicate.

Format: https://github.com/in-toto/attestation (spec v1, predicate test-result v0.1).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cartproof import __version__
from cartproof.findings import Verdict
from cartproof.run.verdicts import RunVerdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cartproof.audit.ledger import Head
    from cartproof.run.reading import RunReading
    from cartproof.run.results import StepResult

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://in-toto.io/attestation/test-result/v0.1"

_PASSED = frozenset({Verdict.PASS, Verdict.ATTESTED, Verdict.WAIVED})


def _result(reading: RunReading) -> str:
    if reading.verdict is not RunVerdict.VERIFIED:
        return "FAILED"
    has_warning = any(step.verdict is Verdict.WARN for step in reading.steps)
    return "WARNED" if has_warning else "PASSED"


def _tests(steps: tuple[StepResult, ...]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {"passedTests": [], "warnedTests": [], "failedTests": []}
    for step in steps:
        if step.verdict in _PASSED:
            kinds["passedTests"].append(step.step_id)
        elif step.verdict is Verdict.WARN:
            kinds["warnedTests"].append(step.step_id)
        elif step.verdict is not Verdict.SKIPPED:
            kinds["failedTests"].append(step.step_id)
    return kinds


def run_facts(
    reading: RunReading, *, run_id: str = "", customer: str = "", filed_at: str = ""
) -> dict[str, Any]:
    """Return what a record tells of a run, as JSON values."""
    header, finish = reading.header, reading.finish
    opened: dict[str, Any] = asdict(header) if header else {}
    for name in ("steps", "run_id", "customer", "runbook_id", "runbook_sha256"):
        opened.pop(name, None)
    return {
        "run": run_id,
        "customer": customer,
        "verdict": str(reading.verdict),
        "exit": reading.exit_status,
        "runbook": reading.runbook_id,
        "runbook_sha256": reading.runbook_sha256,
        "opened": opened,
        "steps": [step.as_json() for step in reading.steps],
        "earlier": {
            step_id: [step.as_json() for step in steps]
            for step_id, steps in reading.earlier.items()
        },
        "signed": asdict(finish.signed) if finish and finish.signed else None,
        "reviewed": asdict(finish.reviewed) if finish and finish.reviewed else None,
        "interruption": reading.interruption,
        "doubts": list(reading.doubts),
        "filed_at": filed_at,
        "filed_by": f"cartproof {__version__}",
    }


def statement(
    reading: RunReading,
    *,
    run_id: str,
    customer: str,
    files: Mapping[str, str],
    filed_at: str,
    tags: Iterable[str] = (),
    batch: str = "",
) -> dict[str, Any]:
    """Return the in-toto Statement on a run that is in no ledger.

    Args:
        files: sha256 in hex by file name, of all the run's files but the record.
        filed_at: ISO 8601, UTC.
        tags: Words by which the run is found again.
        batch: Id of the batch that it is part of.
    """
    told = run_facts(reading, run_id=run_id, customer=customer, filed_at=filed_at)
    runbook = {
        "name": f"runbooks/{reading.runbook_id}.yaml",
        "digest": {"sha256": reading.runbook_sha256},
    }
    return {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": name, "digest": {"sha256": sha}} for name, sha in files.items()],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "result": _result(reading),
            "configuration": [runbook],
            **_tests(reading.steps),
            "cartproof": {**told, "tags": list(tags), "batch": batch, "chain": None},
        },
    }


def chained(stated: dict[str, Any], head: Head | None) -> dict[str, Any]:
    """Return a Statement that says which entry of which ledger its record is made to follow.

    Args:
        head: End of the ledger's chain, which the record is appended to; None for no ledger.
    """
    chain = {"ledger": head.ledger, "after": head.number, "head": head.hash} if head else None
    predicate = stated["predicate"]
    told = {**predicate["cartproof"], "chain": chain}
    return {**stated, "predicate": {**predicate, "cartproof": told}}
