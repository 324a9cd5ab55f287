"""The forms in which a secret is compared with joined text, and when an agreeing piece counts."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cartproof.secrets.joined import joined, positions
from cartproof.secrets.spellings import RAW_PIECE, spellings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cartproof.secrets.spellings import Spelling

_MADE_UP = 12
_OF_DIGEST = 16
_OF_DIGEST_IN_BASE64 = 22
"""Signs that spell sixteen digits: a record's digests stand in the base64 of its envelope."""
_HEX = re.compile("[0-9a-fA-F]")
_GOING_ON = {"a word": re.compile("[0-9A-Za-z]"), "hex": _HEX, "base64": _HEX}
INSIDE = tuple(_GOING_ON)
_BASE64_END, _BASE64_BEGIN = re.compile(r"[0-9A-Za-z+/_-]*\Z"), re.compile("[0-9A-Za-z+/_-]*")
_STANDARD = str.maketrans("-_", "+/")


class Rule(NamedTuple):
    """When a piece of a form counts as the secret.

    Attributes:
        piece: Bytes that must agree.
        whole: Bytes of the whole form, which count in any case.
        surely: Bytes that count also inside something longer; 0 where any piece does.
        inside: What that is: `a word`, on both sides; `hex`, as digests are, on one; `base64` of
            hex likewise.
    """

    piece: int
    whole: int
    surely: int
    inside: str


@dataclass(frozen=True, slots=True)
class Form:
    """A spelling as it is compared with joined texts.

    Attributes:
        wide: The spelling's own characters where some are not ASCII, else empty.
        is_chosen: Whether a person chose the value: its words are ordinary words.
        base64_bits: Bits of the value before its first sign; None where it is no base64.
    """

    text: bytes
    wide: str
    is_chosen: bool
    rule: Rule
    base64_bits: int | None = None


def forms_of(value: str) -> Iterator[tuple[Spelling, Form]]:
    """Return the forms of a value, each with the spelling that it is made of."""
    for spelling in spellings(value):
        text = joined(spelling.text)
        wide = "" if spelling.text.isascii() else _joined_wide(spelling.text)
        is_chosen = not spelling.is_encoded and _is_chosen(value)
        surely, inside = _counts_inside(value, spelling, is_chosen=is_chosen)
        rule = Rule(min(spelling.piece, len(text)), len(text), surely, inside)
        yield spelling, Form(text, wide, is_chosen, rule, spelling.base64_bits)


def _counts_inside(value: str, spelling: Spelling, *, is_chosen: bool) -> tuple[int, str]:
    """Return how long a piece must be inside something longer, and inside of what."""
    is_hex = re.fullmatch("[0-9a-fA-F]+", value) is not None
    if spelling.is_encoded:
        is_digest = is_hex and spelling.base64_bits is not None
        return (_OF_DIGEST_IN_BASE64, "base64") if is_digest else (0, "a word")
    if is_chosen:
        return 0, "a word"
    return (_OF_DIGEST, "hex") if is_hex else (_MADE_UP, "a word")


def _joined_wide(text: str) -> str:
    return "".join(text[at] for at in positions(text))


def _is_chosen(value: str) -> bool:
    """Tell whether a value looks chosen by a person: it rarely goes from letters to digits."""
    changes = re.findall(r"[A-Za-z](?=[0-9])|[0-9](?=[A-Za-z])", value)
    return len(changes) < max(4, len(value) / 10)


def is_wordy(piece: Iterable[str]) -> bool:
    """Tell whether a piece consists of words alone, which stand in a text by themselves."""
    return all(character.isalpha() or character in "-_./@" for character in piece)


def is_the_secret(form: Form, text: str, at: Sequence[int], place: int) -> bool:
    """Tell whether an agreeing piece is the secret's, and not there by chance or as a word.

    Args:
        form: What agrees.
        text: The text.
        at: Where in the text the piece's characters stand.
        place: Where in the form the piece begins.
    """
    if form.wide and any(text[i] != form.wide[place + n] for n, i in enumerate(at)):
        return False
    if form.base64_bits is not None and len(at) < form.rule.whole:
        begin = form.base64_bits + 6 * place
        touched = -(-(begin + 6 * len(at)) // 8) - begin // 8
        if touched < RAW_PIECE:  # the record spells in base64 what a file may hold in the clear
            return False
    if form.is_chosen and len(at) < form.rule.whole:
        is_most = is_wordy(form.text.decode()) and len(at) * 4 >= form.rule.whole * 3
        return is_most or not is_wordy(text[i] for i in at)
    return counts(form.rule, text, at)


def counts(rule: Rule, text: str, at: Sequence[int]) -> bool:
    """Tell whether a piece at these positions is long enough for what stands beside it."""
    if len(at) < rule.piece:
        return False
    if len(at) >= (rule.surely or rule.piece) or len(at) == rule.whole:
        return True
    going_on = _GOING_ON[rule.inside]
    if rule.inside == "base64":
        beside = _decoded_beside(text, at)
    else:
        beside = (text[max(at[0] - 1, 0) : at[0]], text[at[-1] + 1 :][:1])
    open_sides = sum(bool(going_on.fullmatch(side)) for side in beside)
    return open_sides < (2 if rule.inside == "a word" else 1)


def _decoded_beside(text: str, at: Sequence[int]) -> tuple[str, str]:
    """Return what stands before and after the hex digits that a piece of base64 spells.

    Of the four ways to cut the signs into bytes, the right one gives digits. One that the piece
    begins or ends within belongs to it.
    """
    before = _BASE64_END.search(text[max(at[0] - 4, 0) : at[0]])
    after = _BASE64_BEGIN.match(text[at[-1] + 1 :][:4])
    left, right = before[0] if before else "", after[0] if after else ""
    signs = f"{left}{''.join(text[i] for i in at)}{right}".translate(_STANDARD)
    for cut in range(4):
        whole = f"{'A' * cut}{signs}"
        begin, end = (cut + len(left)) * 6, (cut + len(left) + len(at)) * 6
        known = len(whole) * 6 // 8
        decoded = base64.b64decode(whole + "A" * (-len(whole) % 4)).decode("latin-1")[:known]
        if all(map(_HEX.match, decoded[-(-begin // 8) : end // 8])):
            digit, next_one = max(begin // 8 - 1, 0), -(-end // 8)
            return decoded[digit : begin // 8], decoded[next_one : next_one + 1]
    return "", ""
