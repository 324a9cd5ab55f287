"""A table as spreadsheets write it, read as text: nothing in it is guessed to be a number.

CSV in UTF-8, UTF-16 or Windows-1252, with or without a byte order mark, separated by `,` `;` tab
or `|`. XLSX: the values that were last computed and, where a cell holds a formula, that it does.
"""

from __future__ import annotations

import codecs
import csv
import io
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartproof.errors import CartproofError
from cartproof.store.pasted import shown as without_long_runs

if TYPE_CHECKING:
    import pandas as pd

MOST_BYTES = 50 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 500
HEADER_WITHIN = 20
"""The header is looked for in this many rows: exports put titles above it."""
Row = Sequence[str]
IsHeader = Callable[[Row], bool]
Wanted = Callable[[Row], list[int]]


class TableError(CartproofError):
    """Report a file that cannot be read as a table; the message says why and what to do."""


class Formula(str):
    """The text of a cell that holds a formula: what it last came to, or the formula itself."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Table:
    """The wanted columns of a table.

    Attributes:
        header: All column names, as they stand in the header row.
        rows: Number of each row, as spreadsheets count them, and its wanted cells.
    """

    header: Row
    rows: list[tuple[int, Row]]


def read_table(path: Path, *, is_header: IsHeader, wanted: Wanted, sheet: str = "") -> Table:
    """Read the wanted columns of a file.

    Args:
        path: A CSV or XLSX file; which of them it is, its first bytes say.
        is_header: Tells whether a row is the header.
        wanted: Given the header, returns the places of the columns to read.
        sheet: Name of an XLSX's sheet; empty: the first one with a header.

    Raises:
        TableError: There is no such file, it is too large, or no such table.
    """
    from cartproof.checks.workbook import read_workbook  # noqa: PLC0415 - openpyxl is slow to load

    content = _content(path)
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return read_workbook(content, is_header=is_header, wanted=wanted, sheet=sheet)
    return _read_csv(decoded(content), is_header, wanted)


def _content(path: Path) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise TableError("It is no file. Give the path of the exported list.")
        if status.st_size > MOST_BYTES:
            raise TableError("It is larger than 50 MB. Export fewer columns, or fewer items.")
        content = path.read_bytes()
    except (OSError, ValueError) as exc:
        reason = getattr(exc, "strerror", None) or "not a path"
        raise TableError(f"It cannot be opened: {reason}. Check the path.") from exc
    if not content.strip():
        raise TableError("It is empty. Export the list again.")
    return content


def decoded(content: bytes) -> str:
    """Return the text of a CSV file, in whichever encoding a spreadsheet wrote it.

    Raises:
        TableError: The bytes are no text.
    """
    encodings = ["utf-8-sig", "cp1252"]
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif content[1:2] == b"\0":
        encodings = ["utf-16-le"]
    elif content[:1] == b"\0":
        encodings = ["utf-16-be"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise TableError("It is neither a CSV nor an XLSX file. Export the list as one of these.")


def _read_csv(text: str, is_header: IsHeader, wanted: Wanted) -> Table:
    marked = text[:5].lower() == "sep=" + text[4:5].lower() and text[4:5] in (",", ";", "\t", "|")
    separators = text[4] if marked else ",;\t|"
    found: tuple[int, Row, str] | None = None
    for separator in separators:
        top = _records(text[: 256 * 1024], separator, HEADER_WITHIN + 1)
        for at, row in enumerate(top):
            if is_header(row) and (found is None or len(row) > len(found[1])):
                found = (at, row, separator)
    if found is None:
        raise no_header(_widest(text, separators))
    at, header, separator = found
    return Table(header, _rows(text, separator, at, wanted(header)))


def no_header(seen: Row) -> TableError:
    """Return the error for a table without the SKU column, naming what its first row holds."""
    names = ", ".join(without_long_runs(name) for name in seen[:20] if name.strip())
    return TableError(
        f"None of its first {HEADER_WITHIN} rows names the SKU column. It begins with: "
        f"{names or 'nothing'}. Say in the parameters what the column is called."
    )


def _widest(text: str, separators: str) -> Row:
    tops = (_records(text[: 64 * 1024], separator, 1) for separator in separators)
    return max((top[0] for top in tops if top), key=len, default=[])


def _records(text: str, separator: str, most: int) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    records = []
    try:
        for record in reader:
            records.append(record)
            if len(records) >= most:
                break
    except csv.Error:
        return records
    return records


def _rows(text: str, separator: str, header_at: int, columns: list[int]) -> list[tuple[int, Row]]:
    width = _checked_width(text, separator)
    places = sorted(set(columns))
    frame = _frame(text, separator, width, places)
    order = [places.index(column) for column in columns]
    cells: list[tuple[Any, ...]] = list(frame.itertuples(index=False, name=None))
    return [
        (number, [str(row[place]) for place in order])
        for number, row in enumerate(cells, start=1)
        if number > header_at + 1 and any(map(str.strip, map(str, row)))
    ]


def _frame(text: str, separator: str, width: int, places: list[int]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - slow to load, and few runs read a list

    try:
        return pd.read_csv(
            io.StringIO(text, newline=""),
            sep=separator,
            header=None,
            names=list(range(width)),
            usecols=places,
            index_col=False,
            dtype=str,
            keep_default_na=False,
            na_filter=False,
            skip_blank_lines=False,
        )
    except (ValueError, OverflowError) as exc:
        raise TableError("A quote in it is opened and never closed. Export it again.") from exc


def _checked_width(text: str, separator: str) -> int:
    """Return how many columns the widest row has; pandas would take more for an index."""
    width = 0
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        for number, row in enumerate(reader, start=1):
            width = max(width, len(row))
            check_size(number, width)
    except csv.Error as exc:
        raise TableError(f"It is no CSV file: {exc}. Export the list again.") from exc
    return width


def check_size(rows: int, columns: int) -> None:
    """Refuse a table that is larger than any list of items.

    Raises:
        TableError: It has more than 200,000 rows or 500 columns.
    """
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise TableError(
            f"It has more than {MOST_ROWS:,} rows or {MOST_COLUMNS} columns. Export fewer."
        )
