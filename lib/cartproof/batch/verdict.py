"""The exit status of a batch: that of its worst row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORST_FIRST = (5, 1, 3, 4, 0)
"""A secret in a file, failed, incomplete, waiting for a person, verified."""


class HasExit(Protocol):
    """What the status of a batch needs to know of a row."""

    @property
    def exit(self) -> int | None:
        """Return the run's exit status, None when there was no run."""
        ...


def batch_exit(rows: Iterable[HasExit]) -> int:
    """Return the worst exit status of the rows.

    A row that could not be used (2) or was not run counts as incomplete: for a batch, 2 means
    that nothing was sent.
    """
    found = {3 if row.exit in {None, 2} else row.exit for row in rows}
    return next((status for status in _WORST_FIRST if status in found), 3 if found else 0)
