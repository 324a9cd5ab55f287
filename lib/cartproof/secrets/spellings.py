"""The spellings in which a value may stand in a text, and the shortest piece that gives it away.

A piece must be long enough to hold about ten of the value's characters, and long enough not to
stand in a text by chance: hex spells each character of a token with two signs, of which the first
is one of three.
"""

from __future__ import annotations

import base64
import html
import json
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RAW_PIECE = 10
"""A piece of this many characters of a value is treated as the value."""
BASE64_PIECE = 12
"""Signs of base64 that ten characters determine, wherever in them the counting begins."""
_SPELLED_OUT = 8
"""Characters of a value, each spelled as hex, an escape or a number, that give it away."""


class Spelling(NamedTuple):
    """One spelling of a value.

    Attributes:
        piece: Characters of it that give the value away.
        is_encoded: Whether the value's own characters do not show in it.
        base64_bits: Bits of the value before its first sign; None where it is no base64.
    """

    text: str
    piece: int
    is_encoded: bool = True
    base64_bits: int | None = None


def spellings(value: str) -> Iterator[Spelling]:
    """Return every spelling in which a value is looked for."""
    yield from (Spelling(text, RAW_PIECE, is_encoded=False) for text in _as_text(value))
    raw = value.encode("utf-8", "surrogatepass")
    yield from (Spelling(text, BASE64_PIECE, base64_bits=bits) for text, bits in _base64(raw))
    yield from (Spelling(text, piece) for text, piece in _by_character(value, raw))


def _as_text(value: str) -> set[str]:
    """Return the spellings that leave letters and digits as they are."""
    quoted = {quote(value, safe="", errors="surrogatepass"), quote(value, errors="surrogatepass")}
    return {
        value,
        *quoted,
        *(re.sub("%..", lambda found: found[0].lower(), text) for text in quoted),
        quote_plus(value, errors="surrogatepass"),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        repr(value)[1:-1],
        value.encode("unicode_escape").decode(),
        html.escape(value),
        html.escape(value, quote=False),
    }


def _base64(raw: bytes) -> Iterator[tuple[str, int]]:
    """Return what base64 makes of these bytes at each offset, in both of its alphabets.

    With each comes how many bits of the bytes stand before its first sign.
    """
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + raw)
        start = -(-offset * 8 // 6)
        whole = (offset + len(raw)) * 8 // 6
        text = encoded[start:whole].decode()
        bits = start * 6 - offset * 8
        yield text, bits
        yield text.translate(str.maketrans("+/", "-_")), bits


def _by_character(value: str, raw: bytes) -> Iterator[tuple[str, int]]:
    """Return the spellings with a number per character or byte, and each one's piece."""
    points = [ord(character) for character in value]
    for form in ("{:02x}", "\\x{:02x}", "%{:02x}", "0x{:02x} "):
        width = len(form.format(0).strip(" \\"))
        for text in _in_both_cases(form, raw):
            yield text, _SPELLED_OUT * width
    for form, width in (("\\u{:04x}", 5), ("&#x{:x};", 6)):
        for text in _in_both_cases(form, points):
            yield text, _SPELLED_OUT * width
    yield "".join(f"&#{point};" for point in points), _SPELLED_OUT * 5
    yield " ".join(str(byte) for byte in raw), _SPELLED_OUT * 5 // 2


def _in_both_cases(form: str, numbers: Iterable[int]) -> set[str]:
    """Write numbers one after another, hex digits small and capital."""
    return {"".join(map(each.format, numbers)) for each in (form, form.replace("x}", "X}"))}
