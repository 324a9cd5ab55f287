"""`cartproof demo`: invented merchants, five integrations, on the sandbox."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo"),
    show_default=True,
    help="Where the runs' folders go.",
)
@click.option("--jobs", type=click.IntRange(1, 16), default=2, show_default=True)
def command(out: Path, jobs: int) -> None:
    """Start the sandbox, make accounts right and wrong, run them all, and say what was found."""
    from cartproof.cli.demo.show import show

    sys.exit(show(out, jobs=jobs))
