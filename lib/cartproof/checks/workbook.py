"""XLSX workbooks: the wanted columns of one sheet, within limits, and never a formula executed."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import openpyxl

from cartproof.checks.money import StoredNumber
from cartproof.checks.table import (
    HEADER_WITHIN,
    MOST_COLUMNS,
    Formula,
    IsHeader,
    Row,
    Table,
    TableError,
    Wanted,
    check_size,
    no_header,
)

MOST_UNPACKED = 400 * 1024 * 1024
MOST_SHARED = 100 * 1024 * 1024
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DAMAGED = "It is damaged, or no XLSX workbook. Open it in Excel and save it as .xlsx again."


def read_workbook(content: bytes, *, is_header: IsHeader, wanted: Wanted, sheet: str) -> Table:
    """Read the wanted columns of a workbook's sheet; `read_table` says what the arguments are.

    Raises:
        TableError: It has a password, is of the old format, damaged, too large, or no such table.
    """
    _refuse_old_forms(content)
    try:
        has_formulas = _checked_parts(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which are not read
            return _read(content, is_header, wanted, sheet, has_formulas=has_formulas)
    except TableError:
        raise
    except Exception as exc:  # openpyxl raises anything for a damaged file
        raise TableError(_DAMAGED) from exc


def _refuse_old_forms(content: bytes) -> None:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        kind = "protected by a password" if _ENCRYPTED in content else "of the old .xls format"
        raise TableError(f"It is {kind}. Save it as .xlsx without a password.")


def _checked_parts(content: bytes) -> bool:
    """Look at what is packed before it is unpacked; tell whether any sheet has a formula."""
    has_formulas = False
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
        if "xl/workbook.xml" not in packed.namelist():
            raise TableError("It is no XLSX workbook. Export the list as .xlsx or .csv.")
        unpacked = sum(part.file_size for part in parts)
        shared = sum(part.file_size for part in parts if "sharedStrings" in part.filename)
        if unpacked > MOST_UNPACKED or shared > MOST_SHARED or len(parts) > 5000:
            raise TableError(
                f"It unpacks to {unpacked // 1024**2:,} MB in {len(parts)} parts, which no list of "
                "items does; it is not opened. Export the list again, or as .csv."
            )
        for part in parts:
            if part.filename.startswith("xl/worksheets/") and not has_formulas:
                has_formulas = _has_formula(packed, part)
    return has_formulas


def _has_formula(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    before = b""
    with packed.open(part) as stream:
        while piece := stream.read(1024 * 1024):
            if _FORMULA.search(before[-20:] + piece):
                return True
            before = piece
    return False


def _read(
    content: bytes, is_header: IsHeader, wanted: Wanted, sheet: str, *, has_formulas: bool
) -> Table:
    book = _opened(content, has_values=True)
    first_row: Row = []
    for worksheet in _sheets(book, sheet):
        top = [row for _, row in zip(range(HEADER_WITHIN), _cells(worksheet), strict=False)]
        texts = [[_text(cell) for cell in row] for row in top]
        at = next((place for place, row in enumerate(texts) if is_header(row)), None)
        if at is None:
            first_row = first_row or next((row for row in texts if any(row)), [])
            continue
        header = _trimmed(texts[at])
        columns = wanted(header)
        rows = list(_chosen(_cells(worksheet), columns, at))
        if has_formulas:
            formulas = _sheets(_opened(content, has_values=False), worksheet.title)[0]
            rows = list(_marked(rows, _cells(formulas), columns))
        return Table(header, [(number, row) for number, row in rows if any(row)])
    raise no_header(first_row)


def _opened(content: bytes, *, has_values: bool) -> Any:
    return openpyxl.load_workbook(
        io.BytesIO(content), read_only=True, data_only=has_values, keep_links=False
    )


def _sheets(book: Any, sheet: str) -> list[Any]:
    names = [each.title for each in book.worksheets]
    if sheet and sheet not in names:
        raise TableError(f"It has no sheet {sheet[:40]!r}; it has {', '.join(names)[:200]}.")
    return [each for each in book.worksheets if not sheet or each.title == sheet]


def _cells(worksheet: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the rows as they are, whatever size the sheet claims to have."""
    worksheet.reset_dimensions()
    for number, row in enumerate(worksheet.iter_rows(max_col=MOST_COLUMNS + 1), start=1):
        check_size(number, len(row) if row and row[-1].value not in (None, "") else 0)
        yield row


def _chosen(
    rows: Iterator[tuple[Any, ...]], columns: list[int], header_at: int
) -> Iterator[tuple[int, Row]]:
    for number, row in enumerate(rows, start=1):
        if number > header_at + 1:
            yield number, [_text(row[place]) if place < len(row) else "" for place in columns]


def _marked(
    rows: list[tuple[int, Row]], formulas: Iterator[tuple[Any, ...]], columns: list[int]
) -> Iterator[tuple[int, Row]]:
    """Mark the cells that hold a formula; without a value last computed they show it."""
    values = dict(rows)
    for number, cells in enumerate(formulas, start=1):
        if number in values:
            yield (
                number,
                [
                    Formula(text or _text(cells[place]))
                    if place < len(cells) and cells[place].data_type == "f"
                    else text
                    for text, place in zip(values[number], columns, strict=True)
                ],
            )


def _trimmed(row: Row) -> Row:
    last = max((place for place, text in enumerate(row) if text.strip()), default=-1)
    return row[: last + 1]


def _text(cell: Any) -> str:
    """Return a cell as Excel shows it in the plainest format; numbers with a decimal point."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        if "%" in str(cell.number_format):
            return f"{value * 100:.10g}%"
        return StoredNumber(_plain_number(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(getattr(value, "text", value))


def _plain_number(value: float) -> str:
    """Return a number with the 15 digits that Excel keeps, never with an exponent."""
    return str(value) if isinstance(value, int) else format(Decimal(f"{value:.15g}"), "f")
