"""The fleet's report: the notebook executed for a ledger, and its page."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from cartproof.errors import NotebookError
from cartproof.fleet.notebook import fleet_notebook
from cartproof.fleet.page import page
from cartproof.run.folders import write_whole

REPORT, EXECUTED = "fleet.html", "fleet_audit.ipynb"
_LEDGER = "CARTPROOF_LEDGER"

Execute = Callable[[Any, Path, Mapping[str, Any]], None]
"""Executes a notebook with parameters and writes it to a path."""


def stock(notebook: Any, executed: Path, parameters: Mapping[str, Any]) -> None:
    """Execute a notebook by stock papermill, in a kernel of its own."""
    import papermill  # noqa: PLC0415 - papermill takes long to import

    papermill.execute_notebook(
        notebook,
        str(executed),
        parameters=dict(parameters),
        kernel_name="python3",
        progress_bar=False,
        execution_timeout=600,
    )


def fleet_report(
    folder: Path,
    *,
    ledger: str | Path,
    since: str = "",
    integration: str = "",
    tag: str = "",
    execute: Execute = stock,
) -> Path:
    """Execute the fleet's notebook, write its page, and return where that is.

    Beside it lie the executed notebook and, in `fleet`, all tables as CSV and XLSX.

    Args:
        folder: Where the files go.
        ledger: File or URL of the ledger; a URL's password is not written into the notebook.
        since: A day; only runs that were filed then or later.
        integration: Only this runbook's runs.
        tag: Only runs with this tag.
        execute: How the notebook is executed.

    Raises:
        NotebookError: The notebook could not be executed to its end; the page says where.
    """
    folder.mkdir(parents=True, exist_ok=True)
    executed = folder / EXECUTED
    named = str(ledger if "://" in str(ledger) else Path(ledger).absolute())
    asked = {"since": since, "integration": integration, "tag": tag}
    given = {**asked, "export_to": str((folder / "fleet").absolute())}
    with _out_of_the_notebook(named) as shown:
        failure = _failure(lambda: execute(fleet_notebook(), executed, {**given, "ledger": shown}))
    if not executed.is_file():
        raise NotebookError("The fleet's notebook could not be executed.") from failure
    write_whole(folder / REPORT, _page_of(executed).encode("utf-8", "replace"))
    if failure:
        raise NotebookError(
            f"The fleet's notebook stopped midway: {folder / REPORT} says where."
        ) from failure
    return folder / REPORT


def _page_of(executed: Path) -> str:
    import nbformat  # noqa: PLC0415 - only this needs it

    return page(nbformat.read(executed, as_version=4))


def _failure(execute: Callable[[], None]) -> Exception | None:
    try:
        execute()
    except Exception as error:  # noqa: BLE001 - what stops a notebook stands in it, and on its page
        return error
    return None


@contextmanager
def _out_of_the_notebook(named: str) -> Iterator[str]:
    """Yield the ledger as it may stand in the notebook; one with a password goes by environment."""
    try:
        has_password = "://" in named and bool(make_url(named).password)
    except ArgumentError:
        has_password = True
    if not has_password:
        yield named
        return
    before = os.environ.get(_LEDGER)
    os.environ[_LEDGER] = named
    try:
        yield ""
    finally:
        if before is None:
            del os.environ[_LEDGER]
        else:
            os.environ[_LEDGER] = before
