"""DropStream's REST API, from its developer pages (VENDORS.md B5). Error bodies are guessed."""

from __future__ import annotations

import secrets
from typing import Any

from cartproof.sandbox.answers import Answer
from cartproof.sandbox.vendor_call import Login, VendorCall

_FILTERS = ("store_id", "external_id", "external_display_id")
_ENABLED = "2026-01-05T09:00:00Z"


def fresh() -> Login:
    """Return a new user with one store and one connection, both enabled, and no orders.

    `orders` holds the BigCommerce order numbers that arrived; `token` is the newest one given.
    """
    return {
        "username": f"user-{secrets.token_hex(4)}@example.com",
        "password": secrets.token_urlsafe(18),
        "platform": "big_commerce",
        "store_enabled": True,
        "connection_enabled": True,
        "has_connection": True,
        "order_imported_at": None,
        "orders": [],
        "orders_known_by": "external_display_id",
        "may_read": True,
        "token": "",
    }


def credentials(login: Login, address: str) -> dict[str, str]:
    """Return the user's login, and the address of this imitation."""
    return {"base_url": address, "username": login["username"], "password": login["password"]}


def answer(logins: list[Login], call: VendorCall) -> Answer:
    """Answer a call of the API."""
    if (call.method, call.path) == ("POST", "/auth/token"):
        return _signed_in(logins, call)
    kind, _, token = call.headers.get("authorization", "").partition(" ")
    login = next((user for user in logins if token and user["token"] == token), None)
    if kind != "Bearer" or login is None:
        return Answer(401, {"error": "Unauthorized"})
    if not login["may_read"]:
        return Answer(403, {"error": "Forbidden"})
    lists = {"/stores": _stores, "/connections": _connections, "/orders": _orders}
    if call.method != "GET" or call.path not in lists:
        return Answer(404, {"error": "Not Found"})
    return Answer(200, lists[call.path](login, call.query))


def _signed_in(logins: list[Login], call: VendorCall) -> Answer:
    pair = call.basic()
    login = next((u for u in logins if (u["username"], u["password"]) == pair), None)
    body = call.json()
    is_asked = isinstance(body, dict) and body.get("grant_type") == "client_credentials"
    if login is None or not is_asked:
        return Answer(401, {"error": "Unauthorized"})
    login["token"] = f"eyJhbGciOiJIUzI1NiJ9.{secrets.token_urlsafe(60)}"
    return Answer(200, {"access_token": login["token"], "token_type": "Bearer"})


def _stores(login: Login, _query: dict[str, str]) -> Any:
    common = {"customer_id": 7, "description": None, "url": None, "created_at": _ENABLED}
    other = {"id": 900, "name": "Old shop", "platform": "shopify", "enabled_at": _ENABLED}
    ours = {
        "id": 901,
        "name": "Main shop",
        "platform": login["platform"],
        "enabled_at": _ENABLED if login["store_enabled"] else None,
    }
    times = {"order_imported_at": login["order_imported_at"], "inventory_updated_at": None}
    never = {"order_imported_at": None, "inventory_updated_at": None}
    return [{**common, **other, **never}, {**common, **ours, **times}]


def _connections(login: Login, _query: dict[str, str]) -> Any:
    if not login["has_connection"]:
        return []
    return [
        {
            "id": 301,
            "customer_id": 7,
            "warehouse_id": 12,
            "store_id": 901,
            "name": "Main shop to warehouse",
            "connection_type": "fulfillment",
            "created_at": _ENABLED,
            "enabled_at": _ENABLED if login["connection_enabled"] else None,
            "locations": [],
        }
    ]


def _orders(login: Login, query: dict[str, str]) -> Any:
    rows = [_order(login, number) for number in login["orders"]]
    for name in _FILTERS:
        if name in query:
            rows = [row for row in rows if str(row[name]) == query[name]]
    return {"orders": rows}


def _order(login: Login, number: Any) -> dict[str, Any]:
    is_displayed = login["orders_known_by"] == "external_display_id"
    return {
        "store_id": 901,
        "external_id": f"bc-{number}" if is_displayed else str(number),
        "external_display_id": str(number) if is_displayed else f"#{number}",
        "fulfillment_state": "pending_shipment",
    }
