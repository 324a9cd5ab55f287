"""The job: one runbook for one customer, as plain values that can go to another process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CELL_TIMEOUT_S = 300
NOTEBOOK_TIMEOUT_S = 1800


@dataclass(frozen=True, slots=True)
class Job:
    """One runbook for one customer.

    Attributes:
        credentials: Reference, never a secret.
        parameters: The runbook's own parameters; texts are read as the runbook types them.
        answers: Path of the answers file, None for none.
        out: Folder below which the run's folder is made.
        cell_timeout_s: Seconds that one cell may take.
        timeout_s: Seconds that the whole notebook may take.
        ledger: File or URL of the ledger; empty for the one in `out`.
        tags: Words by which the run is found again.
        batch: Id of the batch that it is part of.
        shelf: URL of the place the run's folder goes to, by way of `out`; empty: it stays there.
        run_id: Id of the run, so that a job that is carried out twice is filed once; empty: new.
    """

    runbook: str
    customer: str
    credentials: str
    store_hash: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    answers: Path | None = None
    out: Path = Path("runs")
    cell_timeout_s: int = CELL_TIMEOUT_S
    timeout_s: int = NOTEBOOK_TIMEOUT_S
    run_id: str = ""
    ledger: str = ""
    tags: tuple[str, ...] = ()
    batch: str = ""
    shelf: str = ""
