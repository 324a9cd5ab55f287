"""Is there a test order, and does it look as the integration will want to import it?

Only reads. An order counts as a test when any of three signs shows it was paid by BigCommerce's
test gateway: its payment method's name, a transaction's gateway `testgateway`, or a transaction
marked `test`; merchants can rename the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from cartproof.checks.context import CheckContext
from cartproof.checks.order_lines import examine
from cartproof.errors import MissingScope, NotFound, StoreError
from cartproof.findings import Finding, Verdict
from cartproof.runbook.formats import render
from cartproof.store.evidence import StoreApi

GATEWAY_NAME = "test payment gateway"
CANDIDATES = 10
LOOKED_INTO = 5
"""How many of the candidates without a telling name are asked for their transactions."""


def check(context: CheckContext) -> Iterator[Finding]:
    """Find the newest test order in the wanted status and examine it.

    Options:
        status: Name of the order status, as BigCommerce or the merchant calls it; may hold
            `{parameter}`. Default Awaiting Fulfillment.
        status_id: The status by its number instead.
        since: Only orders made from this ISO 8601 moment on.
        max_age_days: Only orders made in this many days.
        paid_by_test_gateway: False to take the newest order in that status as the test.
    """
    before = len(context.store.evidence)
    try:
        status = _wanted_status(context)
        if isinstance(status, Finding):
            yield status
            return
        order = _newest_test_order(context, status)
    except MissingScope as refused:
        yield _unreadable(refused)
        return
    evidence = tuple(context.store.evidence[before:])
    if order is None:
        yield _none_found(context, status, evidence)
        return
    context.facts["test_order"] = {key: order.get(key) for key in ("id", "date_created")}
    yield _found(order, status, evidence)
    yield from examine(context.store, order)


def _option(context: CheckContext, name: str, default: Any = "") -> Any:
    value = context.options.get(name, default)
    return render(value, dict(context.parameters)) if isinstance(value, str) else value


def _wanted_status(context: CheckContext) -> Mapping[str, Any] | Finding:
    """Return the order status to look for, as BigCommerce lists it."""
    statuses = context.store.get_list_v2("/v2/order_statuses")
    number = context.options.get("status_id")
    name = str(_option(context, "status", "Awaiting Fulfillment")).strip()
    for status in statuses:
        labels = {_plain(status.get(key)) for key in ("name", "system_label", "custom_label")}
        if status.get("id") == number or (number is None and _plain(name) in labels):
            return status
    known = ", ".join(str(status.get("system_label") or status.get("name")) for status in statuses)
    return Finding(
        Verdict.FAIL,
        "Order status",
        f"The store has no order status {(number if number is not None else name)!r}.",
        remedy=f"Give one of the store's statuses: {known}.",
        who="engineer",
        evidence=(context.store.evidence[-1],),
    )


def _plain(label: object) -> str:
    return str(label or "").strip().casefold()


def _filters(context: CheckContext, status: Mapping[str, Any]) -> dict[str, str]:
    params = {
        "status_id": str(status.get("id")),
        "sort": "date_created:desc",
        "limit": str(CANDIDATES),
    }
    since = str(_option(context, "since"))
    days = context.options.get("max_age_days")
    if days and not since:
        since = (context.now() - timedelta(days=float(days))).strftime("%Y-%m-%dT%H:%M:%SZ")
    return params | ({"min_date_created": since} if since else {})


def _newest_test_order(
    context: CheckContext, status: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    orders = context.store.get_list_v2("/v2/orders", params=_filters(context, status))
    if not context.options.get("paid_by_test_gateway", True):
        return orders[0] if orders else None
    for number, order in enumerate(orders):
        if GATEWAY_NAME in _plain(order.get("payment_method")):
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
    label = _label(status)
    return Finding(
        Verdict.FAIL,
        "Test order",
        f"None of the newest {CANDIDATES} orders in status “{label}” was paid by the test gateway.",
        remedy="In BigCommerce, switch the Test Payment Gateway on under Settings > Payments, "
        "place an order in the storefront with a test card, leave it in "
        f"“{label}”, switch the gateway off, and run this again.",
        who="merchant",
        data={"status_id": status.get("id")},
        evidence=evidence,
    )


def _label(status: Mapping[str, Any]) -> str:
    fixed = str(status.get("system_label") or status.get("name") or status.get("id"))
    own = str(status.get("custom_label") or "")
    return f"{fixed} (here called {own})" if own and _plain(own) != _plain(fixed) else fixed


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
        f"Order {facts['order_id']} of {facts['date_created']} is in “{_label(status)}”, by "
        f"{customer}, in channel {facts['channel_id']}, total {facts['total_inc_tax']} "
        f"{facts['currency_code']}, paid by {facts['payment_method']}.",
        data=facts,
        evidence=evidence,
    )
