"""One run, headless: its notebook executed, then filed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from cartproof.audit.ledger import Ledger
from cartproof.batch.job import Job
from cartproof.batch.shelved import run_to_shelf
from cartproof.batch.staging import clear, staged, sweep
from cartproof.errors import StorageError
from cartproof.filing import JOURNAL, NOTEBOOK, RECORD, Filed, file_run, ready_ledger
from cartproof.run.answers import load_answers
from cartproof.run.folders import checked_customer, new_run_id, run_folder
from cartproof.run.hidden import secrets_to_hide
from cartproof.run.journal import utc_now
from cartproof.run.unfiled import keep_journal
from cartproof.runbook.builder import build
from cartproof.runbook.loader import LoadedRunbook, load_with_digest
from cartproof.runbook.parameters import typed
from cartproof.secrets import Secret
from cartproof.store.references import resolve
from cartproof.vendors.credentials import vendor_credentials_of


class Execute(Protocol):
    """A way to execute a notebook."""

    def __call__(
        self,
        notebook: Any,
        executed: Path,
        parameters: Mapping[str, Any],
        *,
        cell_timeout_s: int,
        timeout_s: int,
    ) -> None:
        """Execute a notebook with parameters; whatever happens, write what there is of it.

        Args:
            notebook: The notebook, as it was built; it may be changed.
            executed: Where the executed notebook is written to.
            parameters: Values for its parameters cell.
            cell_timeout_s: Seconds that one cell may take.
            timeout_s: Seconds that the whole notebook may take.
        """
        ...


def stock(
    notebook: Any,
    executed: Path,
    parameters: Mapping[str, Any],
    *,
    cell_timeout_s: int,
    timeout_s: int,
) -> None:
    """Execute a notebook by stock papermill, imported when it is asked for; see `Execute`."""
    from cartproof.batch.stock import execute  # noqa: PLC0415 - papermill takes long to import

    execute(notebook, executed, parameters, cell_timeout_s=cell_timeout_s, timeout_s=timeout_s)


def run_headless(
    job: Job,
    *,
    execute: Execute = stock,
    send: Callable[[Path], None] = lambda _: None,
    ledger: Ledger | None = None,
) -> Filed:
    """Run a job in a kernel of its own and file what came of it, whatever happened on the way.

    A job that carries its run id may be run twice, also at once: what is filed first stays.

    Args:
        job: What to run.
        execute: How its notebook is executed.
        send: Takes the run's folder on to where it is to stay.
        ledger: The job's ledger, where somebody has it at hand.

    Raises:
        UsageError: Something in the job cannot be used; nothing was sent and nothing written.
        StorageError: A file could not be written; a note says where the journal is, if need be.
    """
    if job.shelf:
        return run_to_shelf(job, run=partial(run_headless, execute=execute, ledger=ledger))
    loaded, customer, values, hidden = _checked(job)
    run_id = job.run_id or new_run_id(utc_now())
    place = run_folder(job.out, customer=customer, runbook_id=loaded.runbook.id, run_id=run_id)
    file = partial(
        file_run,
        out=job.out,
        secrets=hidden,
        customer=customer,
        run_id=run_id,
        ledger=ready_ledger(job.out, ledger or job.ledger),
        tags=job.tags,
        batch=job.batch,
        send=send,
    )
    if (place / RECORD).is_file():
        return file(place / NOTEBOOK)
    sweep(job.out, place.parent)
    folder = staged(job.out, run_id)
    journal = folder / JOURNAL
    kept: Path | None = None
    try:
        executed = folder / NOTEBOOK
        given = _notebook_parameters(job, customer=customer, folder=folder, values=values)
        execute(
            build(loaded),
            executed,
            given,
            cell_timeout_s=job.cell_timeout_s,
            timeout_s=job.timeout_s,
        )
        filed = file(place / NOTEBOOK if (place / RECORD).is_file() else executed, journal=journal)
    except BaseException as error:
        clear(folder, is_journal_kept=False)  # makes room for the journal, should the disk be full
        kept = _kept(journal, out=job.out, run_id=run_id, secrets=hidden)
        if journal.is_file():
            error.add_note(f"The run changed the store; its journal is kept: {kept or journal}")
        raise
    else:
        kept = filed.journal or filed.folder
        return filed
    finally:
        clear(folder, is_journal_kept=kept is not None)


def _kept(journal: Path, *, out: Path, run_id: str, secrets: Iterable[Secret]) -> Path | None:
    """Keep a journal of changes among the unfiled ones; None where it has to stay where it is."""
    if not journal.is_file():
        return None
    with suppress(StorageError):
        return keep_journal(journal.read_bytes(), out=out, run_id=run_id, secrets=secrets)
    return None


def _checked(job: Job) -> tuple[LoadedRunbook, str, dict[str, Any], tuple[Secret, ...]]:
    loaded = load_with_digest(job.runbook)
    customer = checked_customer(job.customer)
    values = typed(loaded.runbook, job.parameters, from_text=True)
    if job.answers:
        steps = [step.id for step in loaded.runbook.steps]
        load_answers(job.answers, runbook=loaded.runbook.id, customer=customer, steps=steps)
    found = resolve(job.credentials, store_hash=job.store_hash)
    vendor = vendor_credentials_of(values)
    return (
        loaded,
        customer,
        values,
        secrets_to_hide(found, reference=job.credentials, vendor=vendor),
    )


def _notebook_parameters(
    job: Job, *, customer: str, folder: Path, values: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "customer": customer,
        "credentials": job.credentials,
        "store_hash": job.store_hash,
        "answers": str(job.answers.absolute()) if job.answers else "",
        "folder": str(folder),
        "mode": "headless",
        **values,
    }
