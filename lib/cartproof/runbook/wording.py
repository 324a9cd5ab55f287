"""How a problem is worded: what is known, and what was perhaps meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word nearest to this one, None when none is near."""
    by_lower = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), list(by_lower), n=1, cutoff=0.6)
    return by_lower[near[0]] if near else None


def meant(word: str, known: Iterable[str]) -> str:
    """Return the end of a message about an unknown word: a suggestion, else what is known."""
    names = list(known)
    near = closest(word, names)
    if near is not None:
        return f"; did you mean {near!r}?"
    return f"; known: {', '.join(names)}" if names else "; there are none"
