"""Filing: an executed notebook becomes a folder with notebook, report, record and journal.

The folder appears under its name whole, by one rename, or not at all.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartproof.audit.record import envelope, statement
from cartproof.errors import CredentialsError, NotebookError, StorageError, UsageError
from cartproof.report.page import render
from cartproof.run.folders import (
    checked_customer,
    make_folder,
    new_run_id,
    run_folder,
    sync_folder,
    write_whole,
    writing_to,
)
from cartproof.run.journal import iso, utc_now
from cartproof.run.leak_gate import Leak, leaks_in
from cartproof.run.opening import secrets_to_hide
from cartproof.run.reading import RunReading, read_notebook
from cartproof.run.unfiled import keep_journal
from cartproof.run.verdicts import RunVerdict
from cartproof.runbook.vocabulary import VENDOR_CREDENTIALS
from cartproof.secrets import key_id
from cartproof.store.references import resolve
from cartproof.vendors.credentials import vendor_credentials_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartproof.secrets import Secret
    from cartproof.store.credentials import Credentials
    from cartproof.vendors.credentials import VendorCredentials

NOTEBOOK, REPORT, RECORD, JOURNAL = "notebook.ipynb", "report.html", "record.json", "journal.jsonl"
LEAK_STATUS = 5


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of a run.

    Attributes:
        folder: Where its files are; None when the leak gate withheld them.
        exit: Exit status of the run.
        leaks: Where secrets stood; empty when none did.
        journal: Where the journal of withheld files is, when the run changed the store.
    """

    run_id: str
    customer: str
    verdict: RunVerdict
    exit: int
    folder: Path | None
    reading: RunReading
    leaks: tuple[Leak, ...] = ()
    journal: Path | None = None


def file_run(
    executed: Path,
    *,
    out: Path,
    secrets: Iterable[Secret],
    customer: str = "",
    run_id: str = "",
    journal: Path | None = None,
) -> Filed:
    """Make report and record of an executed notebook, search all for secrets, and publish them.

    Args:
        executed: The notebook, as papermill left it.
        out: Folder below which the run's own folder is made.
        secrets: The run's secrets, to be searched for.
        customer: Who the run is for, where the notebook does not say.
        run_id: The run's id, where the notebook does not say.
        journal: The run's journal; None for where the notebook says it is.

    Raises:
        NotebookError: It is no notebook of cartproof's, or does not say whose it is.
        UsageError: Another notebook is filed under this run's id.
    """
    notebook = _without_widget_state(executed)
    reading = _read(notebook, executed)
    header = reading.header
    run_id = run_id or (header.run_id if header else "") or new_run_id(utc_now())
    customer = checked_customer(customer or (header.customer if header else "") or _asked(notebook))
    place = run_folder(out, customer=customer, runbook_id=reading.runbook_id, run_id=run_id)
    content = _as_bytes(notebook)
    files = _files(
        content,
        reading,
        run_id=run_id,
        customer=customer,
        journal=_journal(journal or _found_journal(executed, reading)),
    )
    secrets = tuple(secrets)
    names = {str(place.relative_to(out)): b""}
    leaks = tuple(leaks_in({**files, **names}, secrets))
    if leaks:
        verdict = RunVerdict.INCOMPLETE
        kept = None
        with suppress(StorageError):  # that a secret stood in a file comes first
            kept = keep_journal(files[JOURNAL], out=out, run_id=run_id, secrets=secrets)
        return Filed(run_id, customer, verdict, LEAK_STATUS, None, reading, leaks, kept)
    _publish(place, files)
    return Filed(run_id, customer, reading.verdict, reading.exit_status, place, reading)


def _without_widget_state(executed: Path) -> dict[str, Any]:
    try:
        notebook = json.loads(executed.read_bytes())
    except OSError as error:
        raise NotebookError(f"{executed} cannot be opened: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise NotebookError(f"{executed} is no whole notebook: run it again.") from error
    if not isinstance(notebook, dict):
        raise NotebookError(f"{executed} is JSON, but no notebook.")
    metadata = notebook.get("metadata")
    if isinstance(metadata, dict):
        metadata.pop("widgets", None)
    return notebook


def _read(notebook: Mapping[str, Any], executed: Path) -> RunReading:
    try:
        return read_notebook(notebook)
    except NotebookError as error:
        raise NotebookError(f"{executed} cannot be filed: {error}") from error


def _given(notebook: Mapping[str, Any], name: str) -> str:
    """Return a parameter that papermill was given, for a run that never opened."""
    place: Any = notebook
    for key in ("metadata", "papermill", "parameters", name):
        place = place.get(key) if isinstance(place, Mapping) else None
    return place if isinstance(place, str) else ""


def _asked(notebook: Mapping[str, Any]) -> str:
    customer = _given(notebook, "customer")
    if customer.strip():
        return customer
    raise NotebookError(
        "The run never opened, so the notebook does not say whose it is. Give --customer."
    )


def _as_bytes(notebook: Mapping[str, Any]) -> bytes:
    text = json.dumps(notebook, indent=1, ensure_ascii=False)
    return (text + "\n").encode("utf-8", "backslashreplace")


def _found_journal(executed: Path, reading: RunReading) -> Path | None:
    named = reading.header.journal if reading.header else ""
    if not named:
        return None
    places = (Path(named), executed.parent / named)
    return next((place for place in places if place.is_file()), None)


def _journal(path: Path | None) -> bytes:
    if path is None or not path.is_file():
        return b""
    return path.read_bytes()


def _files(
    notebook: bytes, reading: RunReading, *, run_id: str, customer: str, journal: bytes
) -> dict[str, bytes]:
    filed_at = iso(utc_now())
    notebook_sha = hashlib.sha256(notebook).hexdigest()
    report = render(reading, files={NOTEBOOK: notebook_sha}).encode("utf-8", "replace")
    hashes = {NOTEBOOK: notebook_sha, REPORT: hashlib.sha256(report).hexdigest()}
    content = statement(reading, run_id=run_id, customer=customer, files=hashes, filed_at=filed_at)
    event = {"at": filed_at, "event": "filed", "verdict": str(reading.verdict), "files": hashes}
    return {
        NOTEBOOK: notebook,
        REPORT: report,
        RECORD: envelope(content),
        JOURNAL: journal + (json.dumps(event) + "\n").encode(),
    }


def _publish(place: Path, files: Mapping[str, bytes]) -> None:
    if place.exists() and not _is_same(place, files):
        raise UsageError(
            f"Another notebook is filed under {place}. Each run has its own id: run it anew."
        )
    if place.exists() and (place / RECORD).is_file():
        return
    staged = place.with_name(f".{place.name}.filing")
    shutil.rmtree(staged, ignore_errors=True)
    make_folder(staged)
    try:
        for name, content in files.items():
            write_whole(staged / name, content)
        with writing_to(place):
            if place.exists():
                shutil.rmtree(place)
            staged.rename(place)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    sync_folder(place.parent)


def _is_same(place: Path, files: Mapping[str, bytes]) -> bool:
    """Tell whether a run's folder holds this run already, or nothing but its journal."""
    if {path.name for path in place.iterdir()} <= {JOURNAL}:
        return True
    notebook = place / NOTEBOOK
    return notebook.is_file() and notebook.read_bytes() == files[NOTEBOOK]


def secrets_of(
    executed: Path, *, credentials: str = "", vendor_credentials: str = ""
) -> tuple[Secret, ...]:
    """Return the secrets that a run used, so that its files can be searched for them.

    Args:
        executed: The executed notebook; it holds the reference, never the secrets.
        credentials: The reference to use instead of the notebook's own.
        vendor_credentials: The same for the login of the vendor's own side.

    Raises:
        CredentialsError: They cannot be had here, or are not those that the run used.
    """
    notebook = _without_widget_state(executed)
    header = _read(notebook, executed).header
    if header is None:
        return _of_unopened(notebook, credentials, vendor_credentials)
    reference = credentials or header.credentials_reference
    if not reference or not header.fingerprints:
        return ()
    named = vendor_credentials or header.parameters.get(VENDOR_CREDENTIALS) or ""
    try:
        found = resolve(reference, store_hash=header.store_hash)
        vendor = vendor_credentials_of({VENDOR_CREDENTIALS: named})
    except CredentialsError as error:
        raise CredentialsError(
            "Before a run is filed, its files are searched for its secrets, and these cannot be "
            f"had here. {error} Where they are kept under another reference, give --credentials "
            "or --vendor-credentials."
        ) from error
    shown = {str(s) for s in (*found.secrets(), *(vendor.secrets() if vendor else ()))}
    if header.key_id == key_id() and not shown.issuperset(header.fingerprints):
        raise CredentialsError(
            f"{' and '.join(filter(None, (reference, named)))} hold other secrets now than those "
            "the run used, so the run's files cannot be searched for them. Give the old ones' "
            "reference in --credentials, or --vendor-credentials."
        )
    return secrets_to_hide(found, reference=reference, vendor=vendor)


def _of_unopened(
    notebook: Mapping[str, Any], credentials: str, vendor_credentials: str
) -> tuple[Secret, ...]:
    """Return the secrets that a run would have used, had it opened; none if there are none."""
    reference = credentials or _given(notebook, "credentials")
    named = vendor_credentials or _given(notebook, VENDOR_CREDENTIALS)
    found: Credentials | None = None
    vendor: VendorCredentials | None = None
    with suppress(CredentialsError):
        found = resolve(reference, store_hash=_given(notebook, "store_hash"))
    with suppress(CredentialsError):
        vendor = vendor_credentials_of({VENDOR_CREDENTIALS: named})
    return secrets_to_hide(found, reference=reference, vendor=vendor)
