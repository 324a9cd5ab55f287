"""What is asked of a row, and what a person read off the screen; the x-ray's side of a runbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cartproof.scopes.catalogue import UNSTATED, find_row

Others = Literal["none", "unstated", "unasked"]
"""What is asked of rows that are not mentioned: nothing granted; the article does not say; or
there is no article, and the x-ray only tells what it found."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One row and the level wanted there, in the catalogue's words.

    Attributes:
        level: A level of the row, or `unstated` where the article names the row alone.
        why: Why the integration needs it.
        status: How firmly: `stated`, `minimum`, `conditional`, `unstated`, `inferred`.
    """

    row: str
    level: str
    why: str = ""
    note: str = ""
    status: str = "stated"


@dataclass(frozen=True, slots=True)
class Attested:
    """What a person read off BigCommerce's screen for one row."""

    level: str
    who: str
    when: str
    note: str = ""


def wanted_row(
    row: str, level: str, *, why: str = "", note: str = "", status: str = "stated"
) -> Wanted:
    """Return what is wanted of a row, with row and level in the screen's spelling.

    Raises:
        UsageError: The row or its level does not exist.
    """
    found = find_row(row)
    known = UNSTATED if level == UNSTATED else found.level_named(level)
    return Wanted(found.name, known, why, note, status)
