"""A table for people: text in a terminal, HTML on a page, CSV that no spreadsheet executes."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from cartproof.checks.shown import FORMULA_STARTS

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN = 100
_STARTS_A_FORMULA = (*FORMULA_STARTS, "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Table:
    """A DataFrame with what it shows in words.

    Attributes:
        caption: What the table shows.
        empty: What it means that there is no line.
    """

    frame: pd.DataFrame
    caption: str
    empty: str

    def __repr__(self) -> str:
        """Return the table in plain text."""
        if self.frame.empty:
            return f"{self.caption}: {self.empty}"
        text = self.frame.head(SHOWN).to_string(index=False)
        return "\n".join(filter(None, (self.caption, text, self._rest())))

    def _repr_html_(self) -> str:
        if self.frame.empty:
            return f"<p><strong>{escape(self.caption)}:</strong> {escape(self.empty)}</p>"
        return "".join(self._html())

    def _html(self) -> Iterator[str]:
        yield f"<table><caption>{escape(self.caption)}</caption><thead><tr>"
        for name in self.frame.columns:
            yield f'<th scope="col" style="text-align:left">{escape(_words(name))}</th>'
        yield "</tr></thead><tbody>"
        for line in self.frame.head(SHOWN).itertuples(index=False):
            cells = (f'<td style="text-align:left">{escape(_cell(value))}</td>' for value in line)
            yield f"<tr>{''.join(cells)}</tr>"
        yield "</tbody></table>"
        yield f"<p>{escape(self._rest())}</p>" if self._rest() else ""

    def _rest(self) -> str:
        more = len(self.frame) - SHOWN
        return f"{more} more are in the exported tables." if more > 0 else ""


def without_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose texts no spreadsheet takes for a formula: a `'` stands before them."""
    return frame.map(_harmless).rename(columns=_harmless)


def _harmless(value: Any) -> Any:
    if isinstance(value, str) and value.lstrip(" ").startswith(_STARTS_A_FORMULA):
        return f"'{value}"
    return value


def _words(name: Any) -> str:
    return str(name).replace("_", " ")


def _cell(value: Any) -> str:
    if pd.isna(value):
        return "–"
    return f"{value:g}" if isinstance(value, float) else str(value)
