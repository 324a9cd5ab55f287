"""What a comparison of items comes to, in findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from cartproof.checks.matching import Comparison
from cartproof.checks.shown import LISTED, counted, named, shown
from cartproof.checks.vendor_list import VendorList
from cartproof.findings import Finding, Verdict

_AGAIN = "then export the list and run this again"


def comparison_findings(
    found: Comparison, vendor: VendorList, *, title: str, is_chosen: bool
) -> Iterator[Finding]:
    """Yield a finding for each kind of difference, or one that there is none.

    Args:
        found: The comparison.
        vendor: The list that was compared.
        title: What the integration is called.
        is_chosen: Whether only chosen SKUs were compared: then each is missed on either side.
    """
    every = [
        *_missing(found, title, is_chosen=is_chosen),
        *_doubled(found, title),
        *_formulas(found, title),
        *_prices(found),
        *_unreadable(found),
        *_names(found, vendor),
    ]
    yield from every
    if not every:
        yield _all_match(found, vendor)


def _all_match(found: Comparison, vendor: VendorList) -> Finding:
    what = "once on both sides, with the same price" + (" and name" if vendor.has_names else "")
    if not found.same:
        return Finding(
            Verdict.INCONCLUSIVE,
            "Items match",
            "There is not one item to compare, neither in the store nor in the list.",
            remedy="Add an item with a SKU on both sides, then run this again.",
            who="engineer",
        )
    message = f"{counted(found.same, 'SKU stands', 'SKUs stand')} {what}."
    return Finding(Verdict.PASS, "Items match", message, data={"same": found.same})


def _listed(rows: Sequence[Sequence[Any]], columns: Sequence[str]) -> dict[str, Any]:
    """Return rows as a finding's data: how many there are, and the first 200 of them."""
    return {"count": len(rows), "columns": list(columns), "rows": [list(r) for r in rows[:LISTED]]}


def _missing(found: Comparison, title: str, *, is_chosen: bool) -> Iterator[Finding]:
    sides = (
        (found.missing_in_store, Verdict.FAIL if is_chosen else Verdict.WARN, "the store"),
        (found.missing_at_vendor, Verdict.FAIL, "the vendor's list"),
    )
    for skus, verdict, side in sides:
        if not skus:
            continue
        is_store = side == "the store"
        where = "In BigCommerce, open Products and" if is_store else f"In {title},"
        yield Finding(
            verdict,
            f"SKUs missing in {side}",
            f"{counted(len(skus), 'SKU is', 'SKUs are')} not in {side}: "
            f"{named(_with_near(sku, found.near) for sku in skus)}.",
            remedy=f"{where} add these, or correct the spelling on the other side, {_AGAIN}.",
            who="merchant" if is_store else "engineer",
            data=_listed(
                [(shown(sku), shown(found.near.get(sku, ""))) for sku in skus], ("sku", "near")
            ),
        )


def _with_near(sku: str, near: dict[str, str]) -> str:
    return f"{shown(sku)} (there is {shown(near[sku])})" if sku in near else shown(sku)


def _doubled(found: Comparison, title: str) -> Iterator[Finding]:
    if found.doubled_in_store:
        yield Finding(
            Verdict.FAIL,
            "Duplicate SKUs in the store",
            f"{counted(len(found.doubled_in_store), 'SKU stands', 'SKUs stand')} on more than one "
            f"item: {named(f'{shown(sku)} ({n} times)' for sku, n in found.doubled_in_store)}.",
            remedy="In BigCommerce, give each of these products and variants a SKU of its own.",
            who="merchant",
            data=_listed([(shown(sku), n) for sku, n in found.doubled_in_store], ("sku", "times")),
        )
    if found.doubled_at_vendor:
        rows = [(shown(sku), ", ".join(map(str, at[:5]))) for sku, at in found.doubled_at_vendor]
        yield Finding(
            Verdict.FAIL,
            "Duplicate SKUs in the vendor's list",
            f"{counted(len(rows), 'SKU stands', 'SKUs stand')} in more than one row: "
            f"{named(f'{sku} (rows {at})' for sku, at in rows)}.",
            remedy=f"In {title}, leave one item with each of these SKUs, {_AGAIN}.",
            who="engineer",
            data=_listed(rows, ("sku", "rows")),
        )


def _formulas(found: Comparison, title: str) -> Iterator[Finding]:
    if found.formulas:
        rows = [(item.row, shown(item.sku)) for item in found.formulas]
        yield Finding(
            Verdict.FAIL,
            "SKUs that are formulas",
            f"{counted(len(rows), 'SKU is a formula', 'SKUs are formulas')} or would be executed "
            f"as one; none was: {named(f'row {row}: {text}' for row, text in rows)}.",
            remedy=f"Do not open the list in a spreadsheet before this is settled. In {title}, "
            f"give these items a SKU of plain text, {_AGAIN}.",
            who="engineer",
            data=_listed(rows, ("row", "sku")),
        )


def _written(amount: Decimal | None) -> str:
    if amount is None:
        return ""
    rounded = amount.quantize(Decimal("0.01")) if abs(amount) < Decimal(10) ** 20 else amount
    return shown(f"{rounded if rounded == amount else amount.normalize():f}")


def _prices(found: Comparison) -> Iterator[Finding]:
    if found.prices:
        rows = [
            (shown(ours.sku), _written(ours.price), _written(theirs.price.value), theirs.row)
            for ours, theirs in found.prices
        ]
        each = (f"{sku} (store {ours}, list {theirs})" for sku, ours, theirs, _ in rows)
        yield Finding(
            Verdict.FAIL,
            "Prices",
            f"{counted(len(rows), 'price differs', 'prices differ')}: {named(each)}.",
            remedy="Ask the merchant which price is right, and correct the other side.",
            who="merchant",
            data=_listed(rows, ("sku", "store", "list", "row")),
        )
    if found.without_price:
        yield Finding(
            Verdict.INCONCLUSIVE,
            "Prices in the store",
            "BigCommerce gives no price that is a number for: "
            f"{named(map(shown, found.without_price))}.",
            remedy="Open these products in BigCommerce and look at their prices.",
            who="merchant",
        )


def _unreadable(found: Comparison) -> Iterator[Finding]:
    if not found.unreadable:
        return
    rows = [
        (item.row, shown(item.sku), shown(item.price.text, 40), item.price.problem)
        for item in found.unreadable
    ]
    each = (f"row {row}, {sku}: “{text}” ({problem})" for row, sku, text, problem in rows)
    is_ambiguous = any(item.price.problem.startswith("ambiguous") for item in found.unreadable)
    hint = "say in the step's option `decimal` which sign the list uses, or " * is_ambiguous
    yield Finding(
        Verdict.FAIL,
        "Prices that cannot be read",
        f"{counted(len(rows), 'price')} cannot be read: {named(each)}.",
        remedy=f"For these, {hint}correct them in the list's source, {_AGAIN}.",
        who="engineer",
        data=_listed(rows, ("row", "sku", "text", "problem")),
    )


def _names(found: Comparison, vendor: VendorList) -> Iterator[Finding]:
    if found.names:
        rows = [(shown(o.sku), shown(o.name), shown(t.name), t.row) for o, t in found.names]
        each = (f"{sku} (store “{ours}”, list “{theirs}”)" for sku, ours, theirs, _ in rows)
        yield Finding(
            Verdict.WARN,
            "Names",
            f"{counted(len(rows), 'name differs', 'names differ')}: {named(each)}.",
            remedy="See whether each of these is the same item; orders are matched by SKU alone.",
            who="engineer",
            data=_listed(rows, ("sku", "store", "list", "row")),
        )
    if not vendor.has_names:
        yield Finding(
            Verdict.WARN,
            "Names",
            f"{shown(vendor.file)} has no column of descriptions, so none was compared.",
            remedy="Export the list with descriptions, or compare them on the vendor's screen.",
            who="engineer",
        )
