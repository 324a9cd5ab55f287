"""What is known of one row after its probes: the levels that are possible, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cartproof.scopes.classify import AnswerClass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartproof.scopes.probe import Probe
    from cartproof.store.evidence import Evidence, Exchange


class Cause(StrEnum):
    """Why a row's level is known, or not."""

    SETTLED = "settled"
    BEYOND_REST = "beyond-rest"
    UNANSWERED = "unanswered"
    CONTRADICTION = "contradiction"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Answer:
    """One probe, and what its answer says."""

    probe: Probe
    kind: AnswerClass
    exchange: Exchange

    @property
    def is_granted(self) -> bool | None:
        """Tell whether the scope is there; None when the answer does not say."""
        if self.kind is AnswerClass.GRANTED:
            return True
        return False if self.kind is AnswerClass.DENIED else None

    @property
    def in_words(self) -> str:
        """Return request, answer and class in one phrase."""
        evidence = self.exchange.evidence
        answer = f"answered {evidence.status}" if evidence.status else evidence.failure
        words = f' "{evidence.title}"' if evidence.title and self.is_granted is None else ""
        return (
            f"{evidence.method} {evidence.path} {answer or 'gave no answer'}{words} ({self.kind})"
        )


@dataclass(frozen=True, slots=True)
class RowResult:
    """What is known of one row.

    Attributes:
        possible: The levels that fit all answers, the weakest first; never empty.
        reason: Why, in plain words.
        grade: The weakest grade of the probes that decided, `A` to `D`; empty without any.
    """

    row: str
    possible: tuple[str, ...]
    reason: str
    cause: Cause
    evidence: tuple[Evidence, ...] = ()
    grade: str = ""

    @property
    def level(self) -> str | None:
        """Return the level when only one is possible."""
        return self.possible[0] if len(self.possible) == 1 else None

    @property
    def floor(self) -> str:
        """Return the weakest level that is possible: at least this is proven."""
        return self.possible[0]


def deciding_answer(answers: Sequence[Answer], *, reads: bool) -> Answer | None:
    """Return the answer that counts: a fallback's only where the main probe's said nothing."""
    found = [answer for answer in answers if answer.probe.is_read is reads]
    told = [answer for answer in found if answer.is_granted is not None]
    return next(iter(told or found), None)
