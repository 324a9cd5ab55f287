"""What the store is, where its scope allows; and whether its products have SKUs."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

from cartproof.checks.context import CheckContext
from cartproof.checks.registry import CHECKS
from cartproof.findings import Verdict

from .conftest import Shop

MakeShop = Callable[..., Shop]
ALL = {"Information & settings": "modify", "Products": "modify"}


def test_the_store_is_named_without_its_people(shop: MakeShop) -> None:
    """Name, plan and status come into the record; owner, mail and address do not."""
    found = shop(ALL).ask("store", "dropstream")
    assert [finding.verdict for finding in found] == [Verdict.PASS, Verdict.PASS]
    assert set(found[1].data) <= {"name", "domain", "status", "plan_name", "country", "currency", "language"}  # fmt: skip
    assert "@" not in str([finding.as_json() for finding in found])


def test_store_information_that_is_not_asked_for_is_rightly_refused(shop: MakeShop) -> None:
    """Stone Edge wants that row at None; DropStream wants it, so there its absence is a warning."""
    made = shop({"Orders": "read-only"})
    assert [f.verdict for f in made.ask("store", "stone-edge")] == [Verdict.PASS, Verdict.PASS]
    warned = made.ask("store", "dropstream")[1]
    assert warned.verdict is Verdict.WARN
    assert "scopes step" in warned.remedy


def test_every_product_with_its_own_skus_passes(shop: MakeShop) -> None:
    """All pages are read: the seeded shop has 60 products."""
    (finding,) = shop(ALL).ask("products_have_skus")
    assert finding.verdict is Verdict.PASS
    assert finding.data["products"] == 60


def test_products_without_a_sku_are_counted_and_named(shop: MakeShop) -> None:
    """Ten are named, the number of all is given, and the merchant is told what to do."""
    made = shop(ALL)
    made.call(f"stores/{made.hash}", {"products_without_sku": 13}, "PATCH")
    finding = made.ask("products_have_skus")[0]
    assert finding.verdict is Verdict.FAIL
    assert finding.message.startswith("13 products")
    assert "and 3 more" in finding.message
    assert finding.who == "merchant"


def test_a_sku_on_two_variants_is_a_warning() -> None:
    """BigCommerce refuses a SKU twice (409); where one stands twice all the same, it is named."""
    pages = {
        "/v3/catalog/products": [[{"id": 1, "name": "Mug"}], [{"id": 2, "name": "Cup"}]],
        "/v3/catalog/variants": [[{"product_id": 1, "sku": "A"}], [{"product_id": 2, "sku": "A"}]],
    }
    store = SimpleNamespace(evidence=[], pages_v3=lambda path, params: pages[path])
    context = CheckContext(None, store, None)  # type: ignore[arg-type]
    (finding,) = CHECKS["products_have_skus"](context)
    assert finding.verdict is Verdict.WARN
    assert "A" in finding.message


def test_without_the_scope_it_is_left_open(shop: MakeShop) -> None:
    """A token that may not read products says nothing about them."""
    (finding,) = shop({"Orders": "read-only"}).ask("products_have_skus")
    assert finding.verdict is Verdict.INCONCLUSIVE
    assert "Products" in finding.remedy
