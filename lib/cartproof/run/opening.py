"""Opening a run: all it is given is checked, the output guarded, and only then secrets read."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cartproof.errors import ParameterError
from cartproof.run.answers import Answers, load_answers
from cartproof.run.folders import checked_customer, folder_of
from cartproof.run.guard import current_kernel, guard_kernel
from cartproof.run.hidden import secrets_to_hide
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

    from cartproof.runbook.model import Runbook
    from cartproof.store.credentials import Credentials

OneRun = TypeVar("OneRun", bound=Run)


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


@dataclass(frozen=True, slots=True)
class Opening:
    """What a run is to be opened with, as it was given; `open_run` says what each is."""

    runbook: str
    customer: str
    credentials: str = ""
    store_hash: str = ""
    answers: str = ""
    folder: str = ""
    mode: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    now: Callable[[], datetime] = utc_now

    def open(self, kind: type[OneRun] = Run) -> OneRun:  # type: ignore[assignment]  # the default
        """Open the run: check all that is given, guard the output, and only then read secrets.

        Args:
            kind: `Run`, or a run that changes under its engineer's hands.

        Raises:
            ParameterError: A parameter is missing, unknown, empty or of the wrong type.
            RunbookError: The runbook is not there or not valid.
            AnswersError: The answers file cannot be used.
            CredentialsError: The reference cannot be resolved, or what it holds cannot be used.
        """
        source = load_with_digest(self.runbook)
        name = checked_customer(self.customer)
        values = typed(source.runbook, self.parameters)
        loaded = with_filled_in_scopes(source.runbook, values)
        kernel = current_kernel()
        found = found_mode(self.mode, kernel)
        answers_path, given = _answers(self.answers, loaded, name, found)
        place, run_id = folder_of(self.folder, customer=name, runbook_id=loaded.id, now=self.now())
        guard = guard_kernel(kernel) if kernel is not None else None
        resolved = _resolved(self.credentials, store_hash=self.store_hash, mode=found)
        vendor = vendor_credentials_of(values)
        if guard:
            guard.learn(secrets_to_hide(resolved, reference=self.credentials, vendor=vendor))
        journal = Journal(place / "journal.jsonl", now=self.now)
        stage = Stage(
            runbook=loaded,
            customer=name,
            parameters=values,
            mode=found,
            answers=given,
            credentials=resolved,
            reference=self.credentials,
            run_id=run_id,
            store=StoreClient(resolved) if resolved else None,
            now=self.now,
            journal=journal,
            vendor=vendor,
        )
        if guard:
            stage.learn = guard.learn
        journal.write("opened", run=run_id, runbook=loaded.id, customer=name)
        return kind(
            loaded,
            digest=source.sha256,
            stage=stage,
            journal=journal,
            answers_path=answers_path,
        )


def open_run(
    runbook: str, *, customer: str, desk: Callable[[Opening], Any] | None = None, **given: Any
) -> Any:
    """Open a run: check everything it is given, guard the output, and only then read secrets.

    Args:
        runbook: Id of the runbook.
        customer: The merchant's name, as it will stand in the record.
        desk: Makes what a person works at in JupyterLab; `cartproof.open_run` brings its own.
            Used where somebody sits before the notebook alone.
        given: The rest, all of it optional. `credentials`: reference, `file:PATH`, `env:PREFIX`
            or `keyring:NAME`; never a secret. `store_hash`: the store hash or API path, where the
            credentials do not hold it. `answers`: path of the answers file; empty for none.
            `folder`: folder of this run, which may end in its run id; empty for a new one in
            `runs/`. `mode`: `interactive`, `headless`, or empty: found by whether the front end
            takes input. `parameters`: the runbook's own. `now`: clock, for tests.

    Returns:
        A `Run`; with a desk, what that makes.

    Raises:
        UsageError: As `Opening.open` does.
    """
    opening = Opening(runbook, customer, **_given(given))
    kernel = current_kernel()
    is_attended = kernel is not None and found_mode(opening.mode, kernel) is Mode.INTERACTIVE
    return desk(opening) if desk and is_attended else opening.open()


def _given(named: Mapping[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(named) - {one.name for one in fields(Opening)})
    if unknown:
        raise ParameterError(f"`open_run` takes no {', '.join(unknown)}.")
    return {name: value for name, value in named.items() if value is not None}
