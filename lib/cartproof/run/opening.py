"""Opening a run: all it is given is checked, the output guarded, and only then secrets read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartproof.errors import ParameterError
from cartproof.run.answers import Answers, load_answers
from cartproof.run.folders import checked_customer, folder_of
from cartproof.run.guard import current_kernel, guard_kernel
from cartproof.run.journal import Journal, utc_now
from cartproof.run.mode import Mode, found_mode
from cartproof.run.run import Run
from cartproof.run.steps import Stage
from cartproof.runbook.filled_in import with_filled_in_scopes
from cartproof.runbook.loader import load_with_digest
from cartproof.runbook.parameters import typed
from cartproof.store.client import StoreClient
from cartproof.store.references import resolve
from cartproof.vendors.credentials import vendor_credentials_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from cartproof.run.handover import Handover
    from cartproof.runbook.model import Runbook
    from cartproof.secrets import Secret
    from cartproof.store.credentials import Credentials
    from cartproof.vendors.credentials import VendorCredentials


def secrets_to_hide(
    credentials: Credentials | None,
    *,
    reference: str,
    vendor: VendorCredentials | None = None,
) -> tuple[Secret, ...]:
    """Return what must not stand in a run's output or files.

    The Client ID is among them unless the reference itself names it, as the file that
    BigCommerce's screen downloads does (`BigCommerceAPI-credentials-<client id>.txt`).

    Args:
        credentials: What the reference resolved to.
        reference: The reference as it was given.
        vendor: The login of the vendor's own side.
    """
    own = credentials.secrets() if credentials else ()
    theirs = vendor.secrets() if vendor else ()
    return (*(s for s in own if s.reveal() not in reference), *theirs)


def _resolved(reference: object, *, store_hash: object, mode: Mode) -> Credentials | None:
    for name, value in (("credentials", reference), ("store_hash", store_hash)):
        if not isinstance(value, str):
            raise ParameterError(
                f"`{name}` must be text, not {type(value).__name__}. papermill's -p turns a store "
                "hash such as 12e4567890 into a number: use -r or -f for it."
            )
    if reference:
        return resolve(str(reference), store_hash=str(store_hash))
    if mode is Mode.HEADLESS:
        raise ParameterError(
            "`credentials` is empty. Headless, a run needs a reference to the credentials: "
            "file:PATH, env:PREFIX or keyring:NAME; never the token itself."
        )
    return None


def _answers(
    path: object, runbook: Runbook, customer: str, mode: Mode
) -> tuple[Path | None, Answers]:
    if not isinstance(path, str):
        raise ParameterError(f"`answers` must be a path as text, not {type(path).__name__}.")
    empty = Answers(runbook=runbook.id, customer=customer)
    if not path:
        return None, empty
    file = Path(path).expanduser()
    if mode is Mode.INTERACTIVE and not file.exists():
        return file, empty
    steps = [step.id for step in runbook.steps]
    return file, load_answers(file, runbook=runbook.id, customer=customer, steps=steps)


def open_run(
    runbook: str,
    *,
    customer: str,
    credentials: str = "",
    store_hash: str = "",
    answers: str = "",
    folder: str = "",
    mode: str = "",
    parameters: Mapping[str, Any] | None = None,
    now: Callable[[], datetime] = utc_now,
    handover_view: Callable[[Handover], Any] | None = None,
) -> Run:
    """Open a run: check everything it is given, guard the output, and only then read secrets.

    Args:
        runbook: Id of the runbook.
        customer: The merchant's name, as it will stand in the record.
        credentials: Reference, `file:PATH`, `env:PREFIX` or `keyring:NAME`; never a secret.
        store_hash: The store hash or API path, where the credentials do not hold it.
        answers: Path of the answers file; empty for none.
        folder: Folder of this run, which may end in its run id; empty for a new one in `runs/`.
        mode: `interactive`, `headless`, or empty: found by whether the front end takes input.
        parameters: The runbook's own parameters.
        now: Clock, for tests.
        handover_view: Makes a widget of a handover; `cartproof.open_run` brings its own.

    Raises:
        ParameterError: A parameter is missing, unknown, empty or of the wrong type.
        RunbookError: The runbook is not there or not valid.
        AnswersError: The answers file cannot be used.
        CredentialsError: The reference cannot be resolved, or what it holds cannot be used.
    """
    source = load_with_digest(runbook)
    name = checked_customer(customer)
    values = typed(source.runbook, parameters or {})
    loaded = with_filled_in_scopes(source.runbook, values)
    kernel = current_kernel()
    found = found_mode(mode, kernel)
    answers_path, given = _answers(answers, loaded, name, found)
    place, run_id = folder_of(folder, customer=name, runbook_id=loaded.id, now=now())
    guard = guard_kernel(kernel) if kernel is not None else None
    resolved = _resolved(credentials, store_hash=store_hash, mode=found)
    vendor = vendor_credentials_of(values)
    if guard:
        guard.learn(secrets_to_hide(resolved, reference=credentials, vendor=vendor))
    journal = Journal(place / "journal.jsonl", now=now)
    stage = Stage(
        runbook=loaded,
        customer=name,
        parameters=values,
        mode=found,
        answers=given,
        credentials=resolved,
        reference=credentials,
        run_id=run_id,
        store=StoreClient(resolved) if resolved else None,
        now=now,
        journal=journal,
        vendor=vendor,
        handover_view=handover_view,
    )
    if guard:
        stage.learn = guard.learn
    journal.write("opened", run=run_id, runbook=loaded.id, customer=name)
    return Run(
        loaded,
        digest=source.sha256,
        stage=stage,
        journal=journal,
        answers_path=answers_path,
    )
