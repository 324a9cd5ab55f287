"""Find and replace secrets in text, in every spelling, whole or in pieces, also wrapped.

A text is sampled: of every six characters five are looked up among all the fives of all
spellings. A piece of ten holds one of the samples, wherever it stands; only where one is hit is
the text compared with the spelling, character by character.
"""

from __future__ import annotations

import functools
import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartproof.secrets.joined import joined, positions
from cartproof.secrets.spellings import spellings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cartproof.secrets.secret import Secret
    from cartproof.secrets.spellings import Spelling

SHORTEST = 6
"""Values of fewer characters are not looked for: they would hide ordinary words."""
_ANCHOR, _STRIDE = 5, 6
_SAMPLED = _ANCHOR + _STRIDE - 1
_BLOCK = struct.Struct(f"{_ANCHOR}sx" * 512)
_MADE_UP = 12
_OF_DIGEST = 16


@dataclass(frozen=True, slots=True)
class _Form:
    """A spelling as it is compared with joined texts.

    Attributes:
        wide: The spelling's own characters where some are not ASCII, else empty.
        piece: Bytes that must agree.
        is_chosen: Whether a person chose the value: its words are ordinary words.
        alphabet: Matches a character of which the value might go on; None where any piece counts.
        surely: Length from which on a piece counts wherever it stands.
    """

    text: bytes
    wide: str
    piece: int
    shown: str
    is_chosen: bool
    alphabet: re.Pattern[str] | None
    surely: int


@dataclass(frozen=True, slots=True)
class _Short:
    """A spelling too short to be sampled: looked for whole."""

    pattern: re.Pattern[str]
    shown: str


class _Index:
    """What one secret is looked for by; made once in a process, since making it takes long."""

    def __init__(self, value: str, shown: str) -> None:
        self.anchors: dict[bytes, tuple[tuple[_Form, int], ...]] = {}
        self.short: dict[str, _Short] = {}
        self._known: set[tuple[bytes, int]] = set()
        for spelling in spellings(value):
            self._add(spelling, value, shown)

    def _add(self, spelling: Spelling, value: str, shown: str) -> None:
        text = joined(spelling.text)
        if not spelling.is_encoded and len(text) < len(spelling.text):
            self._add_pieces(spelling, shown)
        if len(text) < _SAMPLED:
            self._add_short(spelling, shown)
        elif (text, spelling.piece) not in self._known:
            self._known.add((text, spelling.piece))
            self._add_form(_form(spelling, text, value, shown))

    def _add_short(self, spelling: Spelling, shown: str) -> None:
        text = spelling.text
        if len(text) < SHORTEST:
            return
        is_word = not spelling.is_encoded and (text.isalpha() or text.isdigit())
        alone = r"(?<![^\W_]){}(?![^\W_])" if is_word else "{}"
        pattern = re.compile(alone.format(re.escape(text)))
        self.short.setdefault(text, _Short(pattern, shown))

    def _add_pieces(self, spelling: Spelling, shown: str) -> None:
        """Look for a piece of ten that separators within the value make too short to be sampled."""
        for at in range(len(spelling.text) - spelling.piece + 1):
            piece = spelling.text[at : at + spelling.piece]
            if len(joined(piece)) < _SAMPLED and not _is_wordy(piece.replace(" ", "")):
                self.short.setdefault(piece, _Short(re.compile(re.escape(piece)), shown))

    def _add_form(self, form: _Form) -> None:
        for at in range(len(form.text) - _ANCHOR + 1):
            five = form.text[at : at + _ANCHOR]
            self.anchors[five] = (*self.anchors.get(five, ()), (form, at))


_index_of = functools.lru_cache(maxsize=256)(_Index)


class Redactor:
    """Finds and replaces secrets in text, in every spelling, whole or in pieces of ten."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._anchors: dict[bytes, tuple[tuple[_Form, int], ...]] = {}
        self._short: dict[str, _Short] = {}
        self._values: set[str] = set()
        for secret in secrets:
            self.add(secret)

    def add(self, secret: Secret) -> None:
        """Look for this secret from now on. Values under 6 characters are not looked for."""
        value = secret.reveal()
        if len(value) < SHORTEST or value in self._values:
            return
        self._values.add(value)
        index = _index_of(value, str(secret))
        shared = self._anchors.keys() & index.anchors.keys()
        both = {five: (*self._anchors[five], *index.anchors[five]) for five in shared}
        self._anchors = {**self._anchors, **index.anchors, **both}
        self._short = {**index.short, **self._short}

    def spans(self, text: str) -> list[tuple[int, int, str]]:
        """Return where secrets stand in a text, as (start, end, fingerprint), in order."""
        if len(text) < SHORTEST:
            return []
        found = [*self._sampled_spans(text), *self._short_spans(text)]
        return _merged(sorted(found)) if found else []

    def redact(self, text: str) -> str:
        """Return the text with every secret replaced by `[access_token sha256:…]`."""
        spans = self.spans(text)
        if not spans:
            return text
        pieces: list[str] = []
        done = 0
        for start, end, shown in spans:
            pieces += [text[done:start], f"[{shown}]"]
            done = end
        return "".join([*pieces, text[done:]])

    def _short_spans(self, text: str) -> Iterator[tuple[int, int, str]]:
        for short in self._short.values():
            for hit in short.pattern.finditer(text):
                yield hit.start(), hit.end(), short.shown

    def _sampled_spans(self, text: str) -> Iterator[tuple[int, int, str]]:
        if not self._anchors:
            return
        data = joined(text)
        at: list[int] = []
        done = 0
        for sample in self._hits(data):
            if sample < done:
                continue
            for form, place in self._anchors[data[sample : sample + _ANCHOR]]:
                first, end = _agreeing(data, sample, form.text, place)
                if end - first < min(form.piece, len(form.text)):
                    continue
                at = at or positions(text)
                if _counts(form, text, at[first:end], first - sample + place):
                    done = max(done, end)
                    yield at[first], at[end - 1] + 1, form.shown

    def _hits(self, data: bytes) -> Iterator[int]:
        """Return where in joined text a sample is one of a spelling's fives."""
        known = self._anchors.keys()
        blocks = len(data) // _BLOCK.size
        for number, block in enumerate(_BLOCK.iter_unpack(data[: blocks * _BLOCK.size])):
            if not known.isdisjoint(block):
                start = number * _BLOCK.size
                yield from (start + i * _STRIDE for i, five in enumerate(block) if five in known)
        for at in range(blocks * _BLOCK.size, len(data) - _ANCHOR + 1, _STRIDE):
            if data[at : at + _ANCHOR] in known:
                yield at


def _form(spelling: Spelling, text: bytes, value: str, shown: str) -> _Form:
    wide = "" if spelling.text.isascii() else _joined_wide(spelling.text)
    is_chosen = not spelling.is_encoded and _is_chosen(value)
    alphabet, surely = None, 0
    if not spelling.is_encoded and not is_chosen:
        is_hex = re.fullmatch("[0-9a-fA-F]+", value)
        alphabet = re.compile("[0-9a-fA-F]" if is_hex else "[0-9A-Za-z]")
        surely = _OF_DIGEST if is_hex else _MADE_UP
    return _Form(text, wide, spelling.piece, shown, is_chosen, alphabet, surely)


def _joined_wide(text: str) -> str:
    return "".join(text[at] for at in positions(text))


def _is_chosen(value: str) -> bool:
    """Tell whether a value looks chosen by a person: it rarely goes from letters to digits."""
    changes = re.findall(r"[A-Za-z](?=[0-9])|[0-9](?=[A-Za-z])", value)
    return len(changes) < max(4, len(value) / 10)


def _agreeing(data: bytes, at: int, text: bytes, place: int) -> tuple[int, int]:
    """Return how far around an anchor data and spelling agree, as positions in the data."""
    first, end = at, at + _ANCHOR
    line = at - place
    while first > max(line, 0) and data[first - 1] == text[first - 1 - line]:
        first -= 1
    limit = min(len(data), line + len(text))
    while end < limit and data[end] == text[end - line]:
        end += 1
    return first, end


def _counts(form: _Form, text: str, at: list[int], place: int) -> bool:
    """Tell whether an agreeing piece is the secret's, and not there by chance or as a word.

    Args:
        at: Where in the text the piece's characters stand.
        place: Where in the spelling the piece begins.
    """
    if form.wide and any(text[i] != form.wide[place + n] for n, i in enumerate(at)):
        return False
    if len(at) == len(form.text):
        return True
    if form.is_chosen:
        is_most = _is_wordy(form.text.decode()) and len(at) * 4 >= len(form.text) * 3
        return is_most or not _is_wordy(text[i] for i in at)
    if form.alphabet is None or len(at) >= form.surely:
        return True
    beside = (text[max(at[0] - 1, 0) : at[0]], text[at[-1] + 1 :][:1])
    open_sides = sum(bool(form.alphabet.fullmatch(side)) for side in beside)
    return open_sides < (1 if form.surely == _OF_DIGEST else 2)


def _is_wordy(piece: Iterable[str]) -> bool:
    return all(character.isalpha() or character in "-_./@" for character in piece)


def _merged(found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    merged = [found[0]]
    for start, end, shown in found[1:]:
        if start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end), merged[-1][2])
        else:
            merged.append((start, end, shown))
    return merged
