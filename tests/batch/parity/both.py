"""A notebook by papermill's own engine and by ours, and what is left when times and ids are gone."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from .kinds import Cell

OTHERS = {"markdown": new_markdown_cell, "raw": new_raw_cell}
SPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}
_VARIES = (
    (re.compile(r"0x[0-9a-f]{6,}"), "ADDRESS"),
    (re.compile(r"ipykernel_\d+"), "ipykernel"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "ID"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\b"), "ID"),
    (re.compile(r"T_[0-9a-f]{5}"), "T_ID"),
    (re.compile(r"msg_id': '[^']*'"), "msg_id"),
)
_ATTEMPTS, _HANGS_AFTER_S = 4, 60
_TIMES = {"start_time", "end_time", "duration", "output_path", "input_path"}


def notebook_of(cells: Sequence[Cell]) -> Any:
    """Return a notebook of these cells."""
    return new_notebook(cells=[_cell(cell) for cell in cells], metadata={"kernelspec": SPEC})


def _cell(given: Cell) -> Any:
    source, *tags = (given,) if isinstance(given, str) else given
    if tags and tags[0] in OTHERS:
        return OTHERS[tags[0]](source)
    return new_code_cell(source, metadata={"tags": tags} if tags else {})


def executed(notebook: Any, folder: Path, engine: str | None, **settings: Any) -> dict[str, Any]:
    """Execute a notebook in a folder; return it, and how it ended.

    papermill's own engine never ends where it misses an answer, in about 7 % of notebooks that
    print inside an Output widget; it is begun again then.
    """
    if engine or "execution_timeout" in settings:
        return _executed(notebook, folder, engine, settings)
    for _ in range(_ATTEMPTS):
        done = _executed(notebook, folder, None, settings | {"execution_timeout": _HANGS_AFTER_S})
        if done["end"] != CellTimeoutError.__name__:
            break
    return done


def _executed(
    notebook: Any, folder: Path, engine: str | None, settings: dict[str, Any]
) -> dict[str, Any]:
    (folder / "beside.py").write_text("VALUE = 'beside'\n", encoding="utf-8")
    output = folder / "executed.ipynb"
    sockets = folder / "kernel"
    stock = {"config": Config({"KernelManager": {"transport": "ipc", "ip": str(sockets)}})}
    end = "whole"
    try:
        papermill.execute_notebook(
            nbformat.from_dict(notebook),
            str(output),
            engine_name=engine,
            progress_bar=False,
            cwd=str(folder),
            **(settings if engine else {**stock, **settings}),
        )
    except (PapermillExecutionError, DeadKernelError, CellTimeoutError) as error:
        end = type(error).__name__
    return {"end": end, **nbformat.read(output, as_version=4)}


def what_counts(done: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return an executed notebook without what differs from run to run."""
    cells = [_counts(cell, str(folder)) for cell in done["cells"]]
    widgets = done["metadata"].get("widgets")
    states = next(iter(widgets.values()))["state"].values() if widgets else ()
    kinds = sorted(state["model_name"] for state in states)
    language = done["metadata"].get("language_info")
    return {"end": done["end"], "cells": cells, "widgets": kinds, "language": language}


def _counts(cell: Any, folder: str) -> dict[str, Any]:
    said = cell.metadata.get("papermill", {})
    return {
        "source": _plain(cell.source, folder),
        "type": cell.cell_type,
        "tags": cell.metadata.get("tags"),
        "count": cell.get("execution_count"),
        "said": {name: value for name, value in said.items() if name not in _TIMES},
        "timed": sorted(cell.metadata.get("execution", ())),
        "outputs": _merged([_plain(dict(out), folder) for out in cell.get("outputs", ())]),
    }


def _plain(value: Any, folder: str) -> Any:
    if isinstance(value, dict):
        return {_plain(key, folder): _plain(item, folder) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, folder) for item in value]
    if not isinstance(value, str):
        return value
    value = value.replace(folder, "FOLDER").replace(f"/{Path(sys.executable).name}", "/python")
    for pattern, word in _VARIES:
        value = pattern.sub(word, value)
    return value


def _merged(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Merge pieces of a stream: where stock ipykernel cuts one, and which of two is first, varies."""
    streams: dict[str, str] = {}
    others = []
    for output in outputs:
        if output["output_type"] == "stream":
            streams[output["name"]] = streams.get(output["name"], "") + output["text"]
        else:
            others.append(output)
    return [*({"stream": name, "text": text} for name, text in sorted(streams.items())), *others]
