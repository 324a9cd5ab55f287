"""The end of a run, as its last cell shows it."""

from __future__ import annotations

from html import escape
from typing import Any

from cartproof.run.display import step_html, step_text
from cartproof.run.results import FINISH_MIME, STEP_MIME, StepResult
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
    ) -> None:
        """Compute the verdict from the results of all declared steps.

        Args:
            results: One per declared step.
            finished_at: ISO 8601, UTC.
            requests: How many the run has made.
            late: The step that the end of the run had to settle; it stands in the last cell.
        """
        self.results = results
        self.late = late
        self.verdict = run_verdict(results)
        self.exit = exit_status(results)
        self.finished_at = finished_at
        self.requests = requests

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        open_steps = [r for r in self.results if r.required and not r.verdict.is_settled_well]
        lines = [f"{result.title}: {result.verdict}" for result in open_steps]
        listed = "".join(f"<li>{escape(line)}</li>" for line in lines)
        late = self.late
        return {
            "text/plain": "\n".join([f"Verdict: {self.verdict}", *lines, *_late_text(late)]),
            "text/html": f"<p><b>Verdict: {self.verdict}</b></p><ul>{listed}</ul>"
            + (step_html(late) if late else ""),
            **({STEP_MIME: late.as_json()} if late else {}),
            FINISH_MIME: {
                "schema": 1,
                "verdict": str(self.verdict),
                "exit": self.exit,
                "finished_at": self.finished_at,
                "requests": self.requests,
            },
        }


def _late_text(late: StepResult | None) -> list[str]:
    return [step_text(late)] if late else []
