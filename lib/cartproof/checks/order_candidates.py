"""The orders that may be the test: the newest in the wanted status, which is taken, and why.

The newest that shows a sign of the test gateway is taken, unless a person chose another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cartproof.checks.context import CheckContext
from cartproof.checks.created_order.tag import tag_in
from cartproof.checks.shown import shown
from cartproof.checks.wanted_status import option, plain
from cartproof.errors import MissingScope, NotFound
from cartproof.store.evidence import StoreApi

GATEWAY_NAME = "test payment gateway"
CANDIDATES = 10
LOOKED_INTO = 5
"""How many of the candidates without a telling name are asked for their transactions."""
_ADDRESS = re.compile(r"(\w)[^@]*@(\w)[^@]*\.([A-Za-z]{2,8})")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order that may be the test.

    Attributes:
        sign: What shows that the test gateway paid it, or why nothing is known of that.
        is_test: Whether something shows it; None where it was not looked into.
    """

    order: Mapping[str, Any]
    sign: str
    is_test: bool | None = None
    is_taken: bool = False

    def row(self) -> dict[str, Any]:
        """Return what is told of it, with nobody's name and mail in it."""
        billing = self.order.get("billing_address")
        address = billing.get("email") if isinstance(billing, Mapping) else ""
        amount = re.sub(r"(\.\d\d)00$", r"\1", str(self.order.get("total_inc_tax", "")))
        return {
            "id": self.order.get("id"),
            "date_created": shown(str(self.order.get("date_created", ""))),
            "status": shown(str(self.order.get("status") or self.order.get("status_id"))),
            "total": shown(f"{amount} {self.order.get('currency_code') or ''}"),
            "email": masked(str(address or "")),
            "sign": self.sign,
            "taken": self.is_taken,
        }


def masked(address: str) -> str:
    """Return as much of a mail address as tells it to who knows it: `a…@e….com`."""
    found = _ADDRESS.fullmatch(address.strip())
    return f"{found[1]}…@{found[2]}….{found[3].lower()}" if found else ""


def candidates(
    context: CheckContext, status: Mapping[str, Any], chosen: int | None
) -> list[Candidate]:
    """Return the newest orders in a status, newest first, at most one of them taken.

    Args:
        context: The step's; its options `paid_by_test_gateway`, `since`, `max_age_days` count.
        status: The wanted status, as the store lists it.
        chosen: Id of the order that a person chose; it is taken even where older than the newest.
    """
    filters = _filters(context, status)
    orders = _listed(context.store, filters)
    if chosen is not None and chosen not in {order.get("id") for order in orders}:
        orders += _listed(context.store, {**filters, "min_id": str(chosen), "max_id": str(chosen)})
    return list(_judged(context, orders, chosen))


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


def _listed(store: StoreApi, filters: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """Return the store's orders by these filters, without those that runs of ours made."""
    return [o for o in store.get_list_v2("/v2/orders", params=filters) if not tag_in(o)]


def _judged(
    context: CheckContext, orders: list[Mapping[str, Any]], chosen: int | None
) -> Iterator[Candidate]:
    any_will_do = not context.options.get("paid_by_test_gateway", True)
    is_found = False
    for number, order in enumerate(orders):
        is_chosen = order.get("id") == chosen
        may_ask = is_chosen or (chosen is None and number < LOOKED_INTO and not is_found)
        is_test, sign = _sign(context.store, order, may_ask=may_ask and not any_will_do)
        is_taken = is_chosen or (
            chosen is None and not is_found and (any_will_do or is_test is True)
        )
        is_found = is_found or is_taken
        yield Candidate(order, sign, is_test, is_taken)


def _sign(store: StoreApi, order: Mapping[str, Any], *, may_ask: bool) -> tuple[bool | None, str]:
    if GATEWAY_NAME in plain(order.get("payment_method")):
        return True, "paid by the test gateway"
    if not may_ask:
        return None, "not looked into"
    if _has_test_transaction(store, order):
        return True, "a transaction of the test gateway"
    return False, "no sign of the test gateway"


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
