"""200 invented orders over all 15 statuses; about one in ten was paid by the test gateway."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

from cartproof.sandbox import order_form, order_parts
from cartproof.sandbox.seed_people import address

Data = dict[str, Any]

COUNT = 200
FIRST_ID = 100
TEST_GATEWAY = "Test Payment Gateway"
_SHIPPED, _PARTLY, _AWAITING_FULFILLMENT, _COMPLETED = 2, 3, 11, 10
_WEIGHTS = (11, 10, 2, 11, 9, 2, 10, 7, 1, 11, 3, 4, 5, 6, 0, 8, 10, 12, 13, 14)
_PAYMENT_STATUS = {
    0: "",
    1: "",
    4: "refunded",
    5: "void",
    6: "declined",
    7: "",
    14: "partially refunded",
}
_PAID_BY = (
    ("Credit Card", "braintree", "braintree"),
    ("Authorize.net", "authorizenet", "authorizenet"),
    ("Bank Deposit", "", ""),
)


def is_test(order: Data) -> bool:
    """Tell whether an order was paid by the test gateway."""
    return bool(order["payment_method"] == TEST_GATEWAY)


def orders(products: list[Data], customers: list[Data], now: datetime) -> list[Data]:
    """Return the orders, oldest first; the newest one is a test order awaiting fulfillment."""
    return [_order(index, products, customers, now) for index in range(COUNT)]


def _status(index: int) -> int:
    is_newest = index == COUNT - 1
    return _AWAITING_FULFILLMENT if is_newest else _WEIGHTS[index % len(_WEIGHTS)]


def _order(index: int, products: list[Data], customers: list[Data], now: datetime) -> Data:
    placed = now - timedelta(hours=2 + (COUNT - 1 - index) * 10.8)
    status_id = _status(index)
    customer = customers[index % len(customers)] if index % 4 else None
    person = address(index % 40 + 1 if customer is None else customer["id"])
    lines = [_line(index + step * 17, products) for step in range(1 + index % 3)]
    order = order_form.new_order(
        FIRST_ID + index,
        lines,
        {
            "status_id": status_id,
            "customer_id": customer["id"] if customer else 0,
            "billing_address": person,
            "shipping_address": person,
            "order_source": "www",
            "shipping_cost": Decimal("7.50"),
            "date": format_datetime(placed.replace(microsecond=0)),
        },
        first_line_id=1 + index * 4,
    )
    _pay(order, index, placed)
    _ship(order, placed)
    return order


def _line(number: int, products: list[Data]) -> Data:
    product = products[number % len(products)]
    variant = product["variants"][number % len(product["variants"])]
    return order_form.catalogue_line(product, variant, 1 + number % 3)


def _pay(order: Data, index: int, placed: datetime) -> None:
    is_test_order = index % 10 == 9
    name, provider, gateway = (
        (TEST_GATEWAY, "", "testgateway") if is_test_order else _PAID_BY[index % len(_PAID_BY)]
    )
    order["payment_method"] = name
    order["payment_provider_id"] = provider
    order["payment_status"] = _PAYMENT_STATUS.get(order["status_id"], "captured")
    if gateway and order["payment_status"]:
        stamp = placed.strftime("%Y-%m-%dT%H:%M:%S+00:00")
        order["_transactions"] = [
            order_parts.transaction(order, 5000 + index, gateway, stamp, is_test=is_test_order)
        ]


def _ship(order: Data, placed: datetime) -> None:
    if order["status_id"] not in (_SHIPPED, _PARTLY, _COMPLETED):
        return
    shipped = format_datetime((placed + timedelta(hours=1)).replace(microsecond=0))
    lines = order["_products"][:1] if order["status_id"] == _PARTLY else order["_products"]
    items = [
        {"order_product_id": p["id"], "product_id": p["product_id"], "quantity": p["quantity"]}
        for p in lines
    ]
    order_parts.add_shipment(order, order["id"] + 900, items, {}, shipped)
