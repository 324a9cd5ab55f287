"""Looking for a secret in everything that a session left on disk: whole, in pieces, encoded."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

PIECE = 16
"""Letters of a piece that is no chance; tokens here are twice as long and more."""
_STEP = 4


def needles(secret: str) -> set[bytes]:
    """Return what betrays a secret: pieces of it as text, as UTF-16, and of its base64."""
    found = set()
    for start in range(0, len(secret) - PIECE + 1, _STEP):
        piece = secret[start : start + PIECE]
        found |= {piece.encode(), piece.encode("utf-16-le")}
    for lead in range(3):  # base64 has three spellings, by what stands before
        text = base64.b64encode(b" " * lead + secret.encode()).decode()[4:-4]
        pieces = (text[at : at + PIECE] for at in range(0, len(text) - PIECE + 1, _STEP))
        found |= {piece.encode() for piece in pieces}
    return found


def leaks(secrets: Iterable[str], places: Iterable[Path]) -> Iterator[str]:
    """Yield the path of every file below these places that holds a piece of a secret."""
    wanted = set().union(*map(needles, secrets))
    for place in places:
        for path in sorted(place.rglob("*")):
            if path.is_file() and not path.is_symlink():
                content = path.read_bytes()
                if any(needle in content for needle in wanted):
                    yield str(path.relative_to(place))
