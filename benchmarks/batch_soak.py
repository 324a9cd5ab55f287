"""What batches must stand: a thousand rows, `kill -9` anywhere, broken rows.

    python benchmarks/batch_soak.py thousand
    python benchmarks/batch_soak.py kills
    python benchmarks/batch_soak.py broken

Each prints what it saw and ends with status 1 when something is not as it must be.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from benchmarks.fleet import TROUBLES, make_fleet
from cartproof.audit.ledger import ledger_of
from cartproof.sandbox.server import serve

CARTPROOF = Path(sys.executable).with_name("cartproof")
WIDGETS = Path(__file__).parent / "output_widgets"
MARK = "CARTPROOF_SOAK"
FILES = {"notebook.ipynb", "report.html", "record.json", "journal.jsonl"}


@dataclass
class Batch:
    """A batch as a command in a process of its own.

    Attributes:
        mark: Stands in the environment of all its processes, so that none is overlooked.
    """

    manifest: Path
    out: Path
    words: tuple[str, ...] = ()
    more: dict[str, str] = field(default_factory=dict)
    mark: str = field(default_factory=lambda: f"{os.getpid()}-{random.random()}")  # noqa: S311

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start it."""
        command = [CARTPROOF, "batch", self.manifest, "--out", self.out, *self.words, *words]
        environment = {**os.environ, **self.more, MARK: self.mark}
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)

    def processes(self) -> list[psutil.Process]:
        """Return all living processes that belong to it."""
        found = []
        for process in psutil.process_iter():
            try:
                is_ours = process.environ().get(MARK) == self.mark
                if is_ours and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def results(self) -> list[dict[str, Any]]:
        """Return the rows of its results."""
        told = json.loads((self.out / "results.json").read_text("utf-8"))
        rows: list[dict[str, Any]] = told["rows"]
        return rows


def wrong_with(batch: Batch, count: int, *, well: frozenset[str]) -> list[str]:
    """Return what is not as it must be after a batch has come to its end.

    Args:
        batch: The batch.
        count: How many rows it has.
        well: Verdicts that a row may have.
    """
    rows = batch.results()
    told: list[str] = []
    if len(rows) != count or len({row["customer"] for row in rows}) != count:
        told.append(f"{len(rows)} rows in the results instead of {count}")
    told += [
        f"{r['customer']} is {r['verdict']}: {r['reasons']}"
        for r in rows
        if r["verdict"] not in well
    ]
    filed = [row for row in rows if row["folder"]]
    for row in filed:
        names = {path.name for path in (batch.out / row["folder"]).iterdir()}
        if not names >= FILES:
            told.append(f"{row['folder']} holds only {sorted(names)}")
    with ledger_of(batch.out).reading() as ledger:
        entries = Counter(entry.columns["run"] for entry in ledger.entries())
    ids = Counter(row["run_id"] for row in filed)
    if entries != ids:
        more, less = entries - ids, ids - entries
        told.append(
            f"the ledger has {len(more)} runs too many and lacks {len(less)}: {more} {less}"
        )
    folders = list(batch.out.glob("*/*/2*"))
    if len(folders) != len(filed):
        told.append(f"{len(folders)} folders for {len(filed)} filed rows")
    told += [f"left over: {path}" for path in batch.out.rglob(".*") if path.name != ".lock"]
    told += [f"left over: {process}" for process in batch.processes()]
    return told


def until_ended(process: subprocess.Popen[str], longest_s: float) -> str:
    """Wait for a batch's end and return what it printed."""
    said, _ = process.communicate(timeout=longest_s)
    return said


def thousand(rows: int, jobs: int) -> list[str]:
    """Run many rows, each printing inside an Output widget, and watch the parent's memory."""
    with tempfile.TemporaryDirectory() as name, serve(port=0) as sandbox:
        folder = Path(name)
        manifest = make_fleet(sandbox.url, folder / "in", rows)
        print(f"runs go to {folder}", flush=True)
        before = os.environ.get("PYTHONPATH", "")
        path = {"PYTHONPATH": os.pathsep.join(filter(None, [str(WIDGETS), before]))}
        batch = Batch(manifest, folder / "runs", ("--jobs", str(jobs)), path)
        began = time.monotonic()
        seen = {}
        with batch.start() as process:
            assert process.stdout
            for line in process.stdout:
                at, slash, _ = line.strip().partition("/")
                if slash and at.isdigit() and int(at) in {max(1, rows // 10), rows}:
                    seen[int(at)] = psutil.Process(process.pid).memory_full_info().pss / 1e6
        took = time.monotonic() - began
        told = wrong_with(batch, rows, well=frozenset({"verified"}))
        for row in batch.results():
            notebook = json.loads((batch.out / row["folder"] / "notebook.ipynb").read_text())
            cells = [cell for cell in notebook["cells"] if cell.get("id") == "output-widget"]
            if not cells or not cells[0]["outputs"] or cells[0]["execution_count"] is None:
                told.append(f"{row['customer']}: the cell with the widget did not run")
        grown = max(seen.values()) - min(seen.values()) if seen else 999.0
        print(
            f"{rows} rows, {jobs} jobs: {took:.0f} s; the parent grew {grown:.1f} MB from row {min(seen)} to {max(seen)}"
        )
        if grown > 20:
            told.append(f"the parent grew by {grown:.1f} MB")
        return told


def kills(rows: int, jobs: int, count: int, seed: int, latency_ms: int = 20) -> list[str]:
    """Kill children, workers, server and parent at random moments, resuming each time."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    with tempfile.TemporaryDirectory() as name, serve(port=0, latency_ms=latency_ms) as sandbox:
        folder = Path(name)
        manifest = make_fleet(sandbox.url, folder / "in", rows)
        batch = Batch(manifest, folder / "runs", ("--jobs", str(jobs)))
        process = batch.start()
        done: Counter[str] = Counter()
        while sum(done.values()) < count:
            _wait_until(lambda: process.poll() is not None or len(batch.processes()) > 2)
            time.sleep(dice.uniform(0.0, 2.0))
            killed = _kill_one(batch, process, dice)
            done.update([killed] if killed else [])
            if process.poll() is not None:
                _wait_until(lambda: not batch.processes())
                process.communicate()
                if not has_open(batch):
                    break
                process = batch.start(*(["--resume"] if has_batch(batch) else []))
        until_ended(process, 1200)
        while has_open(batch):
            until_ended(batch.start("--resume"), 1200)
        _wait_until(lambda: not batch.processes())
        verdicts = Counter(row["verdict"] for row in batch.results())
        print(f"{rows} rows, killed: {dict(done)}; {dict(verdicts)}")
        return wrong_with(batch, rows, well=frozenset({"verified", "incomplete"}))


def _kill_one(batch: Batch, parent: subprocess.Popen[str], dice: random.Random) -> str:
    """Kill one process with -9: mostly a child or worker, now and then server or parent.

    Returns:
        Which; empty when there was none of that kind.
    """
    living = batch.processes()
    others = [process for process in living if process.pid != parent.pid]
    kind = dice.choice(("child", "child", "child", "server", "parent"))
    if kind == "server":
        chosen = [p for p in others if p.ppid() == parent.pid]
    else:
        chosen = [p for p in others if p.ppid() != parent.pid]
    try:
        if kind == "parent" and parent.poll() is None:
            parent.kill()
            parent.wait()
            return kind
        if chosen:
            dice.choice(chosen).kill()
            return kind
    except psutil.Error:
        return ""
    return ""


def _wait_until(holds: Callable[[], bool], longest_s: float = 180) -> None:
    ends = time.monotonic() + longest_s
    while not holds() and time.monotonic() < ends:
        time.sleep(0.1)


def has_batch(batch: Batch) -> bool:
    """Tell whether it came so far that its rows are on disk."""
    words = [
        CARTPROOF,
        "batch",
        batch.manifest,
        "--out",
        batch.out,
        "--resume",
        "--only",
        "tag:none",
    ]
    return subprocess.run(words, check=False, capture_output=True).returncode != 2


def has_open(batch: Batch) -> bool:
    """Tell whether rows are still to be run."""
    if not (batch.out / "results.json").is_file():
        return True
    if not has_batch(batch):
        return True
    return any(row["verdict"] == "not-run" for row in batch.results())


def broken(rows: int, jobs: int, time_out_s: int = 30) -> list[str]:
    """Run a batch of which 30 % is broken; the rest must not notice.

    Of each ten rows the first has bad credentials (revoked, or no file at all), the second a store
    at which nobody listens, the third one that takes requests and never answers.
    """
    with (
        tempfile.TemporaryDirectory() as name,
        serve(port=0) as sandbox,
        socket.create_server(("127.0.0.1", 0), backlog=1024) as silent,
    ):
        folder = Path(name)
        manifest = make_fleet(sandbox.url, folder / "in", rows, troubles=(TROUBLES[1],))
        with socket.create_server(("127.0.0.1", 0)) as closed:
            dead = closed.getsockname()[1]
        for at in range(rows):
            credentials = folder / "in" / f"{at}.txt"
            if at % 20 == 10:
                credentials.unlink()
            elif at % 10 in {1, 2}:
                port = dead if at % 10 == 1 else silent.getsockname()[1]
                text = credentials.read_text("utf-8")
                elsewhere = text.replace(sandbox.url, f"http://127.0.0.1:{port}")
                credentials.write_text(elsewhere, "utf-8")
        words = ("--jobs", str(jobs), "--time-out", str(time_out_s))
        batch = Batch(manifest, folder / "runs", words)
        process = batch.start()
        until_ended(process, 1200)
        found = batch.results()
        verdicts = [row["verdict"] for row in found]
        print(f"{rows} rows, 30 % broken: {dict(Counter(verdicts))}, exit {process.returncode}")
        ten = ["incomplete", "incomplete", *["verified"] * 7]
        expected = ["failed", *ten, "incomplete", *ten] * (rows // 20 + 1)
        told = wrong_with(batch, rows, well=frozenset({"verified", "failed", "incomplete"}))
        if verdicts != expected[:rows]:
            told.append(f"not the verdicts that were expected: {verdicts}")
        told += [
            f"{row['customer']} was not ended by its time-out: {row}"
            for row in found[2::10]
            if row["causes"] != ["It took too long"] or row["seconds"] < time_out_s
        ]
        return told


def main() -> int:
    """Run what was asked for; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("thousand", "kills", "broken"))
    parser.add_argument("--rows", type=int)
    parser.add_argument("--jobs", type=int, default=32)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.what == "thousand":
        told = thousand(given.rows or 1000, given.jobs)
    elif given.what == "kills":
        told = kills(given.rows or 300, given.jobs, given.kills, given.seed)
    else:
        told = broken(given.rows or 100, given.jobs)
    print("\n".join(told) or "all as it must be")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
