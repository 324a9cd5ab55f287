"""A run whose folder goes to a place that is no folder here, by way of one that is."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cartproof.batch.shelf import Shelf, scratch
from cartproof.errors import UsageError
from cartproof.run.folders import checked_customer, new_run_id, run_folder
from cartproof.run.journal import utc_now
from cartproof.runbook.loader import load_runbook

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartproof.batch.job import Job
    from cartproof.filing import Filed


class Run(Protocol):
    """Runs a job and files it in a folder here."""

    def __call__(self, job: Job, *, send: Callable[[Path], None]) -> Filed:
        """Run it; `send` is given the folder before it is appended to the ledger."""
        ...


def run_to_shelf(job: Job, *, run: Run) -> Filed:
    """Run a job whose folder goes to its shelf; one that is there already is not run again.

    The ledger decides between two tries at once: who appends first has sent its files, and the
    other takes these over.

    Raises:
        UsageError: Something in the job cannot be used; nothing was sent and nothing written.
        ShelfError: The shelf cannot be reached.
    """
    shelf, out = Shelf(job.shelf), scratch()
    customer, runbook_id = checked_customer(job.customer), load_runbook(job.runbook).id
    local = replace(job, out=out, shelf="", run_id=job.run_id or new_run_id(utc_now()))
    place = run_folder(out, customer=customer, runbook_id=runbook_id, run_id=local.run_id)
    name = place.relative_to(out).as_posix()
    send = partial(shelf.send, name=name)
    try:
        shutil.rmtree(place, ignore_errors=True)
        shelf.fetch(name, place)
        try:
            return run(local, send=send)
        except UsageError:
            shutil.rmtree(place, ignore_errors=True)
            if not shelf.fetch(name, place):
                raise
            return run(local, send=send)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def address_on_shelf(job: Job, folder: Path) -> str:
    """Return where a run's folder is in the end, given where it was filed."""
    return f"{job.shelf.rstrip('/')}/{folder.relative_to(scratch()).as_posix()}"
