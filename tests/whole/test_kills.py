"""A sample of `benchmarks/kills.py`, which does the same three hundred times."""

from __future__ import annotations

from pathlib import Path

from benchmarks.kills import killed_runs


def test_runs_with_a_random_kill_leave_whole_files_and_no_lie(tmp_path: Path) -> None:
    """Killed with -9 at a random moment: whole files, honest verdicts, no process, no order."""
    came = killed_runs(6, tmp_path / "kills", at_once=2, seed=7)
    assert came.wrong == []
    counts = came.counts
    assert sum(counts[f"killed: {whom}"] for whom in ("command", "cells", "all")) == 6
