"""The notebooks: thin, the same every time, and in step with their runbooks."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from pathlib import Path

import nbformat
import papermill
import pytest
from small_runbook import ROOT, SMALL

from cartproof.errors import RunbookError
from cartproof.runbook.builder import as_text, build, notebook_name, write_notebook
from cartproof.runbook.formats import describe
from cartproof.runbook.loader import load_with_digest, runbook_ids
from cartproof.runbook.markdown import labels_of
from cartproof.runbook.parameters import starting_value

Write = Callable[[str], Path]
IDS = sorted(path.stem for path in (ROOT / "runbooks").glob("*.yaml"))
FORBIDDEN = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.For,
    ast.While,
    ast.Try,
    ast.Lambda,
    ast.With,
    ast.If,
)


def _notebook(runbook_id: str) -> nbformat.NotebookNode:
    return nbformat.read(ROOT / "notebooks" / notebook_name(runbook_id), as_version=4)


def test_the_runbooks_are_the_projects_own() -> None:
    """What is tested here is what the loader finds."""
    assert runbook_ids() == IDS


@pytest.mark.parametrize("runbook_id", IDS)
def test_the_notebook_is_in_step_with_its_runbook(runbook_id: str) -> None:
    """`cartproof build` has nothing to write."""
    path = ROOT / "notebooks" / notebook_name(runbook_id)
    assert path.read_text(encoding="utf-8") == as_text(build(load_with_digest(runbook_id)))


@pytest.mark.parametrize("runbook_id", IDS)
def test_built_twice_is_byte_identical(runbook_id: str, tmp_path: Path) -> None:
    """No time, no random id, no order of a set gets in."""
    for name in ("one", "two"):
        write_notebook(build(load_with_digest(runbook_id)), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


@pytest.mark.parametrize("runbook_id", IDS)
def test_cells_are_few_calls_after_a_plain_comment(runbook_id: str) -> None:
    """Three statements at most, nothing defined, no loop, no condition."""
    cells = [cell for cell in _notebook(runbook_id).cells if cell.cell_type == "code"]
    for cell in cells:
        tree = ast.parse(cell.source)
        assert not [node for node in ast.walk(tree) if isinstance(node, FORBIDDEN)]
        if cell.id != "parameters":
            assert len(tree.body) <= 3
            assert cell.source.startswith("# ")
            assert cell.metadata.jupyter.source_hidden is True
        assert cell.outputs == []
        assert cell.execution_count is None


@pytest.mark.parametrize("runbook_id", IDS)
def test_the_cells_stand_in_the_agreed_order(runbook_id: str) -> None:
    """Title, before you start, note, parameters, open, the steps, finish."""
    around = []
    for step in load_with_digest(runbook_id).runbook.steps:
        copying = [f"step-{step.id}-handover"] if step.handover else []
        around += [f"step-{step.id}-text", *copying, f"step-{step.id}"]
    assert [cell.id for cell in _notebook(runbook_id).cells] == [
        "title",
        "before-you-start",
        "operators-note",
        "parameters-text",
        "parameters",
        "open-run-text",
        "open-run",
        *around,
        "finish-text",
        "finish",
    ]


@pytest.mark.parametrize("runbook_id", IDS)
def test_the_notebook_declares_its_steps(runbook_id: str) -> None:
    """So that a run that died can still be judged."""
    loaded = load_with_digest(runbook_id)
    declared = _notebook(runbook_id).metadata.cartproof
    assert declared.schema == 1
    assert declared.runbook == runbook_id
    assert declared.runbook_sha256 == loaded.sha256
    assert declared.steps == [
        {"id": step.id, "title": step.title, "side": step.side, "required": step.required}
        for step in loaded.runbook.steps
    ]


@pytest.mark.parametrize("runbook_id", IDS)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_papermill_reads_every_parameter_with_type_default_and_help(runbook_id: str) -> None:
    """`papermill --help-notebook` is the engineer's reference; credentials are a reference."""
    runbook = load_with_digest(runbook_id).runbook
    read = papermill.inspect_notebook(str(ROOT / "notebooks" / notebook_name(runbook_id)))
    assert list(read) == [
        *("customer", "credentials", "store_hash", "answers", "folder", "mode"),
        *runbook.parameters,
    ]
    assert all(entry["help"] for entry in read.values())
    assert read["credentials"]["default"] == '""'
    for name, parameter in runbook.parameters.items():
        assert read[name]["inferred_type_name"] == parameter.type
        assert ast.literal_eval(read[name]["default"]) == starting_value(parameter)


@pytest.mark.parametrize("runbook_id", IDS)
def test_every_word_of_the_runbook_is_in_the_notebook(runbook_id: str) -> None:
    """Titles, warnings, gaps, fields, rows: nothing stays behind in the YAML."""
    runbook = load_with_digest(runbook_id).runbook
    text = "\n".join(c.source for c in _notebook(runbook_id).cells if c.cell_type == "markdown")
    wanted = [
        runbook.summary,
        runbook.account.token_type,
        *runbook.needs_at_hand,
        *(entry.text for entry in runbook.open),
        *(entry.source for entry in runbook.open),
    ]
    for step in runbook.steps:
        wanted += [step.title, step.article, *step.warnings]
        wanted += [describe(said, labels_of(runbook)) for said in (step.good, step.confirm)]
        wanted += [*step.menu, *step.menu_today, *step.pictures]
        wanted += [field.label for field in step.fields] + [field.note for field in step.fields]
    wanted += [scope.row for scope in runbook.account.scopes]
    assert [part for part in wanted if part not in text] == []


def test_values_of_every_type_become_literals_that_papermill_reads(
    written: Write, tmp_path: Path
) -> None:
    """A quote, a pipe or a brace in a text breaks neither code nor table."""
    more = (
        "  limit: {type: int, default: 3, help: a limit}\n"
        "  share: {type: float, help: a share}\n"
        "  skus: {type: list, default: [a, 'b\"c'], help: some SKUs}\n"
    )
    text = SMALL.replace("account:\n", f"{more}account:\n")
    text = text.replace("Type {{these}} in.", "Type {{these}}, {limit} of {skus}, {share}.")
    text = text.replace("label: Cart,", "label: A|B,").replace("title: Enter", 'title: "E" nter')
    text = text.replace('title: "E" nter the values', "title: 'Say \"|\" {x}'")
    notebook = build(load_with_digest(written(text)))
    cells = {cell.id: cell.source for cell in notebook.cells}
    values = {
        node.target.id: ast.literal_eval(node.value)
        for node in ast.parse(cells["parameters"]).body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value
    }
    assert values["limit"] == 3
    assert values["share"] is None
    assert values["skus"] == ["a", 'b"c']
    assert "Type {these}, given in `limit`" in cells["step-enter-text"]
    assert "| A\\|B | the *Cart ID* you were given |  |" in cells["step-enter-text"]
    assert cells["step-enter"] == '# Confirm: Say "|" {x}\nrun.step("enter")'
    write_notebook(notebook, tmp_path / "small.ipynb")
    assert json.loads((tmp_path / "small.ipynb").read_text())["nbformat"] == 4


@pytest.mark.parametrize("key", ["title: Enter the values", "help: writes stock levels"])
def test_a_text_of_two_lines_cannot_spill_from_comment_into_code(key: str, written: Write) -> None:
    """A title or a help stands in a comment; with a line break it would become code."""
    name, text = key.split(": ")
    path = written(SMALL.replace(key, f'{name}: "{text}\\nimport os"'))
    with pytest.raises(RunbookError, match="must be a single line"):
        load_with_digest(path)


def test_a_failed_write_leaves_the_old_notebook_whole(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No half-written file, no temporary one left."""
    path = tmp_path / "kept.ipynb"
    path.write_text("old")

    def refuse(descriptor: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", refuse)
    with pytest.raises(OSError, match="disk full"):
        write_notebook(build(load_with_digest("stone-edge")), path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["kept.ipynb"]
    assert path.read_text() == "old"
