"""A manifest in XLSX, read by pandas: each cell as the type that the sheet gives it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartproof.batch.manifest.sheet import (
    Entry,
    Sheet,
    check_size,
    column_names,
    looks_like_header,
)
from cartproof.errors import ManifestError

if TYPE_CHECKING:
    import pandas as pd

_MOST_UNPACKED = 200 * 1024 * 1024


def read_xlsx(path: Path, content: bytes) -> Sheet:
    """Read the first sheet of an XLSX file.

    Raises:
        ManifestError: It cannot be read, is too large, or does not begin with column names.
    """
    frame = _frame(path, content)
    check_size(path, rows=len(frame), columns=len(frame.columns))
    rows = [list(cells) for cells in frame.itertuples(index=False, name=None)]
    header = _without_empty_end(rows[0]) if rows else []
    if not looks_like_header(header, {"customer", "runbook", "integration"}.__contains__):
        raise ManifestError(f"{path}: the first row of its first sheet does not name the columns.")
    columns, problems = column_names(header)
    sheet = Sheet(path, "xlsx", columns, problems=problems)
    for number, cells in enumerate(rows[1:], start=2):
        if any(map(_is_filled, cells)):
            _take(sheet, f"row {number}", cells)
    return sheet


def _frame(path: Path, content: bytes) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - slow to load, and most manifests are CSV

    try:
        _check_unpacked(path, content)
        return pd.read_excel(
            io.BytesIO(content), header=None, dtype=object, na_filter=False, engine="openpyxl"
        )
    except ManifestError:
        raise
    except Exception as error:  # whatever openpyxl and zipfile raise for a damaged file
        raise ManifestError(
            f"{path} cannot be read as XLSX ({type(error).__name__}). Save it anew as .xlsx."
        ) from error


def _check_unpacked(path: Path, content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(part.file_size for part in archive.infolist()) > _MOST_UNPACKED:
            raise ManifestError(f"{path} unpacks to more than 200 MB: that is no manifest.")


def _without_empty_end(cells: list[Any]) -> list[Any]:
    while cells and not _is_filled(cells[-1]):
        cells = cells[:-1]
    return cells


def _is_filled(cell: Any) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _take(sheet: Sheet, place: str, cells: list[Any]) -> None:
    width = len(sheet.columns)
    if any(map(_is_filled, cells[width:])):
        sheet.problems.append(f"{place}: a cell stands to the right of the last column's name")
    named = zip(sheet.columns, cells[:width], strict=False)
    sheet.entries.append(Entry(place, {name: cell for name, cell in named if name}))
