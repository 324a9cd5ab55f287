"""Locations, stock and pickup (FACTS.md e.3); error bodies are problem documents."""

from __future__ import annotations

from typing import Any

from cartproof.sandbox.answers import PROBLEM, Answer, Refusal, data, v3_error, v3_list
from cartproof.sandbox.call import Call, keep, update
from cartproof.sandbox.routes_order_writes import set_stock
from cartproof.sandbox.state import Data


def _invalid(errors: dict[str, str]) -> Refusal:
    return v3_error(422, "Payload contains invalid fields", content_type=PROBLEM, errors=errors)


def _objects(call: Call, *required: str) -> list[Data]:
    """Return the body as a list of objects with the required keys, or refuse."""
    if not isinstance(call.body, list) or not call.body:
        raise _invalid({"body": "an array of objects is needed"})
    for place, each in enumerate(call.body):
        for key in required:
            if not isinstance(each, dict) or not isinstance(each.get(key), int):
                raise _invalid({f"{place}.{key}": "missing or invalid"})
    return call.body


def list_locations(call: Call) -> Answer:
    """List the locations."""
    keys = {"location_id": "id", "location_code": "code"}
    return v3_list(keep(call.store.rows("locations"), call.query, **keys), call.query)


def update_locations(call: Call) -> Answer:
    """Update locations by id; BigCommerce does it later, the sandbox at once."""
    given = _objects(call, "id")
    for place, each in enumerate(given):
        if call.store.find("locations", each["id"]) is None:
            raise _invalid({f"{place}.id": "no such location"})
    for each in given:
        update(call.store.find("locations", each["id"]) or {}, each)
    return _accepted(call)


def _accepted(call: Call) -> Answer:
    return Answer(200, {"transaction_id": call.store.new_uuid("inventory_transactions")})


def _identities(call: Call) -> list[tuple[Data, Data]]:
    pairs = [(p, v) for p in call.store.rows("products") for v in p["variants"]]
    rows = [
        {"sku": v["sku"], "variant_id": v["id"], "product_id": p["id"], "place": place}
        for place, (p, v) in enumerate(pairs)
    ]
    keys = {key: key for key in ("sku", "variant_id", "product_id")}
    return [pairs[row["place"]] for row in keep(rows, call.query, **keys)]


def _levels(row: Data) -> Data:
    return {
        "available_to_sell": row["level"],
        "total_inventory_onhand": row["level"],
        "settings": row["settings"],
    }


def list_items(call: Call) -> Answer:
    """List the stock of each variant at every location."""
    keys = {"location_id": "id", "location_code": "code"}
    places = {row["id"]: row for row in keep(call.store.rows("locations"), call.query, **keys)}
    stock: dict[int, list[Data]] = {}
    for row in call.store.rows("stock"):
        if row["location_id"] in places:
            here = places[row["location_id"]]
            at = {
                "location_id": here["id"],
                "location_code": here["code"],
                "location_name": here["label"],
                "location_enabled": here["enabled"],
            }
            stock.setdefault(row["variant_id"], []).append({**at, **_levels(row)})
    items = [
        {"identity": _identity(product, variant), "locations": stock.get(variant["id"], [])}
        for product, variant in _identities(call)
    ]
    return v3_list(items, call.query)


def _identity(product: Data, variant: Data) -> Data:
    return {
        "sku": variant["sku"],
        "variant_id": variant["id"],
        "product_id": product["id"],
        "sku_id": variant["sku_id"],
    }


def _location(call: Call) -> Data:
    found = call.store.find("locations", call.ids["id"])
    if found is None:
        title = "The requested location was not found."
        raise v3_error(404, title, content_type=PROBLEM, errors={})
    return found


def list_location_items(call: Call) -> Answer:
    """List the stock at one location."""
    here = _location(call)["id"]
    rows = {r["variant_id"]: r for r in call.store.rows("stock") if r["location_id"] == here}
    items = [
        {"identity": _identity(product, variant), **_levels(rows[variant["id"]])}
        for product, variant in _identities(call)
        if variant["id"] in rows
    ]
    return v3_list(items, call.query)


def update_location_items(call: Call) -> Answer:
    """Change stock settings at one location; the payload is looked at before the location."""
    settings = call.fields.get("settings")
    if not isinstance(settings, list) or not settings:
        raise _invalid({"settings": "settings must not be empty"})
    here = _location(call)["id"]
    rows = {r["variant_id"]: r for r in call.store.rows("stock") if r["location_id"] == here}
    pairs = [(each, rows.get(_variant_id(each))) for each in settings]
    if any(row is None for _, row in pairs):
        raise _invalid({"settings": "no such item"})
    for each, row in pairs:
        update((row or {})["settings"], each)
    return _accepted(call)


def _variant_id(each: Any) -> Any:
    identity = each.get("identity") if isinstance(each, dict) else None
    return identity.get("variant_id") if isinstance(identity, dict) else None


def adjust_absolute(call: Call) -> Answer:
    """Set stock levels of variants at locations."""
    items = call.fields.get("items")
    if not isinstance(items, list) or not items:
        raise _invalid({"items": "items must not be empty"})
    variants = {v["id"]: v for p in call.store.rows("products") for v in p["variants"]}
    for place, each in enumerate(items):
        ok = isinstance(each, dict) and each.get("variant_id") in variants
        ok = ok and call.store.find("locations", each.get("location_id")) is not None
        if not ok or not isinstance(each.get("quantity"), int):
            raise _invalid({f"items.{place}": "missing or invalid"})
    for each in items:
        variant = variants[each["variant_id"]]
        set_stock(call.store, variant, each["quantity"], each["location_id"])
    return _accepted(call)


def list_pickup_methods(call: Call) -> Answer:
    """List the pickup methods."""
    return v3_list(call.store.rows("pickup_methods"), call.query)


def update_pickup_methods(call: Call) -> Answer:
    """Update pickup methods by id; ids that are not there are left out of the answer."""
    changed = []
    for each in _objects(call, "id"):
        found = call.store.find("pickup_methods", each["id"])
        if found is not None:
            update(found, each, "date_created")
            changed.append(found)
    return data(changed)


def list_pickups(call: Call) -> Answer:
    """List pickups of orders; the answer has no pages."""
    keys = {"order_id": "order_id", "pickup_id": "id"}
    return Answer(200, {"data": keep(call.store.rows("pickups"), call.query, **keys)})


def update_pickups(call: Call) -> Answer:
    """Update pickups by id and pickup id."""
    for place, each in enumerate(_objects(call, "id", "pickup_id")):
        if call.store.find("pickups", each["pickup_id"]) is None:
            raise _invalid({f"{place}.pickup_id": "no such pickup"})
        update(call.store.find("pickups", each["pickup_id"]) or {}, each)
    return data([])
