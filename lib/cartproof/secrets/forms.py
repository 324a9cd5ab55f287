"""The forms in which a secret is compared with joined text, and when an agreeing piece counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cartproof.secrets.joined import joined, positions
from cartproof.secrets.spellings import spellings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cartproof.secrets.spellings import Spelling

_MADE_UP = 12
_OF_DIGEST = 16
_GOING_ON = {True: re.compile("[0-9a-fA-F]"), False: re.compile("[0-9A-Za-z]")}


class Rule(NamedTuple):
    """When a piece of a form counts as the secret.

    Attributes:
        piece: Bytes that must agree.
        whole: Bytes of the whole form, which count in any case.
        surely: Bytes that count also inside a longer word; 0 where any piece does.
        is_hex: Whether the value is of hex digits alone, as digests are.
    """

    piece: int
    whole: int
    surely: int
    is_hex: bool


@dataclass(frozen=True, slots=True)
class Form:
    """A spelling as it is compared with joined texts.

    Attributes:
        wide: The spelling's own characters where some are not ASCII, else empty.
        is_chosen: Whether a person chose the value: its words are ordinary words.
    """

    text: bytes
    wide: str
    is_chosen: bool
    rule: Rule


def forms_of(value: str) -> Iterator[tuple[Spelling, Form]]:
    """Return the forms of a value, each with the spelling that it is made of."""
    for spelling in spellings(value):
        text = joined(spelling.text)
        wide = "" if spelling.text.isascii() else _joined_wide(spelling.text)
        is_chosen = not spelling.is_encoded and _is_chosen(value)
        is_hex = re.fullmatch("[0-9a-fA-F]+", value) is not None
        is_any = spelling.is_encoded or is_chosen
        surely = 0 if is_any else _OF_DIGEST if is_hex else _MADE_UP
        rule = Rule(min(spelling.piece, len(text)), len(text), surely, is_hex)
        yield spelling, Form(text, wide, is_chosen, rule)


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
    going_on = _GOING_ON[rule.is_hex]
    beside = (text[max(at[0] - 1, 0) : at[0]], text[at[-1] + 1 :][:1])
    open_sides = sum(bool(going_on.fullmatch(side)) for side in beside)
    return open_sides < (1 if rule.is_hex else 2)
