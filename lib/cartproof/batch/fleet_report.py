"""The fleet's report after a batch: the notebook on all customers, executed and as a page."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from nbconvert import HTMLExporter

from cartproof.batch.stock import execute
from cartproof.errors import NotebookError
from cartproof.fleet.notebook import fleet_notebook

if TYPE_CHECKING:
    from cartproof.batch.results.writing import Put

NOTEBOOK, PAGE = "fleet_audit.ipynb", "fleet_audit.html"
_TIMEOUT_S = 900
_FROM_ELSEWHERE = ("mathjax_url", "require_js_url", "jquery_url", "mermaid_js_url")


def write_fleet_report(put: Put, *, ledger: str) -> None:
    """Execute the fleet's notebook over a ledger, and put it and its page among the results.

    Args:
        put: Takes each file.
        ledger: File or URL of the ledger; a URL goes by the environment, never into the notebook.

    Raises:
        NotebookError: The notebook did not run to its end.
    """
    is_url = "://" in ledger
    if is_url:
        os.environ["CARTPROOF_LEDGER"] = ledger
    with tempfile.TemporaryDirectory(prefix="cartproof-fleet-") as folder:
        executed = Path(folder) / NOTEBOOK
        execute(
            fleet_notebook(),
            executed,
            {"ledger": "" if is_url else str(Path(ledger).absolute())},
            cell_timeout_s=_TIMEOUT_S,
            timeout_s=_TIMEOUT_S,
        )
        content = executed.read_bytes()
    notebook = nbformat.reads(content.decode(), as_version=4)
    put(NOTEBOOK, content)
    put(PAGE, page_of(notebook).encode())
    _refuse_errors(notebook)


def page_of(notebook: nbformat.NotebookNode) -> str:
    """Return an executed notebook as a page without code, which asks for nothing."""
    exporter = HTMLExporter(
        exclude_input=True, exclude_input_prompt=True, exclude_output_prompt=True
    )
    for name in _FROM_ELSEWHERE:
        setattr(exporter, name, "")
    page, _ = exporter.from_notebook_node(notebook)
    return str(page)


def _refuse_errors(notebook: nbformat.NotebookNode) -> None:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                raise NotebookError(f"The fleet report stopped: {output.ename}: {output.evalue}")
