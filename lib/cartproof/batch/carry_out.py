"""Carrying a job out, whatever is wrong with it, and saying in short what came of it."""

from __future__ import annotations

import logging
import time
import traceback
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cartproof.batch.causes import causes_of, reasons_of, short
from cartproof.batch.executor import Outcome
from cartproof.batch.headless import run_headless
from cartproof.batch.shelved import address_on_shelf
from cartproof.errors import CartproofError
from cartproof.run.journal import iso, utc_now

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartproof.batch.job import Job
    from cartproof.filing import Filed

_log = logging.getLogger(__name__)
_MOST_CHANGES = 20
_FAULT = "cartproof itself failed here: this is a fault of cartproof, and nothing was verified."


def carry_out(
    job: Job, *, run: Callable[[Job], Filed] = run_headless, after_s: float = 0.0
) -> Outcome:
    """Run a job and file it; what stands in its way is told by the outcome, never raised.

    Args:
        job: What to run.
        run: Runs and files it; `KeyboardInterrupt` and the like pass through.
        after_s: Seconds since the job was begun, in a process that is dead now.
    """
    started = iso(utc_now() - timedelta(seconds=after_s))
    clock = time.monotonic() - after_s
    try:
        outcome = _told(job, run(job))
    except CartproofError as error:
        outcome = _refused(job, str(error), status=error.exit_status)
    except OSError as error:
        told = f"The system refused {error.filename or 'a file'}: {error.strerror or error}."
        outcome = _refused(job, told, status=3)
    except Exception as error:  # noqa: BLE001 - one row's trouble, even a fault of ours, is not the batch's
        # The message may hold what was sent; where it was raised does not.
        where = "".join(traceback.format_tb(error.__traceback__))
        _log.error("a job failed inside cartproof: %s\n%s", type(error).__name__, where)
        outcome = _refused(job, f"{_FAULT} ({type(error).__name__})", status=3)
    seconds = round(time.monotonic() - clock, 3)
    if seconds >= job.timeout_s and outcome.verdict != "verified":
        outcome = _late(outcome, job)
    return replace(outcome, started=started, finished=iso(utc_now()), seconds=seconds)


def _told(job: Job, filed: Filed) -> Outcome:
    withheld = tuple(f"The files were withheld: {leak}." for leak in filed.leaks)
    return Outcome(
        run_id=filed.run_id,
        customer=filed.customer,
        runbook=filed.reading.runbook_id,
        verdict=str(filed.verdict),
        exit=filed.exit,
        folder=_address(job, filed),
        reasons=withheld or reasons_of(filed.reading),
        causes=("A secret stood in a file",) if withheld else causes_of(filed.reading),
        changes=() if withheld else filed.changes.sentences()[:_MOST_CHANGES],
    )


def _address(job: Job, filed: Filed) -> str:
    if filed.folder is None:
        return ""
    return address_on_shelf(job, filed.folder) if job.shelf else str(filed.folder)


def _refused(job: Job, why: str, *, status: int) -> Outcome:
    return Outcome(
        run_id=job.run_id,
        customer=job.customer,
        runbook=job.runbook,
        verdict="incomplete",
        exit=status,
        reasons=(why,),
        causes=(short(why),),
    )


def _late(outcome: Outcome, job: Job) -> Outcome:
    told = f"It took longer than the {job.timeout_s} seconds that one notebook may take."
    return replace(outcome, reasons=(told, *outcome.reasons), causes=("It took too long",))
