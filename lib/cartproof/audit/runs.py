"""The runs so far: what the `record.json` files below a folder say, as a table.

Nothing in a folder is trusted to have the right form; what is no record is counted and left out.
The signatures are not looked at: this is an overview, and `cartproof audit verify` is the proof.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from cartproof.audit.envelope import opened
from cartproof.audit.publishing import RECORD
from cartproof.run.folders import RUNS_VARIABLE
from cartproof.runbook.loader import runbooks_folder

SHOWN = 50
LARGEST = 5_000_000
"""Bytes of a record; the usual one has some tens of thousands."""
_DEPTH = 4
_LONGEST = 80
_KEPT = ("filed_at", "customer", "runbook", "verdict")
_HEAD = ("filed (UTC)", "customer", "integration", "verdict", "report")
_MARKS = {"verified": "✓", "failed": "✗", "incomplete": "?"}


@dataclass(frozen=True, slots=True)
class RunSeen:
    """One run as its record tells it; each text is short and printable."""

    filed_at: str
    customer: str
    runbook: str
    verdict: str
    folder: Path


@dataclass(frozen=True, slots=True)
class RunsSeen:
    """The runs below a folder, the newest first.

    Attributes:
        unreadable: How many files called `record.json` hold no record.
    """

    folder: Path
    runs: tuple[RunSeen, ...]
    unreadable: int = 0

    def __repr__(self) -> str:
        """Return the table in plain text."""
        lines = ["  ".join(_cells(run)) for run in self.runs[:SHOWN]]
        return "\n".join([*lines, self._rest()])

    def _repr_html_(self) -> str:
        head = "".join(f'<th style="text-align:left">{name}</th>' for name in _HEAD)
        rows = "".join(_html_row(run) for run in self.runs[:SHOWN])
        rest = f"<p>{escape(self._rest())}</p>"
        return f"<table><tr>{head}</tr>{rows}</table>{rest}" if rows else rest

    def _rest(self) -> str:
        if not self.runs and not self.unreadable:
            return f"No runs yet in {self.folder}."
        more = max(0, len(self.runs) - SHOWN)
        parts = [
            f"{len(self.runs)} runs in {self.folder}",
            f"{more} older ones not shown" if more else "",
            f"{self.unreadable} record files could not be read" if self.unreadable else "",
        ]
        return f"{'; '.join(filter(None, parts))}."


def runs_so_far(folder: str | Path = "") -> RunsSeen:
    """Return the runs whose records lie below a folder.

    Args:
        folder: Where runs are filed; empty for the folder that `cartproof lab` names, else `runs`
            here where it holds records, else `runs` beside the runbooks.
    """
    place = Path(folder).expanduser() if folder else _usual_folder()
    runs: list[RunSeen] = []
    unreadable = 0
    for path in _records(place):
        try:
            runs.append(_seen(path))
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            unreadable += 1
    runs.sort(key=lambda run: run.filed_at, reverse=True)
    return RunsSeen(place, tuple(runs), unreadable)


def _usual_folder() -> Path:
    if RUNS_VARIABLE in os.environ:
        return Path(os.environ[RUNS_VARIABLE])
    here, beside = Path("runs"), runbooks_folder().parent / "runs"
    return next((place for place in (here, beside) if any(_records(place))), beside)


def _records(place: Path) -> Iterator[Path]:
    """Yield the record files, not following links and no deeper than runs are filed."""
    for found, folders, files in os.walk(place):
        depth = len(Path(found).relative_to(place).parts)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if depth >= _DEPTH - 1:
            folders.clear()
        if RECORD in files:
            yield Path(found) / RECORD


def _seen(path: Path) -> RunSeen:
    if not path.is_file() or path.stat().st_size > LARGEST:
        raise ValueError("no record")
    predicate = opened(path.read_bytes())["predicate"]["cartproof"]
    if not isinstance(predicate, Mapping):
        raise TypeError("no record")
    texts = {name: _text(predicate[name]) for name in _KEPT}
    return RunSeen(folder=path.parent, **texts)


def _text(value: Any) -> str:
    """Return a value as a short line that can steer neither terminal nor page.

    Raises:
        TypeError: It is no text.
    """
    if not isinstance(value, str):
        raise TypeError("no text")
    plain = "".join(character if character.isprintable() else "�" for character in value)
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"


def _cells(run: RunSeen) -> tuple[str, ...]:
    verdict = f"{_MARKS.get(run.verdict, '?')} {run.verdict}"
    return (run.filed_at, run.customer, run.runbook, verdict, str(run.folder / "report.html"))


def _html_row(run: RunSeen) -> str:
    cells = "".join(f'<td style="text-align:left">{escape(cell)}</td>' for cell in _cells(run))
    return f"<tr>{cells}</tr>"
