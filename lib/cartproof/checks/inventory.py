"""What stock has each chosen SKU at the chosen locations?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cartproof.checks.context import CheckContext
from cartproof.checks.location_names import Location, called
from cartproof.checks.options import list_option
from cartproof.checks.refused import refused_finding
from cartproof.checks.shown import LISTED, counted, named, shown
from cartproof.errors import MissingScope
from cartproof.findings import Finding, Verdict
from cartproof.store.evidence import Evidence, StoreApi

TITLE = "Stock"
_PATH = "/v3/inventory/items"
_AT_ONCE = 25
"""SKUs asked for in one request, so that its address stays short."""


@dataclass(frozen=True, slots=True)
class Stock:
    """One SKU's stock at one location, as BigCommerce counts it."""

    sku: str
    place: Location
    to_sell: Any
    on_hand: Any

    def __str__(self) -> str:
        return f"{shown(self.sku)} at {self.place}: {self.to_sell} to sell of {self.on_hand}"


def check(context: CheckContext) -> Iterator[Finding]:
    """Show the stock of the chosen SKUs; the token needs to read Store inventory.

    Options, each a list or a text with commas, which may hold `{parameter}`:
        skus: The chosen SKUs.
        locations: Codes, labels or numbers of the chosen locations; empty: all.
    """
    skus = list_option(context, "skus")
    if not skus:
        yield Finding(
            Verdict.INCONCLUSIVE,
            TITLE,
            "No SKU is chosen, so no stock was looked at.",
            remedy="Give 1 to 5 SKUs in the parameters.",
            who="engineer",
        )
        return
    before = len(context.store.evidence)
    try:
        items = list(_items(context.store, [sku for sku in skus if "," not in sku]))
    except MissingScope as refused:
        yield refused_finding(TITLE, "Store inventory", refused)
        return
    evidence = tuple(context.store.evidence[before:])
    yield from _findings(skus, items, list_option(context, "locations"), evidence)


def _items(store: StoreApi, skus: list[str]) -> Iterator[Mapping[str, Any]]:
    for start in range(0, len(skus), _AT_ONCE):
        wanted = ",".join(skus[start : start + _AT_ONCE])
        for page in store.pages_v3(_PATH, params={"sku:in": wanted}):
            yield from page


def _findings(
    skus: Sequence[str],
    items: Sequence[Mapping[str, Any]],
    chosen: Sequence[str],
    evidence: tuple[Evidence, ...],
) -> Iterator[Finding]:
    every = [stock for item in items for stock in _stock(item)]
    places = {stock.place.id: stock.place for stock in every}
    wanted = {place.id for name in chosen for place in called(name, places.values())}
    there = [stock for stock in every if not chosen or stock.place.id in wanted]
    known = {_sku(item) for item in items}
    unknown = [sku for sku in skus if sku not in known]
    pairs = {(stock.sku, stock.place.id) for stock in there}
    lacking = [
        f"{shown(sku)} at {shown(name)}"
        for sku in skus
        for name in chosen
        if sku in known and not any((sku, p.id) in pairs for p in called(name, places.values()))
    ]
    nowhere = [shown(sku) for sku in skus if sku in known and not chosen and not _of(sku, every)]
    sold_out = [stock for stock in there if not _is_some(stock.to_sell)]
    yield from _shown(there, evidence)
    yield from _unknown(unknown, evidence)
    yield from _lacking([*lacking, *nowhere], evidence)
    yield from _sold_out(sold_out, evidence)


def _of(sku: str, every: Sequence[Stock]) -> list[Stock]:
    return [stock for stock in every if stock.sku == sku]


def _is_some(number: Any) -> bool:
    return isinstance(number, int | float) and number > 0


def _sku(item: Mapping[str, Any]) -> str:
    identity = item.get("identity")
    return str(identity.get("sku") or "") if isinstance(identity, Mapping) else ""


def _stock(item: Mapping[str, Any]) -> Iterator[Stock]:
    for at in item.get("locations") or []:
        place = Location(
            id=str(at.get("location_id")),
            code=shown(str(at.get("location_code") or "")),
            label=shown(str(at.get("location_name") or "")),
            is_enabled=at.get("location_enabled") is True,
        )
        yield Stock(
            _sku(item), place, at.get("available_to_sell"), at.get("total_inventory_onhand")
        )


def _shown(there: Sequence[Stock], evidence: tuple[Evidence, ...]) -> Iterator[Finding]:
    if there:
        rows = [[shown(s.sku), s.place.code, s.to_sell, s.on_hand] for s in there[:LISTED]]
        columns = ["sku", "location", "available_to_sell", "total_inventory_onhand"]
        yield Finding(
            Verdict.PASS,
            TITLE,
            f"{named(map(str, there))}.",
            data={"count": len(there), "columns": columns, "rows": rows},
            evidence=evidence,
        )


def _unknown(unknown: Sequence[str], evidence: tuple[Evidence, ...]) -> Iterator[Finding]:
    if unknown:
        yield Finding(
            Verdict.WARN,
            "SKUs without stock records",
            f"BigCommerce's inventory does not know {named(map(shown, unknown))}.",
            remedy="Compare the spelling with the product's screen in BigCommerce. A product's own "
            "SKU has no stock where its variants have SKUs; one with a comma cannot be asked for.",
            who="engineer",
            evidence=evidence,
        )


def _lacking(lacking: Sequence[str], evidence: tuple[Evidence, ...]) -> Iterator[Finding]:
    if lacking:
        yield Finding(
            Verdict.WARN,
            "Not stocked",
            f"BigCommerce gives no stock for {named(lacking)}.",
            remedy="In BigCommerce, open the product's inventory and stock it there, or choose "
            "another location.",
            who="merchant",
            data={"count": len(lacking)},
            evidence=evidence,
        )


def _sold_out(sold_out: Sequence[Stock], evidence: tuple[Evidence, ...]) -> Iterator[Finding]:
    if sold_out:
        yield Finding(
            Verdict.WARN,
            "Nothing to sell",
            f"{counted(len(sold_out), 'place has', 'places have')} nothing to sell: "
            f"{named(map(str, sold_out))}.",
            remedy="Ask the merchant whether that is so; else correct the stock in BigCommerce.",
            who="merchant",
            evidence=evidence,
        )
