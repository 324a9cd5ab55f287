"""Load a manifest: read it, check each row as the runbooks declare, and tell everything at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from cartproof.batch.manifest.checking import ALIASES, COLUMNS, RowCheck
from cartproof.batch.manifest.csv_file import read_csv
from cartproof.batch.manifest.row import Manifest, Row
from cartproof.batch.manifest.sheet import Entry, Sheet, bytes_of
from cartproof.batch.manifest.xlsx_file import read_xlsx
from cartproof.batch.manifest.yaml_file import read_yaml
from cartproof.errors import ManifestError
from cartproof.runbook.wording import meant

MOST_TOLD = 200
_MOST_NAMED = 10
_YAML = (".yaml", ".yml")


def load_manifest(path: Path) -> Manifest:
    """Load a manifest; nothing is sent to a store.

    Args:
        path: A CSV, XLSX or YAML file. Relative paths in it start at its folder.

    Raises:
        ManifestError: It cannot be run; the message holds every problem with row and column.
    """
    sheet = _aliased(_read(path))
    check = RowCheck(sheet)
    rows = [check.row(entry) for entry in sheet.entries]
    problems = [*sheet.problems, *_columns(sheet, check.parameters), *check.problems]
    problems += check.undeclared()
    whole = [row for row in rows if row is not None]
    problems += _twice(whole)
    if not sheet.entries and not problems:
        problems = ["it names columns, and no customer"]
    if problems:
        raise ManifestError(_told(path, problems))
    notes = (*check.notes(), *_shared(whole))
    return Manifest(path, tuple(_keyed(whole)), notes)


def _read(path: Path) -> Sheet:
    content = bytes_of(path)
    if content.startswith(b"PK\x03\x04"):
        return read_xlsx(path, content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise ManifestError(f"{path} is an old .xls, or locked by a password. Save it as .xlsx.")
    return (read_yaml if path.suffix.lower() in _YAML else read_csv)(path, content)


def _aliased(sheet: Sheet) -> Sheet:
    """Return the sheet with its columns under the names that are used here."""
    for other, name in ALIASES.items():
        if other in sheet.columns and name in sheet.columns:
            sheet.problems.append(f"the columns {other!r} and {name!r} mean the same: keep one")
    entries = [
        Entry(entry.place, {ALIASES.get(name, name): cell for name, cell in entry.cells.items()})
        for entry in sheet.entries
    ]
    columns = tuple(ALIASES.get(name, name) for name in sheet.columns)
    return replace(sheet, columns=columns, entries=entries)


def _columns(sheet: Sheet, parameters: frozenset[str]) -> Iterator[str]:
    """Yield what is wrong with the names of the columns."""
    known = (*COLUMNS, *sorted(parameters))
    for name in sheet.columns:
        if name and name not in known:
            yield f"the column {name!r} is not known{meant(name, known)}"
    if sheet.kind != "yaml":
        for name in ("customer", "runbook", "credentials"):
            if name not in sheet.columns:
                yield f"there is no column {name!r}"


def _twice(rows: Iterable[Row]) -> Iterator[str]:
    first: dict[str, str] = {}
    for row in rows:
        if row.digest in first:
            yield f"{row.place}: the same as {first[row.digest]}, cell by cell. Delete one"
        first.setdefault(row.digest, row.place)


def _shared(rows: Iterable[Row]) -> Iterator[str]:
    """Yield one note on the rows that share a store, and so its quota."""
    groups = _grouped(rows, lambda row: row.store)
    several = {store: places for store, places in groups.items() if store and len(places) > 1}
    for store, places in list(several.items())[:_MOST_NAMED]:
        yield f"{_listed(places)} are of one store ({store}): they take turns, sharing its quota"
    if len(several) > _MOST_NAMED:
        yield f"and {len(several) - _MOST_NAMED} more stores with several rows"


def _grouped(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row.place)
    return groups


def _listed(places: list[str]) -> str:
    more = len(places) - _MOST_NAMED
    return ", ".join(places[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _keyed(rows: Iterable[Row]) -> Iterator[Row]:
    seen: Counter[tuple[str, str]] = Counter()
    for row in rows:
        seen[row.customer, row.runbook] += 1
        number = seen[row.customer, row.runbook]
        yield replace(row, key=f"{row.customer}\n{row.runbook}\n{number}")


def _told(path: Path, problems: list[str]) -> str:
    ended = (one if one.endswith((".", "?", "!")) else f"{one}." for one in problems)
    shown = [f"  {problem}" for problem in dict.fromkeys(ended)]
    more = len(shown) - MOST_TOLD
    lines = [*shown[:MOST_TOLD], *([f"  and {more} more."] if more > 0 else [])]
    count = f"{len(shown)} problem{'s' if len(shown) > 1 else ''}"
    return "\n".join([f"{path} cannot be run: {count}. Nothing was sent.", *lines])
