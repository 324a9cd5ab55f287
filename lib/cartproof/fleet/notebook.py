"""The notebook `fleet_audit.ipynb`: what the ledger says of all customers."""

from __future__ import annotations

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

NAME = "fleet_audit.ipynb"

_TITLE = """\
# Fleet audit

Reads the ledger of all filed runs: who is verified, which scopes are wrong, what changed, what is
old, what takes long. It asks no store anything."""

_BEFORE = """\
## Before you start

- Runs must be filed: `cartproof run`, `cartproof batch` or `cartproof file` do that.
- `cartproof audit verify` proves that the ledger is unaltered; this notebook believes it."""

_PARAMETERS = """\
## Parameters

A ledger on PostgreSQL with a password goes into the environment variable `CARTPROOF_LEDGER`, not
here: papermill writes parameters into the notebook."""

_PARAMETER_CELL = """\
ledger: str = ""  # File of the ledger; empty: CARTPROOF_LEDGER, else runs/ledger.db
since: str = ""  # Only runs filed on this day or later, 2026-11-22; empty: all
integration: str = ""  # Only this integration, stone-edge; empty: all
tag: str = ""  # Only runs with this tag; empty: all
export_to: str = ""  # Folder for the tables as CSV and XLSX; empty: none"""

_OPEN = """\
import cartproof

fleet = cartproof.open_fleet(ledger, since=since, integration=integration, tag=tag)
fleet"""

_SECTIONS = (
    (
        "verdicts",
        "Verdicts",
        "The last run of each customer and integration. **Good:** all are `verified`.",
        ("fleet.verdict_chart()", "fleet.verdicts()"),
    ),
    (
        "scopes",
        "Scopes missing or too many",
        "Over the last runs. A row that is missing for many customers is a fault in how they are "
        "told to set up. **Good:** no row is missing; none is more than wanted.",
        ("fleet.scope_chart()", "fleet.scopes()"),
    ),
    (
        "drift",
        "What changed",
        "Between the last run of each customer and the one before, of another batch. **Good:** "
        "nothing that nobody meant to change.",
        ("fleet.drift()",),
    ),
    (
        "oldest",
        "Oldest verifications",
        "How long ago each was `verified` last. **Good:** nobody is older than your rule allows.",
        ("fleet.oldest()",),
    ),
    (
        "times",
        "Time per step",
        "Over all runs that were read. **Good:** seconds; a slow step is a slow store, or a quota.",
        ("fleet.time_chart()", "fleet.step_times()"),
    ),
    (
        "export",
        "Export",
        "All tables, for a spreadsheet. What looks like a formula is marked as text.",
        ("fleet.export(export_to)",),
    ),
)


def fleet_notebook() -> NotebookNode:
    """Build the notebook, without outputs; the same bytes every time."""
    cells = [
        new_markdown_cell(_TITLE, id="title"),
        new_markdown_cell(_BEFORE, id="before-you-start"),
        new_markdown_cell(_PARAMETERS, id="parameters-text"),
        new_code_cell(_PARAMETER_CELL, id="parameters", metadata={"tags": ["parameters"]}),
        new_markdown_cell("## Read the ledger", id="open-text"),
        new_code_cell(_OPEN, id="open"),
    ]
    for name, title, text, calls in _SECTIONS:
        cells.append(new_markdown_cell(f"## {title}\n\n{text}", id=f"{name}-text"))
        cells += [
            new_code_cell(call, id=f"{name}-{number}") for number, call in enumerate(calls, start=1)
        ]
    return new_notebook(cells=cells, metadata=_METADATA)


_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
