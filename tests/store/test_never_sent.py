"""Requests that change more than anybody asked for do not leave the machine."""

from __future__ import annotations

from typing import Any

import pytest
from programmed_server import Programmed, ok

from cartproof.errors import CartproofError
from cartproof.store.client import StoreClient
from cartproof.store.never_sent import refuse_unsafe

UUID = "00000000-0000-4000-8000-000000000000"
NEVER: list[tuple[str, str, Any]] = [
    ("DELETE", "/v2/orders", None),
    ("DELETE", "/v2/orders/", None),
    ("DELETE", "/v2/orders?min_id=1", None),
    ("DELETE", "/v2/orders/0", None),
    ("DELETE", "/v2/orders/00", None),
    ("DELETE", "/v2/orders/-1", None),
    ("DELETE", "/v2/orders/1/shipments", None),
    ("DELETE", "/V2/ORDERS", None),
    ("PUT", "/v3/Settings/Store/Profile", {}),
    ("delete", "v2/orders", None),
    ("DELETE", "/v2/coupons", None),
    ("DELETE", "/v3/catalog/products?id:in=1", None),
    ("DELETE", "/v3/customers", None),
    ("DELETE", "/v3/pricelists", None),
    ("PUT", "/v3/settings/store/profile", {}),
    ("PUT", "/v3/settings/analytics", {}),
    ("PUT", "/v3/checkouts/settings", {}),
    ("POST", f"/v3/checkouts/{UUID}/orders", {}),
    ("POST", f"/v3/Checkouts/{UUID}/Orders/", {}),
    ("POST", "/v3/orders/1/payment_actions/capture", None),
    ("POST", "/v3/orders/1/payment_actions/void", None),
    ("POST", "/v3/orders/1/payment_actions/refunds", {}),
    ("POST", "/v3/themes/actions/activate", {}),
    ("POST", "/v3/hooks", {}),
    ("PUT", "/v3/hooks/1", {"is_active": False}),
    ("POST", "/v3/catalog/products/1/metafields", {"key": "x"}),
    ("PUT", "/v3/store/metafields", [{"id": 1}]),
    ("PATCH", "/v3/catalog/products/1", {}),
    ("OPTIONS", "/v3/hooks", None),
]
MAY_GO: list[tuple[str, str, Any]] = [
    ("GET", "/v3/hooks?limit=1", None),
    ("HEAD", "/v2/orders", None),
    ("DELETE", "/v2/orders/123", None),
    ("DELETE", f"/v3/carts/{UUID}", None),
    ("PUT", "/v3/settings/analytics/2147483647", {}),
    ("PUT", "/v3/customers", {}),
    ("PUT", "/v3/inventory/locations", {}),
    ("POST", "/v3/orders/2147483647/payment_actions/refund_quotes", {}),
    ("POST", "/v3/themes", {}),
    ("POST", f"/v3/checkouts/{UUID}/billing-address", {}),
    ("POST", "/v2/orders", {"products": []}),
    ("POST", "/v3/catalog/products/1/metafields", {}),
]


@pytest.mark.parametrize(("method", "path", "body"), NEVER)
def test_a_request_of_the_hard_list_is_not_sent(
    client: StoreClient, server: Programmed, method: str, path: str, body: Any
) -> None:
    """Whatever spelling it comes in, nothing reaches the store."""
    server.answers = [ok({})]
    with pytest.raises(CartproofError, match=r"never sent|no path"):
        client.exchange(method, path, body=body)
    assert server.received == []
    assert client.evidence == []


@pytest.mark.parametrize(("method", "path", "body"), MAY_GO)
def test_what_probes_and_checks_need_may_go(method: str, path: str, body: Any) -> None:
    """The guard stops nothing that FACTS b.4 names as a probe."""
    refuse_unsafe(method, path.partition("?")[0], body)
