"""Text without what may stand between the pieces of a wrapped, quoted or coloured value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SEPARATORS = b" \t\r\n\v\f\0\"'`\\,:"
"""Single characters that are looked through."""
_SEPARATOR_CODES = frozenset(SEPARATORS)
_COLOURS = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]")
_LINE_BREAKS = re.compile(r"\\[\\]{0,15}[nrt]")  # as JSON and repr write them
_TAGS = re.compile(r"<(?:br|wbr|span|/span)\b[^<>]{0,200}>")
_UNSEEN = re.compile("[\u00a0\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def joined(text: str) -> bytes:
    """Return a text without separators, one byte per character, `?` where one is not ASCII."""
    for pattern in _needed(text):
        text = pattern.sub("", text)
    return text.encode("ascii", "replace").translate(None, SEPARATORS)


def positions(text: str) -> list[int]:
    """Return where in the text each byte of `joined(text)` stands."""
    kept: Sequence[int] = range(len(text))
    left = text
    for pattern in _needed(text):
        dropped = [hit.span() for hit in pattern.finditer(left)]
        kept, left = _without(kept, dropped), pattern.sub("", left)
    codes = left.encode("ascii", "replace")
    return [at for at, code in zip(kept, codes, strict=True) if code not in _SEPARATOR_CODES]


def _without(kept: Sequence[int], dropped: list[tuple[int, int]]) -> Sequence[int]:
    left: list[int] = []
    done = 0
    for start, end in dropped:
        left += kept[done:start]
        done = end
    return [*left, *kept[done:]] if dropped else kept


def _needed(text: str) -> list[re.Pattern[str]]:
    """Return the patterns of longer separators that a text may hold, in their order."""
    needed = [_COLOURS] if "\x1b" in text else []
    if "\\" in text:
        needed.append(_LINE_BREAKS)
    if "<" in text:
        needed.append(_TAGS)
    return needed if text.isascii() else [*needed, _UNSEEN]
