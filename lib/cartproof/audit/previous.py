"""The run before: the record that was filed last for the same customer and runbook."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from cartproof.audit.envelope import opened
from cartproof.audit.publishing import RECORD
from cartproof.errors import LedgerError
from cartproof.run.folders import RUN_ID, run_folder

if TYPE_CHECKING:
    from pathlib import Path

    from cartproof.audit.ledger import Ledger

LARGEST = 5_000_000
"""Bytes of a record that is read; the usual one has some tens of thousands."""
_MOST_TRIED = 5


def previous_run(
    out: Path, *, customer: str, runbook_id: str, run_id: str, ledger: Ledger | None = None
) -> Mapping[str, Any] | None:
    """Return what the record of the run before tells (`record.run_facts`); None for a first run.

    It is looked for in the ledger where there is one, else among the folders; only the newest
    record is read. The record is not verified here: `cartproof audit verify` does that.

    Args:
        out: The folder below which runs are filed.
        customer: The name as it stands in the record.
        runbook_id: Whose runs are meant.
        run_id: The run at hand; runs with a later id do not count.
        ledger: Where to look first; None for the folders alone.
    """
    if ledger is not None and ledger.database.exists():
        with suppress(LedgerError):
            told = _in_ledger(ledger, customer=customer, runbook_id=runbook_id, run_id=run_id)
            if told:
                return told
    runs = run_folder(out, customer=customer, runbook_id=runbook_id, run_id=run_id).parent
    return previous_beside(runs, customer=customer, runbook_id=runbook_id, run_id=run_id)


def previous_beside(
    runs: Path, *, customer: str, runbook_id: str, run_id: str
) -> Mapping[str, Any] | None:
    """Return what `previous_run` returns, from the folder that holds a runbook's runs."""
    for record in _newest(runs, before=run_id):
        told = _told(record)
        if told and told.get("customer") == customer and told.get("runbook") == runbook_id:
            return told
    return None


def _in_ledger(
    ledger: Ledger, *, customer: str, runbook_id: str, run_id: str
) -> Mapping[str, Any] | None:
    with ledger.reading() as state:
        there = state.entry_of(run_id)
        before = str(there.columns["filed_at"]) if there else ""
        entry = state.last_of(customer, runbook=runbook_id, before=before, but=run_id)
        return _facts(entry.record) if entry else None


def _newest(runs: Path, *, before: str) -> list[Path]:
    """Return the records of the newest runs before one; ids sort by time."""
    try:
        names = [path.name for path in runs.iterdir()]
    except OSError:
        return []
    earlier = sorted(name for name in names if RUN_ID.fullmatch(name) and name < before)
    return [runs / name / RECORD for name in reversed(earlier[-_MOST_TRIED:])]


def _told(record: Path) -> Mapping[str, Any] | None:
    try:
        is_fit = record.is_file() and record.stat().st_size <= LARGEST
        return _facts(record.read_bytes()) if is_fit else None
    except OSError:
        return None


def _facts(record: bytes) -> Mapping[str, Any] | None:
    try:
        told = opened(record)["predicate"]["cartproof"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return told if isinstance(told, Mapping) else None
