"""The journal: one line of JSON per event of a run, on disk before the run goes on.

A run keeps its journal locked for as long as its process lives, so that another run can tell
whether it is over: the system lets go of the lock even at `kill -9`.
"""

from __future__ import annotations

import errno
import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartproof.errors import ParameterError
from cartproof.run.folders import make_folder, writing_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

try:
    import fcntl
except ImportError:  # Windows: whether another run goes on is not known there
    fcntl = None  # type: ignore[assignment]

NAME = "journal.jsonl"
UNFILED = "unfiled"
"""Folder of journals whose runs could not be filed, below the folder of all runs."""
FINISHED, KEPT = "finished", "finished, its order kept"
"""Events of a run's end; with the second it still holds an order, and is not over yet."""
_OVER = frozenset({FINISHED, "filed"})
_PROGRESS = frozenset({"opened", "step started", "step settled", FINISHED, KEPT})


def utc_now() -> datetime:
    """Return the time now, in UTC."""
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """Return a moment as `2026-11-22T10:00:00.123Z`."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


class Journal:
    """Append events to a run's `journal.jsonl`, each written before `write` returns.

    What tells of a change to the store is on disk by then; the rest outlives this process, and
    would be lost in a power cut alone.
    """

    def __init__(self, path: Path, *, now: Callable[[], datetime] = utc_now) -> None:
        """Open a journal, making its folder.

        Raises:
            ParameterError: The file cannot be written there.
        """
        self.path = path
        self._now = now
        self._reading = threading.Lock()
        try:
            make_folder(path.parent)
            self._descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError as error:
            raise ParameterError(
                f"The run's journal cannot be written to {path}: {error.strerror or error} "
                "Give a folder that can be written to in the parameter `folder`."
            ) from error
        if fcntl is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def write(self, event: str, **facts: Any) -> None:
        """Append one event; wait until it is on disk, unless it only tells how far the run is.

        Raises:
            StorageError: It cannot be written; what stood there before still does.
        """
        line = json.dumps({"at": iso(self._now()), "event": event, **facts}, ensure_ascii=False)
        content = f"{line}\n".encode("utf-8", "backslashreplace")
        with self._reading:
            size = os.fstat(self._descriptor).st_size
            os.lseek(self._descriptor, max(size - 1, 0), os.SEEK_SET)
            last = os.read(self._descriptor, 1)
        if last not in {b"", b"\n"}:
            content = b"\n" + content  # the line before was cut off, by a crash or a full disk
        with writing_to(self.path):
            if os.write(self._descriptor, content) != len(content):
                os.ftruncate(self._descriptor, size)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            if event not in _PROGRESS:
                os.fsync(self._descriptor)

    def events(self) -> list[Mapping[str, Any]]:
        """Return the events that stand in the file, those of before a restart as well."""
        with self._reading:
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            size = os.fstat(self._descriptor).st_size
            return list(events_in(os.read(self._descriptor, size)))

    def is_running(self, run_id: str) -> bool | None:
        """Tell whether another run is still going on, by its journal near this one.

        Returns:
            None when its journal is not at hand or cannot be read, or the system has no such locks.
        """
        paths = [path for path in _journals_of(run_id, self.path) if path.is_file()]
        if not paths or fcntl is None:
            return None
        held = [is_held(path) for path in paths]
        return True if True in held else None if None in held else False

    def close(self) -> None:
        """Close the file; a closed journal takes no more events."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def events_in(content: bytes) -> Iterator[Mapping[str, Any]]:
    """Yield the events of a journal; a line that a crash cut off is none."""
    for line in content.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield event


def _journals_of(run_id: str, near: Path) -> Iterator[Path]:
    """Yield where a run's journal may be: beside this one's folder, or filed or left below `out`.

    A run's folder is `out/<customer>/<runbook>/<run id>`, or `out/.<run id>.part` while it is
    executed headless.
    """
    parents = near.absolute().parents
    is_staged = parents[0].name.startswith(".")
    for out in parents[1:2] if is_staged else parents[1:4:2]:
        for folder in (run_id, f".{run_id}.part", f"{UNFILED}/{run_id}"):
            yield out / folder / NAME
        for folder in (run_id, f".{run_id}.*.filing"):
            yield from out.glob(f"*/*/{folder}/{NAME}")


def is_held(path: Path) -> bool | None:
    """Tell whether the run of a journal goes on: it is locked, and does not end in its end.

    Returns:
        None when the journal cannot be read, so that nobody knows.
    """
    try:
        with path.open("rb") as file:
            last = list(events_in(file.read()))[-1:]
            if last and last[0].get("event") in _OVER:
                return False
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    except OSError:
        return None
    return False
