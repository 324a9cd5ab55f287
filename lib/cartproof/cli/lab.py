"""`cartproof lab`: JupyterLab on this machine alone, opened on a runbook's notebook."""

from __future__ import annotations

from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator


@click.command()
@click.argument("runbook", default="")
@click.option("--customer", default="", help="The merchant's name, where it is known already.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("runs"),
    show_default=True,
    help="Where working copies and runs go.",
)
@click.option("--sandbox", is_flag=True, help="Start the sandbox beside it, to practise on.")
@click.option("--voila", is_flag=True, help="Show the panels alone, by Voila (extra: voila).")
@click.option("--port", default=0, help="Port of the server; a free one when not given.")
@click.option("--browser/--no-browser", default=True, help="Open a browser, or only say where.")
def command(
    runbook: str, customer: str, out: Path, sandbox: bool, voila: bool, port: int, browser: bool
) -> None:
    """Open the notebook of RUNBOOK in JupyterLab, or the page that leads to all of them.

    RUNBOOK may also be fleet-audit: all customers' filed runs in tables and charts.

    It works on copies: the notebooks themselves are never changed. Your own Jupyter settings are
    neither read nor changed. Ctrl-C ends it, with its kernels and the sandbox.
    """
    from cartproof.ui.lab.session import Wanted, hold

    if voila and find_spec("voila") is None:
        raise click.UsageError("Voila is not installed: pip install 'cartproof[voila]'.")
    wanted = Wanted(runbook, customer, out, port, browser, is_voila=voila)
    try:
        hold(wanted, sandbox=_sandbox(sandbox), say=click.echo)
    except OSError as error:
        if error.filename is not None:
            raise
        raise click.ClickException(f"port {port} cannot be used: {error.strerror}") from error


@contextmanager
def _sandbox(is_wanted: bool) -> Iterator[str]:
    """Serve the sandbox, and give its address; nothing where it is not wanted."""
    if not is_wanted:
        yield ""
        return
    from cartproof.sandbox.server import serve

    with serve() as sandbox:
        yield sandbox.url
