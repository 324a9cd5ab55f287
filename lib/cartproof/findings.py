"""The verdicts, and the finding: one answer to one question, with the evidence behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cartproof.store.evidence import Evidence


class Verdict(StrEnum):
    """What a finding, and the step that holds it, came to."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    WARN = "warn"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    BLOCKED = "blocked"
    NOT_RUN = "not-run"
    SKIPPED = "skipped"
    ATTESTED = "attested"
    WAIVED = "waived"

    @property
    def is_settled_well(self) -> bool:
        """Tell whether a required step with this verdict lets a run be `verified`."""
        return self in _SETTLED_WELL


INTERNAL: Mapping[str, bool] = MappingProxyType({"is_internal": True})
"""Metadata of a field that is for the side that ran the runbook, never for the merchant."""

_SETTLED_WELL = frozenset(
    {Verdict.PASS, Verdict.WARN, Verdict.ATTESTED, Verdict.SKIPPED, Verdict.WAIVED}
)
WORST_FIRST = (
    Verdict.FAIL,
    Verdict.INCONCLUSIVE,
    Verdict.BLOCKED,
    Verdict.NOT_RUN,
    Verdict.WARN,
    Verdict.ATTESTED,
    Verdict.WAIVED,
    Verdict.PASS,
    Verdict.SKIPPED,
)
"""The verdicts by how much they weigh."""


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict that decides over the others; `not-run` when there are none."""
    return min(verdicts, key=WORST_FIRST.index, default=Verdict.NOT_RUN)


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer of a check.

    Attributes:
        title: What was asked, in BigCommerce's words (a scope row, an order, a SKU).
        message: What was found, in one or two sentences.
        remedy: What to do about it, empty when nothing is to be done.
        who: Who must act: `merchant`, `engineer`, `vendor`, or empty.
        data: Facts for tables and programs (`row`, `level`, `wanted`, …); JSON values only.
    """

    verdict: Verdict
    title: str
    message: str
    remedy: str = ""
    who: str = ""
    uri: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = field(default=(), metadata=INTERNAL)

    def as_json(self) -> dict[str, Any]:
        """Return the finding as JSON values, in the form the notebook stores."""
        return {
            "verdict": str(self.verdict),
            "title": self.title,
            "message": self.message,
            "remedy": self.remedy,
            "who": self.who,
            "uri": self.uri,
            "data": dict(self.data),
            "evidence": [entry.as_json() for entry in self.evidence],
        }
