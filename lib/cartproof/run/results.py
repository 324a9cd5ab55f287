"""What a step came to, and how results are written into the notebook's outputs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from cartproof.findings import INTERNAL, Finding, Verdict
from cartproof.run.display import step_html, step_text

RUN_MIME = "application/vnd.cartproof.run+json"
STEP_MIME = "application/vnd.cartproof.step+json"
FINISH_MIME = "application/vnd.cartproof.finish+json"


@dataclass(frozen=True, slots=True)
class Attestation:
    """A person's recorded word for what no program can see, or for going on without it.

    Attributes:
        when: ISO 8601, UTC.
        value: What the person read or typed, where the step asks for it.
    """

    who: str
    when: str
    note: str = field(default="", metadata=INTERNAL)
    value: str = field(default="", metadata=INTERNAL)


@dataclass(frozen=True, slots=True)
class HandedValue:
    """One handover value as a record may show it: its fingerprint, never itself."""

    id: str
    label: str
    fingerprint: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class StepResult:
    """What one step came to.

    Attributes:
        reason: Why it is blocked, skipped or not run, in one sentence; else empty.
        awaits_person: Whether it is blocked for want of a person's answer.
        started_at: ISO 8601, UTC; empty for a step that did not run.
    """

    step_id: str
    title: str
    side: str
    verdict: Verdict
    required: bool = True
    reason: str = field(default="", metadata=INTERNAL)
    awaits_person: bool = False
    findings: tuple[Finding, ...] = ()
    attestation: Attestation | None = None
    handover: tuple[HandedValue, ...] = ()
    started_at: str = ""
    finished_at: str = ""
    run_id: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the result as JSON values, in the form the notebook stores."""
        return {
            "schema": 1,
            "run_id": self.run_id,
            "step": {
                "id": self.step_id,
                "title": self.title,
                "side": self.side,
                "required": self.required,
            },
            "verdict": str(self.verdict),
            "reason": self.reason,
            "awaits_person": self.awaits_person,
            "findings": [finding.as_json() for finding in self.findings],
            "attestation": asdict(self.attestation) if self.attestation else None,
            "handover": [asdict(value) for value in self.handover],
            "started_at": self.started_at,
            "finished_at": self.finished_at,
        }

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {
            "text/plain": step_text(self),
            "text/html": step_html(self),
            STEP_MIME: self.as_json(),
        }
