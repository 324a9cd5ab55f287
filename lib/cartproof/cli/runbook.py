"""`cartproof runbook`: list the runbooks, check them, begin one, or describe their format."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.group()
def command() -> None:
    """List, check, begin or describe runbooks."""


@command.command("list")
@click.option("--markdown", is_flag=True, help="Print the table of the README.")
def list_(markdown: bool) -> None:
    """List the runbooks: steps, how many a program checks, scopes."""
    from cartproof.runbook.loader import load_runbook, runbook_ids
    from cartproof.runbook.overview import as_markdown

    if markdown:
        click.echo(as_markdown([load_runbook(one) for one in runbook_ids()]))
    else:
        _print_table()


def _print_table() -> None:
    from rich.console import Console
    from rich.table import Table

    from cartproof.runbook.loader import load_runbook, runbook_ids
    from cartproof.runbook.overview import entry

    table = Table("id", "title", box=None, pad_edge=False, header_style="bold")
    for heading in ("steps", "by program", "scopes"):
        table.add_column(heading, justify="right")
    for one in runbook_ids():
        line = entry(load_runbook(one))
        table.add_row(one, line.title, *map(str, (line.steps, line.by_program, line.rows)))
    Console(soft_wrap=True).print(table)


@command.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def check(paths: tuple[Path, ...]) -> None:
    """Check the runbooks at PATHS, or all; name everything that is wrong, line by line."""
    from cartproof.errors import RunbookError
    from cartproof.runbook.loader import load_runbook, runbook_ids

    is_wrong = False
    for one in paths or runbook_ids():
        try:
            runbook = load_runbook(one)
            click.echo(f"{one}: good, {len(runbook.steps)} steps")
        except RunbookError as error:
            is_wrong = True
            click.echo(str(error), err=True)
    if is_wrong:
        sys.exit(2)


@command.command()
@click.argument("runbook_id", metavar="ID")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to write it  [default: the runbooks' folder]",
)
def new(runbook_id: str, folder: Path | None) -> None:
    """Write a commented runbook ID.yaml to fill in; it checks, builds and runs at once."""
    from datetime import UTC, datetime

    from cartproof.runbook.loader import runbooks_folder
    from cartproof.runbook.starter import write_new

    place = folder or runbooks_folder()
    path = write_new(runbook_id, place, today=datetime.now(UTC).date())
    click.echo(f"written    {path}")
    click.echo(
        "Fill it in from the vendor's article, then: cartproof runbook check, cartproof build."
    )
    if folder:
        click.echo(f"The commands look in another folder: set CARTPROOF_RUNBOOKS={folder}.")


@command.command()
def schema() -> None:
    """Print the JSON Schema of a runbook, for editors."""
    import json

    from cartproof.runbook.schema import json_schema

    click.echo(json.dumps(json_schema(), indent=2, sort_keys=True))
