"""A believable invented shop, the same at every start but for its dates."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime
from typing import Any

from cartproof.sandbox import seed_catalog, seed_orders, seed_people, seed_store

Data = dict[str, Any]

VARIANTS: dict[str, Data] = {
    "standard": {},
    "no_test_order": {"orders": "no_test_order"},
    "no_orders": {"orders": "none"},
    "suspended": {"status": "suspended"},
    "products_without_sku": {"products_without_sku": 3},
}
"""Names for `variant` in POST /_sandbox/api-accounts, each a change of `vary`."""

CHANGES = ("status", "name", "orders", "products_without_sku", "locations", "status_labels")


def blueprint(now: float) -> Data:
    """Return a shop's whole data as of a moment, without what tells one store from another."""
    born = datetime.fromtimestamp(int(now), UTC)
    products = seed_catalog.products(born)
    locations = seed_store.locations()
    customers = seed_people.customers(born)
    data: Data = {
        "products": products,
        "locations": locations,
        "stock": seed_catalog.stock(products, locations),
        "customers": customers,
        "orders": seed_orders.orders(products, customers, born),
        "last_ids": {},
    }
    data.update(seed_store.families(born))
    return data


def personalise(data: Data, store_hash: str, *, name: str) -> None:
    """Give a shop its store hash, name and addresses."""
    digest = hashlib.sha256(store_hash.encode()).hexdigest()
    info = seed_store.info(store_hash, name or f"Fernwick Supply {digest[:4]}")
    info["store_id"] = 1_000_000_000 + int(digest[:7], 16) % 900_000_000
    info["account_uuid"] = str(uuid.UUID(digest[:32], version=4))
    data["store"] = info


def vary(data: Data, change: Data) -> None:
    """Alter a shop for a test or a demo; the keys are those of CHANGES.

    Raises:
        ValueError: A key or value that is not known; the message says what is accepted.
    """
    for key, value in change.items():
        if key in ("status", "name"):
            data["store"][key] = str(value)
        elif key == "orders":
            _vary_orders(data, value)
        elif key == "products_without_sku" and isinstance(value, int):
            _remove_skus(data, value)
        elif key == "locations" and isinstance(value, list):
            _vary_locations(data, value)
        elif key == "status_labels" and isinstance(value, dict):
            data["status_labels"] = {str(ident): str(label) for ident, label in value.items()}
        else:
            raise ValueError(f"unknown change {key!r}: {value!r}; accepted: {', '.join(CHANGES)}")


def _vary_orders(data: Data, value: Any) -> None:
    if value not in ("none", "no_test_order"):
        raise ValueError(f"orders must be none or no_test_order, not {value!r}")
    kept = [] if value == "none" else [o for o in data["orders"] if not seed_orders.is_test(o)]
    data["last_ids"]["orders"] = max((o["id"] for o in data["orders"]), default=99)
    data["orders"] = kept


def _vary_locations(data: Data, changes: list[Data]) -> None:
    for change in changes:
        found = [row for row in data["locations"] if row["code"] == change.get("code")]
        if not found:
            raise ValueError(f"no location has the code {change.get('code')!r}")
        found[0].update({key: value for key, value in change.items() if key in found[0]})


def _remove_skus(data: Data, count: int) -> None:
    for product in data["products"][:count]:
        product["sku"] = ""
        for variant in product["variants"]:
            variant["sku"] = ""
