"""One run, headless: the notebook through stock papermill, then filed."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillException
from traitlets.config import Config

from cartproof.errors import UsageError
from cartproof.filing import JOURNAL, NOTEBOOK, Filed, file_run
from cartproof.run.answers import load_answers
from cartproof.run.folders import checked_customer, new_run_id, write_whole
from cartproof.run.hidden import secrets_to_hide
from cartproof.run.journal import utc_now
from cartproof.run.unfiled import keep_journal
from cartproof.runbook.builder import build
from cartproof.runbook.loader import LoadedRunbook, load_with_digest
from cartproof.runbook.parameters import typed
from cartproof.secrets import Secret
from cartproof.store.references import resolve
from cartproof.vendors.credentials import vendor_credentials_of

CELL_TIMEOUT_S = 300
_LONGEST_SOCKET_PATH = 95
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """One runbook for one customer.

    Attributes:
        credentials: Reference, never a secret.
        parameters: The runbook's own parameters; texts are read as the runbook types them.
        answers: Path of the answers file, None for none.
        out: Folder below which the run's folder is made.
        cell_timeout_s: Seconds that one cell may take.
    """

    runbook: str
    customer: str
    credentials: str
    store_hash: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    answers: Path | None = None
    out: Path = Path("runs")
    cell_timeout_s: int = CELL_TIMEOUT_S


def run_headless(job: Job) -> Filed:
    """Run a job in a kernel of its own and file what came of it, whatever happened on the way.

    Raises:
        UsageError: Something in the job cannot be used; nothing was sent and nothing written.
    """
    loaded, customer, values, secrets = _checked(job)
    run_id = new_run_id(utc_now())
    staged = (job.out / f".{run_id}.part").absolute()
    journal = staged / JOURNAL
    try:
        staged.mkdir(parents=True)
    except OSError as error:
        raise UsageError(f"No folder can be made in {job.out}: {error.strerror}.") from error
    try:
        executed = staged / NOTEBOOK
        given = _notebook_parameters(job, customer=customer, folder=staged, values=values)
        _execute(loaded, executed, given, timeout_s=job.cell_timeout_s)
        return file_run(
            executed,
            out=job.out,
            secrets=secrets,
            customer=customer,
            run_id=run_id,
            journal=journal,
        )
    except BaseException:
        if journal.is_file():
            keep_journal(journal.read_bytes(), out=job.out, run_id=run_id, secrets=secrets)
        raise
    finally:
        shutil.rmtree(staged, ignore_errors=True)


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


def _kernel_settings(sockets: Path) -> Config:
    """Let the kernel talk over sockets in a folder of its own, where their path is short enough.

    Without a folder of its own jupyter_client puts them under one name into the working folder,
    and two kernels that start at once answer each other.
    """
    address = str(sockets / "kernel")
    if os.name == "nt" or len(address) > _LONGEST_SOCKET_PATH:
        return Config()
    return Config({"KernelManager": {"transport": "ipc", "ip": address}})


def _execute(
    loaded: LoadedRunbook, executed: Path, parameters: dict[str, Any], *, timeout_s: int
) -> None:
    """Execute the notebook; what stops it midway is read from the notebook afterwards."""
    notebook = build(loaded)
    try:
        with tempfile.TemporaryDirectory(
            prefix="cartproof-", ignore_cleanup_errors=True
        ) as sockets:
            papermill.execute_notebook(
                notebook,
                str(executed),
                parameters=parameters,
                kernel_name="python3",
                progress_bar=False,
                execution_timeout=timeout_s,
                store_widget_state=False,
                config=_kernel_settings(Path(sockets)),
            )
    except (PapermillException, DeadKernelError, CellTimeoutError, RuntimeError) as error:
        # The message of PapermillExecutionError holds the cell's traceback: not for a log.
        _log.info("the notebook did not run to its end: %s", type(error).__name__)
    if not executed.exists():
        write_whole(executed, papermill.iorw.nbformat.writes(notebook).encode())
