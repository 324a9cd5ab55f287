"""`cartproof runbook`: list the runbooks, check them, or describe their format."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.group()
def command() -> None:
    """List, check or describe runbooks."""


@command.command("list")
def list_() -> None:
    """List the runbooks: steps, how many a program checks, scopes."""
    from rich.console import Console
    from rich.table import Table

    from cartproof.runbook.loader import load_runbook, runbook_ids

    table = Table("id", "title", box=None, pad_edge=False, header_style="bold")
    for heading in ("steps", "by program", "scopes"):
        table.add_column(heading, justify="right")
    for one in runbook_ids():
        runbook = load_runbook(one)
        by_program = sum(not step.is_for_a_person for step in runbook.steps)
        counts = (len(runbook.steps), by_program, len(runbook.account.scopes))
        table.add_row(runbook.id, runbook.title, *map(str, counts))
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
def schema() -> None:
    """Print the JSON Schema of a runbook, for editors."""
    import json

    from cartproof.runbook.schema import json_schema

    click.echo(json.dumps(json_schema(), indent=2, sort_keys=True))
