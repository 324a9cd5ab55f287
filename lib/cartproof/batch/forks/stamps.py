"""papermill's marks on cells: when each began and ended, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from papermill.engines import NotebookExecutionManager


class Stamps(NotebookExecutionManager):  # type: ignore[misc]  # papermill has no types
    """papermill's manager without its saves, its bar and its parsing of its own times.

    A notebook of forty cells would be saved ninety times; the tape keeps what happened meanwhile.
    """

    def __init__(self, notebook: Any) -> None:
        super().__init__(notebook, progress_bar=False)
        self._began: datetime = self.now()

    def save(self, **_: Any) -> None:
        """Do nothing."""

    def autosave_cell(self, **_: Any) -> None:
        """Do nothing."""

    def cell_start(self, cell: Any, cell_index: int | None = None, **_: Any) -> None:
        """Mark a cell as running."""
        self._began = self.now()
        started = {"start_time": self._began.isoformat(), "status": self.RUNNING}
        cell["metadata"]["papermill"].update(started, exception=False)

    def cell_complete(self, cell: Any, cell_index: int | None = None, **_: Any) -> None:
        """Mark a cell as completed, unless it failed, and say how long it took."""
        ended, marks = self.now(), cell["metadata"]["papermill"]
        marks["end_time"] = ended.isoformat()
        marks["duration"] = (ended - self._began).total_seconds()
        if marks["status"] != self.FAILED:
            marks["status"] = self.COMPLETED
