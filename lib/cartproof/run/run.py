"""A run: one execution of a runbook for one customer.

A notebook opens it, asks for its steps one by one, and finishes it:

    run = cartproof.open_run("stone-edge", customer=customer, credentials=credentials)
    run.step("scopes")
    run.finish()
"""

from __future__ import annotations

import platform
import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartproof import __version__
from cartproof.errors import ParameterError
from cartproof.run.answers import Answers, load_answers, save_answers
from cartproof.run.display import table_html
from cartproof.run.folders import checked_customer, new_run_id, run_folder
from cartproof.run.guard import current_kernel, guard_kernel
from cartproof.run.journal import Journal, iso, utc_now
from cartproof.run.mode import Mode, found_mode
from cartproof.run.results import FINISH_MIME, RUN_MIME, StepResult
from cartproof.run.steps import Stage, not_run, settle
from cartproof.run.verdicts import exit_status, run_verdict
from cartproof.runbook.filled_in import with_filled_in_scopes
from cartproof.runbook.loader import load_with_digest
from cartproof.runbook.parameters import typed
from cartproof.secrets import key_id
from cartproof.store.client import StoreClient
from cartproof.store.references import resolve
from cartproof.vendors.credentials import vendor_credentials_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from cartproof.runbook.model import Runbook
    from cartproof.secrets import Secret
    from cartproof.store.credentials import Credentials
    from cartproof.vendors.credentials import VendorCredentials

_RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")


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


class Run:
    """One execution of a runbook for one customer; made by `open_run`."""

    def __init__(
        self,
        runbook: Runbook,
        *,
        digest: str,
        stage: Stage,
        journal: Journal,
        answers_path: Path | None,
    ) -> None:
        """Take the parts of a run, all checked."""
        self._runbook = runbook
        self._digest = digest
        self._stage = stage
        self._journal = journal
        self._answers_path = answers_path
        self._results: dict[str, StepResult] = {}
        self.run_id = stage.run_id
        self.started_at = iso(stage.now())

    def step(self, step_id: str) -> StepResult:
        """Settle one step as far as it can be settled now; never wait for a person.

        Raises:
            ParameterError: The runbook has no such step.
        """
        step = self._runbook.step(step_id)
        if step is None:
            known = ", ".join(step.id for step in self._runbook.steps)
            raise ParameterError(f"{self._runbook.id} has no step {step_id!r}. Its steps: {known}.")
        self._journal.write("step started", step=step_id)
        result = settle(step, self._stage, self._results)
        self._results[step_id] = result
        self._journal.write("step settled", step=step_id, verdict=str(result.verdict))
        return result

    def attest(self, step_id: str, *, who: str, note: str = "", value: str = "") -> StepResult:
        """Record a person's word on a step in the answers file, then settle the step anew.

        Raises:
            ParameterError: There is no such step, or the run has no answers file to keep it in.
        """
        if self._runbook.step(step_id) is None or self._answers_path is None:
            return self._refuse_attestation(step_id)
        given = {"verdict": "attested", "who": who, "when": self._stage.now(), "note": note}
        answers = self._stage.answers
        steps = answers.model_dump(by_alias=True)["steps"] | {step_id: {**given, "value": value}}
        self._stage.answers = Answers.model_validate(
            {"schema": 1, "runbook": answers.runbook, "customer": answers.customer, "steps": steps}
        )
        save_answers(self._answers_path, self._stage.answers)
        return self.step(step_id)

    def _refuse_attestation(self, step_id: str) -> StepResult:
        if self._answers_path is None:
            raise ParameterError("Give the run an answers file in the parameter `answers` first.")
        return self.step(step_id)

    def finish(self) -> Finish:
        """Return the run's verdict over all declared steps; those not run count as such."""
        results = [self._results.get(step.id) or not_run(step) for step in self._runbook.steps]
        finish = Finish(results, finished_at=iso(self._stage.now()), requests=self._stage.requests)
        self._journal.write("finished", verdict=str(finish.verdict), exit=finish.exit)
        return finish

    def as_json(self) -> dict[str, Any]:
        """Return what the record must know of the run before any step, as JSON values."""
        runbook = self._runbook
        return {
            "schema": 1,
            "run_id": self.run_id,
            "runbook": _runbook_facts(runbook, self._digest),
            "customer": self._stage.customer,
            "parameters": dict(self._stage.parameters),
            "store": _store_facts(self._stage.credentials),
            "credentials": _credentials_facts(self._stage),
            "mode": str(self._stage.mode),
            "started_at": self.started_at,
            "versions": {"cartproof": __version__, "python": platform.python_version()},
            "journal": str(self._journal.path),
        }

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        rows = self._rows()
        return {
            "text/plain": "\n".join(f"{name}: {value}" for name, value in rows.items()),
            "text/html": table_html({name: escape(value) for name, value in rows.items()}),
            RUN_MIME: self.as_json(),
        }

    def _rows(self) -> dict[str, str]:
        credentials = self._stage.credentials
        store = "no credentials yet"
        if credentials:
            address = credentials.address
            kind = "SANDBOX, nothing here is real" if address.is_sandbox else "LIVE store"
            store = f"{address.store_hash} at {address.origin} – {kind}"
        return {
            "Integration": self._runbook.title,
            "Customer": self._stage.customer,
            "Store": store,
            "Mode": str(self._stage.mode),
            "Run": self.run_id,
        }


class Finish:
    """The end of a run: its verdict, and every step's."""

    def __init__(self, results: list[StepResult], *, finished_at: str, requests: int) -> None:
        """Compute the verdict from the results of all declared steps."""
        self.results = results
        self.verdict = run_verdict(results)
        self.exit = exit_status(results)
        self.finished_at = finished_at
        self.requests = requests

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        open_steps = [r for r in self.results if r.required and not r.verdict.is_settled_well]
        lines = [f"{result.title}: {result.verdict}" for result in open_steps]
        listed = "".join(f"<li>{escape(line)}</li>" for line in lines)
        return {
            "text/plain": "\n".join([f"Verdict: {self.verdict}", *lines]),
            "text/html": f"<p><b>Verdict: {self.verdict}</b></p><ul>{listed}</ul>",
            FINISH_MIME: {
                "schema": 1,
                "verdict": str(self.verdict),
                "exit": self.exit,
                "finished_at": self.finished_at,
                "requests": self.requests,
            },
        }


def _runbook_facts(runbook: Runbook, digest: str) -> dict[str, Any]:
    return {
        "id": runbook.id,
        "title": runbook.title,
        "sha256": digest,
        "source": runbook.source.model_dump(mode="json", exclude_none=True),
        "steps": [
            step.model_dump(include={"id", "title", "side", "required"}) for step in runbook.steps
        ],
        "account": {
            "name": runbook.account.name,
            "others": runbook.account.others,
            "scopes": [
                scope.model_dump(mode="json", include={"row", "level", "why"})
                for scope in runbook.account.scopes
            ],
        },
    }


def _store_facts(credentials: Credentials | None) -> dict[str, Any]:
    if credentials is None:
        return {"hash": "", "origin": "", "is_sandbox": False}
    address = credentials.address
    return {
        "hash": address.store_hash,
        "origin": address.origin,
        "is_sandbox": address.is_sandbox,
    }


def _credentials_facts(stage: Stage) -> dict[str, Any]:
    credentials = stage.credentials
    if credentials is None:
        return {"reference": "", "fingerprints": [], "key_id": "", "warnings": []}
    theirs = stage.vendor.secrets() if stage.vendor else ()
    return {
        "reference": stage.reference,
        "fingerprints": sorted({str(secret) for secret in (*credentials.secrets(), *theirs)}),
        "key_id": key_id(),
        "warnings": list(credentials.warnings),
    }


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


def _folder(folder: object, *, customer: str, runbook_id: str, now: datetime) -> tuple[Path, str]:
    if not isinstance(folder, str):
        raise ParameterError(f"`folder` must be a path as text, not {type(folder).__name__}.")
    named = _RUN_ID.search(Path(folder).name) if folder else None
    run_id = named[0] if named else new_run_id(now)
    if folder:
        return Path(folder).expanduser(), run_id
    return run_folder(Path("runs"), customer=customer, runbook_id=runbook_id, run_id=run_id), run_id


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
    place, run_id = _folder(folder, customer=name, runbook_id=loaded.id, now=now())
    guard = guard_kernel(kernel) if kernel is not None else None
    resolved = _resolved(credentials, store_hash=store_hash, mode=found)
    vendor = vendor_credentials_of(values)
    if guard:
        guard.learn(secrets_to_hide(resolved, reference=credentials, vendor=vendor))
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
        vendor=vendor,
    )
    if guard:
        stage.learn = guard.learn
    journal = Journal(place / "journal.jsonl", now=now)
    journal.write("opened", run=run_id, runbook=loaded.id, customer=name)
    return Run(
        loaded,
        digest=source.sha256,
        stage=stage,
        journal=journal,
        answers_path=answers_path,
    )
