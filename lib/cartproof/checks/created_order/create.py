"""Creating the order: looked for by its tag first, sent once, looked for again when in doubt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cartproof.checks.context import CheckContext
from cartproof.checks.created_order import trail
from cartproof.checks.created_order.form import OrderForm
from cartproof.checks.created_order.tag import is_archived
from cartproof.errors import MissingScope, StoreError
from cartproof.findings import Finding, Verdict
from cartproof.store.evidence import Exchange, StoreApi
from cartproof.store.rate_limit import sleep_for
from cartproof.store.refusals import error_for

TITLE = "Test order created"
PAUSES_S = (0.5, 2.0, 4.0)
"""Seconds before each look after a lost answer: the list may lag behind the order."""
_UNSURE = frozenset({408, 425})


def by_tag(store: StoreApi, tag: str) -> list[Mapping[str, Any]]:
    """Return the store's orders with exactly this tag that are not archived.

    Raises:
        StoreError: The store could not be asked.
    """
    params = {"external_order_id": tag, "sort": "id:asc", "limit": "50"}
    found = store.get_list_v2("/v2/orders", params=params)
    return [o for o in found if o.get("external_order_id") == tag and not is_archived(o)]


def create(context: CheckContext, form: OrderForm) -> tuple[int | None, Finding]:
    """Create the order unless it is there; return its id, None when there is none to go on with.

    A POST whose answer was lost is never sent again, not even after a look that found nothing: a
    late order would be a second one. The order it may have made is found by its tag at the end
    of the run, or by the next.
    """
    before = len(context.store.evidence)
    try:
        found = by_tag(context.store, form.tag)
    except MissingScope as refused:
        return None, _no_scope(refused, "read-only")
    except StoreError as error:
        return None, _not_asked(error)
    if found:
        return _taken(context, form, found[0], before, "was there already, from this run")
    _write(context, trail.SENDING, form)
    exchange = context.store.exchange("POST", "/v2/orders", body=form.body())
    order = _order_in(exchange)
    if order is not None:
        return _taken(context, form, order, before, "was created")
    if _is_refused(exchange):
        _write(context, trail.REFUSED, form, status=exchange.status)
        return None, _refused(error_for(exchange))
    return _after_a_lost_answer(context, form, exchange, before)


def _write(context: CheckContext, event: str, form: OrderForm, **facts: Any) -> None:
    context.journal.write(
        event,
        run=context.run_id,
        external_order_id=form.tag,
        store_hash=context.store.store_hash,
        **facts,
    )


def _order_in(exchange: Exchange) -> Mapping[str, Any] | None:
    body = exchange.body
    is_whole = exchange.status in (200, 201) and not exchange.evidence.failure
    return body if is_whole and isinstance(body, dict) and _id(body) else None


def _id(order: Mapping[str, Any]) -> int:
    ident = str(order.get("id", ""))
    return int(ident) if ident.isascii() and ident.isdigit() else 0


def _is_refused(exchange: Exchange) -> bool:
    """Tell whether no order can have come of it: refused by the store, or never sent."""
    status = exchange.status
    if status is None:
        return exchange.evidence.attempts == 0
    return 400 <= status < 500 and status not in _UNSURE


def _after_a_lost_answer(
    context: CheckContext, form: OrderForm, exchange: Exchange, before: int
) -> tuple[int | None, Finding]:
    _write(context, trail.UNANSWERED, form, status=exchange.status)
    for pause_s in PAUSES_S:
        sleep_for(pause_s)
        try:
            found = by_tag(context.store, form.tag)
        except StoreError:
            continue
        if found:
            how = "was created; its answer was lost, and it was found again by its tag"
            return _taken(context, form, found[0], before, how)
    evidence = tuple(context.store.evidence[before:])
    return None, _unknown(form, error_for(exchange), evidence)


def _taken(
    context: CheckContext, form: OrderForm, order: Mapping[str, Any], before: int, how: str
) -> tuple[int, Finding]:
    ident = _id(order)
    _write(context, trail.CREATED, form, order_id=ident, status_id=order.get("status_id"))
    return ident, Finding(
        Verdict.PASS,
        TITLE,
        f"Order {ident} {how}; external_order_id {form.tag}. It is archived at the end of the run.",
        data={"order_id": ident, "external_order_id": form.tag},
        evidence=tuple(context.store.evidence[before:]),
    )


def _no_scope(refused: StoreError, level: str) -> Finding:
    return Finding(
        Verdict.FAIL,
        TITLE,
        f"The token lacks Orders at {level}, so no order was created.",
        remedy="Create a new API account with Orders at Modify (scopes cannot be edited later), or "
        "run without `create_test_order` and place the test order on the storefront.",
        who="merchant",
        evidence=(refused.evidence,),
    )


def _refused(error: StoreError) -> Finding:
    if isinstance(error, MissingScope):
        return _no_scope(error, "Modify")
    is_for_now = error.evidence.status in (None, 423, 429)
    return Finding(
        Verdict.INCONCLUSIVE if is_for_now else Verdict.FAIL,
        TITLE,
        f"BigCommerce refused the order; none was created. {error}",
        remedy="Run this step again in a minute."
        if is_for_now
        else "Read BigCommerce's words above: status, channel or a rule of this store stands in "
        "the way. Else run without `create_test_order` and place the order on the storefront.",
        who="engineer",
        evidence=(error.evidence,),
    )


def _not_asked(error: StoreError) -> Finding:
    return Finding(
        Verdict.INCONCLUSIVE,
        TITLE,
        f"The store could not be asked whether the order is there, so none was created. {error}",
        remedy="Run this step again when the store answers.",
        who="engineer",
        evidence=(error.evidence,),
    )


def _unknown(form: OrderForm, error: StoreError, evidence: tuple[Any, ...]) -> Finding:
    return Finding(
        Verdict.INCONCLUSIVE,
        TITLE,
        f"The order was sent once and no usable answer came. {error} It was looked for "
        f"{len(PAUSES_S)} times by external_order_id {form.tag} and is not there; it was not sent "
        "again, so that there can be no second one.",
        remedy="Finish this run, which looks for it once more and archives it; then run anew.",
        who="engineer",
        evidence=evidence,
    )
