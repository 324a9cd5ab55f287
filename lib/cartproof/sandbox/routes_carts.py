"""Carts and the checkouts made of them."""

from __future__ import annotations

from typing import Any

from cartproof.sandbox.answers import Answer, Refusal, data, v3_body, v3_invalid
from cartproof.sandbox.call import Call
from cartproof.sandbox.state import Data, Store


def _cart(call: Call) -> Data:
    """Return the cart of the path; carts.v3.yml shows a 404 without a body."""
    found = call.store.find("carts", call.ids["id"])
    if found is None:
        raise Refusal(Answer(404))
    return found


def read_cart(call: Call) -> Answer:
    """Read one cart."""
    return data(_cart(call))


def create_cart(call: Call) -> Answer:
    """Create a cart; line items, custom items or gift certificates are required."""
    fields = call.fields
    given = fields.get("line_items") or []
    if not given and not fields.get("custom_items"):
        raise v3_invalid({"line_items": "error.path.missing"})
    items = [_item(call.store, each) for each in given]
    custom = [_custom(each) for each in fields.get("custom_items") or []]
    amount = sum(i["quantity"] * i["list_price"] for i in (*items, *custom))
    for item in (*items, *custom):
        item["id"] = call.store.new_uuid("cart_items")
    now = call.store.now_v3()
    cart = {
        "id": call.store.new_uuid("carts"),
        "customer_id": fields.get("customer_id", 0),
        "channel_id": fields.get("channel_id", 1),
        "email": "",
        "currency": {"code": "USD"},
        "tax_included": False,
        "base_amount": round(amount, 2),
        "discount_amount": 0,
        "manual_discount_amount": 0,
        "cart_amount": round(amount, 2),
        "coupons": [],
        "discounts": [],
        "line_items": {
            "physical_items": items,
            "digital_items": [],
            "gift_certificates": [],
            "custom_items": custom,
        },
        "created_time": now,
        "updated_time": now,
        "locale": "en",
        "version": 1,
    }
    call.store.rows("carts").append(cart)
    return data(cart, 201)


def _item(store: Store, given: Any) -> Data:
    ident = given.get("product_id") if isinstance(given, dict) else None
    product = store.find("products", ident)
    quantity = given.get("quantity") if product else None
    if product is None or not isinstance(quantity, int) or quantity < 1:
        raise v3_invalid({"line_items": "error.invalid"})
    variant = product["variants"][0]
    return {
        "product_id": product["id"],
        "variant_id": given.get("variant_id", variant["id"]),
        "sku": variant["sku"],
        "name": product["name"],
        "quantity": quantity,
        "list_price": product["price"],
    }


def _custom(given: Any) -> Data:
    if not isinstance(given, dict) or not given.get("name"):
        raise v3_invalid({"custom_items": "error.invalid"})
    quantity, price = given.get("quantity"), given.get("list_price")
    if not isinstance(quantity, int) or not isinstance(price, int | float):
        raise v3_invalid({"custom_items": "error.invalid"})
    sku = str(given.get("sku", ""))
    return {"name": str(given["name"]), "sku": sku, "quantity": quantity, "list_price": price}


def update_cart(call: Call) -> Answer:
    """Give a cart to a customer."""
    cart = _cart(call)
    if "customer_id" not in call.fields:
        raise v3_invalid({"customer_id": "error.path.missing"})
    cart["customer_id"] = call.fields["customer_id"]
    cart["version"] += 1
    return data(cart, 201)


def delete_cart(call: Call) -> Answer:
    """Delete one cart."""
    call.store.rows("carts").remove(_cart(call))
    return Answer(204)


def _checkout_of(call: Call) -> Data:
    """Return the cart behind the checkout of the path, or refuse as checkouts.v3.yml shows."""
    found = call.store.find("carts", call.ids["id"])
    if found is None:
        body = {"errors": [v3_body(404, "The checkout was not found.")]}
        raise Refusal(Answer(404, {**v3_body(404, "The checkout was not found."), **body}))
    return found


def _checkout(cart: Data) -> Data:
    zero = ("shipping_cost_total_inc_tax", "shipping_cost_total_ex_tax", "tax_total",
            "handling_cost_total_inc_tax", "handling_cost_total_ex_tax")  # fmt: skip
    return {
        "id": cart["id"],
        "cart": {k: v for k, v in cart.items() if not k.startswith("_")},
        "billing_address": cart.get("_billing_address", {}),
        "consignments": [],
        "taxes": [],
        "coupons": [],
        "fees": [],
        "order_id": None,
        **dict.fromkeys(zero, 0),
        "subtotal_inc_tax": cart["cart_amount"],
        "subtotal_ex_tax": cart["cart_amount"],
        "grand_total": cart["cart_amount"],
        "created_time": cart["created_time"],
        "updated_time": cart["updated_time"],
        "customer_message": "",
        "promotions": [],
        "version": cart["version"],
    }


def read_checkout(call: Call) -> Answer:
    """Read the checkout of a cart."""
    return data(_checkout(_checkout_of(call)))


def add_billing_address(call: Call) -> Answer:
    """Give a checkout its billing address; e-mail and country are required."""
    cart = _checkout_of(call)
    missing = [key for key in ("email", "country_code") if not call.fields.get(key)]
    if missing:
        raise v3_invalid(dict.fromkeys(missing, "error.path.missing"))
    cart["_billing_address"] = {**call.fields, "id": cart["id"].replace("-", "")[:13]}
    return data(_checkout(cart))
