"""The hidden folder in which a run is executed, and what is left of those that died in theirs."""

from __future__ import annotations

import secrets
import shutil
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from cartproof.audit.line import is_abandoned
from cartproof.checks.created_order.trail import CHANGING
from cartproof.errors import StorageError, UsageError
from cartproof.run.folders import make_folder
from cartproof.run.journal import NAME, events_in, is_held

if TYPE_CHECKING:
    from pathlib import Path

LEFT_S = 24 * 3600
"""Seconds without a change after which a hidden folder is surely nobody's any more."""


def staged(out: Path, run_id: str) -> Path:
    """Make the folder in which a run is executed; only the journal of a dead one stays in it.

    Raises:
        UsageError: It cannot be made; nothing was sent.
    """
    folder = (out / f".{run_id}.part").absolute()
    if folder.exists() and is_held(folder / NAME) is not False:
        folder = folder.with_name(f".{run_id}.{secrets.token_hex(4)}.part")
    try:
        make_folder(folder)
    except StorageError as error:
        raise UsageError(f"{error} Nothing was sent.") from error
    _empty(folder)
    return folder


def clear(folder: Path, *, is_journal_kept: bool) -> None:
    """Take a run's hidden folder away, but for a journal of changes that is kept nowhere else."""
    if is_journal_kept or not _tells_of_changes(folder / NAME):
        shutil.rmtree(folder, ignore_errors=True)
    else:
        _empty(folder)


def sweep(out: Path, siblings: Path, *, now: float | None = None) -> None:
    """Take away what killed runs left a day ago or earlier, but for journals of changes.

    Args:
        out: Folder below which runs are filed, and in which they are executed.
        siblings: The one in which this customer's runs of a runbook are filed.
        now: Seconds since the epoch; the clock's by default.
    """
    before = (time.time() if now is None else now) - LEFT_S
    for folder in (*out.glob(".*T*Z-*.part"), *siblings.glob(".*T*Z-*.filing")):
        with suppress(OSError):
            last = max(path.stat().st_mtime for path in (folder, *folder.iterdir()))
            if last < before and is_abandoned(folder) and is_held(folder / NAME) is False:
                clear(folder, is_journal_kept=folder.suffix == ".filing")


def _empty(folder: Path) -> None:
    for left in folder.iterdir():
        if left.name != NAME:
            with suppress(OSError):
                left.unlink()


def _tells_of_changes(journal: Path) -> bool:
    try:
        content = journal.read_bytes()
    except OSError:
        return False
    return any(event.get("event") in CHANGING for event in events_in(content))
