"""The form of an order and its parts, with totals that add up (FACTS.md d.3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

Data = dict[str, Any]

STATUSES: tuple[str, ...] = (
    "Incomplete",
    "Pending",
    "Shipped",
    "Partially Shipped",
    "Refunded",
    "Cancelled",
    "Declined",
    "Awaiting Payment",
    "Awaiting Pickup",
    "Awaiting Shipment",
    "Completed",
    "Awaiting Fulfillment",
    "Manual Verification Required",
    "Disputed",
    "Partially Refunded",
)
"""By status id (FACTS.md d.1)."""

TAX = Decimal("0.08")
_ZERO_MONEY = (
    "base_handling_cost", "base_wrapping_cost", "coupon_discount", "discount_amount",
    "gift_certificate_amount", "handling_cost_ex_tax", "handling_cost_inc_tax",
    "handling_cost_tax", "refunded_amount", "shipping_cost_tax", "store_credit_amount",
    "wrapping_cost_ex_tax", "wrapping_cost_inc_tax", "wrapping_cost_tax",
)  # fmt: skip


def money(amount: Decimal) -> str:
    """Write an amount as BigCommerce does: a string with four decimals."""
    return str(amount.quantize(Decimal("0.0001")))


def with_tax(price: Decimal) -> Decimal:
    """Return a unit price with the shop's tax, rounded to cents."""
    return (price * (1 + TAX)).quantize(Decimal("0.01"))


def catalogue_line(product: Data, variant: Data, quantity: int) -> Data:
    """Return an order line for a variant of the catalogue."""
    price = Decimal(str(variant["price"] if variant["price"] is not None else product["price"]))
    line = custom_line(product["name"], quantity, price, with_tax(price), sku=variant["sku"])
    line.update(product_id=product["id"], variant_id=variant["id"], type=product["type"])
    line["weight"] = money(Decimal(str(variant["weight"] or product["weight"])))
    line["product_options"] = [_chosen(product, value) for value in variant["option_values"]]
    return line


def _chosen(product: Data, value: Data) -> Data:
    name, label = value["option_display_name"], value["label"]
    return {
        "id": value["id"],
        "option_id": value["option_id"],
        "order_product_id": 0,
        "product_option_id": value["option_id"],
        "display_name": name,
        "display_name_customer": name,
        "display_name_merchant": name,
        "display_value": label,
        "display_value_customer": label,
        "display_value_merchant": label,
        "value": str(value["id"]),
        "type": "Multiple choice",
        "name": f"{name}{value['option_id']}",
        "display_style": "Rectangle",
    }


def custom_line(
    name: str, quantity: int, ex_tax: Decimal, inc_tax: Decimal, *, sku: str = "", upc: str = ""
) -> Data:
    """Return an order line that refers to no catalogue product."""
    tax = inc_tax - ex_tax
    zero = money(Decimal(0))
    return {
        "id": 0,
        "order_id": 0,
        "product_id": 0,
        "variant_id": 0,
        "order_address_id": 0,
        "name": name,
        "name_customer": name,
        "name_merchant": name,
        "sku": sku,
        "upc": upc,
        "type": "physical",
        "base_price": money(ex_tax),
        "price_ex_tax": money(ex_tax),
        "price_inc_tax": money(inc_tax),
        "price_tax": money(tax),
        "base_total": money(ex_tax * quantity),
        "total_ex_tax": money(ex_tax * quantity),
        "total_inc_tax": money(inc_tax * quantity),
        "total_tax": money(tax * quantity),
        "weight": zero,
        "quantity": quantity,
        "quantity_shipped": 0,
        "quantity_refunded": 0,
        "is_refunded": False,
        "refund_amount": zero,
        "return_id": 0,
        "is_bundled_product": False,
        "option_set_id": None,
        "parent_order_product_id": None,
        "external_id": None,
        "brand": "",
        "applied_discounts": [],
        "product_options": [],
        "configurable_fields": [],
    }


def new_order(ident: int, lines: list[Data], given: Data, *, first_line_id: int) -> Data:
    """Return an order of the given lines, with every part an order has.

    Args:
        given: status_id, customer_id, billing_address, shipping_address, order_source,
            shipping_cost (Decimal) and date (RFC 2822); further fields go on the order.
    """
    special = {"status_id", "billing_address", "shipping_address", "shipping_cost", "date"}
    order: Data = {**_defaults(ident), **{k: v for k, v in given.items() if k not in special}}
    order["date_created"] = order["date_modified"] = given["date"]
    order["billing_address"] = {**given["billing_address"], "form_fields": []}
    _total(order, lines, given["shipping_cost"])
    for place, line in enumerate(lines):
        line.update(id=first_line_id + place, order_id=ident, order_address_id=ident)
        for option in line["product_options"]:
            option["order_product_id"] = line["id"]
    order["_products"] = lines
    order["_shipping_addresses"] = [_ship_to(order, given["shipping_address"])]
    set_status(order, given["status_id"])
    return order


def set_status(order: Data, status_id: int) -> None:
    """Move an order to a status."""
    order["status_id"] = status_id
    order["status"] = order["custom_status"] = STATUSES[status_id]


def _total(order: Data, lines: list[Data], shipping: Decimal) -> None:
    ex_tax = sum((Decimal(line["total_ex_tax"]) for line in lines), Decimal(0))
    inc_tax = sum((Decimal(line["total_inc_tax"]) for line in lines), Decimal(0))
    order.update(
        subtotal_ex_tax=money(ex_tax),
        subtotal_inc_tax=money(inc_tax),
        subtotal_tax=money(inc_tax - ex_tax),
        base_shipping_cost=money(shipping),
        shipping_cost_ex_tax=money(shipping),
        shipping_cost_inc_tax=money(shipping),
        total_ex_tax=money(ex_tax + shipping),
        total_inc_tax=money(inc_tax + shipping),
        total_tax=money(inc_tax - ex_tax),
        items_total=sum(line["quantity"] for line in lines),
        order_is_digital=all(line["type"] == "digital" for line in lines),
    )


def _ship_to(order: Data, address: Data) -> Data:
    zero = money(Decimal(0))
    return {
        **address,
        "id": order["id"],
        "order_id": order["id"],
        "items_total": order["items_total"],
        "items_shipped": 0,
        "shipping_method": "Flat Rate",
        "base_cost": order["base_shipping_cost"],
        "cost_ex_tax": order["shipping_cost_ex_tax"],
        "cost_inc_tax": order["shipping_cost_inc_tax"],
        "cost_tax": zero,
        "cost_tax_class_id": 0,
        "base_handling_cost": zero,
        "handling_cost_ex_tax": zero,
        "handling_cost_inc_tax": zero,
        "handling_cost_tax": zero,
        "handling_cost_tax_class_id": 0,
        "shipping_zone_id": 1,
        "shipping_zone_name": "United States",
        "form_fields": [],
    }


def _defaults(ident: int) -> Data:
    """Return an order's fields before anything is known of it."""
    order: Data = {name: money(Decimal(0)) for name in _ZERO_MONEY}
    order.update(
        {
            "id": ident,
            "date_shipped": "",
            "cart_id": f"00000000-0000-4000-9000-{ident:012d}",
            "customer_id": 0,
            "channel_id": 1,
            "order_source": "external",
            "external_source": None,
            "external_order_id": "",
            "external_id": None,
            "external_merchant_id": None,
            "payment_method": "",
            "payment_provider_id": "",
            "payment_status": "",
            "currency_id": 1,
            "currency_code": "USD",
            "currency_exchange_rate": "1.0000000000",
            "default_currency_id": 1,
            "default_currency_code": "USD",
            "store_default_currency_code": "USD",
            "store_default_to_transactional_exchange_rate": "1.0000000000",
            "items_shipped": 0,
            "shipping_address_count": 1,
            "staff_notes": "",
            "customer_message": "",
            "customer_locale": "en",
            "is_deleted": False,
            "is_email_opt_in": False,
            "is_tax_inclusive_pricing": False,
            "tax_provider_id": "BasicTaxProvider",
            "ebay_order_id": "0",
            "ip_address": "",
            "ip_address_v6": "",
            "geoip_country": "",
            "geoip_country_iso2": "",
            "shipping_cost_tax_class_id": 0,
            "handling_cost_tax_class_id": 0,
            "wrapping_cost_tax_class_id": 0,
            "_transactions": [],
            "_shipments": [],
        }
    )
    return order
