"""A manifest in CSV: in any encoding and with any separator that spreadsheets write."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from cartproof.batch.manifest.sheet import (
    Entry,
    Sheet,
    check_size,
    column_names,
    looks_like_header,
)
from cartproof.checks.table import TableError, decoded
from cartproof.errors import ManifestError

_SEPARATORS = ",;\t|"
_NAMES = frozenset({"customer", "runbook", "integration", "credentials"})


def read_csv(path: Path, content: bytes) -> Sheet:
    """Read a CSV file; row numbers are those that spreadsheets show.

    Raises:
        ManifestError: It is no CSV file, or does not begin with the names of its columns.
    """
    try:
        text = decoded(content)
    except TableError as error:
        raise ManifestError(f"{path} is neither CSV nor XLSX nor YAML text.") from error
    separator, text, skipped = _separator(path, text)
    records = _records(path, text, separator)
    columns, problems = column_names(records[0])
    sheet = Sheet(path, "csv", columns, problems=problems)
    for number, cells in enumerate(records[1:], start=2 + skipped):
        if any(cell.strip() for cell in cells):
            _take(sheet, f"row {number}", cells)
    check_size(path, rows=len(sheet.entries), columns=len(columns))
    return sheet


def _separator(path: Path, text: str) -> tuple[str, str, int]:
    """Return the separator, the text after a line `sep=;`, and how many lines that took."""
    first, newline, rest = text.partition("\n")
    mark = first.strip()
    if mark.lower().startswith("sep=") and mark[4:] in _SEPARATORS and newline:
        return mark[4:], rest, 1
    if mark.lower() == "sep=" and newline:  # a tab, which strip took
        return "\t", rest, 1
    found = {each: _known(first, each) for each in _SEPARATORS}
    best = max(found, key=lambda each: found[each])
    if not found[best]:
        raise ManifestError(
            f"{path}: the first row does not name the columns. Wanted are customer, runbook and "
            "credentials; more are store_hash, answers, tags, parameters, and one for each "
            "parameter of the runbooks."
        )
    return best, text, 0


def _known(line: str, separator: str) -> int:
    cells = next(csv.reader([line], delimiter=separator), [])
    return looks_like_header(cells, _NAMES.__contains__)


def _records(path: Path, text: str, separator: str) -> list[list[str]]:
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        return list(reader)
    except csv.Error as error:
        raise ManifestError(
            f"{path} is no whole CSV file: {error}. Is a quote opened and never closed?"
        ) from error


def _take(sheet: Sheet, place: str, cells: list[str]) -> None:
    width = len(sheet.columns)
    if len(cells) != width:
        kind = "more" if len(cells) > width else "fewer"
        sheet.problems.append(
            f"{place}: {len(cells)} cells, {kind} than the {width} columns. A cell that holds a "
            "separator stands in double quotes."
        )
        return
    named = zip(sheet.columns, cells, strict=True)
    sheet.entries.append(Entry(place, {name: cell for name, cell in named if name}))
