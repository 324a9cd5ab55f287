"""The report through nbconvert and through `cartproof report`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import executed
import nbformat
import pytest
from click.testing import CliRunner
from nbconvert.exporters import get_export_names, get_exporter
from nbconvert.utils.exceptions import ConversionException

from cartproof.cli.report import command
from cartproof.errors import CartproofError, NotebookError, UsageError
from cartproof.report.page import render
from cartproof.run.reading import read_notebook


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """Write a good run's notebook."""
    path = tmp_path / "out.ipynb"
    path.write_text(json.dumps(executed.good()), encoding="utf-8")
    return path


def run(*arguments: str | Path) -> str:
    """Run `cartproof report`; return what it prints."""
    outcome = CliRunner().invoke(command, [str(a) for a in arguments], catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


def test_nbconvert_and_the_command_make_the_same_page(notebook: Path) -> None:
    """The exporter is registered under `cartproof`, and makes an .html file."""
    assert "cartproof" in get_export_names()
    exporter = get_exporter("cartproof")()
    page, resources = exporter.from_filename(str(notebook))
    run(notebook)
    assert page == notebook.with_suffix(".html").read_text(encoding="utf-8")
    assert page == render(read_notebook(notebook))
    assert resources["output_extension"] == ".html"
    assert exporter.export_from_notebook == "cartproof report"


def test_nbconvert_refuses_a_foreign_notebook_in_one_sentence() -> None:
    """A notebook that is no run is a conversion error that says what to give."""
    foreign = nbformat.v4.new_notebook()
    with pytest.raises(ConversionException, match="is not a cartproof run"):
        get_exporter("cartproof")().from_notebook_node(foreign)


def test_the_command_prints_where_it_wrote_and_leaves_nothing_else(
    notebook: Path, tmp_path: Path
) -> None:
    """Next to the notebook by default, elsewhere with -o; no temporary file stays."""
    assert run(notebook).strip() == str(tmp_path / "out.html")
    other = tmp_path / "for-the-merchant.html"
    assert run(notebook, "-o", other).strip() == str(other)
    assert {path.name for path in tmp_path.iterdir()} == {"out.ipynb", "out.html", other.name}


def test_the_command_does_not_overwrite_the_notebook(notebook: Path) -> None:
    """-o with the notebook's own name is a usage error, and the notebook stays."""
    before = notebook.read_bytes()
    with pytest.raises(UsageError, match="is the notebook itself"):
        run(notebook, "-o", notebook)
    assert notebook.read_bytes() == before


def test_a_failed_write_leaves_the_old_report_whole(
    notebook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk fails at the sync, the old page stays and the error names the file."""
    report = notebook.with_suffix(".html")
    report.write_text("old", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CartproofError, match="No space left"):
        run(notebook)
    assert report.read_text(encoding="utf-8") == "old"
    assert len(list(notebook.parent.iterdir())) == 2


def test_a_notebook_cut_off_makes_no_report(notebook: Path) -> None:
    """Half a notebook is refused in words, and no page is written."""
    notebook.write_bytes(notebook.read_bytes()[:1000])
    with pytest.raises(NotebookError, match="no whole notebook"):
        run(notebook)
    assert not notebook.with_suffix(".html").exists()
