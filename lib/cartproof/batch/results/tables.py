"""Results as CSV for spreadsheets and as JSON for programs."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cartproof.batch.results.line import Line

COLUMNS = (
    "number",
    "place",
    "customer",
    "runbook",
    "tags",
    "verdict",
    "exit",
    "run_id",
    "started",
    "finished",
    "seconds",
    "folder",
    "causes",
    "reasons",
    "changes",
)
_FORMULA = "=+-@\t\r\n＝＋－＠"
_LONGEST_CELL = 30_000  # a spreadsheet's cell takes 32,767 characters


def as_csv(lines: Iterable[Line]) -> bytes:
    """Return the results as CSV with a byte order mark, by which Excel reads them as UTF-8.

    No cell can be taken for a formula: what begins like one gets an apostrophe in front.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow([_cell(value) for value in asdict(line).values()])
    return text.getvalue().encode("utf-8-sig", "backslashreplace")


def as_json(lines: Sequence[Line], facts: dict[str, Any]) -> bytes:
    """Return the results as JSON.

    Args:
        lines: The rows.
        facts: What is said of the batch as a whole.
    """
    counts = Counter(line.verdict for line in lines)
    told = {
        "schema": 1,
        **facts,
        "counts": dict(sorted(counts.items())),
        "rows": [asdict(line) for line in lines],
    }
    text = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    return text.encode("utf-8", "backslashreplace")


def _cell(value: Any) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = "; ".join(value) if isinstance(value, tuple) else str(value)
    text = "".join(c if c.isprintable() or c in "\t\r\n" else "�" for c in text)[:_LONGEST_CELL]
    return f"'{text}" if text.lstrip(" \u00a0").startswith(tuple(_FORMULA)) else text
