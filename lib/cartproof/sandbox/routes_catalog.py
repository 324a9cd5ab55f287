"""Catalog V3: products, variants, summary (FACTS.md e.2)."""

from __future__ import annotations

from typing import Any

from cartproof.sandbox import seed_catalog
from cartproof.sandbox.answers import Answer, data, v3_error, v3_list, v3_missing
from cartproof.sandbox.call import Call, keep, listed, update
from cartproof.sandbox.state import Data, Store

_REQUIRED = {
    "name": "Please provide a name.",
    "type": "Please provide a type.",
    "weight": "Please provide a weight.",
    "price": "Please provide a price.",
}
_EXTRAS = ("variants", "options")
_FIXED = ("variants", "options", "base_variant_id", "date_created", "date_modified", "channels")


def _shown(product: Data, query: dict[str, str]) -> Data:
    included = listed(query.get("include", ""))
    visible = {k: v for k, v in product.items() if k not in _EXTRAS or k in included}
    if "include_fields" in query:
        wanted = ("id", *included, *listed(query["include_fields"]))
        visible = {key: visible[key] for key in wanted if key in visible}
    for key in listed(query.get("exclude_fields", "")):
        visible.pop(key, None)
    return visible


def list_products(call: Call) -> Answer:
    """List products; `sku` matches the product's own SKU only, never a variant's."""
    query = call.query
    keys = {"id": "id", "sku": "sku", "name": "name", "type": "type"}
    found = keep(call.store.rows("products"), query, **keys)
    if "keyword" in query:
        word = query["keyword"].lower()
        fields = ("name", "description", "sku")
        found = [p for p in found if any(word in str(p[key]).lower() for key in fields)]
    if "is_visible" in query:
        wanted = query["is_visible"].lower() in ("true", "1")
        found = [p for p in found if p["is_visible"] == wanted]
    return v3_list(found, query, lambda product: _shown(product, query))


def read_product(call: Call) -> Answer:
    """Read one product."""
    return data(_shown(call.one_v3("products"), call.query))


def create_product(call: Call) -> Answer:
    """Create a product; name, type, weight and price are required."""
    missing = {key: text for key, text in _REQUIRED.items() if key not in call.fields}
    if missing:
        raise v3_error(422, "Missing Required Fields", errors=missing)
    _check(call.fields, call.store, own_id=None)
    store = call.store
    known = {k: v for k, v in call.fields.items() if k in seed_catalog.DEFAULTS}
    product = seed_catalog.new_product(store.next_id("products"), known, store.now_v3())
    floor = max((v["id"] for p in store.rows("products") for v in p["variants"]), default=0)
    seed_catalog.add_base_variant(product, store.next_number("variants", floor))
    store.rows("products").append(product)
    return data(_shown(product, call.query))


def update_product(call: Call) -> Answer:
    """Update a product; nothing changes when no field is given."""
    product = call.one_v3("products")
    _check(call.fields, call.store, own_id=product["id"])
    if update(product, call.fields, *_FIXED):
        product["calculated_price"] = product["sale_price"] or product["price"]
        product["date_modified"] = call.store.now_v3()
    return data(_shown(product, call.query))


def _check(fields: Data, store: Store, *, own_id: int | None) -> None:
    for key in ("price", "weight"):
        value = fields.get(key, 0)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise v3_error(422, "JSON data is missing or invalid", errors={key: "error.min"})
    for key in ("name", "sku"):
        value = fields.get(key)
        if value and any(p[key] == value and p["id"] != own_id for p in store.rows("products")):
            title = f"The product {key} is a duplicate"
            raise v3_error(409, title, errors={key: title})


def delete_product(call: Call) -> Answer:
    """Delete one product; a product that is not there is gone as well."""
    _delete(call.store, {call.ids["id"]})
    return Answer(204)


def delete_products(call: Call) -> Answer:
    """Delete the products that the filter names, all of them without a filter."""
    keys = {"id": "id", "sku": "sku", "name": "name"}
    found = keep(call.store.rows("products"), call.query, **keys)
    _delete(call.store, {str(product["id"]) for product in found})
    return Answer(204)


def _delete(store: Store, ids: set[str]) -> None:
    kept = [p for p in store.rows("products") if str(p["id"]) not in ids]
    variants = {v["id"] for p in kept for v in p["variants"]}
    store.data["products"] = kept
    store.data["stock"] = [row for row in store.rows("stock") if row["variant_id"] in variants]


def _variants(store: Store) -> list[Data]:
    return [variant for product in store.rows("products") for variant in product["variants"]]


def list_variants(call: Call) -> Answer:
    """List variants of all products; `sku` matches any variant's SKU."""
    keys = {"id": "id", "sku": "sku", "product_id": "product_id", "upc": "upc"}
    return v3_list(keep(_variants(call.store), call.query, **keys), call.query)


def list_product_variants(call: Call) -> Answer:
    """List one product's variants."""
    return v3_list(call.one_v3("products")["variants"], call.query)


def _one_variant(call: Call) -> Data:
    product = call.one_v3("products")
    found = [v for v in product["variants"] if str(v["id"]) == call.ids["variant"]]
    if not found:
        raise v3_missing()
    variant: Data = found[0]
    return variant


def read_variant(call: Call) -> Answer:
    """Read one variant of a product."""
    return data(_one_variant(call))


def update_variant(call: Call) -> Answer:
    """Update a variant; a base variant's SKU is the product's, too."""
    variant = _one_variant(call)
    update(variant, call.fields, "product_id", "option_values", "sku_id", "calculated_price")
    product = call.one_v3("products")
    if product["base_variant_id"] == variant["id"]:
        product["sku"] = variant["sku"]
    if variant["price"] is not None:
        variant["calculated_price"] = variant["price"]
    return data(variant)


def summary(call: Call) -> Answer:
    """Summarise the catalogue."""
    variants = _variants(call.store)
    prices: list[Any] = [variant["calculated_price"] for variant in variants] or [0]
    dates = [product["date_created"] for product in call.store.rows("products")] or [""]
    worth = sum(v["calculated_price"] * v["inventory_level"] for v in variants)
    return data(
        {
            "inventory_count": sum(v["inventory_level"] for v in variants),
            "inventory_value": round(worth, 2),
            "primary_category_id": 23,
            "primary_category_name": "Shop all",
            "variant_count": len(variants),
            "highest_variant_price": max(prices),
            "average_variant_price": round(sum(prices) / len(prices), 4),
            "lowest_variant_price": str(min(prices)),
            "oldest_variant_date": min(dates),
            "newest_variant_date": max(dates),
        }
    )
