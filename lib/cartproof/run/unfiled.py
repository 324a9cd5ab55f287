"""What is kept of a run that could not be filed: the journal, where the store was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartproof.checks.created_order.trail import CHANGING
from cartproof.run.folders import make_folder, write_whole
from cartproof.run.journal import NAME, UNFILED, events_in
from cartproof.secrets import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from cartproof.secrets import Secret


def keep_journal(
    journal: bytes, *, out: Path, run_id: str, secrets: Iterable[Secret]
) -> Path | None:
    """Keep a journal that tells of changes to the store, without the run's secrets.

    Args:
        journal: Content of the journal.
        out: Folder of all runs; the journal goes to `unfiled/<run id>` in it.
        run_id: Id of the run.
        secrets: What must not stand in it.

    Returns:
        Where it is; None when it tells of no change, and nothing was kept.
    """
    if not any(event.get("event") in CHANGING for event in events_in(journal)):
        return None
    redactor = Redactor(secrets)
    lines = [redactor.redact(line) for line in journal.decode("utf-8", "replace").splitlines()]
    kept = out / UNFILED / run_id / NAME
    make_folder(kept.parent)
    clean = [line for line in lines if not redactor.spans(line)]
    write_whole(kept, "".join(f"{line}\n" for line in clean).encode())
    return kept
