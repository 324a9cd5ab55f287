"""`cartproof report`: the HTML report of an executed notebook."""

from __future__ import annotations

from pathlib import Path

import click

from cartproof.errors import UsageError


@click.command()
@click.argument(
    "executed", type=click.Path(path_type=Path, dir_okay=False), metavar="EXECUTED.ipynb"
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write it; next to the notebook if not given.",
)
def command(executed: Path, output: Path | None) -> None:
    """Write the HTML report of an executed notebook, and print where it is."""
    from cartproof.report.page import render
    from cartproof.run.folders import write_whole
    from cartproof.run.reading import read_notebook

    target = output or executed.with_suffix(".html")
    if target.resolve() == executed.resolve():
        raise UsageError(f"{target} is the notebook itself. Give another file with -o.")
    page = render(read_notebook(executed))
    write_whole(target, page.encode())
    click.echo(target)
