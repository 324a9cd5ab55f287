"""One line of the results: a row of the manifest with what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cartproof.run.folders import run_folder

if TYPE_CHECKING:
    from cartproof.batch.state import RowState

NOT_RUN = "not-run"
_WAITS = "It waits for its run: the batch did not come to its end."


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its outcome; `not-run` stands for none yet.

    Attributes:
        exit: Exit status of the run; None without one.
        folder: Folder of its files, from the results' own folder on; empty without one.
    """

    number: int
    place: str
    customer: str
    runbook: str
    tags: tuple[str, ...]
    verdict: str
    exit: int | None
    run_id: str
    started: str
    finished: str
    seconds: float
    folder: str
    causes: tuple[str, ...]
    reasons: tuple[str, ...]
    changes: tuple[str, ...]


def line_of(number: int, row: RowState) -> Line:
    """Return the line of a row."""
    outcome = row.outcome
    return Line(
        number=number,
        place=row.place,
        customer=row.customer,
        runbook=row.runbook,
        tags=row.tags,
        verdict=outcome.verdict if outcome else NOT_RUN,
        exit=outcome.exit if outcome else None,
        run_id=row.run_id if outcome else "",
        started=outcome.started if outcome else "",
        finished=outcome.finished if outcome else "",
        seconds=outcome.seconds if outcome else 0.0,
        folder=_folder(row) if outcome and outcome.folder else "",
        causes=outcome.causes if outcome else (),
        reasons=outcome.reasons if outcome else (_WAITS,),
        changes=outcome.changes if outcome else (),
    )


def _folder(row: RowState) -> str:
    place = run_folder(Path(), customer=row.customer, runbook_id=row.runbook, run_id=row.run_id)
    return place.as_posix()
