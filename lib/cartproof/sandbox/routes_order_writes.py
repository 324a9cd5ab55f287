"""Create and update orders (FACTS.md d.5 and d.6)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from cartproof.sandbox import order_form
from cartproof.sandbox.answers import Answer, v2_error
from cartproof.sandbox.call import Call
from cartproof.sandbox.routes_orders import archive, shown
from cartproof.sandbox.seed_catalog import stock_row
from cartproof.sandbox.state import Data, Store

READ_ONLY = frozenset(
    {
        "id", "status", "custom_status", "date_modified", "date_shipped", "cart_id",
        "payment_status", "subtotal_tax", "shipping_cost_tax", "shipping_cost_tax_class_id",
        "handling_cost_tax", "wrapping_cost_tax", "store_credit_amount",
        "gift_certificate_amount", "currency_id", "currency_code", "currency_exchange_rate",
        "default_currency_id", "coupon_discount", "shipping_address_count", "total_tax",
        "order_source", "external_id", "is_email_opt_in",
    }
)  # fmt: skip
_PAIRS = (("subtotal_ex_tax", "subtotal_inc_tax"), ("total_ex_tax", "total_inc_tax"))
_WRITABLE = (
    "staff_notes", "customer_message", "external_source", "external_order_id", "payment_method",
    "customer_id", "channel_id", "ip_address", "payment_provider_id",
)  # fmt: skip


def create_order(call: Call) -> Answer:
    """Create an order from custom lines, catalogue lines or both."""
    given = call.fields
    _check(given, call.store)
    _check_required(given)
    lines = [order_line(each, call.store) for each in given["products"]]
    _take_stock(lines, call.store)
    order = _new(given, lines, call.store)
    call.store.rows("orders").append(order)
    return Answer(200, shown(order, call.store))


def _new(given: Data, lines: list[Data], store: Store) -> Data:
    billing = given["billing_address"]
    ship_to = (given.get("shipping_addresses") or [billing])[0]
    order = order_form.new_order(
        store.next_id("orders"),
        lines,
        {
            "status_id": given.get("status_id", 1),
            "billing_address": {**_BLANK, **billing},
            "shipping_address": {**_BLANK, **ship_to},
            "shipping_cost": _amount(given, "shipping_cost_ex_tax", "0"),
            "date": store.now_v2(),
            "external_merchant_id": given.get("external_merchant_id"),
            **{key: given[key] for key in _WRITABLE if key in given},
        },
        first_line_id=store.next_number("order_lines", 100_000),
    )
    store.data["last_ids"]["order_lines"] = lines[-1]["id"]
    for pair in _PAIRS:
        for name in pair:
            if name in given:
                order[name] = order_form.money(_amount(given, name, "0"))
    return order


_BLANK = dict.fromkeys(
    ("first_name", "last_name", "company", "street_1", "street_2", "city", "state", "zip",
     "country", "country_iso2", "phone", "email"),
    "",
)  # fmt: skip


def _amount(given: Data, name: str, default: str) -> Decimal:
    try:
        amount = Decimal(str(given.get(name, default)))
    except InvalidOperation as exc:
        raise v2_error(400, f"The field '{name}' is invalid.") from exc
    if not amount.is_finite() or amount < 0:
        raise v2_error(400, f"The field '{name}' is invalid.")
    return amount


def _check(given: Data, store: Store) -> None:
    for name in given:
        if name in READ_ONLY:
            raise v2_error(
                400,
                f"The field '{name}' cannot be written to. Please remove it from your "
                "request before trying again.",
            )
    status_id = given.get("status_id", 1)
    if not isinstance(status_id, int) or not 0 <= status_id < len(order_form.STATUSES):
        raise v2_error(400, "The field 'status_id' is invalid.")
    if store.find("channels", given.get("channel_id", 1)) is None:
        raise v2_error(400, "The field 'channel_id' is invalid.")
    customer_id = given.get("customer_id", 0)
    if customer_id and store.find("customers", customer_id) is None:
        raise v2_error(400, "The field 'customer_id' is invalid.")
    for name in ("shipping_cost_ex_tax", *_PAIRS[0], *_PAIRS[1]):
        _amount(given, name, "0")
    for pair in _PAIRS:
        if sum(name in given for name in pair) == 1:
            raise v2_error(400, f"The fields {pair[0]} and {pair[1]} must be given together.")


def _check_required(given: Data) -> None:
    for name in ("billing_address", "products"):
        if not given.get(name):
            raise v2_error(400, f"Required fields missing [{name}]")
    billing = given["billing_address"]
    if not isinstance(billing, dict) or len(str(billing.get("zip", ""))) < 2:
        raise v2_error(400, "The field 'zip' of the billing address is invalid.")
    if not billing.get("country") and not billing.get("country_iso2"):
        raise v2_error(400, "Required fields missing [country]")
    if not isinstance(given["products"], list):
        raise v2_error(400, "The field 'products' is invalid.")


def order_line(given: Any, store: Store) -> Data:
    """Return the order line of a custom or catalogue product, or refuse it."""
    quantity = given.get("quantity") if isinstance(given, dict) else None
    if not isinstance(quantity, int) or quantity < 1:
        raise v2_error(400, "The field 'quantity' is invalid.")
    if given.get("product_id"):
        product = store.find("products", given["product_id"])
        if product is None:
            raise v2_error(400, "The field 'product_id' is invalid.")
        return order_form.catalogue_line(product, _variant(product, given), quantity)
    if not 1 <= len(str(given.get("name", ""))) <= 250:
        raise v2_error(400, "The field 'name' is invalid.")
    for name in ("price_ex_tax", "price_inc_tax"):
        if name not in given:
            raise v2_error(400, f"Required fields missing [{name}]")
    ex_tax, inc_tax = (_amount(given, f"price_{part}_tax", "0") for part in ("ex", "inc"))
    return order_form.custom_line(
        str(given["name"]),
        quantity,
        ex_tax,
        inc_tax,
        sku=str(given.get("sku", "")),
        upc=str(given.get("upc", "")),
    )


def _variant(product: Data, given: Data) -> Data:
    variants: list[Data] = product["variants"]
    if given.get("variant_id"):
        variants = [v for v in variants if v["id"] == given["variant_id"]]
    elif given.get("product_options"):
        chosen = {str(option.get("value")) for option in given["product_options"]}
        variants = [v for v in variants if {str(o["id"]) for o in v["option_values"]} <= chosen]
    elif len(variants) > 1:
        raise v2_error(400, "The options of the product are required.")
    if not variants:
        raise v2_error(400, "The field 'variant_id' is invalid.")
    return variants[0]


def _take_stock(lines: list[Data], store: Store) -> None:
    """Lower the tracked stock of the default location, or refuse before anything changed."""
    wanted: list[tuple[Data, Data, int]] = []
    for line in lines:
        product = store.find("products", line["product_id"])
        if product is None or product["inventory_tracking"] == "none":
            continue
        variant = next(v for v in product["variants"] if v["id"] == line["variant_id"])
        taken = sum(n for _, v, n in wanted if v is variant) + line["quantity"]
        if taken > variant["inventory_level"]:
            raise v2_error(400, f"The product {line['name']} does not have enough stock.")
        wanted.append((product, variant, line["quantity"]))
    for product, variant, quantity in wanted:
        product["inventory_level"] -= quantity
        set_stock(store, variant, variant["inventory_level"] - quantity)


def set_stock(store: Store, variant: Data, level: int, location_id: int = 1) -> None:
    """Set a variant's stock at a location; the default one shows on the variant, too."""
    if location_id == 1:
        variant["inventory_level"] = level
    for row in store.rows("stock"):
        if row["variant_id"] == variant["id"] and row["location_id"] == location_id:
            row["level"] = level
            row["settings"]["is_in_stock"] = level > 0
            return
    store.rows("stock").append(stock_row(variant, location_id, level))


def update_order(call: Call) -> Answer:
    """Update an order; nothing changes, not even its date, when no field is given."""
    order = call.one_v2("orders")
    given = call.fields
    _check(given, call.store)
    merchant = given.get("external_merchant_id")
    if merchant and order["external_merchant_id"] not in (None, merchant):
        raise v2_error(400, "The field 'external_merchant_id' can be written only once.")
    changes = {key: given[key] for key in (*_WRITABLE, "external_merchant_id") if key in given}
    order.update(changes)
    if isinstance(given.get("billing_address"), dict):
        order["billing_address"].update(given["billing_address"])
    if "status_id" in given:
        order_form.set_status(order, given["status_id"])
    if given:
        order["date_modified"] = call.store.now_v2()
    if given.get("is_deleted") is True:
        archive(order, call.store)
    return Answer(200, shown(order, call.store))
