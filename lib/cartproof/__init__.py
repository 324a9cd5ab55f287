"""cartproof: connect a BigCommerce store to another system, and prove that it is connected right.

A notebook needs `open_run` alone.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cartproof.run.handover import Handover
    from cartproof.run.run import open_run

__all__ = ["__version__", "open_run"]
__version__ = "0.1.0"


def _handover_view(handover: Handover) -> Any:
    """Make the widget of a handover; anywidget is loaded for a person in JupyterLab alone."""
    from cartproof.ui.handover import HandoverView  # noqa: PLC0415 - late on purpose

    return HandoverView(handover)


def __getattr__(name: str) -> Any:
    """Import `open_run` when it is first asked for: commands that need no run start fast."""
    if name == "open_run":
        from cartproof.run.run import open_run  # noqa: PLC0415 - late on purpose

        return partial(open_run, handover_view=_handover_view)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
