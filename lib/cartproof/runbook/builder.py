"""Build a runbook's notebook: thin, parameterised, the same bytes every time."""

from __future__ import annotations

import functools
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from cartproof.runbook import prose
from cartproof.runbook.loader import LoadedRunbook
from cartproof.runbook.model import Parameter, Runbook, Step
from cartproof.runbook.parameters import starting_value
from cartproof.runbook.vocabulary import STANDARD_PARAMETERS

SCHEMA = 1


def notebook_name(runbook_id: str) -> str:
    """Return the file name of a runbook's notebook: `stone_edge.ipynb`."""
    return f"{runbook_id.replace('-', '_')}.ipynb"


def build(loaded: LoadedRunbook) -> NotebookNode:
    """Build the notebook of a runbook, without outputs."""
    return nbformat.from_dict(json.loads(_built(loaded)))


@functools.lru_cache(maxsize=32)
def _built(loaded: LoadedRunbook) -> str:
    """Build a notebook as JSON: the same runbook makes the same."""
    runbook = loaded.runbook
    cells = [
        _text("title", prose.title(runbook)),
        _text("before-you-start", prose.before_you_start(runbook)),
        _text("operators-note", prose.operators_note()),
        _text("parameters-text", prose.parameters_heading()),
        _parameters(runbook),
        _text("open-run-text", prose.opening()),
        _code("open-run", _opening(runbook)),
    ]
    for number, step in enumerate(runbook.steps, start=1):
        cells.append(_text(f"step-{step.id}-text", prose.step(runbook, step, number)))
        if step.handover:
            source = f'# Copy the values, one by one\nrun.handover("{step.id}")'
            cells.append(_code(f"step-{step.id}-handover", source))
        cells.append(_code(f"step-{step.id}", _call(step)))
    cells.append(_text("finish-text", prose.finishing()))
    cells.append(_code("finish", "# Close the run and give the verdict\nrun.finish()"))
    return json.dumps(new_notebook(cells=cells, metadata=_metadata(loaded)))


def as_text(notebook: NotebookNode) -> str:
    """Return a notebook as the text of its file, in the form in which Jupyter saves it."""
    nbformat.validate(notebook)
    return str(nbformat.writes(notebook, version=nbformat.NO_CONVERT)).rstrip("\n") + "\n"


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook to a temporary name beside `path` and move it there whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(as_text(notebook))
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _metadata(loaded: LoadedRunbook) -> dict[str, Any]:
    runbook = loaded.runbook
    return {
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
        "cartproof": {
            "schema": SCHEMA,
            "runbook": runbook.id,
            "runbook_sha256": loaded.sha256,
            "steps": [_declared(step) for step in runbook.steps],
        },
    }


def _declared(step: Step) -> dict[str, Any]:
    return {"id": step.id, "title": step.title, "side": step.side, "required": step.required}


def _text(cell_id: str, source: str) -> NotebookNode:
    return new_markdown_cell(source, id=cell_id)


def _code(cell_id: str, source: str) -> NotebookNode:
    return new_code_cell(source, id=cell_id, metadata={"jupyter": {"source_hidden": True}})


def _parameters(runbook: Runbook) -> NotebookNode:
    lines = [
        *(f'{name}: str = ""  # {words}' for name, words in STANDARD_PARAMETERS.items()),
        *(_parameter_line(name, entry) for name, entry in runbook.parameters.items()),
    ]
    return new_code_cell("\n".join(lines), id="parameters", metadata={"tags": ["parameters"]})


def _parameter_line(name: str, parameter: Parameter) -> str:
    value = starting_value(parameter)
    literal = json.dumps(value, ensure_ascii=False) if parameter.type in _QUOTED else repr(value)
    return f"{name}: {parameter.type} = {literal}  # {parameter.help}"


_QUOTED = ("str", "list")


def _opening(runbook: Runbook) -> str:
    names = ", ".join(f'"{name}": {name}' for name in runbook.parameters)
    arguments = [
        f'"{runbook.id}"',
        *(f"{name}={name}" for name in STANDARD_PARAMETERS),
        f"parameters={{{names}}}",
    ]
    return "\n".join(
        [
            "# Open the run: which customer, which store, sandbox or LIVE",
            "import cartproof",
            "",
            "run = cartproof.open_run(",
            *(f"    {argument}," for argument in arguments),
            ")",
            "run",
        ]
    )


def _call(step: Step) -> str:
    verb = "Confirm" if step.is_for_a_person else "Check"
    return f'# {verb}: {step.title}\nrun.step("{step.id}")'
