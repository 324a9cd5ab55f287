"""The editions of a report: all of a run, or what the merchant may read of it.

What is left out goes by the data, never by looking at texts: fields that are marked `INTERNAL`
are emptied, and what is the support engineer's to do is counted and not told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from cartproof.findings import Finding, Verdict

if TYPE_CHECKING:
    from cartproof.audit.changes import Changes
    from cartproof.run.reading import RunReading
    from cartproof.run.results import StepResult

T = TypeVar("T")

OURS_TO_DO = "The support engineer sees to this."
CUT_OFF = "It stopped before its end; the support engineer knows why and runs it again."
DOUBTFUL = "Something in the notebook does not fit together; the support engineer is told what."

_TOLD = ("merchant", "vendor")
_TROUBLE = frozenset(
    {Verdict.FAIL, Verdict.WARN, Verdict.INCONCLUSIVE, Verdict.BLOCKED, Verdict.NOT_RUN}
)
_SHOWN_DATA = frozenset(
    {
        *("row", "wanted", "level", "possible", "why"),
        *("order_id", "date_created", "status_id", "payment_method"),
        *("total_inc_tax", "currency_code", "channel_id", "skus", "lines"),
    }
)
_SIGNED = ("who", "when", "level")


class Edition(StrEnum):
    """Whom a report is for."""

    INTERNAL = "internal"
    MERCHANT = "merchant"


def for_merchant(reading: RunReading) -> RunReading:
    """Return what the merchant may read of a run."""
    shown = without_internal(reading)
    return replace(
        shown,
        steps=tuple(map(_step, shown.steps)),
        interruption=CUT_OFF if reading.interruption else "",
        doubts=(DOUBTFUL,) if reading.doubts else (),
    )


def changes_for_merchant(changes: Changes) -> Changes:
    """Return the changes that the merchant may read."""
    entries = tuple(change for change in changes.entries if not change.is_internal)
    return replace(changes, entries=entries, left_out=0)


def without_internal(value: T) -> T:
    """Return a dataclass with its internal fields emptied, and those of what it holds."""
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed: dict[str, Any] = {}
    for one in fields(value):
        is_internal = one.metadata.get("is_internal", False)
        held = getattr(value, one.name)
        changed[one.name] = _empty(one) if is_internal else _held(held)
    return replace(value, **changed)


def _held(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(without_internal, value))
    return without_internal(value)


def _empty(one: Field[Any]) -> Any:
    if one.default_factory is not MISSING:
        return one.default_factory()
    return "" if one.default is MISSING else one.default


def _step(step: StepResult) -> StepResult:
    shown: list[Finding] = []
    for finding in step.findings:
        is_told = finding.verdict not in _TROUBLE or finding.who in _TOLD
        one = replace(finding, data=_data(finding)) if is_told else _untold(finding, step)
        if is_told or one not in shown:
            shown.append(one)
    return replace(step, findings=tuple(shown))


def _untold(finding: Finding, step: StepResult) -> Finding:
    data = _data(finding)
    title = finding.title if "row" in data else step.title
    return Finding(finding.verdict, title, OURS_TO_DO, who="engineer", data=data)


def _data(finding: Finding) -> Mapping[str, Any]:
    data = {name: value for name, value in finding.data.items() if name in _SHOWN_DATA}
    word = finding.data.get("attested")
    if isinstance(word, Mapping):
        data["attested"] = {name: word.get(name) for name in _SIGNED}
    return data
