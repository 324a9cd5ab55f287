"""The commands `cartproof build` and `cartproof runbook`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small_runbook import ROOT, SMALL

from cartproof.cli.build import command as build
from cartproof.cli.runbook import command as runbook
from cartproof.runbook.loader import load_runbook, runbook_ids

COMMAND = Path(sys.executable).parent / "cartproof"


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return a runbooks folder that holds the small runbook."""
    path = tmp_path / "runbooks"
    path.mkdir()
    (path / "small.yaml").write_text(SMALL)
    monkeypatch.setenv("CARTPROOF_RUNBOOKS", str(path))
    return path


def _run(*arguments: str) -> Result:
    which = build if arguments[0] == "build" else runbook
    return CliRunner().invoke(which, list(arguments[1:]))


def test_build_writes_checks_and_names_what_is_out_of_step(folder: Path) -> None:
    """Written once, in step after that, out of step when the runbook changes."""
    assert "out of step" in _run("build", "--check").stderr
    assert _run("build").output.startswith("written")
    assert (folder.parent / "notebooks" / "small.ipynb").is_file()
    assert _run("build", "--check").exit_code == 0
    (folder / "small.yaml").write_text(SMALL.replace("Connects nothing", "Connects all"))
    late = _run("build", "--check", "small")
    assert late.exit_code == 1
    assert "small.ipynb; run `cartproof build`" in late.stderr
    assert "Connects all" not in (folder.parent / "notebooks" / "small.ipynb").read_text()


def test_the_exit_status_reaches_the_shell(folder: Path) -> None:
    """CI and pre-commit see nothing else."""
    late = subprocess.run([COMMAND, "build", "--check"], capture_output=True, check=False)
    (folder / "wrong.yaml").write_text("id: wrong\n")
    wrong = subprocess.run([COMMAND, "runbook", "check"], capture_output=True, check=False)
    assert (late.returncode, wrong.returncode) == (1, 2)


def test_build_writes_nothing_where_one_runbook_is_wrong(folder: Path) -> None:
    """All are loaded before the first is written."""
    (folder / "wrong.yaml").write_text("id: wrong\n")
    assert _run("build").exit_code != 0
    assert not (folder.parent / "notebooks").exists()


def test_list_counts_steps_checks_and_scopes(folder: Path) -> None:
    """Four steps, three by program, two scopes."""
    assert _run("list", "list").output.splitlines()[-1].split() == ["small", "Small", "4", "3", "2"]


def test_the_readmes_table_is_the_runbooks_own() -> None:
    """Between its two markers stands what `runbook list --markdown` prints."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    begin = "<!-- runbooks: cartproof runbook list --markdown -->\n"
    assert text.count(begin) == text.count("<!-- end of runbooks -->") == 1
    table = text.partition(begin)[2].partition("<!-- end of runbooks -->")[0]
    assert table == _run("runbook", "list", "--markdown").output


def test_the_table_has_a_line_for_each_runbook_and_marks_the_unconfirmed(folder: Path) -> None:
    """Steps, those checked by program, rows, labels; a star and its footnote where it belongs."""
    line = "| [Small](notebooks/small.ipynb) | 4 | 3 | 2 rows, the level of 1 by parameter | Path |"
    assert _run("runbook", "list", "--markdown").output.splitlines()[2:] == [line]
    marked = SMALL.replace("read_on: 2026-11-21}", "read_on: 2026-11-21, is_unconfirmed: true}")
    (folder / "small.yaml").write_text(marked)
    starred = _run("runbook", "list", "--markdown").output.splitlines()
    assert starred[2].startswith("| [Small](notebooks/small.ipynb) \\* |")
    assert "confirm with the vendor" in starred[-1]


def test_what_was_read_from_public_pages_says_so() -> None:
    """The three that were written without the vendor's text are marked, in note and table."""
    loaded = [load_runbook(one) for one in runbook_ids()]
    marked = {one.id for one in loaded if one.source.is_unconfirmed}
    assert marked == {"starshipit", "sumtracker", "duoplane"}
    for one in loaded:
        is_said = "Read from public pages, confirm with the vendor" in one.source.note
        assert is_said is one.source.is_unconfirmed
        assert not is_said or one.source.origin == "public"


def test_check_tells_good_from_wrong(folder: Path) -> None:
    """Exit status 2 and every problem, where one is wrong."""
    assert _run("runbook", "check").output == "small: good, 4 steps\n"
    path = folder / "wrong.yaml"
    path.write_text(SMALL.replace("check: scopes", "check: scoops"))
    result = _run("runbook", "check", str(folder / "small.yaml"), str(path))
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{path}:24: unknown check 'scoops'")


def test_the_schema_is_stable_and_covers_the_format() -> None:
    """An editor that reads it offers every key."""
    first = _run("runbook", "schema").output
    assert first == _run("runbook", "schema").output
    schema = json.loads(first)
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) >= {"schema", "id", "title", "account", "steps"}
    assert "handover" in schema["$defs"]["Step"]["properties"]
