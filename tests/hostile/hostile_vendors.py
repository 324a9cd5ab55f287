"""Vendors' sides that attack: what they say of a cart, a store, a connection, an order, a count."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Answered = tuple[int, str, bytes]
ENABLED = "2026-01-05T09:00:00Z"


def _json(body: Any, status: int = 200) -> Answered:
    return status, "application/json", json.dumps(body).encode()


def dropstream(
    path: str, query: Mapping[str, str], attacks: Sequence[str], _asked: int
) -> Answered:
    """Names of stores and connections, and an order's state; each is an attack."""
    if path == "/auth/token/":
        return _json({"access_token": "drop-9f8e7d6c5b4a3f2e1d0c"})
    if path == "/orders/":
        wanted = query.get("external_display_id", "")
        return _json({"orders": [{"external_display_id": wanted, "fulfillment_state": attacks[4]}]})
    common = {"platform": "big_commerce", "enabled_at": ENABLED, "store_id": 1, "id": 1}
    return _json([{**common, "name": attack, "url": attack} for attack in attacks])


def connect2cart(
    _path: str, _query: Mapping[str, str], attacks: Sequence[str], asked: int
) -> Answered:
    """An error in SETI's form, whose words are all attacks, as text in any encoding."""
    words = " ".join(attacks) if asked % 2 else attacks[0]
    return 200, "text/html", f"SETIError: {words}".encode("utf-8", "replace")


def order_time(
    _path: str, _query: Mapping[str, str], attacks: Sequence[str], asked: int
) -> Answered:
    """First an error whose words are attacks, then ten megabytes of one word."""
    return _json({"message": attacks[asked % 5] if asked == 1 else "x" * 10_000_000}, 403)


VENDORS: Mapping[str, Callable[..., Answered]] = {
    "dropstream": dropstream,
    "connect2cart": connect2cart,
    "order-time": order_time,
}
