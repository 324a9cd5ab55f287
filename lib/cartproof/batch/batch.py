"""A batch from manifest to results: plan what is open, run it, write what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cartproof.audit.ledger import ledger_of
from cartproof.batch.job import CELL_TIMEOUT_S, NOTEBOOK_TIMEOUT_S, Job
from cartproof.batch.leftovers import clear_away, left_by
from cartproof.batch.results.writing import CSV, INDEX, JSON, JUNIT, Put, write_results
from cartproof.batch.runner import Listener, Planned, Runner
from cartproof.batch.selection import Selection, failures_allowed
from cartproof.batch.shelf import Shelf
from cartproof.batch.state import BatchState, Stage
from cartproof.batch.turns import StoreTurns
from cartproof.errors import UsageError
from cartproof.run.folders import write_whole
from cartproof.runbook.loader import load_runbook
from cartproof.secrets import config_folder

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from cartproof.batch.executor import Executor
    from cartproof.batch.interrupts import Interrupts
    from cartproof.batch.manifest.row import Manifest, Row
    from cartproof.batch.results.line import Line
    from cartproof.batch.state import RowState

_CHECKPOINT_S = 30.0
_SHARE = 20
"""Results so far are written in at most this fraction of the time: 1 in 20."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asked of a batch.

    Attributes:
        out: Folder of the runs and of the results.
        shelf: URL where they go instead of to `out`, which is then on the way; empty for none.
        ledger: File or URL of the ledger; empty for the one in `out`.
        resume: Go on with the last batch of this manifest in this place.
        max_failures: As it was given: a number, a share, or empty.
    """

    manifest: Manifest
    out: Path
    jobs: int
    ledger: str = ""
    shelf: str = ""
    resume: bool = False
    only: Selection = field(default_factory=Selection)
    max_failures: str = ""
    cell_timeout_s: int = CELL_TIMEOUT_S
    timeout_s: int = NOTEBOOK_TIMEOUT_S


@dataclass(frozen=True, slots=True)
class Ended:
    """How a batch came to its end.

    Attributes:
        lines: All rows, those of earlier runs of this batch as well.
        open: How many rows are still to be run.
    """

    batch: str
    lines: Sequence[Line]
    open: int
    was_interrupted: bool


Shown = Callable[[int], "AbstractContextManager[Listener]"]
"""Given how many rows will run, shows how they go on."""


def run_batch(
    wish: Wish,
    *,
    shown: Shown,
    executor: Callable[[int], Executor],
    interrupts: Interrupts,
) -> Ended:
    """Run a batch, or go on with one.

    Args:
        wish: What to run.
        shown: Shows how it goes on.
        executor: Makes what carries so many jobs out at once.
        interrupts: Tells when to stop.

    Raises:
        UsageError: There is nothing to go on with, or another batch writes to the same place.
    """
    turns = StoreTurns(config_folder() / "turns")
    place = wish.shelf or str(wish.out.absolute())
    if not turns.take(f"results in {place}"):
        raise UsageError(f"Another batch is writing to {place}. Wait for it, or give --out.")
    try:
        allowed = failures_allowed(wish.max_failures, wish.manifest.rows)
        state = _state(wish, place)
        planned = _planned(wish, state)
        results = _Results(wish, state)
        if planned:
            jobs = min(wish.jobs, len(planned))
            made = executor(jobs)
            with shown(len(planned)) as listener:
                runner = Runner(
                    state,
                    made,
                    turns,
                    listener,
                    jobs=jobs,
                    interrupts=interrupts,
                    max_failures=allowed,
                    checkpoint=results.now_and_then,
                )
                runner.run(planned)
            cut_off = partial(_was_cut_off, left=left_by(wish.out))
            clear_away(wish.out, filter(cut_off, state.rows()))
        return results.end(was_interrupted=interrupts.asked)
    finally:
        turns.give_back(f"results in {place}")


def _state(wish: Wish, place: str) -> BatchState:
    database = ledger_of(wish.out, wish.ledger).database
    manifest = wish.manifest
    if not wish.resume and not wish.only.needs_last_batch:
        chosen = [row for row in manifest.rows if wish.only.has(row)]
        if not chosen:
            raise UsageError("--only fits no row of the manifest.")
        return BatchState.create(database, manifest=manifest.path, place=place, planned=chosen)
    state = BatchState.last(database, manifest=manifest.path, place=place)
    if state is None:
        raise UsageError(
            f"There is no batch of {manifest.path} in {place} to go on with. "
            "Run it without --resume first, or name the --out and --ledger it had."
        )
    state.follow(manifest.rows, joins=wish.only.has)
    return state


def _planned(wish: Wish, state: BatchState) -> list[Planned]:
    """Return what is to be run now, having made rows wait again that were asked for anew."""
    states = list(state.rows())
    again = [row.key for row in states if row.stage is Stage.SETTLED and wish.only.again(row)]
    state.again(again)
    clear_away(
        wish.out,
        (row for row in states if row.stage is Stage.RUNNING),
        names=(INDEX, CSV, JSON, JUNIT),
    )
    rows = {row.key: row for row in wish.manifest.rows}
    return [
        _plan(wish, state, rows[each.key], "" if each.key in again else each.run_id)
        for each in states
        if each.key in again or wish.only.open(each)
    ]


def _was_cut_off(row: RowState, *, left: Container[str]) -> bool:
    """Tell whether a row came to its end by processes that died, the last of them or one before."""
    return row.outcome is not None and (not row.outcome.folder or row.run_id in left)


def _plan(wish: Wish, state: BatchState, row: Row, run_id: str) -> Planned:
    job = Job(
        runbook=row.runbook,
        customer=row.customer,
        credentials=row.credentials,
        store_hash=row.store_hash,
        parameters=row.parameters,
        answers=Path(row.answers) if row.answers else None,
        out=wish.out,
        cell_timeout_s=wish.cell_timeout_s,
        timeout_s=wish.timeout_s,
        run_id=run_id,
        ledger=wish.ledger,
        tags=row.tags,
        batch=state.batch,
        shelf=wish.shelf,
    )
    return Planned(row.key, job, row.shared)


class _Results:
    """Writes the results now and then, and at the end."""

    def __init__(self, wish: Wish, state: BatchState) -> None:
        self._state = state
        self._facts = {"manifest": wish.manifest.path.name, "started": state.started_at()}
        self._titles = dict(_titles(wish.manifest.rows))
        self._put: Put = Shelf(wish.shelf).put if wish.shelf else partial(_put, wish.out)
        self._due = time.monotonic() + _CHECKPOINT_S

    def now_and_then(self) -> None:
        """Write what is known so far, if that was long ago."""
        began = time.monotonic()
        if began < self._due:
            return
        self._write("This batch goes on: what is not settled yet is shown as not run.")
        took = time.monotonic() - began
        self._due = time.monotonic() + max(_CHECKPOINT_S, _SHARE * took)

    def end(self, *, was_interrupted: bool) -> Ended:
        """Write all, and keep when the batch ended if it did."""
        left = sum(row.stage is not Stage.SETTLED for row in self._state.rows())
        why = "it was interrupted" if was_interrupted else "it stopped before"
        note = (
            f"This batch did not come to its end: {why}, and {left} rows are open." if left else ""
        )
        lines = self._write(note)
        if not left:
            self._state.end()
        return Ended(self._state.batch, lines, left, was_interrupted)

    def _write(self, note: str) -> list[Line]:
        return write_results(
            self._state, self._put, facts=self._facts, titles=self._titles, note=note
        )


def _titles(rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    for runbook in {row.runbook for row in rows}:
        yield runbook, load_runbook(runbook).title


def _put(out: Path, name: str, content: bytes) -> None:
    out.mkdir(parents=True, exist_ok=True)
    write_whole(out / name, content)
