"""What killed processes leave half-written, cleared away once nobody will go on with it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from cartproof.audit.line import is_abandoned
from cartproof.batch.staging import clear
from cartproof.filing import JOURNAL
from cartproof.run.folders import run_folder
from cartproof.run.journal import is_held

if TYPE_CHECKING:
    from cartproof.batch.state import RowState


def left_by(out: Path) -> frozenset[str]:
    """Return the ids of runs of which a hidden folder is left, whatever became of them since."""
    return frozenset(path.name[1:].partition(".")[0] for path in out.glob(".*.part"))


def clear_away(out: Path, rows: Iterable[RowState], *, names: Iterable[str] = ()) -> None:
    """Delete what runs that were cut off, and results that were being written, left in `out`.

    A run's journal stays where its next try finds it; what a living process holds stays as well.

    Args:
        out: Folder of all runs.
        rows: Rows that were cut off, with the ids of their runs.
        names: Names of the results' files that may have been cut off.
    """
    for name in names:
        for part in out.glob(f".{name}.*.part"):
            part.unlink(missing_ok=True)
    for row in rows:
        place = run_folder(out, customer=row.customer, runbook_id=row.runbook, run_id=row.run_id)
        found = [*place.parent.glob(f".{row.run_id}.*"), *out.glob(f".{row.run_id}*.part")]
        for folder in found:
            if is_abandoned(folder) and is_held(folder / JOURNAL) is False:
                clear(folder, is_journal_kept=folder.suffix == ".filing")
