"""The end of a run, as its last cell shows it."""

from __future__ import annotations

from dataclasses import asdict
from html import escape
from typing import Any

from cartproof.run.display import step_html, step_text
from cartproof.run.results import FINISH_MIME, STEP_MIME, Attestation, StepResult
from cartproof.run.verdicts import exit_status, run_verdict


class Finish:
    """The end of a run: its verdict, and every step's."""

    def __init__(
        self,
        results: list[StepResult],
        *,
        finished_at: str,
        requests: int,
        late: StepResult | None = None,
        signed: Attestation | None = None,
        reviewed: Attestation | None = None,
    ) -> None:
        """Compute the verdict from the results of all declared steps.

        Args:
            results: One per declared step.
            finished_at: ISO 8601, UTC.
            requests: How many the run has made.
            late: The step that the end of the run had to settle; it stands in the last cell.
            signed: Who put their name under the run.
            reviewed: Who looked it over, a second person.
        """
        self.results = results
        self.late = late
        self.signed, self.reviewed = signed, reviewed
        self.verdict = run_verdict(results)
        self.exit = exit_status(results)
        self.finished_at = finished_at
        self.requests = requests

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        open_steps = [r for r in self.results if r.required and not r.verdict.is_settled_well]
        lines = [f"{result.title}: {result.verdict}" for result in open_steps]
        names = _names(self.signed, self.reviewed)
        listed = "".join(f"<li>{escape(line)}</li>" for line in (*lines, *names))
        late = self.late
        return {
            "text/plain": "\n".join(
                [f"Verdict: {self.verdict}", *lines, *names, *_late_text(late)]
            ),
            "text/html": f"<p><b>Verdict: {self.verdict}</b></p><ul>{listed}</ul>"
            + (step_html(late) if late else ""),
            **({STEP_MIME: late.as_json()} if late else {}),
            FINISH_MIME: {
                "schema": 1,
                "verdict": str(self.verdict),
                "exit": self.exit,
                "finished_at": self.finished_at,
                "requests": self.requests,
                "signed": asdict(self.signed) if self.signed else None,
                "reviewed": asdict(self.reviewed) if self.reviewed else None,
            },
        }


def _names(signed: Attestation | None, reviewed: Attestation | None) -> list[str]:
    told = (("Signed", signed), ("Reviewed", reviewed))
    return [f"{how} by {word.who}, {word.when} {word.note}".rstrip() for how, word in told if word]


def _late_text(late: StepResult | None) -> list[str]:
    return [step_text(late)] if late else []
