"""Cells of a row, read as what their column wants; what is not that is told, never guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cartproof.batch.manifest.sheet import Kind
from cartproof.errors import RunbookError
from cartproof.runbook.document import parsed
from cartproof.store.pasted import shown

LONGEST_TAG = 60
_KINDS = {bool: "TRUE or FALSE", int: "a number", float: "a number"}
_REMEDIES: Mapping[Kind, str] = {
    "xlsx": "Format the column as Text and type it anew: 00123 and 12e4567890 lose their form",
    "yaml": "Put it in quotes",
    "csv": "",
}


class Cells:
    """The cells of one row, with a list of what is wrong with them."""

    def __init__(self, place: str, cells: Mapping[str, Any], kind: Kind) -> None:
        self.place = place
        self.problems: list[str] = []
        self.trimmed: list[str] = []
        self._cells = cells
        self._kind = kind

    def wrong(self, column: str, message: str) -> None:
        """Keep what is wrong with a column's cell."""
        self.problems.append(f"{self.place}, {column}: {message}")

    def is_empty(self, column: str) -> bool:
        """Tell whether nothing stands there."""
        cell = self._cells.get(column)
        return cell is None or (isinstance(cell, str) and not cell.strip())

    def text(self, column: str) -> str:
        """Return a text; empty, with a problem kept, for what is none."""
        if self.is_empty(column):
            return ""
        cell = self._cells[column]
        if not isinstance(cell, str):
            self.wrong(column, not_text(cell, self._kind))
            return ""
        return self._trimmed(column, cell)

    def needed(self, column: str, what: str) -> str:
        """Return a text that must be there."""
        if self.is_empty(column):
            self.wrong(column, f"is empty. Give {what}")
        return self.text(column)

    def parameter(self, column: str, *, is_text: bool) -> Any:
        """Return a parameter's cell as it stands; None for an empty one and a wrong number."""
        if self.is_empty(column):
            return None
        cell = self._cells[column]
        if is_text and not isinstance(cell, str):
            self.wrong(column, not_text(cell, self._kind))
            return None
        return self._trimmed(column, cell) if isinstance(cell, str) else cell

    def tags(self) -> tuple[str, ...]:
        """Return the tags: a list, or a text with commas or semicolons between them."""
        cell = self._cells.get("tags")
        listed = cell if isinstance(cell, list) else _parted(self.text("tags"))
        found = dict.fromkeys(tag.strip() for tag in listed if isinstance(tag, str) and tag.strip())
        if not all(isinstance(tag, str) for tag in listed):
            self.wrong("tags", "each tag is a text")
        for tag in found:
            if len(tag) > LONGEST_TAG or not tag.isprintable():
                self.wrong("tags", f"{shown(tag)!r} is no short, printable word")
        return tuple(found)

    def mapping(self, path: Path) -> Mapping[str, Any]:
        """Return the column `parameters`: a mapping, or the JSON or YAML text of one."""
        cell = self._cells.get("parameters")
        if isinstance(cell, str) and cell.strip():
            try:
                document = parsed(cell, path, noun="mapping of parameters")
            except RunbookError:
                self.wrong("parameters", 'is neither JSON nor YAML; write {"name": value}')
                return {}
            cell = document.data
            self.problems += [f"{self.place}, parameters: {p.message}" for p in document.problems]
        if cell is None or cell == "":
            return {}
        if not isinstance(cell, dict):
            self.wrong("parameters", 'is no mapping; write {"name": value}')
            return {}
        return cell

    def others(self, known: frozenset[str]) -> Iterator[str]:
        """Yield the filled columns that are not among the known ones."""
        yield from (name for name in self._cells if name not in known and not self.is_empty(name))

    def _trimmed(self, column: str, cell: str) -> str:
        text = cell.strip(" \t\r\n\xa0")
        if text != cell:
            self.trimmed.append(column)
        return text


def _parted(text: str) -> list[Any]:
    return [*text.replace(";", ",").split(",")]


def not_text(cell: Any, kind: Kind) -> str:
    """Say that a cell holds something else than text, and what to do about it."""
    found = _KINDS.get(type(cell), "a date" if hasattr(cell, "year") else "no text")
    told = f" ({shown(str(cell))})" if type(cell) in (int, float) else ""
    remedy = _REMEDIES[kind]
    return f"is {found}{told}, and this column is text. {remedy}".rstrip(". ")
