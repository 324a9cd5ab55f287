"""Runs with a random kill: what is left is whole and honest, or nothing.

    python benchmarks/kills.py [--runs 300] [--at-once 2] [--seed N]

Each run is a `cartproof run` on a sandbox of its own start; half of them create a test order. At a
random moment one of its processes is killed with -9: the command itself, the process that executes
its cells, or all of them at once. A run that came to its end before its moment does not count, and
another takes its place. Then everything below the folder is looked at:

- no run says `verified` that did not come to its end, and no exit status says so either
- each filed folder has its five files whole, with the hashes of its record, and its record's
  verdict is that of its notebook
- no process is left over, and none hangs beyond its time-out
- after one more run on the same store, no test order of ours is left in it
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from cartproof.audit.envelope import opened
from cartproof.cli.demo.merchants import (
    MERCHANTS,
    answers_for,
    create_account,
    credentials_file,
    levels_for,
)
from cartproof.run.answers import Answers, save_answers
from cartproof.run.reading import read_notebook
from cartproof.runbook.loader import load_runbook
from cartproof.sandbox.server import serve

FILES = {"notebook.ipynb", "report.html", "report-merchant.html", "record.json", "journal.jsonl"}
MARK = "CARTPROOF_KILLS"
RUNBOOK = "stone-edge"
TIMEOUT_S = 300.0
FILED = 10**6
"""More events than a run has before it is filed: those of this moment are killed at its filing."""
GONE_S = 60.0
"""Seconds that a dead command's processes may need to notice it and end."""


@dataclass(slots=True)
class Came:
    """What came of all runs.

    Attributes:
        wrong: What must not be; empty when all is well.
    """

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """One merchant's store on the sandbox, and the folder of the runs on it."""

    sandbox: str
    folder: Path
    store_hash: str

    @property
    def out(self) -> Path:
        return self.folder / "runs"

    def command(self, *, creates: bool) -> list[str]:
        program = Path(sys.executable).with_name("cartproof")
        words = ["run", RUNBOOK, "--customer", MERCHANTS[0].name, "--out", str(self.out)]
        words += ["--credentials", f"file:{self.folder / 'c.txt'}", "--json"]
        words += ["--answers", str(self.folder / "a.yaml")]
        return [str(program), *words, "-p", f"create_test_order={str(creates).lower()}"]

    def open_orders(self) -> list[str]:
        """Return the tags of our orders that are in the store and not archived."""
        url = f"{self.sandbox}/_sandbox/state?store_hash={self.store_hash}"
        with urllib.request.urlopen(url, timeout=30) as answer:
            orders = json.load(answer)["orders"]
        ours = [o for o in orders if str(o["external_order_id"]).startswith("cartproof-")]
        return [o["external_order_id"] for o in ours if not o["is_deleted"]]


def place(sandbox: str, folder: Path, number: int) -> Place:
    """Make a store with an account, and the files that a run on it needs."""
    merchant, runbook = MERCHANTS[0], load_runbook(RUNBOOK)
    levels = levels_for(runbook, merchant)
    made = create_account(sandbox, merchant, levels, number=number)
    folder.mkdir(parents=True)
    (folder / "c.txt").write_text(credentials_file(merchant, made), encoding="utf-8")
    given = answers_for(runbook, merchant, levels, when="2026-11-22T10:00:00Z")
    save_answers(folder / "a.yaml", Answers.model_validate(given))
    return Place(sandbox, folder, made["store_hash"])


def usual_run(where: Place) -> Usual:
    """Run once without a kill, and return what that was like."""
    begun = time.monotonic()
    done = subprocess.run(where.command(creates=True), check=True, cwd=where.folder,
                          capture_output=True, text=True, timeout=TIMEOUT_S)  # fmt: skip
    seconds = time.monotonic() - begun
    filed = Path(json.loads(done.stdout.splitlines()[-1])["folder"])
    return Usual((filed / "journal.jsonl").read_bytes().count(b"\n"), seconds)


def of_mark(mark: str) -> list[psutil.Process]:
    """Return the processes that were started with a mark in their environment."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark:
                found.append(process)
        except psutil.Error:
            continue
    return found


@dataclass(frozen=True, slots=True)
class Usual:
    """What a run is like that nobody kills, on this machine.

    Attributes:
        events: How many its journal has.
        seconds: How long it takes.
    """

    events: int
    seconds: float

    def moment(self, dice: random.Random) -> Moment:
        """Return a random one: a quarter each while it starts and is filed, else at an event."""
        share = dice.random()
        if share < 0.25:
            return Moment(0, dice.uniform(0, self.seconds / 2))
        events = FILED if share < 0.5 else dice.randrange(self.events)
        return Moment(events, dice.uniform(0, self.seconds / 20))


@dataclass(frozen=True, slots=True)
class Moment:
    """When a run is killed: some time after its journal has so many events, on any machine.

    Attributes:
        events: 0 is when the command is begun, `FILED` when its cells are done.
        then_s: Seconds after that.
    """

    events: int
    then_s: float

    def wait(self, running: subprocess.Popen[str], out: Path, before: set[Path]) -> bool:
        """Wait for the moment; tell whether it came before the run's end."""
        while running.poll() is None:
            journals = set(out.glob(".*.part/journal.jsonl")) - before
            content = b"".join(journal.read_bytes() for journal in journals if journal.exists())
            if content.count(b"\n") >= self.events or b'"finished"' in content:
                break
            time.sleep(0.005)
        with suppress(subprocess.TimeoutExpired):
            running.wait(self.then_s)
        return running.poll() is None


def killed(
    where: Place, *, mark: str, moment: Moment, whom: str, creates: bool, came: Came
) -> bool:
    """Begin a run, kill what is to be killed, and wait until none of its processes is left.

    Returns:
        Whether it was killed.
    """
    before = set(where.out.glob(".*.part/journal.jsonl"))
    running = subprocess.Popen(
        where.command(creates=creates), env={**os.environ, MARK: mark}, cwd=where.folder,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    is_killed = moment.wait(running, where.out, before)
    whom = _kill(running, mark, whom) if is_killed else "nobody, it was done before"
    came.counts[f"killed: {whom}"] += 1
    try:
        said, _ = running.communicate(timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        came.wrong.append(f"{mark}: hung after {whom} was killed")
        running.kill()
        said, _ = running.communicate()
    came.counts[f"exit status {running.returncode}"] += 1
    _told(said, running.returncode, mark, came)
    left = _left(mark)
    if left:
        came.wrong.append(f"{mark}: left over: {left}")
    return is_killed


def _kill(running: subprocess.Popen[str], mark: str, whom: str) -> str:
    """Kill what is to be killed: the command, where there is nothing below it yet; return which."""
    below = [process for process in of_mark(mark) if process.pid != running.pid]
    whom = whom if below else "command"
    chosen: list[Any] = {"command": [running], "cells": below[-1:], "all": [running, *below]}[whom]
    for process in chosen:
        with suppress(psutil.Error, ProcessLookupError):
            process.kill()
    return whom


def _told(said: str, status: int, mark: str, came: Came) -> None:
    """Hold that a run which ended with 0 said `verified`, and that what says so is filed.

    It may be killed after it said so, once all its files are there: that is no lie.
    """
    last = next((line for line in reversed(said.splitlines()) if line.startswith("{")), "")
    claim: Mapping[str, Any] = json.loads(last) if last else {}
    is_verified = claim.get("verdict") == "verified"
    if is_verified != (status == 0) and not (is_verified and status == -signal.SIGKILL):
        came.wrong.append(f"{mark}: it said {claim or 'nothing'} and ended with {status}")
    if (is_verified or claim.get("folder")) and not Path(claim.get("folder") or "-").is_dir():
        came.wrong.append(f"{mark}: {claim.get('folder')} is not there")


def _left(mark: str) -> list[str]:
    until = time.monotonic() + GONE_S
    while (processes := of_mark(mark)) and time.monotonic() < until:
        time.sleep(0.1)
    words = []
    for process in processes:
        try:
            words.append(" ".join(process.cmdline())[:120])
            process.kill()
        except psutil.Error:
            continue
    return words


def faults_of(run: Path) -> Iterator[str]:
    """Yield what is not whole or not honest in a filed run's folder."""
    names = {path.name for path in run.iterdir()}
    if names != FILES:
        yield f"{run}: holds {sorted(names)}"
        return
    record = opened((run / "record.json").read_bytes())
    for subject in record["subject"]:
        content = (run / subject["name"]).read_bytes()
        if hashlib.sha256(content).hexdigest() != subject["digest"]["sha256"]:
            yield f"{run}: {subject['name']} is not the file that was signed"
    reading = read_notebook(run / "notebook.ipynb")
    told = record["predicate"]["cartproof"]["verdict"]
    if told != reading.verdict:
        yield f"{run}: the record says {told}, the notebook {reading.verdict}"
    if told == "verified" and any(str(step.verdict) == "not-run" for step in reading.steps):
        yield f"{run}: verified, with steps that did not run"
    for line in (run / "journal.jsonl").read_text(encoding="utf-8").splitlines():
        json.loads(line)


def _looked_at(where: Place, came: Came) -> None:
    """Look at everything below a folder, then let a last run clear the store."""
    for run in where.out.glob(f"*/{RUNBOOK}/[0-9]*"):
        faults = list(faults_of(run))
        came.wrong += faults
        if not faults:
            verdict = read_notebook(run / "notebook.ipynb").verdict
            came.counts[f"filed, {verdict}"] += 1
    for hidden in where.out.glob(f"*/{RUNBOOK}/.*"):
        came.counts["hidden: begun to be filed"] += hidden.is_dir()
    came.counts["hidden: cut off"] += len(list(where.out.glob(".*.part")))
    came.counts["orders left by kills"] += len(where.open_orders())
    last = subprocess.run(where.command(creates=True), check=False, cwd=where.folder,
                          capture_output=True, text=True, timeout=TIMEOUT_S)  # fmt: skip
    if last.returncode:
        came.wrong.append(f"{where.folder}: the last run came to {last.stdout} {last.stderr}")
    if where.open_orders():
        came.wrong.append(f"{where.folder}: left in the store: {where.open_orders()}")


def killed_runs(count: int, folder: Path, *, at_once: int = 2, seed: int = 1) -> Came:
    """Run and kill, then look at what is left.

    Args:
        count: How many runs are killed.
        folder: Where all of it goes.
        at_once: How many runs at the same time, each on a store and in a folder of its own.
        seed: Of the random moments.
    """
    came = Came()
    with serve(port=0, plan="enterprise") as sandbox, ThreadPoolExecutor(at_once) as pool:
        places = [place(sandbox.url, folder / f"store{n}", n) for n in range(at_once)]

        def in_turn(which: int) -> None:
            dice = random.Random(f"{seed}-{which}")
            usual = usual_run(places[which])
            left, numbers = len(range(which, count, at_once)), itertools.count()
            while left:
                left -= killed(
                    places[which], mark=f"{os.getpid()}-{folder.name}-{which}-{next(numbers)}",
                    came=came, moment=usual.moment(dice), creates=dice.random() < 0.5,
                    whom=dice.choice(["command", "cells", "all"]),
                )  # fmt: skip

        list(pool.map(in_turn, range(at_once)))
        list(pool.map(lambda where: _looked_at(where, came), places))
    return came


def main() -> None:
    """Run as asked for on the command line, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    started = time.monotonic()
    came = killed_runs(given.runs, folder, at_once=given.at_once, seed=given.seed)
    print(
        f"{given.runs} runs killed, seed {given.seed}, {time.monotonic() - started:.0f} s, in {folder}"
    )
    for name, number in sorted(came.counts.items()):
        print(f"  {name:<32} {number:>5}")
    print("\n".join(came.wrong) or "all whole, none verified that was not finished, none left over")
    if not came.wrong:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if came.wrong else 0)


if __name__ == "__main__":
    main()
