"""`cartproof lab`: JupyterLab on this machine alone, opened on a runbook's notebook."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click


@click.command()
@click.argument("runbook", default="")
def command(runbook: str) -> None:
    """Open the notebook of RUNBOOK in JupyterLab, or the folder of all notebooks."""
    from cartproof.runbook.builder import notebook_name
    from cartproof.runbook.loader import load_runbook, runbooks_folder

    folder = runbooks_folder().parent / "notebooks"
    page = f"/doc/tree/{notebook_name(load_runbook(runbook).id)}" if runbook else "/lab"
    settings = [
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.root_dir={folder}",
        f"--ServerApp.default_url={page}",
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
    ]
    as_root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    python = Path(sys.executable)
    os.execv(python, [str(python), "-m", "jupyterlab", *settings, *as_root])  # noqa: S606 - ours
