"""`cartproof build`: write the notebooks from their runbooks, or say which are out of step."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from nbformat import NotebookNode


@click.command()
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 1 where a notebook is out of step."
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the notebooks are  [default: notebooks, beside the runbooks]",
)
def command(ids: tuple[str, ...], check: bool, folder: Path | None) -> None:
    """Write the notebooks of the runbooks ID…, or of all, with start_here and fleet_audit."""
    from cartproof.runbook.builder import as_text, write_notebook
    from cartproof.runbook.loader import runbooks_folder

    target = folder or runbooks_folder().parent / "notebooks"
    late = []
    for name, notebook in _built(ids).items():
        path = target / name
        if path.is_file() and path.read_text(encoding="utf-8") == as_text(notebook):
            click.echo(f"unchanged  {path}")
        elif check:
            late.append(path)
        else:
            write_notebook(notebook, path)
            click.echo(f"written    {path}")
    for path in late:
        click.echo(f"out of step with its runbook: {path}; run `cartproof build`", err=True)
    if late:
        sys.exit(1)


def _built(ids: tuple[str, ...]) -> dict[str, NotebookNode]:
    """Return the notebooks by file name; all runbooks are loaded before anything is written."""
    from cartproof.fleet import notebook as fleet
    from cartproof.runbook import start_here
    from cartproof.runbook.builder import build, notebook_name
    from cartproof.runbook.loader import load_with_digest, runbook_ids

    loaded = [load_with_digest(one) for one in ids or runbook_ids()]
    notebooks = {notebook_name(one.runbook.id): build(one) for one in loaded}
    if not ids:
        notebooks[start_here.NAME] = start_here.start_here([one.runbook for one in loaded])
        notebooks[fleet.NAME] = fleet.fleet_notebook()
    return notebooks
