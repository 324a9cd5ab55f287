"""Places in a text, as (start, end, what stands there), and what is put in their stead."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    Span = tuple[int, int, str]


def merged(found: Iterable[Span]) -> list[Span]:
    """Return the places in order, those that overlap as one."""
    merged: list[Span] = []
    for start, end, shown in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end), merged[-1][2])
        else:
            merged.append((start, end, shown))
    return merged


def replaced(text: str, spans: Iterable[Span]) -> str:
    """Return the text with each place replaced by what stands there, in brackets."""
    pieces: list[str] = []
    done = 0
    for start, end, shown in spans:
        pieces += [text[done:start], f"[{shown}]"]
        done = end
    return "".join([*pieces, text[done:]]) if pieces else text
