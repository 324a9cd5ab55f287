"""Publishing: a run's folder appears whole by one rename, and then its entry in the ledger.

A crash at any moment leaves either nothing, or a whole signed folder that is not in the ledger
yet; filing again, or `cartproof audit append`, appends it. No entry is ever without its files.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartproof.audit.envelope import envelope, signed_by
from cartproof.audit.keys import public_keys
from cartproof.audit.line import held, is_abandoned
from cartproof.audit.witness import note
from cartproof.errors import LedgerError, UsageError
from cartproof.run.folders import make_folder, sync_folder, write_new, write_whole, writing_to

if TYPE_CHECKING:
    from securesystemslib.signer import Signer

    from cartproof.audit.ledger import Head, Ledger, Turn

NOTEBOOK, REPORT, RECORD, JOURNAL = "notebook.ipynb", "report.html", "record.json", "journal.jsonl"


@dataclass(frozen=True, slots=True)
class Unpublished:
    """A run that is ready to be published.

    Attributes:
        place: The folder that will appear.
        files: Its files' content by name, without the record.
        stated: Makes the statement, given the end of the chain it will be appended to.
        send: Takes the folder on to where it is to stay, before it is appended.
    """

    run_id: str
    place: Path
    files: Mapping[str, bytes]
    stated: Callable[[Head | None], Mapping[str, Any]]
    send: Callable[[Path], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Published:
    """Where a run stands in the ledger.

    Attributes:
        entry: Number of its entry; None when it could not be appended.
        unlisted: Why not, in plain words; else empty.
    """

    entry: int | None
    unlisted: str = ""


def publish(run: Unpublished, *, ledger: Ledger, signer: Signer) -> Published:
    """Publish a run: sign its record, let its folder appear, append it to the ledger.

    A run that is published already stays as it is, and is appended where it was not yet. Where
    the ledger cannot be had, the folder is published all the same, and the answer says so.

    Raises:
        UsageError: Another notebook is filed under this run's id, or its filed files were changed.
        StorageError: The files cannot be written. None is left, or the folder is whole and not in
            the ledger yet.
    """
    with _staged(run) as staged:
        try:
            with ledger.turn() as turn:
                record = _there(run) or b""
                _refuse_another(turn, run, record)
                record = record or _moved(staged, run, turn.head, signer)
                run.send(run.place)
                entry = turn.append(record)
            note(turn.head)
        except LedgerError as error:
            if not _there(run):
                _moved(staged, run, None, signer)
            run.send(run.place)
            return Published(None, str(error))
        return Published(entry.number)


@contextmanager
def _staged(run: Unpublished) -> Iterator[Path]:
    """Write the files aside, so that the turn at the ledger is short; clear away what is left."""
    place, siblings = run.place, run.place.parent
    for left in siblings.glob(f".{place.name}.*.filing"):
        if is_abandoned(left):
            shutil.rmtree(left, ignore_errors=True)
    staged = place.with_name(f".{place.name}.{secrets.token_hex(4)}.filing")
    make_folder(staged)
    try:
        with held(staged):
            if not _there(run):
                for name, content in run.files.items():
                    write_new(staged / name, content)
            yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _there(run: Unpublished) -> bytes | None:
    """Return the record of a run that is published already.

    Raises:
        UsageError: Another notebook is there, or its record is not one that was signed here.
    """
    place = run.place
    if not place.exists() or {path.name for path in place.iterdir()} <= {JOURNAL}:
        return None
    notebook = place / NOTEBOOK
    if not notebook.is_file() or notebook.read_bytes() != run.files[NOTEBOOK]:
        raise UsageError(
            f"Another notebook is filed under {place}. Each run has its own id: run it anew."
        )
    try:
        record = (place / RECORD).read_bytes()
        signed_by(record, public_keys())
    except (OSError, LedgerError) as error:
        told = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"The record in {place} cannot be gone by: {told}.") from error
    return record


def _refuse_another(turn: Turn, run: Unpublished, record: bytes) -> None:
    entry = turn.entry_of(run.run_id)
    if entry is not None and entry.record != record:
        raise UsageError(
            f"Run {run.run_id} is entry {entry.number} of the ledger, and its files in "
            f"{run.place} are gone or changed since. `cartproof audit verify` tells what; "
            "run it anew."
        )


def _moved(staged: Path, run: Unpublished, head: Head | None, signer: Signer) -> bytes:
    """Write the record beside the other files, and let the folder appear under its name."""
    record = envelope(run.stated(head), signer=signer)
    write_whole(staged / RECORD, record)
    with writing_to(run.place):
        if run.place.exists():
            shutil.rmtree(run.place)
        staged.rename(run.place)
        sync_folder(run.place.parent)
    return record
