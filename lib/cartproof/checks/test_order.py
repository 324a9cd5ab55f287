"""Is there a test order, and does it look as the integration will want to import it?

Only reads, unless the step is to create one (`created_order`). An order counts as a test when any
of three signs shows it was paid by BigCommerce's test gateway: its payment method's name, a
transaction's gateway `testgateway`, or a transaction marked `test`; merchants can rename the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from cartproof.checks.context import CheckContext
from cartproof.checks.created_order import orphans
from cartproof.checks.created_order.plan import is_wanted
from cartproof.checks.created_order.tag import tag_in
from cartproof.checks.created_order.transaction import transact
from cartproof.checks.order_lines import examine
from cartproof.checks.wanted_status import label, option, plain, wanted_status
from cartproof.errors import MissingScope, NotFound, StoreError
from cartproof.findings import Finding, Verdict
from cartproof.store.evidence import StoreApi

GATEWAY_NAME = "test payment gateway"
CANDIDATES = 10
LOOKED_INTO = 5
"""How many of the candidates without a telling name are asked for their transactions."""


def check(context: CheckContext) -> Iterator[Finding]:
    """Find the newest test order in the wanted status and examine it, or create one.

    Options:
        status: Name of the order status, as BigCommerce or the merchant calls it; may hold
            `{parameter}`. Default Awaiting Fulfillment.
        status_id: The status by its number instead.
        since: Only orders made from this ISO 8601 moment on.
        max_age_days: Only orders made in this many days.
        paid_by_test_gateway: False to take the newest order in that status as the test.
        create: Create an order instead of looking for one; it is archived at the run's end.
        confirm_store: The store hash, which a headless run on a live store needs to create one.
        price: Price of the created order's product, 0 or 1. Default 1.
        channel_id: Channel of the created order. Default BigCommerce's, 1.
    """
    try:
        status = wanted_status(context)
    except MissingScope as refused:
        yield _unreadable(refused)
        return
    if isinstance(status, Finding):
        yield status
    elif is_wanted(context):
        yield from transact(context, status)
    else:
        yield from _find(context, status)


def _find(context: CheckContext, status: Mapping[str, Any]) -> Iterator[Finding]:
    before = len(context.store.evidence) - 1
    try:
        order = _newest_test_order(context, status)
    except MissingScope as refused:
        yield _unreadable(refused)
        return
    evidence = tuple(context.store.evidence[before:])
    if order is None:
        yield _none_found(context, status, evidence)
    else:
        context.facts["test_order"] = {key: order.get(key) for key in ("id", "date_created")}
        yield _found(order, status, evidence)
        yield from examine(context.store, order)
    yield from orphans.report(context)


def _filters(context: CheckContext, status: Mapping[str, Any]) -> dict[str, str]:
    params = {
        "status_id": str(status.get("id")),
        "sort": "date_created:desc",
        "limit": str(CANDIDATES),
    }
    since = str(option(context, "since"))
    days = context.options.get("max_age_days")
    if days and not since:
        since = (context.now() - timedelta(days=float(days))).strftime("%Y-%m-%dT%H:%M:%SZ")
    return params | ({"min_date_created": since} if since else {})


def _newest_test_order(
    context: CheckContext, status: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    newest = context.store.get_list_v2("/v2/orders", params=_filters(context, status))
    orders = [order for order in newest if not tag_in(order)]
    if not context.options.get("paid_by_test_gateway", True):
        return orders[0] if orders else None
    for number, order in enumerate(orders):
        if GATEWAY_NAME in plain(order.get("payment_method")):
            return order
        if number < LOOKED_INTO and _has_test_transaction(context.store, order):
            return order
    return None


def _has_test_transaction(store: StoreApi, order: Mapping[str, Any]) -> bool:
    try:
        exchange = store.get(f"/v3/orders/{int(order['id'])}/transactions")
    except (MissingScope, NotFound):
        return False
    data = exchange.body.get("data") if isinstance(exchange.body, dict) else None
    transactions = [item for item in data or [] if isinstance(item, dict)]
    return any(
        item.get("gateway") == "testgateway" or item.get("test") is True for item in transactions
    )


def _unreadable(refused: StoreError) -> Finding:
    return Finding(
        Verdict.INCONCLUSIVE,
        "Test order",
        "The token may not read orders, so no test order can be looked for.",
        remedy="Grant Orders at read-only or more in a new API account, then run this again.",
        who="merchant",
        evidence=(refused.evidence,),
    )


def _none_found(
    context: CheckContext, status: Mapping[str, Any], evidence: tuple[Any, ...]
) -> Finding:
    name = label(status)
    return Finding(
        Verdict.FAIL,
        "Test order",
        f"None of the newest {CANDIDATES} orders in status “{name}” was paid by the test gateway.",
        remedy="In BigCommerce, switch the Test Payment Gateway on under Settings > Payments, "
        "place an order in the storefront with a test card, leave it in "
        f"“{name}”, switch the gateway off, and run this again.",
        who="merchant",
        data={"status_id": status.get("id")},
        evidence=evidence,
    )


def _found(
    order: Mapping[str, Any], status: Mapping[str, Any], evidence: tuple[Any, ...]
) -> Finding:
    customer = "a guest" if str(order.get("customer_id", 0)) == "0" else "a registered customer"
    facts = {
        "order_id": order.get("id"),
        "status_id": order.get("status_id"),
        "date_created": order.get("date_created"),
        "payment_method": str(order.get("payment_method", ""))[:80],
        "channel_id": order.get("channel_id"),
        "total_inc_tax": str(order.get("total_inc_tax", "")),
        "currency_code": order.get("currency_code"),
    }
    return Finding(
        Verdict.PASS,
        "Test order",
        f"Order {facts['order_id']} of {facts['date_created']} is in “{label(status)}”, by "
        f"{customer}, in channel {facts['channel_id']}, total {facts['total_inc_tax']} "
        f"{facts['currency_code']}, paid by {facts['payment_method']}.",
        data=facts,
        evidence=evidence,
    )
