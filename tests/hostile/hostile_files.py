"""Lists of items that attack: what a vendor's export, or who sends it along, can put in a cell."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

HEADER = ("SKU", "Description", "Unit price", "Unit of measure", "Income account")
LONGEST = 10_000_000
_FILLED_IN = "to be ten megabytes long"


def rows_of(attacks: Sequence[str]) -> list[tuple[str, ...]]:
    """Return one row per attack, which stands in each of its cells."""
    kept = [text.replace("\0", "").encode("utf-8", "replace").decode() for text in attacks]
    return [(f"{text}{n}", text, "=1+1", text, text) for n, text in enumerate(kept)]


def write_csv(path: Path, attacks: Sequence[str]) -> None:
    """Write the attacks as CSV, line breaks and escape codes as they are."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *rows_of(attacks)])


def write_xlsx(path: Path, attacks: Sequence[str]) -> None:
    """Write the attacks as a workbook: formulas are ones, and one text has ten megabytes."""
    book = Workbook()
    sheet = book.active
    for row in [HEADER, *rows_of(attacks), (_FILLED_IN,) * len(HEADER)]:
        sheet.append(
            [re.sub(r"[\x00-\x1f]", lambda hit: f"_x{ord(hit[0]):04X}_", cell) for cell in row]
        )
    made = io.BytesIO()
    book.save(made)
    with zipfile.ZipFile(made) as packed, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as whole:
        for part in packed.infolist():
            content = packed.read(part)
            whole.writestr(part, content.replace(_FILLED_IN.encode(), b"x" * LONGEST))
