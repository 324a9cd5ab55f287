"""Plant an order of any form in a store, as a storefront or a slip would have left it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from cartproof.sandbox import order_form, order_parts
from cartproof.sandbox.routes_order_writes import order_line
from cartproof.sandbox.seed_orders import TEST_GATEWAY
from cartproof.sandbox.seed_people import address

if TYPE_CHECKING:
    from cartproof.sandbox.state import Data, Store

_OWN = ("products", "test_gateway", "age_hours", "status_id", "billing_address")


def plant_order(store: Store, given: dict[str, Any]) -> Data:
    """Add an order; given fields overwrite what would be right, so that it can be wrong.

    Args:
        given: Fields of an order, and `products` (lines, each as POST /v2/orders takes it, further
            keys overwrite the line's), `test_gateway` (default true: paid by the test gateway),
            `age_hours` (default 0).
    """
    lines = [_line(store, each) for each in given.get("products", [_any_line(store)])]
    placed = datetime.fromtimestamp(int(store.clock()), UTC)
    placed -= timedelta(hours=float(given.get("age_hours", 0)))
    person = {**address(7), **given.get("billing_address", {})}
    order = order_form.new_order(
        store.next_id("orders"),
        lines,
        {
            "status_id": int(given.get("status_id", 11)),
            "billing_address": person,
            "shipping_address": person,
            "shipping_cost": Decimal("7.50"),
            "date": format_datetime(placed),
            "order_source": "www",
        },
        first_line_id=store.next_number("order_lines", 100_000),
    )
    store.data["last_ids"]["order_lines"] += len(lines)
    if given.get("test_gateway", True):
        _pay(order, store.next_number("transactions", 90_000), placed)
    order.update({key: value for key, value in given.items() if key not in _OWN})
    store.rows("orders").append(order)
    return order


def _pay(order: Data, ident: int, placed: datetime) -> None:
    order.update(payment_method=TEST_GATEWAY, payment_status="captured")
    stamp = placed.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    paid = order_parts.transaction(order, ident, "testgateway", stamp, is_test=True)
    order["_transactions"] = [paid]


def _any_line(store: Store) -> dict[str, Any]:
    product = store.rows("products")[0]
    return {"product_id": product["id"], "quantity": 1}


def _line(store: Store, given: dict[str, Any]) -> Data:
    line = order_line(given, store)
    line.update({key: value for key, value in given.items() if key in line})
    return line
