"""Fill a store's catalogue and shelves as a test or a demo wants them, right or wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartproof.sandbox import seed_catalog

if TYPE_CHECKING:
    from cartproof.sandbox.state import Data, Store


def fill(store: Store, given: dict[str, Any]) -> None:
    """Add products, or put them in place of all; set stock. SKUs may stand twice.

    Args:
        given: `products` (fields of a product; `variants` with `sku`, `price` and `label` each,
            default one without options), `replace` (default false), `stock` (`sku`,
            `location_code`, `level`; null takes the record away).

    Raises:
        ValueError: Stock of a SKU or at a location that is not there.
    """
    if given.get("replace"):
        store.data["products"] = []
        store.data["stock"] = []
    for fields in given.get("products", []):
        _add(store, dict(fields))
    for row in given.get("stock", []):
        _set_stock(store, row)


def _add(store: Store, fields: Data) -> None:
    variants = fields.pop("variants", [])
    product = seed_catalog.new_product(store.next_id("products"), fields, store.now_v3())
    first = store.next_number("variants", 10_000)
    if variants:
        option = product["id"] + 500_000
        product["variants"] = [
            _variant(product, first + place, each, option) for place, each in enumerate(variants)
        ]
        store.data["last_ids"]["variants"] = first + len(variants)
    else:
        seed_catalog.add_base_variant(product, first)
    store.rows("products").append(product)
    store.rows("stock").extend(seed_catalog.stock([product], store.rows("locations")))


def _variant(product: Data, ident: int, given: Data, option: int) -> Data:
    seed_catalog.add_base_variant(product, ident)
    label = str(given.get("label", given["sku"]))
    value = {"id": ident, "label": label, "option_id": option, "option_display_name": "Size"}
    price = given.get("price")
    product["base_variant_id"] = None
    return {
        **product["variants"][0],
        "sku": given["sku"],
        "price": price,
        "calculated_price": product["calculated_price"] if price is None else price,
        "option_values": [value],
    }


def _set_stock(store: Store, row: Data) -> None:
    variants = [v for p in store.rows("products") for v in p["variants"] if v["sku"] == row["sku"]]
    place = store.find("locations", row["location_code"], "code")
    if not variants or place is None:
        raise ValueError(f"no SKU {row['sku']!r} or no location {row['location_code']!r}")
    ids = {variant["id"] for variant in variants}
    store.data["stock"] = [
        old
        for old in store.rows("stock")
        if old["variant_id"] not in ids or old["location_id"] != place["id"]
    ]
    if row["level"] is not None:
        made = [seed_catalog.stock_row(each, place["id"], row["level"]) for each in variants]
        store.rows("stock").extend(made)
