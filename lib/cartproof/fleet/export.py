"""Tables as files: CSV for programs and people, XLSX with a sheet for each."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pandas as pd

from cartproof.errors import ParameterError
from cartproof.fleet.table import without_formulas
from cartproof.run.folders import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

WORKBOOK = "fleet.xlsx"


def export(tables: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Write each table as CSV, and all of them as one XLSX; no cell of them is a formula.

    Raises:
        ParameterError: The folder cannot be written to.
    """
    safe = {name: without_formulas(frame) for name, frame in tables.items()}
    contents = {f"{name}.csv": _csv(frame) for name, frame in safe.items()}
    contents[WORKBOOK] = _xlsx(safe)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            write_whole(folder / name, content)
    except OSError as error:
        raise ParameterError(f"{folder} cannot be written to: {error.strerror}.") from error
    return [folder / name for name in contents]


def _csv(frame: pd.DataFrame) -> bytes:
    return str(frame.to_csv(index=False)).encode("utf-8-sig")


def _xlsx(tables: Mapping[str, pd.DataFrame]) -> bytes:
    made = io.BytesIO()
    with pd.ExcelWriter(made, engine="openpyxl") as writer:
        for name, frame in tables.items():
            frame.to_excel(writer, sheet_name=name, index=False, freeze_panes=(1, 0))
    return made.getvalue()
