"""cartproof: connect a BigCommerce store to another system, and prove that it is connected right.

A runbook's notebook needs `open_run` alone, the first notebook `runs_so_far`, the fleet's
`open_fleet`.
"""

from __future__ import annotations

import importlib
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cartproof.audit.runs import runs_so_far
    from cartproof.fleet.fleet import open_fleet
    from cartproof.run.opening import Opening, open_run

__all__ = ["__version__", "open_fleet", "open_run", "runs_so_far"]
__version__ = "0.1.0"

_HOMES = {
    "open_fleet": "cartproof.fleet.fleet",
    "open_run": "cartproof.run.opening",
    "runs_so_far": "cartproof.audit.runs",
}


def _desk(opening: Opening) -> Any:
    """Make what a person works at; anywidget is loaded for a person in JupyterLab alone."""
    from cartproof.ui.attended import attended_run  # noqa: PLC0415 - late on purpose

    return attended_run(opening)


def __getattr__(name: str) -> Any:
    """Import a name when it is first asked for: commands that need no run start fast."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(_HOMES[name]), name)
    return partial(found, desk=_desk) if name == "open_run" else found
