"""Every kind of notebook, and every notebook of the project, by papermill's own engine and by ours.

    .venv/bin/python benchmarks/parity.py [--notebooks FOLDER] [NAME ...]

prints what differs, and ends with status 1 where anything does. The project's notebooks run
against a sandbox; what a store's answers have of their own (times, ids, milliseconds) is left out.
With a folder all notebooks in it are compared instead, as those of papermill's own tests:
https://github.com/nteract/papermill/tree/main/papermill/tests/notebooks
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "tests")]

from batch.parity.both import executed, notebook_of, what_counts  # noqa: E402 - after the path
from batch.parity.kinds import KINDS  # noqa: E402

_OF_A_RUN = (
    (re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}"), "RUN"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?"), "TIME"),
    (re.compile(r'"(ms|body_bytes)": \d+'), "NUMBER"),
    (re.compile(r'"(body_sha256|x-request-id|date)": "[^"]*"'), "OF AN ANSWER"),
    (re.compile(r'"x-rate-limit[^"]*": "[^"]*"'), "QUOTA"),
    (re.compile(r"\b\d+(\.\d)? (ms|s|seconds?)\b"), "LONG"),
)


def told(done: Any, folder: Path) -> list[str]:
    """Return an executed notebook as lines, without what differs from run to run."""
    text = json.dumps(what_counts(done, folder), indent=1, sort_keys=True, ensure_ascii=False)
    for pattern, word in _OF_A_RUN:
        text = pattern.sub(word, text)
    return text.splitlines()


def differences(notebook: Any, parameters: dict[str, Any] | None) -> list[str]:
    """Execute a notebook both ways; return what differs."""
    found = []
    for engine in (None, "cartproof"):
        with tempfile.TemporaryDirectory(prefix="parity-") as name:
            folder = Path(name)
            given = parameters
            if given and "credentials" in given:
                given = {**given, "folder": str(folder / "run")}
            settings = {"parameters": given, "execution_timeout": 300, "kernel_name": "python3"}
            try:
                found.append(told(executed(notebook, folder, engine, **settings), folder))
            except Exception as error:  # noqa: BLE001 - both must refuse the same, the same way
                found.append([f"{type(error).__name__}: {error}"])
    return list(difflib.unified_diff(*found, "stock", "ours", lineterm="", n=1))


def of_the_project(folder: Path, url: str) -> dict[str, tuple[Any, dict[str, Any]]]:
    """Return each of the project's notebooks with parameters for a merchant on a sandbox."""
    from fleet import make_fleet

    from cartproof.runbook.builder import notebook_name
    from cartproof.runbook.loader import runbook_ids

    made = {}
    for runbook in runbook_ids():
        place = folder / runbook
        make_fleet(url, place, 1, runbook=runbook)
        path = ROOT / "notebooks" / notebook_name(runbook)
        given = {"customer": "Merchant 0000", "credentials": f"file:{place / '0.txt'}"}
        made[path.stem] = (nbformat.read(path, 4), {**given, "answers": str(place / "0.yaml")})
    ledger = _ledger(folder / "stone-edge")
    for name, given in (("fleet_audit", {"ledger": str(ledger)}), ("start_here", {})):
        made[name] = (nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", 4), given)
    return made


def _ledger(fleet: Path) -> Path:
    """Return a ledger with two runs of a fleet's merchant."""
    from cartproof.batch.headless import run_headless
    from cartproof.batch.job import Job

    reference, answers = f"file:{fleet / '0.txt'}", fleet / "0.yaml"
    for _ in range(2):
        run_headless(Job("stone-edge", "Merchant 0000", reference, answers=answers, out=fleet))
    return fleet / "ledger.db"


def of_a_folder(folder: Path) -> dict[str, tuple[Any, None]]:
    """Return each notebook in a folder, as papermill reads it."""
    from papermill.iorw import load_notebook_node

    return {path.stem: (load_notebook_node(str(path)), None) for path in sorted(folder.iterdir())}


def main() -> int:
    """Compare all, or those that are named."""
    from cartproof.sandbox.server import serve

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="notebooks; all by default")
    parser.add_argument("--notebooks", type=Path, help="compare those in this folder instead")
    given = parser.parse_args()
    os.environ["CARTPROOF_HOME"] = tempfile.mkdtemp(prefix="parity-home-")
    with tempfile.TemporaryDirectory(prefix="parity-") as name, serve(plan="unlimited") as running:
        cases: dict[str, tuple[Any, dict[str, Any] | None]] = {}
        if given.notebooks:
            cases.update(of_a_folder(given.notebooks))
        else:
            for kind, cells in KINDS.items():
                cases[kind] = (notebook_of(cells), {"a": 5} if kind == "parameters" else None)
            cases.update(of_the_project(Path(name), running.url))
        unknown = set(given.names) - cases.keys()
        if unknown:
            parser.error(f"not known: {', '.join(unknown)}. Known: {', '.join(cases)}")
        return compare({case: cases[case] for case in given.names or cases})


def compare(cases: dict[str, tuple[Any, dict[str, Any] | None]]) -> int:
    """Print what differs; return the exit status."""
    differing = 0
    for case, (notebook, parameters) in cases.items():
        different = differences(notebook, parameters)
        differing += bool(different)
        print("differs" if different else "alike  ", case, flush=True)
        print("\n".join(line[:300] for line in different[:80]), end="\n" if different else "")
    print(f"{differing} of {len(cases)} differ")
    return int(bool(differing))


if __name__ == "__main__":
    sys.exit(main())
