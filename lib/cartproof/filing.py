"""Filing: an executed notebook becomes a folder with notebook, report, record and journal.

The folder appears under its name whole, by one rename, or not at all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartproof.audit.changes import Changes, changes_since
from cartproof.audit.envelope import envelope
from cartproof.audit.keys import signing_key
from cartproof.audit.ledger import Ledger, ledger_of
from cartproof.audit.previous import previous_run
from cartproof.audit.publishing import JOURNAL, NOTEBOOK, RECORD, REPORT, Unpublished, publish
from cartproof.audit.record import chained, run_facts, statement
from cartproof.errors import CredentialsError, NotebookError, StorageError, UsageError
from cartproof.report.editions import Edition
from cartproof.run.folders import checked_customer, make_folder, new_run_id, run_folder
from cartproof.run.hidden import secrets_to_hide
from cartproof.run.journal import iso, utc_now
from cartproof.run.leak_gate import Leak, leaks_in
from cartproof.run.reading import RunReading, read_notebook
from cartproof.run.unfiled import keep_journal
from cartproof.run.verdicts import RunVerdict
from cartproof.runbook.vocabulary import VENDOR_CREDENTIALS
from cartproof.secrets import key_id
from cartproof.store.references import resolve
from cartproof.vendors.credentials import vendor_credentials_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cartproof.secrets import Secret
    from cartproof.store.credentials import Credentials
    from cartproof.vendors.credentials import VendorCredentials

__all__ = [
    "JOURNAL",
    "MERCHANT_REPORT",
    "NOTEBOOK",
    "RECORD",
    "REPORT",
    "Filed",
    "file_run",
    "ready_ledger",
    "secrets_of",
]
MERCHANT_REPORT = "report-merchant.html"
LEAK_STATUS = 5
UNLISTED_STATUS = 3


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of a run.

    Attributes:
        folder: Where its files are; None when the leak gate withheld them.
        exit: Exit status of the run.
        leaks: Where secrets stood; empty when none did.
        journal: Where the journal of withheld files is, when the run changed the store.
        entry: Number of its entry in the ledger; None when it has none.
        unlisted: Why it has none although its folder is published; else empty.
        changes: What changed since this customer's last filed run of the same runbook; none where
            files are withheld, since a secret may stand in it.
    """

    run_id: str
    customer: str
    verdict: RunVerdict
    exit: int
    folder: Path | None
    reading: RunReading
    leaks: tuple[Leak, ...] = ()
    journal: Path | None = None
    entry: int | None = None
    unlisted: str = ""
    changes: Changes = Changes()  # noqa: RUF009 - frozen


def file_run(
    executed: Path,
    *,
    out: Path,
    secrets: Iterable[Secret],
    customer: str = "",
    run_id: str = "",
    journal: Path | None = None,
    ledger: Ledger | Path | str = "",
    tags: Iterable[str] = (),
    batch: str = "",
    send: Callable[[Path], None] = lambda _: None,
) -> Filed:
    """Make report and record of an executed notebook, search all for secrets, and publish them.

    The record is signed, and appended to the ledger.

    Args:
        executed: The notebook, as papermill left it.
        out: Folder below which the run's own folder is made.
        secrets: The run's secrets, to be searched for.
        customer: Who the run is for, where the notebook does not say.
        run_id: The run's id, where the notebook does not say.
        journal: The run's journal; None for where the notebook says it is.
        ledger: The ledger, its file or its URL; empty for the one in `out`.
        tags: Words by which the run is found again.
        batch: Id of the batch that it is part of.
        send: Takes the published folder on to where it is to stay.

    Raises:
        NotebookError: It is no notebook of cartproof's, or does not say whose it is.
        UsageError: Another notebook is filed under this run's id, or the key cannot sign.
    """
    signer = signing_key()
    book = ledger if isinstance(ledger, Ledger) else ledger_of(out, ledger)
    notebook = _without_widget_state(executed)
    reading = _read(notebook, executed)
    header = reading.header
    run_id = run_id or (header.run_id if header else "") or new_run_id(utc_now())
    customer = checked_customer(customer or (header.customer if header else "") or _asked(notebook))
    place = run_folder(out, customer=customer, runbook_id=reading.runbook_id, run_id=run_id)
    filed_at = iso(utc_now())
    kept_journal = _journal(journal or _found_journal(executed, reading))
    changes = changes_since(
        previous_run(
            out, customer=customer, runbook_id=reading.runbook_id, run_id=run_id, ledger=book
        ),
        run_facts(reading),
    )
    reports = _reports(reading, notebook=_as_bytes(notebook), changes=changes)
    files = _files(reading, reports, filed_at=filed_at, journal=kept_journal)
    stated = statement(
        reading,
        run_id=run_id,
        customer=customer,
        files={name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        filed_at=filed_at,
        tags=tuple(tags),
        batch=batch,
    )
    secrets = tuple(secrets)
    also = {RECORD: envelope(stated), str(place.relative_to(out)): b""}
    leaks = tuple(leaks_in({**files, **also}, secrets))
    if leaks:
        verdict = RunVerdict.INCOMPLETE
        kept = None
        with suppress(StorageError):  # that a secret stood in a file comes first
            kept = keep_journal(files[JOURNAL], out=out, run_id=run_id, secrets=secrets)
        return Filed(run_id, customer, verdict, LEAK_STATUS, None, reading, leaks, kept)
    run = Unpublished(run_id, place, files, stated=partial(chained, stated), send=send)
    published = publish(run, ledger=book, signer=signer)
    return Filed(
        run_id,
        customer,
        reading.verdict,
        reading.exit_status if published.entry else (reading.exit_status or UNLISTED_STATUS),
        place,
        reading,
        entry=published.entry,
        unlisted=published.unlisted,
        changes=changes,
    )


def ready_ledger(out: Path, given: Ledger | Path | str = "") -> Ledger:
    """Return a ledger that takes entries, with the key that signs at hand: before a run begins.

    One that is ready already is not asked again: a batch keeps its own state in the same database.

    Raises:
        UsageError: The key cannot sign, or no ledger can be where it was named.
        LedgerError: The ledger cannot be written to.
    """
    signing_key()
    ledger = given if isinstance(given, Ledger) else ledger_of(out, given)
    try:
        make_folder(out)
    except StorageError as error:
        raise UsageError(f"{error} Nothing was sent.") from error
    if not ledger.is_ready:
        with ledger.turn():
            pass
    return ledger


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
    """Return a notebook as its file's bytes: a line for each cell, which is written fast."""
    rest = {name: value for name, value in notebook.items() if name != "cells"}
    cells = ",\n  ".join(_dumped(cell) for cell in notebook.get("cells", []))
    text = f'{{\n "cells": [\n  {cells}\n ],\n {_dumped(rest)[1:]}\n'
    return text.encode("utf-8", "backslashreplace")


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


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


def _reports(reading: RunReading, *, notebook: bytes, changes: Changes) -> dict[str, bytes]:
    """Return the notebook, and both editions of its report."""
    from cartproof.report.page import render  # noqa: PLC0415 - a run alone imports it meanwhile

    hashes = {NOTEBOOK: hashlib.sha256(notebook).hexdigest()}
    editions = {REPORT: Edition.INTERNAL, MERCHANT_REPORT: Edition.MERCHANT}
    pages = {
        name: render(reading, files=hashes, edition=edition, changes=changes)
        for name, edition in editions.items()
    }
    return {
        NOTEBOOK: notebook,
        **{name: page.encode("utf-8", "replace") for name, page in pages.items()},
    }


def _files(
    reading: RunReading, reports: Mapping[str, bytes], *, filed_at: str, journal: bytes
) -> dict[str, bytes]:
    """Return the files of a run but for its record."""
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in reports.items()}
    event = {"at": filed_at, "event": "filed", "verdict": str(reading.verdict), "files": hashes}
    return {**reports, JOURNAL: journal + (json.dumps(event) + "\n").encode()}


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
