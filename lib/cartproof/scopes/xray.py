"""The scope x-ray: which levels of the 27 rows a token has, shown by requests that change nothing.

Baseline first; without it no probe is sent, since no 403 would mean anything. Then one read and
one modify probe per row, side by side. A 401 or an answer that looks like a change ends it at once.
"""

from __future__ import annotations

import functools
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cartproof.findings import Verdict
from cartproof.scopes import metafields
from cartproof.scopes.baseline import Baseline, ask_baseline
from cartproof.scopes.catalogue import ROWS
from cartproof.scopes.classify import AnswerClass
from cartproof.scopes.client_id import ClientIdCheck, check_client_id
from cartproof.scopes.prober import MOST_AT_ONCE, Prober
from cartproof.scopes.reading import read_rows
from cartproof.scopes.row_result import Answer, Cause, RowResult
from cartproof.store.client import StoreClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from cartproof.store.evidence import Evidence, Exchange, StoreApi


@dataclass(frozen=True, slots=True)
class XRay:
    """What an x-ray came to.

    Attributes:
        rows: The 27 rows in the screen's order.
        requests: How many requests were sent, repeated ones counted.
        client_id: What the webhooks say of the client id; None when they were not asked.
        incident: The answer that looks like a change of the store; None, as it should be.
    """

    store_hash: str
    is_sandbox: bool
    baseline: Baseline
    rows: tuple[RowResult, ...]
    requests: int
    seconds: float
    client_id: ClientIdCheck | None = None
    incident: Answer | None = None


def xray(
    store: StoreApi,
    *,
    on_row: Callable[[RowResult], object] | None = None,
    workers: int = MOST_AT_ONCE,
    deadline_s: float = 120,
    client_id: str | None = None,
    baseline: Baseline | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> XRay:
    """Find out which scopes a token has; never raises for what the store answers.

    Args:
        store: The store to ask, with the token in question.
        on_row: Told each row as it settles, in the caller's thread; for showing progress.
        workers: Requests under way at once, at most 8.
        deadline_s: Seconds after which no request is sent and none is waited for.
        client_id: The given client id, to be compared with the account's webhooks.
        baseline: The baseline of this very token and run, where it was asked already.
        clock: Seconds from any start, never going back.
    """
    started = clock()
    baseline = baseline or ask_baseline(store)
    if baseline.verdict is not Verdict.PASS:
        rows = _without_answers(Cause.BLOCKED, f"not probed: {baseline.message}")
        return _xray(store, baseline, rows, baseline.evidence, clock() - started)
    prober = Prober(store, ends_at=started + deadline_s, clock=clock, unsigned=_unsigned(store))
    tell = functools.partial(_tell, prober, on_row)
    prober.run(workers=workers, on_family=tell)
    late = f"no answer within the x-ray's time of {deadline_s:g} s"
    made = _finished(store, prober, baseline, late)
    hooks = check_client_id(prober.hooks, client_id) if prober.hooks else None
    hint = metafields.full_hint(prober.answers.get(metafields.ROW, ()), client_id)
    return replace(
        made,
        rows=tuple(_hinted(row, hint) for row in made.rows),
        client_id=hooks,
        seconds=round(clock() - started, 3),
    )


def _hinted(row: RowResult, hint: str) -> RowResult:
    is_meant = bool(hint) and row.row == metafields.ROW
    return replace(row, reason=f"{row.reason}; {hint}") if is_meant else row


def _finished(store: StoreApi, prober: Prober, baseline: Baseline, late: str) -> XRay:
    stopped = prober.stopped_by
    if stopped is None:
        rows = read_rows(prober.answers, unasked=late)
        return _xray(store, baseline, rows, (*baseline.evidence, *prober.evidence))
    is_alarm = stopped.kind is AnswerClass.ALARM
    ended = _incident(stopped) if is_alarm else _cut_off(stopped, ask_baseline(store))
    ended = replace(ended, evidence=(*baseline.evidence, *ended.evidence))
    reason = f"the x-ray was stopped: {ended.message}"
    answers = prober.answers
    rows = tuple(
        replace(row, evidence=tuple(a.exchange.evidence for a in answers.get(row.row, ())))
        for row in _without_answers(Cause.UNANSWERED, reason)
    )
    made = _xray(store, ended, rows, (*ended.evidence, *prober.evidence))
    return replace(made, incident=stopped if is_alarm else None)


def _xray(
    store: StoreApi,
    baseline: Baseline,
    rows: tuple[RowResult, ...],
    evidence: Iterable[Evidence],
    seconds: float = 0.0,
) -> XRay:
    distinct = {id(entry): entry for entry in evidence}
    requests = sum(entry.attempts for entry in distinct.values())
    seconds = round(seconds, 3)
    return XRay(store.store_hash, store.is_sandbox, baseline, rows, requests, seconds)


def _without_answers(cause: Cause, reason: str) -> tuple[RowResult, ...]:
    return tuple(RowResult(row.name, row.levels, reason, cause) for row in ROWS)


def _cut_off(stopped: Answer, control: Baseline) -> Baseline:
    """Return the baseline after a 401 midway, with a second look at the token."""
    evidence = (stopped.exchange.evidence, *control.evidence)
    if control.verdict is Verdict.PASS:
        return Baseline(
            Verdict.INCONCLUSIVE,
            f"{stopped.in_words}, although the token is still valid.",
            "Run this again; if it stays, send this report to the maintainers of cartproof.",
            evidence,
        )
    if control.verdict is Verdict.FAIL:
        message = "The token was valid at first and is not any more: its API account was deleted."
        return Baseline(Verdict.FAIL, f"{message} {control.message}", control.remedy, evidence)
    return replace(control, evidence=evidence)


def _incident(stopped: Answer) -> Baseline:
    probe = stopped.probe
    return Baseline(
        Verdict.FAIL,
        f"INCIDENT: {stopped.in_words}. A probe that cannot change anything was answered as if it "
        f"had ({probe.safety}). Nothing more was sent.",
        f"Look in the store for a change by {probe.method} {probe.path} just now, undo it, and "
        "send this report to the maintainers of cartproof before it is run again.",
        (stopped.exchange.evidence,),
    )


def _tell(
    prober: Prober, on_row: Callable[[RowResult], object] | None, names: Sequence[str]
) -> None:
    if on_row is None or prober.stopped_by is not None:
        return
    for row in read_rows(prober.answers, names=names):
        on_row(row)


def _unsigned(store: StoreApi) -> Callable[[str, str], Exchange] | None:
    """Return a way to ask without the token, where the store offers one."""
    if isinstance(store, StoreClient):
        return functools.partial(store.exchange, signed=False)
    return None
