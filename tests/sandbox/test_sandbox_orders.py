"""Orders: the seeded ones, filters, create, update, archive, shipments (FACTS.md d)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sandbox_caller import enrol

if TYPE_CHECKING:
    from sandbox_caller import Caller

ADDRESS = {"first_name": "Ada", "last_name": "Elm", "zip": "83702", "country": "United States"}
CUSTOM = {"name": "Setup test", "quantity": 2, "price_ex_tax": "1.50", "price_inc_tax": "1.62"}


def order_of(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the body of an order."""
    return {"billing_address": ADDRESS, "products": list(lines), **more}


def test_shop_has_two_hundred_orders_over_all_statuses(reader: Caller) -> None:
    """The counts add up, and no status is left out."""
    counted = reader.get("/v2/orders/count")
    assert counted["count"] == sum(s["count"] for s in counted["statuses"]) == 200
    assert [s["id"] for s in counted["statuses"] if s["count"]] == list(range(15))


def test_newest_test_order_is_whole_and_adds_up(reader: Caller) -> None:
    """Status 11, the three signs of the test gateway, SKUs of the catalogue, right totals."""
    found = reader.get(
        "/v2/orders?payment_method=Test%20Payment%20Gateway&sort=date_created:desc&limit=1"
    )
    order = found[0]
    assert (order["status_id"], order["payment_status"]) == (11, "captured")
    paid = reader.get(f"/v3/orders/{order['id']}/transactions")["data"][0]
    assert (paid["gateway"], paid["test"], paid["status"]) == ("testgateway", True, "ok")
    lines = reader.get(f"/v2/orders/{order['id']}/products")
    for line in lines:
        assert reader.get(f"/v3/catalog/variants?sku={line['sku']}")["data"]
    lines_total = sum(Decimal(line["total_inc_tax"]) for line in lines)
    assert lines_total == Decimal(order["subtotal_inc_tax"])
    total = lines_total + Decimal(order["shipping_cost_inc_tax"])
    assert order["total_inc_tax"] == f"{total:.4f}"
    assert order["items_total"] == sum(line["quantity"] for line in lines)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("min_id=110&max_id=119", 10),
        ("min_id=290&limit=250", 10),
        ("status_id=7", 10),
        ("payment_method=test%20payment%20gateway&limit=250", 20),
        ("channel_id=1&limit=250", 200),
        ("min_total=100&max_total=100", 0),
        ("customer_id=2", 5),
        ("email=ada.copperfield.30@example.com", 5),
        ("cart_id=00000000-0000-4000-9000-000000000101", 1),
        ("external_order_id=nothing", 0),
        ("min_date_created=2099-01-01", 0),
        ("max_date_created=Fri,%2001%20Jan%202100%2000:00:00%20%2B0000&limit=250", 200),
        ("max_date_created=2099-01-01T00:00:00+00:00&limit=250", 200),
        ("page=5&limit=50", 0),
        ("", 50),
    ],
)
def test_orders_are_found_by_filter(reader: Caller, query: str, count: int) -> None:
    """Every filter of the list works, and an empty list is 204 without a body."""
    answer = reader.ask("GET", f"/v2/orders?{query}")
    if count == 0:
        assert (answer.status_code, answer.data) == (204, b"")
    else:
        assert len(answer.get_json()) == count


def test_orders_are_sorted_as_asked(reader: Caller) -> None:
    """By id ascending unless told otherwise; dates sort as dates."""
    ids = [order["id"] for order in reader.get("/v2/orders?limit=250")]
    newest_first = [o["id"] for o in reader.get("/v2/orders?sort=date_created:desc&limit=250")]
    assert ids == sorted(ids) == newest_first[::-1]
    assert reader.ask("GET", "/v2/orders?sort=color").status_code == 400
    assert reader.ask("GET", "/v2/orders?min_date_created=soon").status_code == 400


def test_custom_order_is_created_and_totals_are_computed(mighty: Caller) -> None:
    """The answer is the order, found again by its external id."""
    given = order_of(CUSTOM, status_id=11, external_order_id="run-1", staff_notes="note")
    made = mighty.ask("POST", "/v2/orders", given)
    assert made.status_code == 200
    order = made.get_json()
    assert (order["subtotal_ex_tax"], order["total_inc_tax"]) == ("3.0000", "3.2400")
    assert (order["status"], order["order_source"]) == ("Awaiting Fulfillment", "external")
    assert [o["id"] for o in mighty.get("/v2/orders?external_order_id=run-1")] == [order["id"]]
    assert mighty.get(f"/v2/orders/{order['id']}/products")[0]["product_id"] == 0
    assert mighty.ask("GET", f"/v3/orders/{order['id']}/transactions").status_code == 204


def test_catalogue_order_takes_tracked_stock(mighty: Caller) -> None:
    """The variant, the product and the default location all go down; too much is refused."""
    before = mighty.get("/v3/catalog/products/77")["data"]["inventory_level"]
    assert (
        mighty.ask("POST", "/v2/orders", order_of({"product_id": 77, "quantity": 3})).status_code
        == 200
    )
    assert mighty.get("/v3/catalog/products/77")["data"]["inventory_level"] == before - 3
    item = mighty.get("/v3/inventory/locations/1/items?product_id:in=77")["data"][0]
    assert item["available_to_sell"] == before - 3
    state = mighty.state()
    greedy = order_of({"product_id": 77, "quantity": before})
    assert mighty.ask("POST", "/v2/orders", greedy).status_code == 400
    assert mighty.state() == state


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"billing_address": ADDRESS},
        order_of(CUSTOM, id=5),
        order_of(CUSTOM, payment_status="paid"),
        order_of(CUSTOM, status_id=15),
        order_of(CUSTOM, channel_id=99),
        order_of(CUSTOM, customer_id=999),
        order_of(CUSTOM, total_ex_tax=1),
        order_of(CUSTOM, shipping_cost_ex_tax="free"),
        order_of({**CUSTOM, "quantity": 0}),
        order_of({**CUSTOM, "name": "n" * 251}),
        order_of({"name": "No price", "quantity": 1}),
        order_of({"product_id": 1, "quantity": 1}),
        order_of({"product_id": 78, "quantity": 1}),
        order_of({"product_id": 78, "quantity": 1, "variant_id": 1}),
        {**order_of(CUSTOM), "billing_address": {"zip": "1", "country": "US"}},
        {**order_of(CUSTOM), "billing_address": {"zip": "83702"}},
    ],
)
def test_orders_that_are_not_right_are_refused_and_leave_no_trace(
    mighty: Caller, given: dict[str, Any]
) -> None:
    """The refusal is a V2 array with status 400, and the store is byte for byte as before."""
    before = mighty.state()
    answer = mighty.ask("POST", "/v2/orders", given)
    assert answer.status_code == 400
    assert answer.get_json()[0]["status"] == 400
    assert mighty.state() == before


def test_order_is_updated_but_never_by_an_empty_object(mighty: Caller) -> None:
    """An empty PUT on a real order leaves it alone; read-only fields are refused."""
    before = mighty.state()
    assert mighty.ask("PUT", "/v2/orders/150", {}).status_code == 200
    assert mighty.state() == before
    assert mighty.ask("PUT", "/v2/orders/150", {"status": "Shipped"}).status_code == 400
    changed = mighty.ask("PUT", "/v2/orders/150", {"status_id": 2, "staff_notes": "x"}).get_json()
    assert (changed["status"], changed["staff_notes"]) == ("Shipped", "x")


def test_archived_orders_leave_list_and_count_but_can_be_read(mighty: Caller) -> None:
    """DELETE and PUT is_deleted archive one; DELETE on the collection archives all."""
    assert mighty.ask("DELETE", "/v2/orders/299").status_code == 204
    mighty.ask("PUT", "/v2/orders/298", {"is_deleted": True})
    assert mighty.get("/v2/orders/299")["is_deleted"] is True
    assert mighty.get("/v2/orders/count")["count"] == 198
    assert mighty.ask("DELETE", "/v2/orders").status_code == 204
    assert mighty.ask("GET", "/v2/orders").status_code == 204


def test_shipment_moves_the_order_and_counts_what_was_shipped(mighty: Caller) -> None:
    """A shipment of all lines ships the order; nothing can be shipped twice."""
    lines = mighty.get("/v2/orders/299/products")
    assert mighty.ask("GET", "/v2/orders/299/shipments").status_code == 204
    assert mighty.ask("POST", "/v2/orders/299/shipments", {}).status_code == 400
    items = [{"order_product_id": p["id"], "quantity": p["quantity"]} for p in lines]
    given = {"order_address_id": 299, "tracking_number": "T1", "items": items}
    made = mighty.ask("POST", "/v2/orders/299/shipments", given)
    assert (made.status_code, made.get_json()["tracking_number"]) == (201, "T1")
    assert mighty.get("/v2/orders/299")["status"] == "Shipped"
    assert mighty.ask("POST", "/v2/orders/299/shipments", given).status_code == 400


def test_orders_of_any_form_can_be_planted(mighty: Caller) -> None:
    """Tests of the test-order check need orders that are wrong in one way."""
    path = f"stores/{mighty.account['store_hash']}/orders"
    line = {"name": "Ghost", "sku": "NO-SUCH-SKU", "quantity": 1}
    given = {
        "status_id": 7,
        "products": [{**line, "price_ex_tax": 1, "price_inc_tax": 1}],
        "total_inc_tax": "999.0000",
        "test_gateway": False,
        "payment_method": "Cash",
    }
    planted = mighty.machine("POST", path, given)
    assert planted.status_code == 201
    order = mighty.get(f"/v2/orders/{planted.get_json()['id']}")
    assert (order["status_id"], order["total_inc_tax"]) == (7, "999.0000")
    assert order["payment_method"] == "Cash"
    right = mighty.machine("POST", path, {}).get_json()
    assert mighty.get(f"/v3/orders/{right['id']}/transactions")["data"][0]["test"] is True
    assert mighty.machine("POST", path, {"products": [{}]}).status_code == 400


def test_merchants_of_the_demo_can_be_set_up(mighty: Caller) -> None:
    """Stores without test order, without orders, suspended, with products without SKU."""
    app = mighty.app
    bare = enrol(app, {"Orders": "read-only"}, store_hash="bare", variant="no_test_order")
    assert bare.ask("GET", "/v2/orders?payment_method=Test Payment Gateway").status_code == 204
    assert bare.get("/v2/orders/count")["count"] == 180
    down = enrol(app, {}, store_hash="down", variant="suspended")
    assert down.ask("GET", "/v2/time").status_code == 503
    assert down.machine("PATCH", "stores/down", {"status": "live"}).status_code == 200
    assert down.ask("GET", "/v2/time").status_code == 200
    mighty.machine("PATCH", "stores/fernwick01", {"products_without_sku": 2, "orders": "none"})
    skus = [product["sku"] for product in mighty.get("/v3/catalog/products")["data"]]
    assert skus.count("") == 2
    assert mighty.ask("GET", "/v2/orders").status_code == 204
    assert mighty.machine("PATCH", "stores/fernwick01", {"colour": 1}).status_code == 400
