"""`cartproof build`: write the notebooks from their runbooks, or say which are out of step."""

from __future__ import annotations

import sys
from pathlib import Path

import click


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
    """Write the notebooks of the runbooks ID…, or of all."""
    from cartproof.runbook.builder import as_text, build, notebook_name, write_notebook
    from cartproof.runbook.loader import load_with_digest, runbook_ids, runbooks_folder

    target = folder or runbooks_folder().parent / "notebooks"
    late = []
    for loaded in [load_with_digest(one) for one in ids or runbook_ids()]:
        path = target / notebook_name(loaded.runbook.id)
        notebook = build(loaded)
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
