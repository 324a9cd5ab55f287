"""What happens to an order after it was placed: payments and shipments (FACTS.md d.3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from cartproof.sandbox.order_form import money

Data = dict[str, Any]


def transaction(order: Data, ident: int, gateway: str, stamp: str, *, is_test: bool) -> Data:
    """Return the payment of an order in the form of V3."""
    return {
        "id": ident,
        "order_id": str(order["id"]),
        "event": "purchase",
        "method": "credit_card",
        "amount": float(order["total_inc_tax"]),
        "currency": order["currency_code"],
        "gateway": gateway,
        "gateway_transaction_id": f"{gateway[:2]}{ident:010d}",
        "date_created": stamp,
        "test": is_test,
        "status": "error" if order["payment_status"] == "declined" else "ok",
        "fraud_review": False,
        "offline": None,
        "custom": None,
        "payment_instrument_token": None,
        "avs_result": {"code": "", "message": "", "street_match": "", "postal_match": ""},
        "cvv_result": {"code": "", "message": ""},
        "credit_card": {
            "card_type": "visa",
            "card_iin": "411111",
            "card_last4": "1111",
            "card_expiry_month": 12,
            "card_expiry_year": 2031,
        },
        "gift_certificate": None,
        "store_credit": None,
    }


def add_shipment(order: Data, ident: int, items: list[Data], given: Data, date: str) -> Data:
    """Ship lines of an order, and count what was shipped."""
    ship_to = order["_shipping_addresses"][0]
    parts = ("first_name", "last_name", "company", "street_1", "street_2", "city", "state", "zip",
             "country", "country_iso2", "phone", "email")  # fmt: skip
    shipment: Data = {
        "id": ident,
        "order_id": order["id"],
        "customer_id": order["customer_id"],
        "order_address_id": ship_to["id"],
        "date_created": date,
        "tracking_number": f"FW{ident:08d}",
        "merchant_shipping_cost": money(Decimal(0)),
        "shipping_method": "Flat Rate",
        "shipping_provider": "",
        "tracking_carrier": "",
        "tracking_link": "",
        "comments": "",
        "billing_address": {key: order["billing_address"].get(key, "") for key in parts},
        "shipping_address": {key: ship_to.get(key, "") for key in parts},
        "items": items,
        "shipping_provider_display_name": "",
        "generated_tracking_link": "",
        **given,
    }
    shipped = {item["order_product_id"]: item["quantity"] for item in items}
    for line in order["_products"]:
        line["quantity_shipped"] += shipped.get(line["id"], 0)
    order["items_shipped"] = ship_to["items_shipped"] = sum(
        line["quantity_shipped"] for line in order["_products"]
    )
    order["date_shipped"] = date
    order["_shipments"].append(shipment)
    return shipment
