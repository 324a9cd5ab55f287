"""What is open at the end, who must act, and a message that the merchant can be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartproof.ui.state import SHAPES, State, standing_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartproof.runbook.model import Step
    from cartproof.ui.desk import Desk

_OVER = frozenset({State.DONE, State.SKIPPED, State.WAIVED})
_BAD = frozenset({"fail", "inconclusive", "blocked"})


def open_points(desk: Desk) -> list[dict[str, Any]]:
    """Return each step that is not over, with why, and who must act."""
    return [
        _point(desk, number, step)
        for number, step in enumerate(desk.runbook.steps, start=1)
        if step.required and desk.state(step) not in _OVER
    ]


def _point(desk: Desk, number: int, step: Step) -> dict[str, Any]:
    standing = standing_of(step, desk.run, desk.checks.running)
    found = list(_wrong(desk, step))
    return {
        "id": step.id,
        "number": number,
        "title": step.title,
        "words": str(standing.state),
        "shape": SHAPES[standing.state],
        "why": [text for _, text, _ in found] or list(standing.sentences),
        "who": ", ".join(dict.fromkeys(who for who, _, _ in found if who)) or "engineer",
    }


def _wrong(desk: Desk, step: Step) -> Iterator[tuple[str, str, str]]:
    """Yield who must act, what is wrong, and what to do, for each bad finding of a step."""
    result = desk.run.results.get(step.id) if desk.run else None
    for finding in result.findings if result else ():
        if str(finding.verdict) in _BAD:
            yield finding.who, f"{finding.title}: {finding.message}", finding.remedy


def message_for_merchant(desk: Desk) -> str:
    """Return a message in plain words: what is in order, and what the merchant must do."""
    title = desk.runbook.title
    asked = [
        f"- {remedy or text}"
        for step in desk.runbook.steps
        for who, text, remedy in _wrong(desk, step)
        if who == "merchant"
    ]
    head = f"Hello,\n\nwe are connecting your BigCommerce store to {title}."
    asked = list(dict.fromkeys(asked))
    if asked:
        wanted = "Please do the following in BigCommerce, then tell us:\n\n" + "\n".join(asked)
        return f"{head} Not all is in order yet. {wanted}\n\nThank you."
    left = len(open_points(desk))
    if left:
        return f"{head} Nothing is asked of you at the moment; {left} steps are left on our side."
    return f"{head} All {len(desk.runbook.steps)} steps are checked and in order. Thank you."
