"""One way to turn customers into executed notebooks and HTML reports; a process of its own.

    python benchmarks/ways.py NAME JOBS FOLDER

reads lines of customers' numbers, runs them, and answers each line with how many of the customers
have both files. It keeps its workers between the lines, so that several
ways can take turns while none starts anew.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "stone_edge.ipynb"
Run = Callable[[int, Path], bool]


def parameters_of(number: int, fleet: Path) -> dict[str, Any]:
    """Return a customer's parameters."""
    return {
        "customer": f"Merchant {number:04}",
        "credentials": f"file:{fleet / f'{number}.txt'}",
        "answers": str(fleet / f"{number}.yaml"),
    }


def targets(number: int, folder: Path) -> tuple[Path, Path]:
    """Return where a customer's notebook and report go, in a new folder for each run."""
    place = folder / f"{number}-{time.time_ns()}"
    place.mkdir(parents=True)
    return place / "out.ipynb", place / "out.html"


def by_command_lines(number: int, folder: Path) -> bool:
    """Run `papermill` and `jupyter nbconvert`, as a shell loop does."""
    notebook, report = targets(number, folder)
    given = notebook.with_name("parameters.json")
    where = {"folder": str(notebook.parent / "run")}
    given.write_text(json.dumps(parameters_of(number, folder.parent / "fleet") | where), "utf-8")
    programs = Path(sys.executable).parent
    papermill = [programs / "papermill", "--no-progress-bar", NOTEBOOK, notebook, "-f", given]
    nbconvert = [programs / "jupyter", "nbconvert", "--to", "html", notebook, "--output", report]
    for words in (papermill, nbconvert):
        subprocess.run(words, check=True, capture_output=True)
    return notebook.is_file() and report.is_file()


def by_papermill(number: int, folder: Path) -> bool:
    """Run papermill's function, and an exporter that is kept."""
    import papermill

    notebook, report = targets(number, folder)
    given = parameters_of(number, folder.parent / "fleet") | {
        "folder": str(notebook.parent / "run")
    }
    papermill.execute_notebook(str(NOTEBOOK), str(notebook), parameters=given, progress_bar=False)
    return _exported(notebook, report)


def by_ploomber(number: int, folder: Path) -> bool:
    """Run ploomber-engine's function, which isolates nothing, and an exporter that is kept."""
    from ploomber_engine import execute_notebook

    notebook, report = targets(number, folder)
    given = parameters_of(number, folder.parent / "fleet") | {
        "folder": str(notebook.parent / "run"),
        "mode": "headless",
    }
    execute_notebook(
        str(NOTEBOOK), str(notebook), parameters=given, progress_bar=False, log_output=False
    )
    return _exported(notebook, report)


@functools.cache
def _exporter() -> Any:
    from nbconvert import HTMLExporter

    return HTMLExporter()


def _exported(notebook: Path, report: Path) -> bool:
    body, _ = _exporter().from_filename(str(notebook))
    report.write_text(body, encoding="utf-8")
    return notebook.is_file() and report.is_file()


class Pooled:
    """Runs customers in worker processes, which are started once."""

    def __init__(self, run: Run, jobs: int, folder: Path) -> None:
        self._run, self._folder = run, folder
        self._pool = (
            ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) if jobs > 1 else None
        )

    def customers(self, numbers: Sequence[int]) -> int:
        """Run customers; return how many have both files."""
        folders = [self._folder] * len(numbers)
        if self._pool is None:
            return sum(map(self._run, numbers, folders))
        return sum(self._pool.map(self._run, numbers, folders))

    def close(self) -> None:
        """End the workers."""
        if self._pool is not None:
            self._pool.shutdown()


class Forked:
    """Runs customers by cartproof's fork server: checked, executed, searched, signed and filed."""

    def __init__(self, jobs: int, folder: Path) -> None:
        from cartproof.batch.forks.executor import ForkExecutor
        from cartproof.filing import ready_ledger

        ready_ledger(folder)
        self._executor, self._folder = ForkExecutor(jobs), folder

    def customers(self, numbers: Sequence[int]) -> int:
        """Run customers; return how many are verified and filed."""
        futures = [self._executor.submit(self._job(number)) for number in numbers]
        outcomes = [future.result() for future in futures]
        done = [one for one in outcomes if one.verdict == "verified"]
        if len(done) < len(outcomes):
            print(next(one for one in outcomes if one not in done), file=sys.stderr)
        return sum((Path(one.folder) / "report.html").is_file() for one in done)

    def _job(self, number: int) -> Any:
        from cartproof.batch.job import Job

        given = parameters_of(number, self._folder.parent / "fleet")
        answers = Path(given.pop("answers"))
        return Job(runbook="stone-edge", answers=answers, out=self._folder, **given)

    def close(self) -> None:
        """End the server."""
        self._executor.close()


RUNS: dict[str, Run] = {
    "loop": by_command_lines,
    "papermill": by_papermill,
    "ploomber": by_ploomber,
}


def main() -> None:
    """Take turns until the last line."""
    name, jobs, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    os.environ["PLOOMBER_STATS_ENABLED"] = "false"
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a notebook prints is no answer
    way = Forked(jobs, folder) if name == "cartproof" else Pooled(RUNS[name], jobs, folder)
    for line in sys.stdin:
        print(way.customers(json.loads(line)), file=answers, flush=True)
    way.close()


if __name__ == "__main__":
    import ways  # ploomber-engine puts a module of its own in the place of __main__

    ways.main()
