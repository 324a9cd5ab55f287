"""Order Time's REST API, asked for one number: how many sales orders there are.

`PUT /list` counts, `POST /list` would hand records out; Order Time's help says that neither changes
any data. Which field of a sales order holds the BigCommerce order is not documented, so a count
before and after the test order is the only honest answer (help.ordertime.com).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartproof.vendors.trouble import expect_json, refused, unexpected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartproof.store.outside import Outside

VENDOR = "Order Time"
HOST = "https://services.ordertime.com/api"
SALES_ORDER = 7
ALLOWED = frozenset({("PUT", "/list")})


def sales_order_count(outside: Outside, login: Mapping[str, str]) -> int:
    """Return how many sales orders the Order Time account has.

    Args:
        outside: An open session with Order Time.
        login: Headers `apiKey`, `email`, and `password` or `DevKey`; values may be secrets.

    Raises:
        VendorError: Order Time refuses, or does not answer as documented.
    """
    body = f'{{"Type": {SALES_ORDER}}}'.encode()
    exchange = outside.send("PUT", "/list", headers=login, body=body)
    if exchange.status in (400, 401):
        raise refused(
            exchange,
            f"{VENDOR} does not accept this login ({exchange.status}).",
            "Compare API key, e-mail and password or DevKey with Order Time; its Master Admin "
            "makes the API key.",
        )
    if exchange.status == 403:
        raise refused(
            exchange,
            f"{VENDOR} does not let this user count sales orders (403).",
            "Give the user's role the right to see sales orders, or use a user made for the API.",
        )
    expect_json(VENDOR, exchange)
    if not isinstance(exchange.body, int) or isinstance(exchange.body, bool) or exchange.body < 0:
        raise unexpected(VENDOR, exchange, "a plain whole number")
    return exchange.body
