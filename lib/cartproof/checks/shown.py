"""Texts of files and stores as findings show them: one line, short, and never a formula.

Findings end up in CSV files and spreadsheets. A cell that starts with one of FORMULA_STARTS would
be executed there, so such a text gets an apostrophe before it, as Excel itself marks text.
"""

from __future__ import annotations

from collections.abc import Iterable

from cartproof.store.answers import plain

FORMULA_STARTS = "=+-@＝＋－＠"
NAMED = 10
"""How many entries of a list are named in a finding; the number of all is always given."""
LISTED = 200
"""How many entries of a list stand in a finding's data."""


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet would execute a text: its first visible character says so."""
    return plain(text, 1).startswith(tuple(FORMULA_STARTS))


def shown(text: str, length: int = 80) -> str:
    """Return a text of a file or a store on one line, cut, as text that nothing executes."""
    line = plain(text, length + 1)
    cut = line if len(line) <= length else f"{line[:length].rstrip()}…"
    return f"'{cut}" if cut.startswith(tuple(FORMULA_STARTS)) else cut


def named(texts: Iterable[str]) -> str:
    """Return a list in words: its first entries, and how many more there are."""
    every = list(texts)
    listed = ", ".join(every[:NAMED])
    return f"{listed} and {len(every) - NAMED} more" if len(every) > NAMED else listed


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun, `1 SKU` or `1,204 SKUs`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
