"""DropStream's REST API, read with a DropStream user's own login (dev.getdropstream.com).

Only the requests in ALLOWED are sent; orders are never asked for without a filter, for without one
DropStream returns them all.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from cartproof.secrets import Secret
from cartproof.store.answers import plain
from cartproof.vendors.trouble import expect_json, refused, unexpected

if TYPE_CHECKING:
    from cartproof.store.evidence import Exchange
    from cartproof.store.outside import Outside

VENDOR = "DropStream"
HOST = "https://api.getdropstream.com"
PLATFORM = "big_commerce"
ALLOWED = frozenset(
    {("POST", "/auth/token"), ("GET", "/stores"), ("GET", "/connections"), ("GET", "/orders")}
)
OrderKey: TypeAlias = Literal["external_display_id", "external_id"]


@dataclass(frozen=True, slots=True)
class DropStreamStore:
    """A store as DropStream knows it.

    Attributes:
        url: The shop's address, where DropStream has it.
        order_imported_at: When orders were last imported; None for never, or not readable.
    """

    id: str
    name: str
    url: str
    platform: str
    is_enabled: bool
    order_imported_at: datetime | None


@dataclass(frozen=True, slots=True)
class DropStreamConnection:
    """A connection between a store and a warehouse."""

    id: str
    name: str
    store_id: str
    is_enabled: bool


@dataclass(frozen=True, slots=True)
class DropStreamOrder:
    """An order as far as a record may show it; customers stay out."""

    external_id: str
    external_display_id: str
    fulfillment_state: str


class DropStream:
    """DropStream, signed in for a few minutes."""

    def __init__(self, outside: Outside) -> None:
        """Take an open session; `sign_in` first."""
        self._outside = outside
        self._token: Secret | None = None

    def sign_in(self, username: Secret, password: Secret) -> Secret:
        """Get a token for this login, keep it in memory, and return it for redactors.

        Raises:
            VendorError: DropStream refuses the login, or does not answer as documented.
        """
        login = f"{username.reveal()}:{password.reveal()}"
        pair = base64.b64encode(login.encode("utf-8", "surrogateescape")).decode()
        self._outside.learn(Secret("basic_auth", pair))
        basic = Secret("authorization", f"Basic {pair}")
        exchange = self._outside.send(
            "POST",
            "/auth/token",
            headers={"Authorization": basic},
            body=b'{"grant_type": "client_credentials"}',
        )
        if exchange.status in (400, 401, 403):
            raise refused(
                exchange,
                f"{VENDOR} does not accept this user name and password ({exchange.status}).",
                f"Sign in to {VENDOR} with them in a browser; correct them where they are kept.",
            )
        expect_json(VENDOR, exchange)
        token = exchange.body.get("access_token") if isinstance(exchange.body, dict) else None
        if not isinstance(token, str) or not token.strip():
            raise unexpected(VENDOR, exchange, "an access_token")
        self._token = Secret("dropstream_token", token)
        self._outside.learn(self._token)
        return self._token

    def stores(self) -> tuple[DropStreamStore, ...]:
        """Return all stores that this login sees."""
        exchange = self._get("/stores")
        return tuple(_store(row) for row in _rows(exchange, exchange.body, "a list of stores"))

    def connections(self) -> tuple[DropStreamConnection, ...]:
        """Return all connections that this login sees."""
        exchange = self._get("/connections")
        rows = _rows(exchange, exchange.body, "a list of connections")
        return tuple(_connection(row) for row in rows)

    def orders(self, store_id: str, key: OrderKey, value: str) -> tuple[DropStreamOrder, ...]:
        """Return the orders of one store whose key has one value, as DropStream filters them.

        What DropStream returns besides, should it not filter, is left out here.
        """
        exchange = self._get("/orders", {"store_id": store_id, key: value})
        orders = exchange.body.get("orders") if isinstance(exchange.body, dict) else None
        found = (_order(row) for row in _rows(exchange, orders, "an object with orders"))
        return tuple(order for order in found if getattr(order, key) == value)

    def _get(self, path: str, query: Mapping[str, str] | None = None) -> Exchange:
        bearer = Secret("bearer", f"Bearer {self._token.reveal() if self._token else ''}")
        exchange = self._outside.send("GET", path, query=query, headers={"Authorization": bearer})
        if exchange.status in (401, 403):
            raise refused(
                exchange,
                f"{VENDOR} does not let this user read {path} ({exchange.status}).",
                f"Use the login of a {VENDOR} user who may see stores, connections and orders.",
            )
        expect_json(VENDOR, exchange)
        return exchange


def _rows(exchange: Exchange, value: Any, wanted: str) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        raise unexpected(VENDOR, exchange, wanted)
    return value


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return "" if value is None or isinstance(value, dict | list) else plain(str(value), 100)


def _store(row: Mapping[str, Any]) -> DropStreamStore:
    return DropStreamStore(
        id=_text(row, "id"),
        name=_text(row, "name"),
        url=_text(row, "url"),
        platform=_text(row, "platform"),
        is_enabled=row.get("enabled_at") is not None,
        order_imported_at=moment(_text(row, "order_imported_at")),
    )


def _connection(row: Mapping[str, Any]) -> DropStreamConnection:
    return DropStreamConnection(
        id=_text(row, "id"),
        name=_text(row, "name"),
        store_id=_text(row, "store_id"),
        is_enabled=row.get("enabled_at") is not None,
    )


def _order(row: Mapping[str, Any]) -> DropStreamOrder:
    return DropStreamOrder(
        external_id=_text(row, "external_id"),
        external_display_id=_text(row, "external_display_id"),
        fulfillment_state=_text(row, "fulfillment_state"),
    )


def moment(text: str) -> datetime | None:
    """Return an ISO 8601 moment, in UTC where it names no zone; None when it is none."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
