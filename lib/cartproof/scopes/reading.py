"""Read a row's level out of the answers to its probes (FACTS.md b.2, b.4, b.5).

Pure: a row starts with all its levels, and each answer strikes those that do not fit it. One level
left is a result; several are said to be several; none left means that the answers contradict.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartproof.scopes.catalogue import ROWS, find_row
from cartproof.scopes.probes import probes_of
from cartproof.scopes.row_result import Cause, RowResult, deciding_answer

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from cartproof.scopes.catalogue import Row
    from cartproof.scopes.row_result import Answer


@dataclass(frozen=True, slots=True)
class _Shared:
    """A row whose probes are also opened by another row.

    Attributes:
        is_read_shared: Whether the partner opens the read probe too, not the modify probe alone.
    """

    partner: str
    is_read_shared: bool
    why: str


_SHARED = {
    "Checkout content": _Shared(
        "Content",
        is_read_shared=True,
        why="Content opens the same routes, so that nothing shows Checkout content by itself",
    ),
    "Order transactions": _Shared(
        "Orders",
        is_read_shared=False,
        why="Orders at Modify opens the same routes as Order transactions at Modify",
    ),
}
_NEVER_SETTLED = {
    "Customers login": "no REST request needs this scope: it only signs customers in",
    "Metafield ownership": "only a change of owner through GraphQL needs this scope",
    "Metafields access": "Standard and Full differ only when another app's metafield is written",
}
_BEYOND_REST = {
    **_NEVER_SETTLED,
    "Stored payment instruments": "BigCommerce documents no request that needs Modify",
    **{row: shared.why for row, shared in _SHARED.items()},
}


def is_modify_telling(row: str, answers: Mapping[str, Sequence[Answer]]) -> bool:
    """Tell whether a row's modify probe can say anything: not when its partner opens it anyway."""
    shared = _SHARED.get(row)
    if shared is None or shared.is_read_shared:
        return True
    answer = deciding_answer(answers.get(shared.partner, ()), reads=False)
    return answer is None or answer.is_granted is not True


def read_rows(
    answers: Mapping[str, Sequence[Answer]],
    *,
    unasked: str = "",
    names: Container[str] | None = None,
) -> tuple[RowResult, ...]:
    """Return what the answers leave possible, for rows in the screen's order.

    Args:
        answers: The answers by row, in the order in which they came.
        unasked: Why a probe may not have been sent, in plain words.
        names: The rows that are wanted; None for all.
    """
    wanted = (row for row in ROWS if names is None or row.name in names)
    return tuple(_read(row, answers, unasked) for row in wanted)


def _read(row: Row, answers: Mapping[str, Sequence[Answer]], unasked: str) -> RowResult:
    shared = _SHARED.get(row.name)
    partner = _read(find_row(shared.partner), answers, unasked) if shared else None
    return _read_row(row, answers, partner, unasked)


def _read_row(
    row: Row,
    answers: Mapping[str, Sequence[Answer]],
    partner: RowResult | None,
    unasked: str,
) -> RowResult:
    own = answers.get(row.name, ())
    evidence = tuple(answer.exchange.evidence for answer in own)
    if row.name in _NEVER_SETTLED:
        reason = _NEVER_SETTLED[row.name]
        return RowResult(row.name, row.levels, reason, Cause.BEYOND_REST, evidence)
    deciding = [answer for reads in (True, False) if (answer := deciding_answer(own, reads=reads))]
    seen = "; ".join(answer.in_words for answer in deciding)
    possible = _possible(row, deciding, partner)
    if not possible:
        reason = f"the answers contradict each other: {seen}"
        return RowResult(row.name, row.levels, reason, Cause.CONTRADICTION, evidence)
    told = [answer.probe.grade for answer in deciding if answer.is_granted is not None]
    expected = _expected(row, answers)
    cause = _cause(possible, expected - len(told), partner)
    late = unasked if len(deciding) < expected else ""
    why = _BEYOND_REST[row.name] if cause is Cause.BEYOND_REST else late
    reason = "; ".join(part for part in (why, seen) if part)
    grade = max(told, default="")
    return RowResult(row.name, possible, reason, cause, evidence, grade)


def _expected(row: Row, answers: Mapping[str, Sequence[Answer]]) -> int:
    """Return how many of the row's main probes have something to say."""
    has_read = bool(probes_of(row.name, reads=True))
    has_modify = bool(probes_of(row.name, reads=False))
    return has_read + (has_modify and is_modify_telling(row.name, answers))


def _cause(possible: tuple[str, ...], missing: int, partner: RowResult | None) -> Cause:
    if len(possible) == 1:
        return Cause.SETTLED
    is_partner_open = partner is not None and partner.cause is not Cause.SETTLED
    return Cause.UNANSWERED if missing > 0 or is_partner_open else Cause.BEYOND_REST


def _possible(row: Row, deciding: Sequence[Answer], partner: RowResult | None) -> tuple[str, ...]:
    openers = {reads: _openers(row, deciding, partner, reads=reads) for reads in (True, False)}
    return tuple(
        level
        for level in row.levels
        if all(_fits(row, level, answer, openers[answer.probe.is_read]) for answer in deciding)
    )


def _openers(
    row: Row, deciding: Sequence[Answer], partner: RowResult | None, *, reads: bool
) -> tuple[str, ...]:
    """Return the levels of the partner row that may explain a granted probe of this row."""
    shared = _SHARED.get(row.name)
    if shared is None or (reads and not shared.is_read_shared):
        return ()
    granted = {answer.probe.is_read: answer.is_granted for answer in deciding}
    if shared.is_read_shared and granted.get(True) is False:
        return ()
    return partner.possible if partner else row.levels


def _fits(row: Row, level: str, answer: Answer, openers: tuple[str, ...]) -> bool:
    need = row.rank(answer.probe.level)
    if answer.is_granted is None:
        return True
    if not answer.is_granted:
        return row.rank(level) < need
    return any(row.rank(holder) >= need for holder in (level, *openers))
