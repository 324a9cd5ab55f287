"""Whether somebody sits before the notebook."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import Any

from cartproof.errors import ParameterError

VARIABLE = "CARTPROOF_MODE"


class Mode(StrEnum):
    """How a run goes on at a step that needs a person."""

    INTERACTIVE = "interactive"
    HEADLESS = "headless"


def found_mode(wanted: object, kernel: Any) -> Mode:
    """Return the mode asked for, else the one that the front end shows.

    nbclient, and so papermill, says `allow_stdin: false` with each cell; JupyterLab says true.
    Voila says false although somebody sits before it: its session sets `CARTPROOF_MODE`.

    Args:
        wanted: `interactive`, `headless`, or empty.
        kernel: The running kernel, None outside Jupyter.

    Raises:
        ParameterError: `wanted` is something else.
    """
    wanted = wanted or os.environ.get(VARIABLE, "")
    if wanted:
        try:
            return Mode(str(wanted))
        except ValueError as error:
            raise ParameterError(
                f"`mode` is {str(wanted)[:40]!r}; it takes interactive, headless, or nothing."
            ) from error
    takes_input = bool(getattr(kernel, "_allow_stdin", False))
    return Mode.INTERACTIVE if takes_input else Mode.HEADLESS
