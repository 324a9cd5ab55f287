"""The imitations of vendors' sides: what they answer, and what they hold against a caller."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from sandbox_caller import Caller


def make(caller: Caller, vendor: str, **state: Any) -> dict[str, str]:
    """Create a vendor's login."""
    answer = caller.machine("POST", f"vendors/{vendor}", state)
    assert answer.status_code == 201, answer.get_json()
    return answer.get_json()


def seti(caller: Caller, made: dict[str, str], **fields: str) -> str:
    """Call a cart's script and return its text; it answers 200 to errors, too."""
    path = made["script_url"].removeprefix("http://localhost")
    answer = caller.app.test_client().post(path, data={"omversion": "7.732", **fields})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_script_tells_its_version_to_anybody_and_counts_for_its_user(mighty: Caller) -> None:
    """Only counts need the login; the answer ends in a line break, as in the field."""
    made = make(mighty, "connect2cart", orders=3)
    user = {"setiuser": made["cart_id"], "password": made["cart_password"], "code": ""}
    assert seti(mighty, made, setifunction="sendversion") == "SETIResponse: version=5.500\r\n"
    assert seti(mighty, made, setifunction="ordercount", **user) == "SETIResponse: ordercount=3\n"
    wrong = seti(mighty, made, setifunction="ordercount", **{**user, "password": "x"})
    assert wrong.startswith("SETIError: Access denied.")
    assert seti(mighty, made, setifunction="downloadorders", **user).startswith("SETIError")
    state = mighty.machine("GET", f"vendors/connect2cart/{made['id']}").get_json()
    assert state["calls"] == ["sendversion", "ordercount", "ordercount", "downloadorders"]
    assert "cart_password" not in state


def test_dropstream_wants_a_token_and_filters_orders(mighty: Caller) -> None:
    """401 without one; without parameters all orders come, with them those asked for."""
    made = make(mighty, "dropstream", orders=[7, 8])
    client, base = mighty.app.test_client(), "/_vendors/dropstream"
    assert client.get(f"{base}/stores").status_code == 401
    pair = base64.b64encode(f"{made['username']}:{made['password']}".encode()).decode()
    body = {"grant_type": "client_credentials"}
    head = {"Authorization": f"Basic {pair}"}
    token = client.post(f"{base}/auth/token", json=body, headers=head).get_json()["access_token"]
    head = {"Authorization": f"Bearer {token}"}
    assert [s["platform"] for s in client.get(f"{base}/stores", headers=head).get_json()] == [
        "shopify",
        "big_commerce",
    ]
    assert len(client.get(f"{base}/orders", headers=head).get_json()["orders"]) == 2
    one = client.get(f"{base}/orders?external_display_id=8", headers=head).get_json()["orders"]
    assert [order["external_display_id"] for order in one] == ["8"]
    assert client.post(f"{base}/stores", json={}, headers=head).status_code == 404


def test_order_time_counts_by_put_and_lists_by_post(mighty: Caller) -> None:
    """The count is a bare number; another type has none."""
    made = make(mighty, "order-time", sales_orders=2)
    head = {"apiKey": made["api_key"], "email": made["email"], "DevKey": made["dev_key"]}
    client = mighty.app.test_client()
    asked = [client.open("/_vendors/order-time/list", method=m, json={"Type": t}, headers=head).get_json()
             for m, t in (("PUT", 7), ("POST", 7), ("PUT", 100))]  # fmt: skip
    assert asked == [2, [{"Id": 2}, {"Id": 1}], 0]
    bad = client.put("/_vendors/order-time/list", json={"Type": 7}, headers={**head, "DevKey": "x"})
    assert bad.status_code == 401


def test_states_are_changed_and_forgotten(mighty: Caller) -> None:
    """PATCH changes what is there, with its type; a reset forgets every login."""
    made = make(mighty, "order-time")
    place = f"vendors/order-time/{made['id']}"
    assert mighty.machine("PATCH", place, {"sales_orders": 9}).get_json()["sales_orders"] == 9
    for wrong in ({"sales_orders": "9"}, {"nonsense": 1}):
        assert mighty.machine("PATCH", place, wrong).status_code == 400
    assert mighty.machine("POST", "vendors/nobody", {}).status_code == 400
    mighty.machine("POST", "reset")
    assert mighty.machine("GET", place).status_code == 400


@pytest.mark.parametrize("vendor", ["connect2cart", "dropstream", "order-time"])
def test_faults_hit_a_vendor_s_side_and_spare_the_stores(vendor: str, mighty: Caller) -> None:
    """A fault names the vendor as its store."""
    mighty.machine("POST", "faults", {"kind": "status", "status": 503, "store_hash": vendor})
    assert mighty.app.test_client().post(f"/_vendors/{vendor}/x").status_code == 503
    assert mighty.ask("GET", "/v2/time").status_code == 200


def test_vendors_have_no_part_in_the_stores_state(mighty: Caller) -> None:
    """A login made and used changes no store."""
    before = mighty.state()
    make(mighty, "dropstream")
    assert mighty.state() == before
