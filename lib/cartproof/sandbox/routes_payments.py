"""Storefront tokens, payment methods, transactions, payment actions."""

from __future__ import annotations

from typing import Any

from cartproof.sandbox import order_form
from cartproof.sandbox.answers import (
    Answer,
    data,
    v2_list,
    v3_error,
    v3_invalid,
    v3_list,
    v3_missing,
)
from cartproof.sandbox.call import Call
from cartproof.sandbox.state import Data


def create_storefront_token(call: Call) -> Answer:
    """Create a storefront token; an expiry and a channel are required."""
    fields = call.fields
    errors = {}
    if not isinstance(fields.get("expires_at"), int) or fields["expires_at"] < 0:
        errors["expires_at"] = "error.path.missing"
    if not (fields.get("channel_id") or fields.get("channel_ids")):
        errors["channel_id"] = "error.path.missing"
    if errors:
        raise v3_invalid(errors)
    name = call.store.new_uuid("storefront_tokens").replace("-", "")
    call.store.rows("storefront_tokens").append({"name": name, **fields})
    return data({"token": f"eyJzYW5kYm94.{name}.imitation"})


def list_methods_v2(call: Call) -> Answer:
    """List the payment methods of the store, V2."""
    return v2_list(
        [
            {"code": "testgateway", "name": "Test Payment Gateway", "test_mode": True},
            {"code": "braintree", "name": "Credit Card", "test_mode": False},
        ],
        call.query,
    )


def _order(call: Call, ident: Any) -> Data:
    found = call.store.find("orders", ident)
    if found is None:
        raise v3_missing("The requested order was not found.", errors={})
    return found


def list_methods(call: Call) -> Answer:
    """List the payment methods an order accepts; the Payments API has no test gateway."""
    if "order_id" not in call.query:
        raise v3_invalid({"order_id": "error.path.missing"})
    _order(call, call.query["order_id"])
    instruments = [
        {"instrument_type": name, "verification_value_required": True}
        for name in ("VISA", "MASTERCARD")
    ]
    method = {
        "id": "braintree.card",
        "name": "Credit Card",
        "stored_instruments": [],
        "supported_instruments": instruments,
        "test_mode": False,
        "type": "card",
    }
    return data([method])


def create_payment_token(call: Call) -> Answer:
    """Create a payment access token; an order is required."""
    order = call.fields.get("order")
    ident = order.get("id") if isinstance(order, dict) else None
    if not isinstance(ident, int):
        raise v3_invalid({"order": "error.path.missing"})
    _order(call, ident)
    name = call.store.new_uuid("payment_tokens")
    call.store.rows("payment_tokens").append({"order_id": ident, "name": name})
    return data({"id": f"eyJzYW5kYm94.{name}"}, 201)


def list_transactions(call: Call) -> Answer:
    """List an order's transactions; 204 when nothing was paid through a gateway."""
    found = _order(call, call.ids["id"])["_transactions"]
    return v3_list(found, call.query) if found else Answer(204)


def refund_quote(call: Call) -> Answer:
    """Quote a refund; nothing is written."""
    order = _order(call, call.ids["id"])
    if not call.fields.get("items") and "tax_adjustment_amount" not in call.fields:
        raise v3_invalid({"items": "error.path.missing"})
    return data(
        {
            "order_id": order["id"],
            "total_refund_amount": float(order["total_inc_tax"]),
            "total_refund_tax_amount": 0,
            "order_level_refund_amount": 0,
            "rounding": 0,
            "adjustment": 0,
            "tax_inclusive": False,
            "refund_methods": [],
        },
        201,
    )


def capture(call: Call) -> Answer:
    """Capture an authorised payment."""
    return _settle(call, "captured")


def void(call: Call) -> Answer:
    """Void an authorised payment."""
    return _settle(call, "void")


def _settle(call: Call, payment_status: str) -> Answer:
    order = _order(call, call.ids["id"])
    if not order["_transactions"]:
        raise v3_error(400, "The order has no payment to act on.")
    order["payment_status"] = payment_status
    return Answer(201, {})


def refund(call: Call) -> Answer:
    """Refund an order whole; items and payments are required."""
    order = _order(call, call.ids["id"])
    if not call.fields.get("items") or not call.fields.get("payments"):
        raise v3_invalid({"items": "error.path.missing"})
    order["payment_status"] = "refunded"
    order_form.set_status(order, 4)
    refunded = {
        "id": call.store.next_number("refunds", 0),
        "order_id": order["id"],
        "user_id": 0,
        "created": call.store.now_v3(),
        "reason": "",
        "total_amount": float(order["total_inc_tax"]),
        "total_tax": 0,
        "uses_merchant_override_values": False,
        "items": [],
        "payments": [],
    }
    return data(refunded, 201)
