"""An IPython extension: import what a runbook's first cells need, before anybody asks for it."""

from __future__ import annotations

from typing import Any


def load_ipython_extension(_shell: Any) -> None:
    """Import; a kernel of `cartproof lab` is started while the browser is still loading."""
    import cartproof.run.opening  # noqa: PLC0415
    import cartproof.ui.attended  # noqa: F401, PLC0415
