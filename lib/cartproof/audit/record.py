"""The record of a run: an in-toto Statement with a test-result predicate, in a DSSE envelope.

Formats: https://github.com/in-toto/attestation (spec v1, predicate test-result v0.1) and
https://github.com/secure-systems-lab/dsse. The envelope's list of signatures is empty as yet.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cartproof import __version__
from cartproof.findings import Verdict
from cartproof.run.verdicts import RunVerdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartproof.run.reading import RunReading
    from cartproof.run.results import StepResult

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://in-toto.io/attestation/test-result/v0.1"
RECORD = "record.json"
PAYLOAD_TYPE = "application/vnd.in-toto+json"

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
    header = reading.header
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
        "interruption": reading.interruption,
        "doubts": list(reading.doubts),
        "filed_at": filed_at,
        "filed_by": f"cartproof {__version__}",
    }


def statement(
    reading: RunReading, *, run_id: str, customer: str, files: Mapping[str, str], filed_at: str
) -> dict[str, Any]:
    """Return the in-toto Statement on a run.

    Args:
        files: sha256 in hex by file name, of the executed notebook and of the report.
        filed_at: ISO 8601, UTC.
    """
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
            "cartproof": run_facts(reading, run_id=run_id, customer=customer, filed_at=filed_at),
        },
    }


def envelope(content: Mapping[str, Any]) -> bytes:
    """Return a statement in its DSSE envelope, as the bytes of `record.json`."""
    payload = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    sealed = {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload.encode("utf-8", "backslashreplace")).decode(),
        "signatures": [],
    }
    return (json.dumps(sealed, indent=1) + "\n").encode()


def opened(record: bytes) -> dict[str, Any]:
    """Return the statement inside the bytes of a `record.json`."""
    content: dict[str, Any] = json.loads(base64.b64decode(json.loads(record)["payload"]))
    return content
