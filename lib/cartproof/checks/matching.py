"""The comparison of a vendor's list with the store's items, SKU by SKU."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from cartproof.checks.catalogue import StoreItem
from cartproof.checks.item_texts import is_same_item
from cartproof.checks.shown import is_formula
from cartproof.checks.vendor_list import VendorItem, VendorList

_Item = TypeVar("_Item")


@dataclass(slots=True)
class Comparison:
    """What differs, each part in the order of the SKUs.

    Attributes:
        near: For a SKU that is missing, the SKU on the other side that only case, blanks or
            zeros in front tell from it.
        same: SKUs that stand once on both sides, with one price and name.
    """

    missing_in_store: list[str] = field(default_factory=list)
    missing_at_vendor: list[str] = field(default_factory=list)
    doubled_in_store: list[tuple[str, int]] = field(default_factory=list)
    doubled_at_vendor: list[tuple[str, list[int]]] = field(default_factory=list)
    prices: list[tuple[StoreItem, VendorItem]] = field(default_factory=list)
    names: list[tuple[StoreItem, VendorItem]] = field(default_factory=list)
    unreadable: list[VendorItem] = field(default_factory=list)
    without_price: list[str] = field(default_factory=list)
    formulas: list[VendorItem] = field(default_factory=list)
    near: dict[str, str] = field(default_factory=dict)
    same: int = 0
    compared: int = 0


def compare(
    store: Sequence[StoreItem], vendor: VendorList, *, chosen: Sequence[str] = ()
) -> Comparison:
    """Compare the chosen SKUs, or all when none is chosen.

    A SKU that stands twice on a side is reported as such and not compared further. Of all SKUs, a
    product's own is not missed in the list where its variants have SKUs: orders carry theirs.
    """
    found = Comparison()
    ours = _by_sku((item.sku, item) for item in store)
    rows = _real_rows(vendor, ours, found, chosen)
    theirs = _by_sku((item.sku, item) for item in rows)
    wanted = list(chosen) or sorted({*ours, *theirs})
    for sku in wanted:
        _one(found, sku, ours.get(sku, []), theirs.get(sku, []), vendor, is_chosen=bool(chosen))
    _near(found.near, found.missing_in_store, ours)
    _near(found.near, found.missing_at_vendor, theirs)
    return found


def _real_rows(
    vendor: VendorList, ours: dict[str, list[StoreItem]], found: Comparison, chosen: Sequence[str]
) -> list[VendorItem]:
    """Set the rows aside whose SKU is a formula; a SKU such as `-A1` that the store has is none."""
    rows = []
    for item in vendor.items:
        is_sku = item.sku in ours or item.sku in chosen
        if item.is_formula or (is_formula(item.sku) and not is_sku):
            found.formulas.append(item)
        else:
            rows.append(item)
    return rows


def _by_sku(pairs: Iterable[tuple[str, _Item]]) -> dict[str, list[_Item]]:
    grouped: dict[str, list[_Item]] = {}
    for sku, item in pairs:
        if sku:
            grouped.setdefault(sku, []).append(item)
    return grouped


def _one(
    found: Comparison,
    sku: str,
    ours: list[StoreItem],
    theirs: list[VendorItem],
    vendor: VendorList,
    *,
    is_chosen: bool,
) -> None:
    found.compared += 1
    if len(ours) > 1:
        found.doubled_in_store.append((sku, len(ours)))
    if len(theirs) > 1:
        found.doubled_at_vendor.append((sku, [item.row for item in theirs]))
    if not ours:
        found.missing_in_store.append(sku)
    if not theirs and (is_chosen or any(item.is_sold for item in ours)):
        found.missing_at_vendor.append(sku)
    if len(ours) == len(theirs) == 1:
        _pair(found, ours[0], theirs[0], has_names=vendor.has_names)


def _pair(found: Comparison, ours: StoreItem, theirs: VendorItem, *, has_names: bool) -> None:
    has_same_name = not has_names or is_same_item(ours, theirs.name)
    if not has_same_name:
        found.names.append((ours, theirs))
    if theirs.price.value is None:
        found.unreadable.append(theirs)
    elif ours.price is None:
        found.without_price.append(ours.sku)
    elif theirs.price.value != ours.price:
        found.prices.append((ours, theirs))
    else:
        found.same += has_same_name


def _near(near: dict[str, str], missing: list[str], other: Iterable[str]) -> None:
    loose: dict[str, str] = {}
    for sku in other if missing else ():
        loose.setdefault(_loose(sku), sku)
    near.update({sku: loose[_loose(sku)] for sku in missing if _loose(sku) in loose})


def _loose(sku: str) -> str:
    return "".join(sku.split()).casefold().lstrip("0")
