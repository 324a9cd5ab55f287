"""Where a run's files go: `<out>/<customer>/<runbook>/<run id>/`, and writing them whole."""

from __future__ import annotations

import errno
import os
import re
import secrets
import unicodedata
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cartproof.errors import ParameterError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEVICE_NAMES = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)$")
RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
"""How a run is called; such names sort by time."""
RUNS_VARIABLE = "CARTPROOF_RUNS"
"""Names the folder of all runs to notebooks of `cartproof lab`, whatever their current folder."""
LONGEST_CUSTOMER = 200
_FULL = "Make room there or name another folder, then run again."
_REFUSED = "Name a folder that you may write to, then run again."
_REMEDIES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), _FULL),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), _REFUSED),
}


def new_run_id(now: datetime) -> str:
    """Return an id that sorts by time and does not collide: `20261122T100000Z-1a2b3c4d`."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


def checked_customer(customer: object) -> str:
    """Return a customer's name as it may stand in a record.

    Raises:
        ParameterError: It is not text, empty, too long, or has control characters.
    """
    if not isinstance(customer, str):
        raise ParameterError(
            f"`customer` must be text, not {type(customer).__name__}. "
            "papermill's -p turns digits into numbers: use -r or -f for such names."
        )
    name = unicodedata.normalize("NFC", customer.strip())
    if not name:
        raise ParameterError("`customer` is empty. Give the merchant's name.")
    if len(name) > LONGEST_CUSTOMER:
        raise ParameterError(
            f"`customer` has {len(name)} characters; at most {LONGEST_CUSTOMER} are allowed."
        )
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in name):
        raise ParameterError(
            "`customer` holds invisible or control characters (a line break, a zero-width or a "
            "text-direction mark). Type the name anew instead of pasting it."
        )
    return name


def folder_name(name: str) -> str:
    """Return a customer's name as a folder name that is safe on every system.

    Distinct names can share one; the run id below it keeps their runs apart.
    """
    kept = "".join(
        character if character.isalnum() or character in " .-_&'()+," else "_" for character in name
    )
    kept = kept.strip(" .")[:80].rstrip(" .")
    return f"_{kept}" if not kept or _DEVICE_NAMES.match(kept.split(".")[0]) else kept


def run_folder(out: Path, *, customer: str, runbook_id: str, run_id: str) -> Path:
    """Return the folder of one run below `out`."""
    return out / folder_name(customer) / runbook_id / run_id


def folder_of(folder: object, *, customer: str, runbook_id: str, now: datetime) -> tuple[Path, str]:
    """Return the folder of the run at hand and its id: the one its name holds, else a new one.

    Args:
        folder: As it was given; empty for a new one below `runs`.
        customer: Who the run is for.
        runbook_id: What is run.
        now: Goes into a new id.

    Raises:
        ParameterError: `folder` is not text.
    """
    if not isinstance(folder, str):
        raise ParameterError(f"`folder` must be a path as text, not {type(folder).__name__}.")
    named = RUN_ID.search(Path(folder).name) if folder else None
    run_id = named[0] if named else new_run_id(now)
    if folder:
        return Path(folder).expanduser(), run_id
    return run_folder(Path("runs"), customer=customer, runbook_id=runbook_id, run_id=run_id), run_id


@contextmanager
def writing_to(path: Path, *, alone: bool = True) -> Iterator[None]:
    """Say in words which file cannot be written, why, and what to do about it.

    Args:
        path: What is written to.
        alone: Whether the block does nothing else; if it does, only errors for want of room or of
            a right are told so.

    Raises:
        StorageError: The system refused.
    """
    try:
        yield
    except StorageError:
        raise
    except OSError as error:
        if not alone and error.errno not in _REMEDIES:
            raise
        remedy = _REMEDIES.get(error.errno or 0, "Run again; if it stays so, name another folder.")
        said = f"{path} cannot be written: {error.strerror or error}."
        raise StorageError(f"{said} {remedy}") from error


def make_folder(path: Path) -> None:
    """Make a folder and those above it, so that a power cut does not take them away again.

    Raises:
        StorageError: It cannot be made.
    """
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    with writing_to(path):
        path.mkdir(parents=True, exist_ok=True)
        for folder in missing:
            sync_folder(folder.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that at any moment the old one, the new one, or none is there, whole.

    Raises:
        StorageError: It cannot be written; what was there before still is.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    with writing_to(path):
        try:
            with temporary.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def write_new(path: Path, content: bytes) -> None:
    """Write a file of a folder that nobody looks into yet; whoever shows the folder syncs it.

    Raises:
        StorageError: It cannot be written.
    """
    with writing_to(path), path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make renames in a folder last through a power cut, where the system can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
