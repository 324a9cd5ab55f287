"""The sandbox's answers against BigCommerce's OpenAPI files."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import pytest
from sandbox_probes import VOID, VOID_UUID
from sandbox_specs import FOLDER, faults_of, schema_pointer

from cartproof.sandbox.operations import TABLE

if TYPE_CHECKING:
    from sandbox_caller import Caller

MUST = os.environ.get("CARTPROOF_REQUIRE_SPECS") == "1"

FILES = (
    (r"/v2/(time|store)", "store_information.v2.yml"),
    (r"/v2/order", "orders.v2.oas2.yml"),
    (r"/v2/currencies", "currencies.v2.yml"),
    (r"/v2/shipping", "shipping.v2.yml"),
    (r"/v2/(pages|blog)", "store_content.v2.yml"),
    (r"/v2/(banners|coupons)", "marketing.v2.yml"),
    (r"/v2/customer", "customers.v2.yml"),
    (r"/v2/payments", "payments/methods_payments.v2.yml"),
    (r"/v3/settings", "settings.v3.yml"),
    (r"/v3/store/metafields", "store_information.v3.yml"),
    (r"/v3/store/systemlogs", "store_logs.v3.yml"),
    (r"/v3/hooks", "webhooks.v3.yml"),
    (r"/v3/infrastructure", "infrastructure_hosting.v3.yml"),
    (r"/v3/orders/pickups", "pickup.v3.yml"),
    (r"/v3/orders", "orders.v3.yml"),
    (r"/v3/payments/methods", "payments/accepted-methods_payments.v3.yml"),
    (r"/v3/payments/access", "payments/access-tokens_payments.v3.yml"),
    (r"/v3/carts", "carts.v3.yml"),
    (r"/v3/checkouts", "checkouts.v3.yml"),
    (r"/v3/storefront", "storefront_tokens.v3.yml"),
    (r"/v3/content/pages", "pages.v3.yml"),
    (r"/v3/content/scripts", "scripts.v3.yml"),
    (r"/v3/themes", "themes.v3.yml"),
    (r"/v3/promotions", "promotions.v3.yml"),
    (r"/v3/customers", "customers.v3.yml"),
    (r"/v3/catalog/(variants|.*/variants)", "catalog/product-variants_catalog.v3.yml"),
    (r"/v3/catalog", "catalog/products_catalog.v3.yml"),
    (r"/v3/inventory/locations\Z", "locations.v3.yml"),
    (r"/v3/inventory", "inventory.v3.yml"),
    (r"/v3/pickup/methods", "pickup_methods.v3.yml"),
    (r"/v3/channels", "channels.v3.yml"),
    (r"/v3/sites", "sites.v3.yml"),
)
"""Path of an operation, and the file that describes it."""

ALIASES = {
    "/v2/orders/{id}/shippingaddresses": "the order's own link spells it so (FACTS d.3)",
    "/v2/orders/{id}/shipments/count": "an old route without a schema of its own",
}
"""Routes that the files do not list under this name."""

SLIPS: tuple[tuple[str, str, str], ...] = (
    (
        "store_content.v2.yml",
        r"^0: .*is not of type 'array'",
        "a list of lists of tags, where the operation speaks of a list of tags",
    ),
    (
        "customers.v2.yml",
        r"discount_rules: .* is valid under each of",
        "oneOf over four forms without required fields, which all fit",
    ),
    (
        "orders.v2.oas2.yml",
        r"consignments: .* is valid under each of",
        "oneOf of a link and an object, neither with required fields",
    ),
    (
        "catalog/products_catalog.v3.yml",
        r"base_variant_id: None is not",
        "null for products with options (FACTS e.2)",
    ),
    (
        "catalog/product-variants_catalog.v3.yml",
        r"(price|weight): None is not",
        "null stands for the product's own (FACTS e.2)",
    ),
    (
        "webhooks.v3.yml",
        r"data: \[\] should be non-empty",
        "an account without webhooks has none to list",
    ),
)
"""File, pattern of a complaint, and why the file is wrong there."""

PARTS = {
    "/v2/currencies/{id}": {"id": "1"},
    "/v2/shipping/zones/{id}": {"id": "1"},
    "/v3/settings/analytics/{id}": {"id": "4"},
    "/v2/order_statuses/{id}": {"id": "11"},
    "/v3/catalog/products/{id}/variants/{variant}": {"id": "77", "variant": "200"},
    "/v3/catalog/products": {"id": "77"},
    "/v3/content/pages/{id}": {"id": "1"},
    "/v3/content/scripts/{id}": {"id": "3d9e5c77-1b0a-4c3e-8f4d-6a2b9c8d7e10"},
    "/v3/themes/{id}": {"id": "8f3c1c5e-5d2a-4b67-9a43-0d5f3b1c7e21"},
    "/v3/carts/{id}": {"id": VOID_UUID},
    "/v3/checkouts/{id}": {"id": VOID_UUID},
    "/v2/orders/{id}/products/{part}": {"id": "299", "part": "797"},
    "/v2/orders/{id}/shipping_addresses/{part}": {"id": "299", "part": "299"},
    "/v2/orders/{id}/shipments/{part}": {"id": "102", "part": "1002"},
    "/v2/orders/{id}/shipments": {"id": "102"},
}
_ORDER, _PRODUCT = {"id": "299"}, {"id": "77"}

GETS = sorted({path for method, path, _, _ in TABLE if method == "GET"} - set(ALIASES))
QUERIES = {"/v3/payments/methods": "?order_id=299", "/v3/catalog/products": "?include=variants"}


@pytest.fixture(autouse=True)
def _specs() -> None:
    if not FOLDER.is_dir():
        (pytest.fail if MUST else pytest.skip)(f"no OpenAPI files at {FOLDER}")


def test_every_known_slip_still_shows(reader: Caller) -> None:
    """A slip that no answer meets any more has to leave the table."""
    met = set()
    for path in GETS:
        name = file_of(path)
        answer = reader.ask("GET", concrete(path) + QUERIES.get(path, ""))
        pointer = schema_pointer(name, spec_path(name, path), "GET", 200)
        if answer.status_code == 200 and pointer:
            found = faults_of(name, pointer, answer.get_json())
            met |= {slip for slip in SLIPS for each in found if re.search(slip[1], each)}
    assert met == set(SLIPS)


def file_of(path: str) -> str:
    """Return the file that describes an operation."""
    return next(name for pattern, name in FILES if re.match(pattern, path))


def spec_path(name: str, path: str) -> str:
    """Return an operation's path as its file spells it: names of parts differ."""
    from sandbox_specs import spec

    bare = re.sub(r"\{\w+\}", "{}", path.removeprefix("/v2").removeprefix("/v3"))
    found = [each for each in spec(name)["paths"] if re.sub(r"\{\w+\}", "{}", each) == bare]
    assert found, f"{name} has no {bare}"
    return str(found[0])


def complaints(path: str, method: str, status: int, body: Any) -> list[str]:
    """Return what the file says against an answer, known slips of the file left out."""
    name = file_of(path)
    pointer = schema_pointer(name, spec_path(name, path), method, status)
    if pointer is None:
        return []
    found = faults_of(name, pointer, body)
    known = [pattern for file, pattern, _ in SLIPS if file == name]
    return [each for each in found if not any(re.search(k, each) for k in known)]


def concrete(path: str) -> str:
    """Return a path with parts that the seeded shop has."""
    default = _PRODUCT if "/catalog/" in path else _ORDER if "/orders/" in path else {"id": "1"}
    return re.sub(r"\{(\w+)\}", lambda m: PARTS.get(path, default)[m[1]], path)


@pytest.mark.parametrize("path", GETS)
def test_every_get_answers_as_its_specification_says(reader: Caller, path: str) -> None:
    """The whole first page of the seeded shop validates, without exceptions but the slips."""
    answer = reader.ask("GET", concrete(path) + QUERIES.get(path, ""))
    if path.startswith(("/v3/carts", "/v3/checkouts")):
        assert answer.status_code == 404
    elif path == "/v3/infrastructure/projects":
        assert answer.status_code == 403
    elif path == "/v2/orders/{id}/coupons":
        assert answer.status_code == 204
    else:
        assert answer.status_code == 200
        assert complaints(path, "GET", 200, answer.get_json()) == []


ADDRESS = {"first_name": "Ada", "last_name": "Elm", "zip": "83702", "country_iso2": "US"}
LINE = {"name": "Setup test", "quantity": 1, "price_ex_tax": 1, "price_inc_tax": 1}
PRODUCT = {"name": "Oak Bench", "type": "physical", "weight": 3, "price": 80}

WRITES: tuple[tuple[str, str, str, Any, int], ...] = (
    ("POST", "/v2/orders", "", {"billing_address": ADDRESS, "products": [LINE]}, 200),
    ("PUT", "/v2/orders/{id}", "299", {"staff_notes": "x"}, 200),
    ("POST", "/v3/catalog/products", "", PRODUCT, 200),
    ("POST", "/v3/catalog/products", "", {}, 422),
    ("PUT", "/v3/catalog/products/{id}", VOID, {}, 404),
    ("PUT", "/v3/catalog/products/{id}", "77", {"price": 9.5}, 200),
    ("POST", "/v3/content/pages", "", {"name": "News", "type": "page", "body": "x"}, 201),
    ("PUT", "/v3/content/pages/{id}", VOID, {}, 404),
    ("POST", "/v3/content/scripts", "", {"name": "Bell", "html": "<script></script>"}, 200),
    ("POST", "/v3/content/scripts", "", {}, 422),
    (
        "POST",
        "/v2/banners",
        "",
        {
            "name": "B",
            "content": "c",
            "page": "home_page",
            "location": "top",
            "date_type": "always",
        },
        200,
    ),
    (
        "POST",
        "/v3/customers",
        "",
        [{"email": "new@example.com", "first_name": "Ada", "last_name": "Elm"}],
        200,
    ),
    ("PUT", "/v3/customers", "", {}, 422),
    ("POST", "/v3/carts", "", {"line_items": [{"product_id": 77, "quantity": 1}]}, 201),
    ("POST", "/v3/storefront/api-token", "", {"expires_at": 1900000000, "channel_id": 1}, 200),
    ("POST", "/v3/payments/access_tokens", "", {"order": {"id": 299}}, 201),
    ("POST", "/v3/payments/access_tokens", "", {}, 422),
    ("PUT", "/v3/inventory/locations", "", [{"id": 1, "label": "Main"}], 200),
    ("PUT", "/v3/inventory/locations", "", {}, 422),
    ("PUT", "/v3/inventory/locations/{id}/items", VOID, {}, 422),
    ("PUT", "/v3/orders/pickups", "", {}, 422),
    ("PUT", "/v3/promotions/{id}", VOID, {}, 404),
    ("PUT", "/v3/channels/{id}", VOID, {}, 404),
    ("PUT", "/v3/channels/{id}", "1", {"name": "Shop"}, 200),
    ("PUT", "/v3/channels/{id}/listings", VOID, {}, 422),
    ("POST", "/v3/channels/currency-assignments", "", {}, 422),
    ("PUT", "/v3/settings/analytics/{id}", VOID, {}, 404),
    ("POST", "/v3/hooks", "", {"scope": "store/order/*", "destination": "https://x.example"}, 200),
    (
        "POST",
        "/v2/orders/{id}/shipments",
        "299",
        {"order_address_id": 299, "items": [{"order_product_id": 797, "quantity": 1}]},
        201,
    ),
    ("POST", "/v3/orders/{id}/payment_actions/refund_quotes", VOID, {}, 404),
)


@pytest.mark.parametrize(("method", "path", "ident", "body", "status"), WRITES)
def test_writes_answer_as_their_specification_says(
    mighty: Caller, method: str, path: str, ident: str, body: Any, status: int
) -> None:
    """Successes and refusals alike validate; only successes change the store."""
    before = mighty.state()
    answer = mighty.ask(method, path.replace("{id}", ident), body)
    assert answer.status_code == status, answer.text
    assert complaints(path, method, status, answer.get_json()) == []
    assert (mighty.state() != before) == (status < 300)
