"""The journal: one line of JSON per event of a run, on disk before the run goes on."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cartproof.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def utc_now() -> datetime:
    """Return the time now, in UTC."""
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """Return a moment as `2026-11-22T10:00:00.123Z`."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


class Journal:
    """Append events to a run's `journal.jsonl`, each flushed to disk before `write` returns."""

    def __init__(self, path: Path, *, now: Callable[[], datetime] = utc_now) -> None:
        """Open a journal, making its folder.

        Raises:
            ParameterError: The file cannot be written there.
        """
        self.path = path
        self._now = now
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError as error:
            raise ParameterError(
                f"The run's journal cannot be written to {path}: {error.strerror}. "
                "Give a folder that can be written to in the parameter `folder`."
            ) from error

    def write(self, event: str, **facts: Any) -> None:
        """Append one event and wait until it is on disk."""
        line = json.dumps({"at": iso(self._now()), "event": event, **facts}, ensure_ascii=False)
        os.write(self._descriptor, f"{line}\n".encode("utf-8", "backslashreplace"))
        os.fsync(self._descriptor)

    def close(self) -> None:
        """Close the file; a closed journal takes no more events."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
