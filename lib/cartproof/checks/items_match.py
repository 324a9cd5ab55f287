"""Do the vendor's items match the store's: SKU, price, name?

The list is read before anything is sent. Whatever is wrong with it is an inconclusive finding: no
item was compared, and where a person compared them on screen, that word can stand for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from cartproof.checks.catalogue import StoreItem, all_items, items_with
from cartproof.checks.context import CheckContext
from cartproof.checks.item_findings import comparison_findings
from cartproof.checks.matching import compare
from cartproof.checks.options import list_option, text_option
from cartproof.checks.refused import refused_finding
from cartproof.checks.shown import counted, named, shown
from cartproof.checks.table import TableError
from cartproof.checks.vendor_list import Columns, VendorList, read_vendor_list
from cartproof.errors import MissingScope
from cartproof.findings import Finding, Verdict
from cartproof.store.evidence import Evidence

LOOKED_UP = 5
"""Up to this many chosen SKUs are looked up one by one; for more the catalogue is read whole."""
KEPT_EVIDENCE = 12
CONFIRM = ("unit of measure", "default accounts: income, cost of goods sold, stock asset")


def check(context: CheckContext) -> Iterator[Finding]:
    """Compare chosen SKUs, or all, with the vendor's list; the token needs to read Products.

    Options, each of which may hold `{parameter}`:
        list: Path of the exported list, CSV or XLSX.
        skus: The chosen SKUs, a list or a text with commas; empty: all.
        sku_column, name_column, price_column, unit_column: What the columns are called.
        account_columns: What the columns of default accounts are called, a list.
        sheet: Name of the sheet in an XLSX; empty: the first that names the SKU column.
        decimal: The decimal sign of the list's prices, `.` or `,`; empty: found from them.
        confirm: What a person is to confirm where the list does not tell it, a list.
    """
    chosen = list_option(context, "skus")
    vendor = _vendor_list(context)
    if isinstance(vendor, Finding) and not (chosen and not text_option(context, "list")):
        yield vendor
        return
    before = len(context.store.evidence)
    try:
        is_few = 0 < len(chosen) <= LOOKED_UP
        items = items_with(context.store, chosen) if is_few else all_items(context.store)
    except MissingScope as refused:
        yield refused_finding("Items", "Products", refused)
        return
    evidence = tuple(context.store.evidence[before:])
    if isinstance(vendor, Finding):
        yield from _store_side(items, chosen, evidence)
        yield vendor
        return
    yield _read(vendor, items, chosen, evidence)
    found = compare(items, vendor, chosen=chosen)
    title = context.runbook.title
    yield from comparison_findings(found, vendor, title=title, is_chosen=bool(chosen))
    yield _to_confirm(context, vendor, chosen)


def _vendor_list(context: CheckContext) -> VendorList | Finding:
    path = text_option(context, "list")
    if not path:
        return _no_list(
            f"No list of {context.runbook.title}'s items is given, so nothing was compared.",
            "Export the list and give its path in the parameters, or compare the items above on "
            "the vendor's screen and attest it.",
        )
    decimal = text_option(context, "decimal")
    if decimal not in ("", ".", ","):
        return _no_list(f"The decimal sign {shown(decimal)!r} is none.", "Give . or , or nothing.")
    try:
        return read_vendor_list(path, _columns(context, decimal))
    except TableError as error:
        message = f"{shown(path.replace(chr(92), '/').rsplit('/', 1)[-1])}: {error}"
        return _no_list(message, "Correct this, then run the step again. Nothing was compared.")


def _columns(context: CheckContext, decimal: str) -> Columns:
    return Columns(
        sku=text_option(context, "sku_column"),
        name=text_option(context, "name_column"),
        price=text_option(context, "price_column"),
        unit=text_option(context, "unit_column"),
        accounts=tuple(list_option(context, "account_columns")),
        sheet=text_option(context, "sheet"),
        decimal=decimal,
    )


def _no_list(message: str, remedy: str) -> Finding:
    return Finding(Verdict.INCONCLUSIVE, "Vendor's list", message, remedy=remedy, who="engineer")


def _read(
    vendor: VendorList,
    items: Sequence[StoreItem],
    chosen: Sequence[str],
    evidence: tuple[Evidence, ...],
) -> Finding:
    """Say what was compared; a list with rows without SKU is a reason to look."""
    scope = f"Compared: {named(map(shown, chosen))}." if chosen else "Compared: all."
    without = len(vendor.without_sku)
    left_out = f" {counted(without, 'row has', 'rows have')} no SKU: " * bool(without)
    rows = named(map(str, vendor.without_sku)) + "." if without else ""
    return Finding(
        Verdict.WARN if without else Verdict.PASS,
        "Items read",
        f"{counted(len(vendor.items), 'item')} in {shown(vendor.file)}, "
        f"{counted(sum(bool(item.sku) for item in items), 'item with SKU', 'items with SKU')} "
        f"read from the store. {scope}{left_out}{rows}",
        remedy="Give these rows a SKU in the list's source, or leave them out." * bool(without),
        who="engineer" if without else "",
        data={"list": len(vendor.items), "store": len(items), "without_sku": without},
        evidence=evidence[-KEPT_EVIDENCE:],
    )


def _store_side(
    items: Sequence[StoreItem], chosen: Sequence[str], evidence: tuple[Evidence, ...]
) -> Iterator[Finding]:
    """Show the chosen items as the store has them, for a person who compares them on screen."""
    times = Counter(item.sku for item in items)
    for sku in chosen:
        item = next((item for item in items if item.sku == sku), None)
        kept = tuple(entry for entry in evidence if entry.status != 200) or evidence[:1]
        if item is None or times[sku] > 1:
            said = "is not in the store" if item is None else f"stands on {times[sku]} items"
            yield Finding(
                Verdict.FAIL,
                f"Item {shown(sku)}",
                f"{shown(sku)} {said}.",
                remedy="In BigCommerce, open Products and give one item this SKU.",
                who="merchant",
                evidence=kept,
            )
        else:
            message = f"{shown(sku)}: {shown(item.name)}, price {item.price}."
            data = {"sku": shown(sku), "name": shown(item.name), "price": str(item.price)}
            yield Finding(Verdict.PASS, f"Item {shown(sku)}", message, data=data, evidence=kept)


def _to_confirm(context: CheckContext, vendor: VendorList, chosen: Sequence[str]) -> Finding:
    """Show unit of measure and accounts where the list has them; else say what to look up."""
    title = "Unit of measure and default accounts"
    compared = [item for item in vendor.items if not chosen or item.sku in chosen]
    columns = [(vendor.unit_column, [item.unit for item in compared])] if vendor.unit_column else []
    for at, name in enumerate(vendor.account_columns):
        columns.append((name, [item.accounts[at] for item in compared]))
    if not columns:
        wanted = "; ".join(list_option(context, "confirm") or CONFIRM)
        return Finding(
            Verdict.WARN,
            title,
            "The list tells neither.",
            remedy=f"Look these up for the items in {context.runbook.title}: {wanted}.",
            who="engineer",
        )
    told = {
        shown(name): Counter(shown(value) or "(empty)" for value in values)
        for name, values in columns
    }
    words = (
        f"{name}: {named(f'{value} ({times})' for value, times in seen.most_common())}"
        for name, seen in told.items()
    )
    data = {name: dict(seen.most_common(20)) for name, seen in told.items()}
    return Finding(Verdict.PASS, title, f"For a person to confirm: {'; '.join(words)}.", data=data)
