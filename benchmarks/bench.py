"""What cartproof's engine is worth, beside the ways there are: `make bench`.

Ways take turns against the same sandbox, a few customers each, so that a busy machine is as busy
for all. What is done is kept in `bench/results.json`; the same command goes on where it stopped.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PROGRAMS = Path(sys.executable).parent


@dataclass(frozen=True)
class Way:
    """A way to be measured.

    Attributes:
        share: Of all customers, how many of a hundred it runs: slow ways run fewer.
    """

    name: str
    jobs: int
    share: int
    told: str

    @property
    def key(self) -> str:
        """Return its name in the results."""
        return f"{self.name} {self.jobs}"


LOOP = Way("loop", 1, 8, "shell loop: `papermill` + `jupyter nbconvert`")
NO_LATENCY = (
    LOOP,
    Way("papermill", 1, 8, "one process: papermill + HTMLExporter"),
    Way("papermill", 2, 16, "papermill + HTMLExporter, 2 processes"),
    Way("ploomber", 2, 100, "ploomber-engine + HTMLExporter, 2 processes (isolates nothing)"),
    Way("cartproof", 1, 50, "cartproof, 1 job"),
    Way("cartproof", 2, 100, "cartproof, 2 jobs"),
)
WAITING = (
    LOOP,
    Way("ploomber", 8, 100, "ploomber-engine + HTMLExporter, 8 processes (isolates nothing)"),
    Way("cartproof", 32, 100, "cartproof, 32 jobs"),
)
TARGETS = (
    (0, "cartproof 2", "loop 1", 20.0),
    (0, "cartproof 2", "papermill 2", 6.0),
    (0, "cartproof 2", "ploomber 2", 1.5),
    (30, "cartproof 32", "loop 1", 25.0),
    (30, "cartproof 32", "ploomber 8", 2.0),
)


@contextlib.contextmanager
def sandbox(latency_ms: int, plan: str) -> Iterator[str]:
    """Serve a sandbox in a process of its own; yield its address."""
    words = [PROGRAMS / "cartproof", "sandbox", "--port", "0", "--plan", plan]
    process = subprocess.Popen(
        [*words, "--latency-ms", str(latency_ms)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = next(line for line in process.stdout if "ready at" in line)
        yield line.split("ready at")[1].split()[0]
    finally:
        process.terminate()
        process.wait()


_SAMPLED_EVERY_S = 1.0
"""Looking through 33 processes takes 50 ms of a core, which nobody else has meanwhile."""


class Memory:
    """Samples the proportional set size of a process with all below it."""

    def __init__(self, pid: int) -> None:
        self._pid, self.peak_kb = pid, 0
        self.is_on = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        while not self._ended.wait(_SAMPLED_EVERY_S):
            if self.is_on.is_set():
                self.peak_kb = max(self.peak_kb, sum(map(_pss_kb, _tree(self._pid))))

    def close(self) -> None:
        """Sample no more."""
        self._ended.set()
        self._thread.join()


def _tree(pid: int) -> list[int]:
    import psutil

    with contextlib.suppress(psutil.Error):
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    return []


def _pss_kb(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError, StopIteration):
        text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
        return int(next(line for line in text.splitlines() if line.startswith("Pss:")).split()[1])
    return 0


def _cpu_s(pid: int) -> float:
    """Return what a process has used, with those of its children that have ended."""
    import psutil

    with contextlib.suppress(psutil.Error):
        return sum(psutil.Process(pid).cpu_times()[:4])
    return 0.0


class Measured:
    """One way under way: what it took so far. Its process begins with its first turn."""

    def __init__(self, way: Way, folder: Path, count: int) -> None:
        self.way, self.count, self.done, self.wall = way, count, 0, 0.0
        self.folder = folder / way.key.replace(" ", "-")
        self.folder.mkdir(parents=True)
        self._log = (folder / f"{way.key}.log").open("w")
        self._process: subprocess.Popen[str] | None = None
        self._memory: Memory | None = None

    def turn(self, numbers: list[int]) -> None:
        """Run a few customers."""
        begun = time.monotonic()
        process, memory = self._begun()
        assert process.stdin is not None
        assert process.stdout is not None
        memory.is_on.set()
        process.stdin.write(json.dumps(numbers) + "\n")
        process.stdin.flush()
        self.done += int(process.stdout.readline())
        memory.is_on.clear()
        self.wall += time.monotonic() - begun

    def _begun(self) -> tuple[subprocess.Popen[str], Memory]:
        if self._process is None or self._memory is None:
            words = [sys.executable, HERE / "ways.py", self.way.name, str(self.way.jobs)]
            self._process = subprocess.Popen(
                [*words, self.folder],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                text=True,
            )
            self._memory = Memory(self._process.pid)
        return self._process, self._memory

    def close(self) -> dict[str, Any]:
        """End it; return what it took for each notebook."""
        process, memory = self._begun()
        assert process.stdin is not None
        memory.close()
        cpu = sum(map(_cpu_s, _tree(process.pid)))  # how long it takes to end is no turn's
        process.stdin.close()
        process.wait()
        self._log.close()
        sizes = [path.stat().st_size for path in self.folder.rglob("*") if path.is_file()]
        shutil.rmtree(self.folder)
        return {
            "told": self.way.told,
            "count": self.count,
            "done": self.done,
            "wall": self.wall / self.count,
            "cpu": cpu / self.count,
            "peak_mb": memory.peak_kb / 1024,
            "kb": sum(sizes) / 1024 / self.count,
        }


def throughput(latency_ms: int, ways: tuple[Way, ...], given: argparse.Namespace) -> Any:
    """Let ways take turns over the customers; return what each took."""
    sys.path.insert(0, str(HERE))
    from fleet import make_fleet

    folder = given.folder / f"{latency_ms}-ms"
    shutil.rmtree(folder, ignore_errors=True)
    counts = [max(2, given.count * way.share // 100) for way in ways]
    with sandbox(latency_ms, "unlimited") as url:
        make_fleet(url, folder / "fleet", given.count)
        running = [Measured(way, folder, n) for way, n in zip(ways, counts, strict=True)]
        for turn in range(given.turns):
            for one in running:
                begin, end = (one.count * (turn + at) // given.turns for at in (0, 1))
                one.turn(list(range(begin, end)))
            print(f"  {latency_ms} ms, turn {turn + 1} of {given.turns}", flush=True)
        return {one.way.key: one.close() for one in running}


def one_run(given: argparse.Namespace) -> Any:
    """Measure one customer from the command to the report on disk, in pairs."""
    sys.path.insert(0, str(HERE))
    from fleet import make_fleet

    folder = given.folder / "one"
    shutil.rmtree(folder, ignore_errors=True)
    pairs = []
    with sandbox(0, "unlimited") as url:
        make_fleet(url, folder / "fleet", 1)
        for number in range(given.pairs + 1):
            pair = _timed_pair(folder, number)
            if number:  # the first one warms the disk's cache
                pairs.append(pair)
    return {
        "pairs": pairs,
        "ratio": statistics.median(theirs / ours for theirs, ours in pairs),
        "help": min(_timed([PROGRAMS / "cartproof", "run", "--help"]) for _ in range(5)),
    }


def _timed_pair(folder: Path, number: int) -> tuple[float, float]:
    import ways

    begun = time.monotonic()
    ways.by_command_lines(0, folder / "loop")
    theirs = time.monotonic() - begun
    fleet = folder / "fleet"
    words = [PROGRAMS / "cartproof", "run", "stone-edge", "--customer", "Merchant 0000"]
    words += ["--credentials", f"file:{fleet / '0.txt'}", "--answers", fleet / "0.yaml"]
    return theirs, _timed([*words, "--out", folder / f"runs-{number}"])


def _timed(words: list[Any]) -> float:
    begun = time.monotonic()
    subprocess.run(words, check=True, capture_output=True)
    return time.monotonic() - begun


def x_ray(given: argparse.Namespace) -> Any:
    """Measure the x-ray of all rows at 100 ms, side by side and one after another."""
    sys.path.insert(0, str(HERE))
    from fleet import make_fleet

    from cartproof.scopes.prober import Prober
    from cartproof.store.client import StoreClient
    from cartproof.store.references import resolve

    folder = given.folder / "x-ray"
    shutil.rmtree(folder, ignore_errors=True)
    found: dict[str, Any] = {}
    with sandbox(100, "standard") as url:
        make_fleet(url, folder, 2)
        for number, workers in enumerate((8, 1)):
            store = StoreClient(resolve(f"file:{folder / f'{number}.txt'}"))
            begun = time.monotonic()
            prober = Prober(store, ends_at=begun + 120)
            prober.run(workers=workers, on_family=lambda rows: None)
            found[f"{workers} at once"] = time.monotonic() - begun
            statuses = [piece.status for piece in store.evidence]
            found[f"requests, {workers} at once"] = len(statuses)
            found["429"] = found.get("429", 0) + statuses.count(429)
    return found


def table(results: dict[str, Any]) -> str:
    """Return all results as Markdown."""
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    lines = [f"Python {platform.python_version()}, {machine}. Seconds and bytes per notebook.", ""]
    for key in (key for key in results if key.endswith(" ms")):
        lines += [f"### {key} a request", "", "| way | notebooks | wall | CPU | peak PSS | size |"]
        lines.append("|---|---|---|---|---|---|")
        for way in results[key].values():
            lines.append(
                f"| {way['told']} | {way['done']} of {way['count']} | {way['wall']:.3f} s "
                f"| {way['cpu']:.3f} s | {way['peak_mb']:.0f} MB | {way['kb']:.0f} kB |"
            )
        lines.append("")
    lines += ["### Ratios", "", "| | by wall | by CPU | wanted |", "|---|---|---|---|"]
    for latency, ours, theirs, wanted in TARGETS:
        found = results.get(f"{latency} ms", {})
        if ours in found and theirs in found:
            wall, cpu = (found[theirs][unit] / found[ours][unit] for unit in ("wall", "cpu"))
            told = found[theirs]["told"]
            lines.append(f"| {told}, {latency} ms | {wall:.1f} | {cpu:.1f} | {wanted:g} |")
    if "one run" in results:
        one = results["one run"]
        lines.append(f"| one run, command to report | {one['ratio']:.2f} | | 3 |")
        lines += ["", f"`cartproof run --help`: {one['help'] * 1000:.0f} ms (wanted: 150)."]
    if "x-ray" in results:
        ray = results["x-ray"]
        times = ray["1 at once"] / ray["8 at once"]
        lines.append(
            f"X-ray of 27 rows at 100 ms a request: {ray['8 at once']:.2f} s, {times:.1f} times as "
            f"fast as one after another; answers 429: {ray['429']}."
        )
    return "\n".join(lines) + "\n"


def arguments() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="customers for each latency")
    parser.add_argument("--turns", type=int, default=4, help="how often the ways take turns")
    parser.add_argument("--pairs", type=int, default=5, help="pairs of single runs")
    parser.add_argument("--latencies", default="0,30,100", help="ms a request, with commas")
    parser.add_argument("--folder", type=Path, default=Path("bench"))
    parser.add_argument("--anew", action="store_true", help="forget what is there")
    parser.add_argument("--quick", action="store_true", help="a minute: 16 customers, 0 ms")
    given = parser.parse_args()
    if given.quick:
        given.count, given.turns, given.pairs, given.latencies = 16, 2, 1, "0"
        given.folder = given.folder / "quick"
    given.folder = given.folder.absolute()
    return given


def main() -> None:
    """Measure what is not measured yet, and print the table."""
    given = arguments()
    given.folder.mkdir(parents=True, exist_ok=True)
    os.environ["CARTPROOF_HOME"] = str(given.folder / "home")
    os.environ["PLOOMBER_STATS_ENABLED"] = "false"
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    kept = given.folder / "results.json"
    results = json.loads(kept.read_text("utf-8")) if kept.is_file() and not given.anew else {}
    parts: dict[str, Any] = {
        f"{ms} ms": lambda ms=ms: throughput(ms, WAITING if ms else NO_LATENCY, given)
        for ms in map(int, given.latencies.split(","))
    }
    parts |= {"one run": lambda: one_run(given), "x-ray": lambda: x_ray(given)}
    for name, measure in parts.items():
        if name not in results:
            print(f"{name} …", flush=True)
            results[name] = measure()
            kept.write_text(json.dumps(results, indent=1), encoding="utf-8")
    text = table(results)
    (given.folder / "RESULTS.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
