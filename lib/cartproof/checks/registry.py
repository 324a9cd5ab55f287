"""The registry of checks: each name that a runbook may use, and the function behind it."""

from __future__ import annotations

from collections.abc import Mapping

from cartproof.checks import (
    archive_test_order,
    connect2cart,
    credentials,
    dropstream_side,
    inventory,
    items_match,
    legacy_account,
    locations,
    order_time_count,
    orders_by_status,
    products_have_skus,
    scopes,
    store,
    test_order,
)
from cartproof.checks.context import Check

CHECKS: Mapping[str, Check] = {
    "credentials": credentials.check,
    "store": store.check,
    "scopes": scopes.check,
    "test_order": test_order.check,
    "archive_test_order": archive_test_order.check,
    "products_have_skus": products_have_skus.check,
    "connect2cart": connect2cart.check,
    "dropstream_side": dropstream_side.check,
    "legacy_account": legacy_account.check,
    "order_time_count": order_time_count.check,
    "items_match": items_match.check,
    "locations": locations.check,
    "inventory": inventory.check,
    "orders_by_status": orders_by_status.check,
}
