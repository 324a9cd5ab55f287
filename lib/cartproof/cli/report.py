"""`cartproof report`: the HTML report of an executed notebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cartproof.errors import UsageError

if TYPE_CHECKING:
    from cartproof.audit.changes import Changes
    from cartproof.run.reading import RunReading


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
@click.option(
    "--edition",
    type=click.Choice(["internal", "merchant"]),
    default="internal",
    show_default=True,
    help="merchant: without notes, settings, requests and what is the engineer's to do.",
)
def command(executed: Path, output: Path | None, edition: str) -> None:
    """Write the HTML report of an executed notebook, and print where it is."""
    from cartproof.report.page import render
    from cartproof.run.folders import write_whole
    from cartproof.run.reading import read_notebook

    name = executed.stem if edition == "internal" else f"{executed.stem}-{edition}"
    target = output or executed.with_name(f"{name}.html")
    if target.resolve() == executed.resolve():
        raise UsageError(f"{target} is the notebook itself. Give another file with -o.")
    reading = read_notebook(executed)
    page = render(reading, edition=edition, changes=_changes_of(executed, reading))
    write_whole(target, page.encode())
    click.echo(target)


def _changes_of(executed: Path, reading: RunReading) -> Changes | None:
    """Return what changed since the run before a filed one; None for one that is not filed."""
    from cartproof.audit.changes import changes_since
    from cartproof.audit.previous import previous_beside
    from cartproof.audit.publishing import RECORD
    from cartproof.audit.record import run_facts

    folder, header = executed.absolute().parent, reading.header
    if header is None or not (folder / RECORD).is_file():
        return None
    before = previous_beside(
        folder.parent,
        customer=header.customer,
        runbook_id=reading.runbook_id,
        run_id=header.run_id,
    )
    return changes_since(before, run_facts(reading))
