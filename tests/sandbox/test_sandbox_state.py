"""What changes a store and what does not; catalogue and stock."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from sandbox_caller import ALL, Caller, Clock, enrol
from sandbox_probes import READS, RECORDED, WRITES

from cartproof.sandbox.operations import TABLE
from cartproof.sandbox.server import create_app

if TYPE_CHECKING:
    from werkzeug.test import TestResponse


def test_no_probe_changes_anything_with_an_all_powerful_token(mighty: Caller) -> None:
    """The state is byte-identical after every probe and every recorded request."""
    whole, before = mighty.machine("GET", "state").data, mighty.state()
    for _, path, _ in READS:
        mighty.ask("GET", path)
    for _, method, path, _ in WRITES:
        assert mighty.ask(method, path, {}).status_code >= 400
    for method, path, _, _ in RECORDED:
        mighty.ask(method, path, None if method == "GET" else {})
    assert mighty.state() == before
    assert mighty.machine("GET", "state").data == whole


def test_state_is_canonical_and_holds_no_account(mighty: Caller) -> None:
    """Sorted keys, no spaces, no token, and the same whether or not a store was used yet."""
    enrol(mighty.app, {}, store_hash="unused")
    text = mighty.machine("GET", "state").data.decode()
    again = json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert text == again
    assert mighty.account["access_token"] not in text
    assert sorted(json.loads(text)["stores"]) == ["fernwick01", "unused"]
    assert mighty.machine("GET", "state?store_hash=nobody").status_code == 404


REAL: tuple[tuple[str, str, Any], ...] = (
    ("PUT", "/v2/customer_groups/1", {"name": "Wholesale"}),
    ("PUT", "/v2/currencies/1", {"name": "Dollar"}),
    ("PUT", "/v2/shipping/zones/1", {"name": "Here"}),
    ("PUT", "/v3/settings/analytics/4", {"enabled": True}),
    ("PUT", "/v3/settings/store/profile", {"store_name": "New"}),
    ("PUT", "/v3/promotions/1", {"name": "Two mugs"}),
    ("PUT", "/v3/sites/1", {"url": "https://new.example.com"}),
    ("PUT", "/v3/pickup/methods", [{"id": 1, "display_name": "Door"}]),
    ("PUT", "/v3/customers", [{"id": 1, "company": "Elm & Co"}]),
    ("PUT", "/v3/inventory/adjustments/absolute", {"items": [
        {"location_id": 1, "variant_id": 200, "quantity": 5}]}),
    ("PUT", "/v3/inventory/locations/1/items", {"settings": [
        {"identity": {"variant_id": 200}, "safety_stock": 4}]}),
    ("PUT", "/v3/catalog/products/77/variants/200", {"sku": "NEW"}),
    ("POST", "/v2/pages", {"name": "Page", "type": "page", "body": "x"}),
    ("POST", "/v3/storefront/api-token-customer-impersonation",
        {"expires_at": 1, "channel_id": 1}),
    ("POST", "/v3/orders/299/payment_actions/void", {}),
    ("POST", "/v3/orders/150/payment_actions/refunds", {"items": [1], "payments": [1]}),
    ("POST", "/v3/channels/1/listings", [{"product_id": 78, "state": "active", "variants": [1]}]),
    ("DELETE", "/v2/coupons", None),
    ("DELETE", "/v2/banners", None),
    ("DELETE", "/v3/catalog/products/77", None),
    ("DELETE", "/v3/catalog/products?id:in=77,78", None),
    ("DELETE", "/v3/customers?id:in=1", None),
    ("DELETE", "/v3/content/pages/1", None),
)  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body"), REAL)
def test_real_writes_really_write(mighty: Caller, method: str, path: str, body: Any) -> None:
    """So that a state that stays the same means something."""
    other = enrol(mighty.app, ALL, store_hash="otherstore")
    before, theirs = mighty.state(), other.state()
    assert mighty.ask(method, path, body).status_code < 300
    assert mighty.state() != before
    assert other.state() == theirs, "a store has its own of whatever was written to"


def test_reading_changes_no_store(mighty: Caller) -> None:
    """Whoever only reads is shown what all stores share."""
    before = mighty.state()
    ids = ("1", "11", "77", "100", "299")
    paths = [path for method, path, *_ in TABLE if method == "GET"]
    answers = [
        mighty.ask("GET", re.sub(r"\{\w+\}", ident, path)) for path in paths for ident in ids
    ]
    assert sum(answer.status_code == 200 for answer in answers) > len(paths)
    assert mighty.state() == before


def test_reset_brings_the_first_state_back(clock: Clock) -> None:
    """Data as at the start; accounts go too, unless they are to be kept."""
    caller = enrol(create_app(clock=clock), ALL)
    first = caller.state()
    caller.ask("DELETE", "/v2/orders")
    caller.machine("POST", "reset", {"keep_accounts": True})
    assert caller.state() == first
    assert caller.ask("GET", "/v2/time").status_code == 200
    caller.machine("POST", "reset")
    assert caller.ask("GET", "/v2/time").status_code == 401
    assert caller.machine("GET", "state").status_code == 200


def test_catalogue_is_as_believable_as_promised(reader: Caller) -> None:
    """60 products, some with options; each variant has its own SKU; null prices inherit."""
    products = reader.get("/v3/catalog/products?limit=250&include=variants")["data"]
    assert len(products) == 60
    with_options = [p for p in products if p["base_variant_id"] is None]
    assert len(with_options) == 24
    variants = [v for p in products for v in p["variants"]]
    skus = {v["sku"] for v in variants}
    assert len(skus) == len(variants)
    assert {v["price"] is None for v in variants} == {True, False}


def found(answer: Any) -> list[Any]:
    """Return the ids of a list."""
    return [row["id"] for row in answer["data"]]


def test_product_sku_and_variant_sku_are_found_apart(reader: Caller) -> None:
    """`products?sku=` knows product SKUs only, `variants?sku=` any variant's."""
    assert found(reader.get("/v3/catalog/products?sku=FW-LAN-002-M")) == []
    assert len(found(reader.get("/v3/catalog/variants?sku=FW-LAN-002-M"))) == 1
    assert found(reader.get("/v3/catalog/products?sku:in=FW-LAN-001,FW-LAN-002")) == [77, 78]
    assert found(reader.get("/v3/catalog/products?id:in=80,77")) == [77, 80]
    assert len(found(reader.get("/v3/catalog/products?keyword=lantern"))) == 6
    page = reader.get("/v3/catalog/products?limit=25&page=3&include_fields=sku")
    assert page["meta"]["pagination"]["total_pages"] == 3
    assert set(page["data"][0]) == {"id", "sku"}


def test_stock_stands_at_three_locations(reader: Caller) -> None:
    """Items show every location, and can be asked for by location, code and SKU."""
    assert len(reader.get("/v3/inventory/locations")["data"]) == 3
    item = reader.get("/v3/inventory/items?sku:in=FW-LAN-001")["data"][0]
    assert [at["location_id"] for at in item["locations"]] == [1, 2, 3]
    there = reader.get("/v3/inventory/items?sku:in=FW-LAN-001&location_code:in=AUS-SHOP")
    assert len(there["data"][0]["locations"]) == 1
    missing = reader.ask("GET", "/v3/inventory/locations/99/items")
    assert (missing.status_code, missing.mimetype) == (404, "application/problem+json")


def test_hooks_show_their_own_client_only(reader: Caller) -> None:
    """So that a client id can be confirmed, as FACTS b.3 says."""
    app = create_app(plan="unlimited")
    mine, other = enrol(app, {}), enrol(app, {})
    hook = {"scope": "store/order/created", "destination": "https://hook.example.com/"}
    assert mine.ask("POST", "/v3/hooks", hook).status_code == 200
    assert mine.get("/v3/hooks")["data"][0]["client_id"] == mine.account["client_id"]
    assert other.get("/v3/hooks")["data"] == []


def test_app_only_metafields_show_to_full_access_only(reader: Caller) -> None:
    """The one positive sign of Metafields access Full (FACTS b.5)."""
    path = "/v3/store/metafields?limit=250&include_fields=permission_set,owner_client_id"
    standard = enrol(reader.app, {"Information & settings": "read-only"})
    sets = [[f["permission_set"] for f in c.get(path)["data"]] for c in (reader, standard)]
    assert sets == [["read", "app_only"], ["read"]]


def test_carts_and_checkouts_can_be_made_and_read(mighty: Caller) -> None:
    """A cart is found under its id, as is its checkout; a cart's 404 has no body."""
    made: TestResponse = mighty.ask(
        "POST", "/v3/carts", {"line_items": [{"product_id": 77, "quantity": 2}]}
    )
    ident = made.get_json()["data"]["id"]
    assert mighty.get(f"/v3/carts/{ident}")["data"]["cart_amount"] == 17.0
    assert mighty.get(f"/v3/checkouts/{ident}")["data"]["grand_total"] == 17.0
    address = {"email": "a@example.com", "country_code": "US"}
    assert mighty.ask("POST", f"/v3/checkouts/{ident}/billing-address", address).status_code == 200
    assert mighty.ask("PUT", f"/v3/carts/{ident}", {"customer_id": 1}).status_code == 201
    assert mighty.ask("DELETE", f"/v3/carts/{ident}").status_code == 204
    assert mighty.ask("GET", f"/v3/carts/{ident}").data == b""


def test_bodies_of_the_wrong_kind_are_refused(mighty: Caller) -> None:
    """No content type is 415, no JSON is 400, each in its version's shape; a theme needs a file."""
    client, url = mighty.app.test_client(), "/stores/fernwick01"
    headers = {"X-Auth-Token": mighty.account["access_token"]}
    for path, kind in (("/v2/orders", list), ("/v3/carts", dict)):
        typeless = client.post(url + path, data="{}", headers=headers)
        broken = client.post(url + path, data="{", headers=headers, content_type="application/json")
        assert (typeless.status_code, broken.status_code) == (415, 400)
        assert isinstance(broken.get_json(), kind)
    theme = {"file": (io.BytesIO(b"zip"), "theme.zip")}
    assert client.post(f"{url}/v3/themes", data=theme, headers=headers).status_code == 201
