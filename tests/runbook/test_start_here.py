"""The first notebook: in step with the runbooks, thin, and leading to each of them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from small_runbook import ROOT, SMALL

from cartproof.cli.build import command as build
from cartproof.runbook.builder import as_text
from cartproof.runbook.loader import load_runbook, runbook_ids
from cartproof.runbook.start_here import NAME, start_here

NOTEBOOK = ROOT / "notebooks" / NAME


def test_it_is_in_step_with_the_runbooks() -> None:
    """`cartproof build` has nothing to write, and builds the same bytes each time."""
    runbooks = [load_runbook(one) for one in runbook_ids()]
    assert NOTEBOOK.read_text(encoding="utf-8") == as_text(start_here(runbooks))
    assert as_text(start_here(runbooks)) == as_text(start_here(runbooks))


def test_it_links_to_the_notebook_of_every_runbook_and_to_nothing_that_is_not_there() -> None:
    """A new runbook shows up here by building."""
    text = "\n".join(cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells)
    links = re.findall(r"\]\(([^)]+)\)", text)
    leading = {f"{one.replace('-', '_')}.ipynb" for one in runbook_ids()}
    assert set(links) == leading | {"fleet_audit.ipynb"}
    assert all((NOTEBOOK.parent / link).is_file() for link in links)


def test_its_one_code_cell_is_one_call() -> None:
    """Nothing is asked of a store from here."""
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert [ast.unparse(ast.parse(cell.source).body[-1]) for cell in code] == [
        "cartproof.runs_so_far()"
    ]
    assert [cell.outputs for cell in code] == [[]]
    headings = [cell.source.splitlines()[0] for cell in cells if cell.cell_type == "markdown"]
    assert headings == [
        "# Start here",
        "## Which integration",
        "## What you need at hand",
        "## Practise on the sandbox",
        "## The runs so far",
    ]


def test_build_check_covers_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Another title in a runbook puts the first notebook out of step, too."""
    folder = tmp_path / "runbooks"
    folder.mkdir()
    monkeypatch.setenv("CARTPROOF_RUNBOOKS", str(folder))
    (folder / "small.yaml").write_text(SMALL)
    assert CliRunner().invoke(build, []).exit_code == 0
    assert CliRunner().invoke(build, ["--check"]).exit_code == 0
    (folder / "small.yaml").write_text(SMALL.replace("title: Small", "title: Smaller"))
    late = CliRunner().invoke(build, ["--check"])
    assert late.exit_code == 1
    assert NAME in late.stderr
