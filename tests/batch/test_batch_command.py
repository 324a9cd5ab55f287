"""`cartproof batch` as a person runs it, and small samples of what benchmarks/batch_soak.py shows."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from benchmarks import batch_soak
from benchmarks.batch_soak import Batch, wrong_with
from benchmarks.fleet import TROUBLES

from .test_cluster import run
from .test_executor import LONGEST_S, wait_until

COMMAND = Path(sys.executable).with_name("cartproof")
MakeFleet = Callable[..., Path]
WELL = frozenset({"verified", "failed", "incomplete"})


def test_a_batch_of_right_and_wrong_rows(fleet: MakeFleet, tmp_path: Path) -> None:
    """The worst row is the exit status; failed rows alone are run again."""
    manifest = fleet(4, troubles=TROUBLES)
    words = (manifest, "--out", "runs", "--jobs", "2")
    told = run(*words, cwd=tmp_path)
    assert told["counts"] == {"failed": 2, "incomplete": 1, "verified": 1}
    batch = Batch(manifest, tmp_path / "runs")
    assert wrong_with(batch, 4, well=WELL) == []
    first = {row["customer"]: row["run_id"] for row in batch.results()}
    index = (tmp_path / "runs" / "index.html").read_text("utf-8")
    assert "1 customer: Products is read-only" in index
    again = run(*words, "--only", "failed", cwd=tmp_path)
    assert again["batch"] == told["batch"]
    ids = {row["customer"]: row["run_id"] for row in batch.results()}
    assert [name for name in ids if ids[name] != first[name]] == ["Merchant 0000", "Merchant 0001"]


def test_bad_usage_sends_nothing(fleet: MakeFleet, tmp_path: Path) -> None:
    """Every problem of the manifest, status 2, no folder; `--check` says that all is well."""
    manifest = fleet(2)
    command = [COMMAND, "batch", manifest, "--out", "runs"]
    checked = subprocess.run(
        [*command, "--check"], check=False, cwd=tmp_path, capture_output=True, text=True
    )
    assert (checked.returncode, "2 rows, all usable" in checked.stdout) == (0, True)
    manifest.write_text(manifest.read_text().replace("stone-edge", "stone-egde"))
    wrong = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True)
    assert wrong.returncode == 2
    assert "row 2, runbook" in wrong.stderr
    assert "row 3, runbook" in wrong.stderr
    for words in (["--only", "x"], ["--out", "s3://x/y"]):
        refused = subprocess.run([*command, *words], check=False, cwd=tmp_path, capture_output=True)
        assert refused.returncode == 2
    assert not (tmp_path / "runs" / "results.json").exists()


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_ends_a_batch_and_says_how_to_go_on(
    fleet: MakeFleet, tmp_path: Path, times: int
) -> None:
    """Once: what is under way is finished. Twice: at once. Either way the rest can be resumed."""
    manifest = fleet(4)
    batch = Batch(manifest, tmp_path / "runs", ("--jobs", "1"))
    process = batch.start()
    wait_until(lambda: list((tmp_path / "runs").glob(".*.part/journal.jsonl")))
    for _ in range(times):
        process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=LONGEST_S)
    assert process.returncode == 130, said
    assert "--resume" in said
    verdicts = [row["verdict"] for row in batch.results()]
    assert verdicts.count("not-run") >= 2
    wait_until(lambda: not batch.processes())
    rest = batch.start("--resume")
    said, _ = rest.communicate(timeout=LONGEST_S)
    assert rest.returncode == 0, said
    assert wrong_with(batch, 4, well=frozenset({"verified"})) == []


def test_kill_9_of_children_server_and_parent_loses_nothing() -> None:
    """A small sample of three hundred rows and forty kills."""
    assert batch_soak.kills(4, 2, 3, seed=3) == []


def test_printing_inside_an_output_widget_hangs_nothing() -> None:
    """A small sample of a thousand rows at 32 jobs."""
    assert batch_soak.thousand(4, 4) == []


def test_broken_rows_do_not_harm_the_rest() -> None:
    """A small sample of a hundred rows: bad credentials, dead stores, time-outs."""
    assert batch_soak.broken(10, 4) == []


def test_the_last_line_is_json(fleet: MakeFleet, tmp_path: Path) -> None:
    """For programs: counts, what is open, and where the index is."""
    manifest = fleet(1)
    told = run(manifest, "--out", "runs", "--spawn", cwd=tmp_path, status=0)
    assert told["counts"] == {"verified": 1}
    assert (told["open"], told["exit"], told["index"]) == (0, 0, "runs/index.html")
    assert json.loads((tmp_path / "runs" / "results.json").read_text())["batch"] == told["batch"]
