"""Locations and stock: the chosen ones there, enabled, stocked, or said not to be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .checked_store import CheckedStore, bad, titled

MUG = {"sku": "MUG", "name": "Mug", "price": 1, "inventory_level": 7}


@pytest.mark.parametrize("name", ["AUS-SHOP", "aus-shop", "Austin  shop", "2"])
def test_a_location_is_found_by_code_label_or_number(store: CheckedStore, name: str) -> None:
    """All are listed, and the chosen one is there and enabled."""
    found = store.findings("locations", {"place": name}, locations="{place}")
    assert bad(found) == {}
    rows = titled(found, "Locations").data["rows"]
    assert rows[1] == ["2", "AUS-SHOP", "Austin shop", True, "PHYSICAL"]
    assert f"Location {name.replace('  ', ' ')}" in {finding.title for finding in found}


def test_a_parameter_that_is_a_list_names_several(store: CheckedStore) -> None:
    """Each is looked for by itself, and none when none is chosen."""
    chosen = {"places": ["AUS-SHOP", "Gone, Inc"]}
    found = store.findings("locations", chosen, locations="{places}")
    assert bad(found) == {"Location Gone, Inc": "fail"}
    assert len(store.findings("locations")) == 1


def test_an_unknown_location_is_answered_with_those_there_are(store: CheckedStore) -> None:
    """The remedy names code and label of each."""
    found = store.findings("locations", locations=["PARIS"])
    assert bad(found) == {"Location PARIS": "fail"}
    assert "Austin shop (AUS-SHOP)" in titled(found, "Location PARIS").remedy


def test_a_disabled_location_is_red(store: CheckedStore) -> None:
    """The remedy names the enabled ones and not the disabled one."""
    store.vary(locations=[{"code": "AUS-SHOP", "enabled": False}])
    found = store.findings("locations", locations=["AUS-SHOP", "BOI-MAIN"])
    assert bad(found) == {"Location AUS-SHOP": "fail"}
    assert "choose an enabled one: Boise" in titled(found, "Location AUS-SHOP").remedy


def test_two_locations_of_one_name_are_not_told_apart_by_it(store: CheckedStore) -> None:
    """The label fits two; their codes still work."""
    store.vary(locations=[{"code": "AUS-SHOP", "label": "Boise warehouse"}])
    found = store.findings("locations", locations=["Boise warehouse", "AUS-SHOP"])
    assert bad(found) == {"Location Boise warehouse": "fail"}


def test_stock_is_shown_where_it_is_chosen(store: CheckedStore) -> None:
    """Available and on hand, at the chosen location alone; at all when none is chosen."""
    store.catalogue(MUG)
    found = store.findings("inventory", skus=["MUG"], locations=["BOI-MAIN"])
    assert bad(found) == {}
    assert titled(found, "Stock").data["rows"] == [["MUG", "BOI-MAIN", 7, 7]]
    assert titled(store.findings("inventory", skus=["MUG"]), "Stock").data["count"] == 3


@pytest.mark.parametrize(
    ("stock", "skus", "places", "title", "words"),
    [
        ([], ["MUG", "GONE"], ["BOI-MAIN"], "SKUs without stock records", "GONE"),
        ([], ["MUG", "A,B"], ["BOI-MAIN"], "SKUs without stock records", "A,B"),
        ([("BOI-MAIN", None)], ["MUG"], ["BOI-MAIN", "AUS-SHOP"], "Not stocked", "MUG at BOI-MAIN"),
        ([("BOI-MAIN", 0)], ["MUG"], ["BOI-MAIN"], "Nothing to sell", "MUG at Boise"),
        ([], ["MUG"], ["BOI-MAIN", "PARIS"], "Not stocked", "MUG at PARIS"),
    ],
)
def test_what_lacks_stock_is_exactly_one_warning(
    store: CheckedStore,
    stock: list[Any],
    skus: list[str],
    places: list[str],
    title: str,
    words: str,
) -> None:
    """Unknown, not stocked there, or sold out, with a remedy."""
    levels = [{"sku": "MUG", "location_code": code, "level": level} for code, level in stock]
    store.catalogue(MUG, stock=levels)
    found = store.findings("inventory", skus=skus, locations=places)
    assert bad(found) == {title: "warn"}
    assert words in titled(found, title).message
    assert titled(found, title).remedy


def test_without_a_chosen_sku_no_stock_is_looked_at(store: CheckedStore) -> None:
    """Inconclusive, and nothing is sent."""
    assert bad(store.findings("inventory", {"skus": []}, skus="{skus}")) == {
        "Stock": "inconclusive"
    }
    assert store.requests() == []


@pytest.mark.parametrize(
    ("check", "has", "lacks"),
    [
        ("locations", "Store inventory", "Store locations"),
        ("inventory", "Store locations", "Store inventory"),
    ],
)
def test_a_refusal_names_the_right_row(
    check: str, has: str, lacks: str, new_store: Callable[..., CheckedStore]
) -> None:
    """Locations and stock are two rows of the account screen."""
    found = new_store({has: "read-only"}).findings(check, skus=["MUG"])
    assert set(bad(found).values()) == {"inconclusive"}
    assert lacks in found[0].remedy
