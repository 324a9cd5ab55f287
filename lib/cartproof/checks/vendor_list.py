"""The vendor's exported list of items: SKU, description, unit price, and what else it tells."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cartproof.checks.money import Amount, read_amounts
from cartproof.checks.table import Formula, Row, TableError, read_table
from cartproof.store.pasted import shown as without_long_runs

_WORDS = re.compile(r"[\W_]+")
SKU_COLUMNS = ("SKU", "Item SKU", "SKU item code", "Item code")
NAME_COLUMNS = ("Description", "Item description", "Name", "Item name", "Product name")
PRICE_COLUMNS = ("Unit price", "Price", "Sales price")
UNIT_COLUMNS = ("Unit of measure", "UOM", "Unit")
ACCOUNT_COLUMNS = (
    "Income account", "Income", "Cost of goods sold account", "Cost of goods sold",
    "Stock asset account", "Stock asset",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """What the list's columns are called; an empty name stands for the usual ones.

    Attributes:
        accounts: Columns of default accounts.
        sheet: Name of an XLSX's sheet; empty: the first that names the SKU column.
        decimal: Decimal sign of the prices, `.` or `,`; empty: found from the column.
    """

    sku: str = ""
    name: str = ""
    price: str = ""
    unit: str = ""
    accounts: tuple[str, ...] = ()
    sheet: str = ""
    decimal: str = ""


@dataclass(frozen=True, slots=True)
class VendorItem:
    """One row of the list.

    Attributes:
        row: Its number, as spreadsheets count.
        is_formula: Whether the SKU's cell holds a formula.
    """

    row: int
    sku: str
    name: str
    price: Amount
    unit: str = ""
    accounts: tuple[str, ...] = ()
    is_formula: bool = False


@dataclass(frozen=True, slots=True)
class VendorList:
    """A list as read.

    Attributes:
        unit_column: The column of units of measure as the list calls it, empty without one.
        account_columns: The columns of default accounts as the list calls them.
        without_sku: Numbers of the rows that have no SKU.
    """

    file: str
    items: tuple[VendorItem, ...]
    has_names: bool
    unit_column: str = ""
    account_columns: tuple[str, ...] = ()
    without_sku: tuple[int, ...] = ()


def read_vendor_list(path: str, columns: Columns) -> VendorList:
    """Read a vendor's list; the SKU and price columns must be there.

    Raises:
        TableError: The file cannot be read, or a column is missing or there twice.
    """
    file = Path(path).expanduser()
    sku_names = _names(columns.sku, SKU_COLUMNS)
    table = read_table(
        file,
        is_header=lambda row: any(_plain(text) in sku_names for text in row),
        wanted=lambda header: [place for place in _places(header, columns) if place >= 0],
        sheet=columns.sheet,
    )
    return _list(file.name, table.header, table.rows, columns)


def _plain(text: str) -> str:
    return _WORDS.sub(" ", text).strip().casefold()


def _names(given: str, usual: Sequence[str]) -> list[str]:
    return [_plain(name) for name in ([given] if given else usual)]


def _places(header: Row, columns: Columns) -> list[int]:
    """Return the places of SKU, name, price, unit, accounts; -1 for one that is not there."""
    accounts = (
        [_place(header, name, (), "accounts") for name in columns.accounts]
        if columns.accounts
        else [place for place, text in enumerate(header) if _plain(text) in _USUAL_ACCOUNTS]
    )
    return [
        _place(header, columns.sku, SKU_COLUMNS, "SKU", is_needed=True),
        _place(header, columns.name, NAME_COLUMNS, "description", is_needed=bool(columns.name)),
        _place(header, columns.price, PRICE_COLUMNS, "price", is_needed=True),
        _place(header, columns.unit, UNIT_COLUMNS, "unit of measure"),
        *accounts,
    ]


_USUAL_ACCOUNTS = frozenset(_plain(name) for name in ACCOUNT_COLUMNS)


def _place(
    header: Row, given: str, usual: Sequence[str], what: str, *, is_needed: bool = False
) -> int:
    plain = [_plain(text) for text in header]
    for name in _names(given, usual):
        if plain.count(name) > 1:
            raise TableError(
                f"It has more than one column {without_long_runs(name)!r}. Rename one of them."
            )
        if name in plain:
            return plain.index(name)
    if is_needed:
        wanted = f"column {given[:40]!r}" if given else f"column for the {what}"
        there = ", ".join(without_long_runs(text) for text in header[:20] if text.strip())
        raise TableError(
            f"It has no {wanted}; it has {there}. Say in the parameters what it is called."
        )
    return -1


def _list(file: str, header: Row, rows: list[tuple[int, Row]], columns: Columns) -> VendorList:
    places = _places(header, columns)
    cell = _reader(places)
    prices = read_amounts((cell(row, 2) for _, row in rows), decimal=columns.decimal)
    accounts = [which for which, place in enumerate(places) if which >= 4 and place >= 0]
    items = [
        VendorItem(
            row=number,
            sku=cell(row, 0).strip(),
            name=cell(row, 1),
            price=price,
            unit=cell(row, 3).strip(),
            accounts=tuple(cell(row, which).strip() for which in accounts),
            is_formula=isinstance(cell(row, 0), Formula),
        )
        for (number, row), price in zip(rows, prices, strict=True)
    ]
    return VendorList(
        file=file,
        items=tuple(item for item in items if item.sku),
        has_names=places[1] >= 0,
        unit_column=header[places[3]] if places[3] >= 0 else "",
        account_columns=tuple(header[places[which]] for which in accounts),
        without_sku=tuple(item.row for item in items if not item.sku),
    )


def _reader(places: list[int]) -> Callable[[Row, int], str]:
    """Return what reads one of the wanted cells of a row, empty where its column is missing."""
    position = {place: at for at, place in enumerate(p for p in places if p >= 0)}
    return lambda row, which: row[position[places[which]]] if places[which] >= 0 else ""
