"""Orders V2 but for create and update: lists, counts, parts, shipments, archive (FACTS.md d)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

from cartproof.sandbox import order_form, order_parts
from cartproof.sandbox.answers import Answer, v2_error, v2_list, v2_missing
from cartproof.sandbox.call import Call
from cartproof.sandbox.state import Data, Store

_EQUAL = {
    "customer_id": "customer_id",
    "status_id": "status_id",
    "cart_id": "cart_id",
    "payment_method": "payment_method",
    "channel_id": "channel_id",
    "external_order_id": "external_order_id",
}
_BOUNDS = {"id": "id", "total": "total_inc_tax"}
_SORTS = {
    "id": "id",
    "customer_id": "customer_id",
    "date_created": "date_created",
    "date_modified": "date_modified",
    "status_id": "status_id",
    "channel_id": "channel_id",
    "external_id": "external_id",
}


def shown(order: Data, store: Store) -> Data:
    """Return an order as the API shows it: its parts are links."""
    visible = {key: value for key, value in order.items() if not key.startswith("_")}
    base = f"https://api.bigcommerce.com/stores/{store.store_hash}/v2/orders/{order['id']}"
    for name, route in (
        ("products", "products"),
        ("shipping_addresses", "shippingaddresses"),
        ("coupons", "coupons"),
        ("consignments", "consignments"),
        ("fees", "fees"),
    ):
        visible[name] = {"url": f"{base}/{route}", "resource": f"/orders/{order['id']}/{route}"}
    return visible


def list_orders(call: Call) -> Answer:
    """List the orders that are not archived, by the filters of FACTS.md d.2."""
    found = _filtered(call.store.rows("orders"), call.query)
    found = _sorted(found, call.query.get("sort", "id:asc"))
    return v2_list(found, call.query, lambda order: shown(order, call.store))


def _filtered(orders: list[Data], query: dict[str, str]) -> list[Data]:
    found = [order for order in orders if not order["is_deleted"]]
    for name, key in _EQUAL.items():
        if name in query:
            found = [o for o in found if str(o[key]).lower() == query[name].lower()]
    if "email" in query:
        found = [o for o in found if o["billing_address"].get("email") == query["email"]]
    for name, key in _BOUNDS.items():
        found = _within(found, key, _amount, query.get(f"min_{name}"), query.get(f"max_{name}"))
    for key in ("date_created", "date_modified"):
        found = _within(found, key, _moment, query.get(f"min_{key}"), query.get(f"max_{key}"))
    return found


def _within(rows: list[Data], key: str, read: Any, low: str | None, high: str | None) -> list[Data]:
    if low:
        bound = read(low)
        rows = [row for row in rows if read(str(row[key])) >= bound]
    if high:
        bound = read(high)
        rows = [row for row in rows if read(str(row[key])) <= bound]
    return rows


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as exc:
        raise v2_error(400, f"'{text}' is not a number") from exc


@lru_cache(maxsize=4096)
def _moment(text: str) -> datetime:
    # A plus sign that nobody encoded arrives as a space.
    spelled = re.sub(r"(T\S+) (\d\d:\d\d)$", r"\1+\2", text)
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(spelled)
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    raise v2_error(400, f"'{text}' is not a date in RFC 2822 or ISO 8601 form")


def _sorted(orders: list[Data], sort: str) -> list[Data]:
    name, _, direction = sort.partition(":")
    if name not in _SORTS or direction not in ("", "asc", "desc"):
        raise v2_error(400, f"'{sort}' is not a valid sort")
    by_id = sorted(orders, key=lambda order: int(order["id"]), reverse=direction == "desc")

    def value(order: Data) -> Any:
        found = order[_SORTS[name]]
        if name.startswith("date_"):
            return _moment(found)
        return str(found or "") if name == "external_id" else found

    return sorted(by_id, key=value, reverse=direction == "desc")


def count_orders(call: Call) -> Answer:
    """Count the orders that are not archived, by status."""
    found = _filtered(call.store.rows("orders"), call.query)
    ids = [order["status_id"] for order in found]
    statuses = [
        {**status, "count": ids.count(status["id"]), "sort_order": status["id"]}
        for status in _statuses(call.store)
    ]
    return Answer(200, {"statuses": statuses, "count": len(found)})


def _statuses(store: Store) -> list[Data]:
    own: Data = store.data.get("status_labels", {})
    return [
        {
            "id": number,
            "name": name,
            "system_label": name,
            "custom_label": own.get(str(number), name),
            "system_description": f"Orders in the status {name}",
        }
        for number, name in enumerate(order_form.STATUSES)
    ]


def list_statuses(call: Call) -> Answer:
    """List all order statuses."""
    return Answer(200, _statuses(call.store))


def read_status(call: Call) -> Answer:
    """Read one order status."""
    found = [status for status in _statuses(call.store) if str(status["id"]) == call.ids["id"]]
    if not found:
        raise v2_missing()
    return Answer(200, found[0])


def read_order(call: Call) -> Answer:
    """Read one order, archived or not."""
    return Answer(200, shown(call.one_v2("orders"), call.store))


def archive_order(call: Call) -> Answer:
    """Archive one order; nothing is erased (FACTS.md d.6)."""
    archive(call.one_v2("orders"), call.store)
    return Answer(204)


def archive_all(call: Call) -> Answer:
    """Archive every order of the store, as DELETE on the collection does."""
    for order in call.store.rows("orders"):
        archive(order, call.store)
    return Answer(204)


def archive(order: Data, store: Store) -> None:
    """Mark an order as archived."""
    if not order["is_deleted"]:
        order["is_deleted"] = True
        order["date_modified"] = store.now_v2()


def _parts(call: Call, key: str) -> list[Data]:
    parts: list[Data] = call.one_v2("orders")[key]
    return parts


def _part(call: Call, key: str) -> Answer:
    found = [part for part in _parts(call, key) if str(part["id"]) == call.ids["part"]]
    if not found:
        raise v2_missing()
    return Answer(200, found[0])


def list_products(call: Call) -> Answer:
    """List an order's lines."""
    return v2_list(_parts(call, "_products"), call.query)


def read_product(call: Call) -> Answer:
    """Read one line of an order."""
    return _part(call, "_products")


def list_addresses(call: Call) -> Answer:
    """List an order's shipping addresses."""
    return v2_list(_parts(call, "_shipping_addresses"), call.query)


def read_address(call: Call) -> Answer:
    """Read one shipping address of an order."""
    return _part(call, "_shipping_addresses")


def list_coupons(call: Call) -> Answer:
    """List an order's coupons: the invented shop's orders used none."""
    call.one_v2("orders")
    return Answer(204)


def list_shipments(call: Call) -> Answer:
    """List an order's shipments."""
    return v2_list(_parts(call, "_shipments"), call.query)


def count_shipments(call: Call) -> Answer:
    """Count an order's shipments."""
    return Answer(200, {"count": len(_parts(call, "_shipments"))})


def read_shipment(call: Call) -> Answer:
    """Read one shipment of an order."""
    return _part(call, "_shipments")


_SHIPMENT_FIELDS = (
    "tracking_number", "tracking_carrier", "tracking_link", "shipping_method",
    "shipping_provider", "comments",
)  # fmt: skip


def create_shipment(call: Call) -> Answer:
    """Ship lines of an order; `order_address_id` and `items` are required (FACTS.md d.6)."""
    order = call.one_v2("orders")
    for name in ("order_address_id", "items"):
        if not call.fields.get(name):
            raise v2_error(400, f"Required fields missing [{name}]")
    if call.fields["order_address_id"] != order["_shipping_addresses"][0]["id"]:
        raise v2_error(400, "The field 'order_address_id' is invalid.")
    items = [_item(order, item) for item in call.fields["items"]]
    given = {key: call.fields[key] for key in _SHIPMENT_FIELDS if key in call.fields}
    ident = call.store.next_number("shipments", 10_000)
    shipment = order_parts.add_shipment(order, ident, items, given, call.store.now_v2())
    is_whole = order["items_shipped"] >= order["items_total"]
    order_form.set_status(order, 2 if is_whole else 3)
    order["date_modified"] = call.store.now_v2()
    return Answer(201, shipment)


def _item(order: Data, item: Any) -> Data:
    ident = item.get("order_product_id") if isinstance(item, dict) else None
    line = next((line for line in order["_products"] if line["id"] == ident), None)
    if line is None:
        raise v2_error(400, "The field 'order_product_id' is invalid.")
    quantity, left = item.get("quantity"), line["quantity"] - line["quantity_shipped"]
    if not isinstance(quantity, int) or not 0 < quantity <= left:
        raise v2_error(400, "The field 'quantity' is invalid.")
    return {"order_product_id": ident, "product_id": line["product_id"], "quantity": quantity}
