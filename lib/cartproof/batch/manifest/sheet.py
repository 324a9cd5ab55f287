"""A manifest's file as rows of cells, each as it stands there: nothing is guessed to be a type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cartproof.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 200
Kind = Literal["csv", "xlsx", "yaml"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row.

    Attributes:
        place: Where it stands, in words: `row 7`, `line 12`.
        cells: What stands in its columns; texts in CSV, whatever it is in XLSX and YAML.
    """

    place: str
    cells: Mapping[str, Any]


@dataclass(slots=True)
class Sheet:
    """What a file holds.

    Attributes:
        columns: Their names, in order.
        problems: What is wrong with its form, each with its place.
    """

    path: Path
    kind: Kind
    columns: tuple[str, ...] = ()
    entries: list[Entry] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def bytes_of(path: Path) -> bytes:
    """Return a manifest's bytes.

    Raises:
        ManifestError: There is no such file, it cannot be read, is empty or too large.
    """
    try:
        if not path.is_file():
            raise ManifestError(f"There is no manifest {path}.")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise ManifestError(f"{path} has {size:,} bytes; a manifest has at most 10 MB.")
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, ManifestError):
            raise
        reason = getattr(error, "strerror", None) or "not a path"
        raise ManifestError(f"The manifest {path} cannot be read: {reason}.") from error
    if not content.strip():
        raise ManifestError(f"The manifest {path} is empty. Its first row names the columns.")
    return content


def check_size(path: Path, *, rows: int, columns: int) -> None:
    """Refuse a table that is larger than any manifest.

    Raises:
        ManifestError: It has too many rows or columns.
    """
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise ManifestError(
            f"{path} has {rows:,} rows and {columns} columns; a manifest has at most "
            f"{MOST_ROWS:,} and {MOST_COLUMNS}. Split it."
        )


def column_names(header: Iterable[Any]) -> tuple[tuple[str, ...], list[str]]:
    """Return the columns' names without what spreadsheets put around them, and what is wrong."""
    names, problems = [], []
    for at, cell in enumerate(header, start=1):
        name = cell.strip().casefold().replace(" ", "_") if isinstance(cell, str) else ""
        if not name:
            problems.append(f"row 1: column {letter(at)} has no name")
        elif name in names:
            problems.append(f"row 1: the column {name!r} is there twice")
        names.append(name)
    return tuple(names), problems


def letter(number: int) -> str:
    """Return a column's letter as spreadsheets have it: 1 is A, 27 is AA."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def looks_like_header(cells: Iterable[Any], is_known: Callable[[str], bool]) -> int:
    """Return how many of a row's cells are names of columns."""
    return sum(is_known(name) for name in column_names(cells)[0])
