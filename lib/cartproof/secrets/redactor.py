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

from cartproof.secrets.forms import forms_of, is_the_secret, is_wordy
from cartproof.secrets.joined import joined, positions
from cartproof.secrets.spans import merged, replaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cartproof.secrets.forms import Form, Rule
    from cartproof.secrets.secret import Secret
    from cartproof.secrets.spans import Span
    from cartproof.secrets.spellings import Spelling

    _Place = tuple[Form, int, str]

SHORTEST = 6
"""Values of fewer characters are not looked for: they would hide ordinary words."""
_ANCHOR, _STRIDE = 5, 6
_SAMPLED = _ANCHOR + _STRIDE - 1
_WORD, _MOST_CLEAN = 64, 4096
"""Texts up to this length without a secret are remembered, so many: keys come again and again."""
_BLOCK = struct.Struct(f"{_ANCHOR}sx" * 512)


@dataclass(frozen=True, slots=True)
class _Short:
    """A spelling too short to be sampled: looked for whole."""

    pattern: re.Pattern[str]
    shown: str


class _Index:
    """What one secret is looked for by.

    Attributes:
        shown: What stands for the secret where it is found.
        forms: Forms to be sampled, each once.
        fives: All fives of all these forms.
        short: Spellings that are looked for whole.
    """

    def __init__(self, value: str, shown: str) -> None:
        self.shown = shown
        self.short: dict[str, _Short] = {}
        forms: dict[tuple[bytes, Rule], Form] = {}
        for spelling, form in forms_of(value) if len(value) >= SHORTEST else ():
            if not spelling.is_encoded and len(form.text) < len(spelling.text):
                self._add_pieces(spelling, shown)
            if len(form.text) < _SAMPLED:
                self._add_short(spelling, shown)
            else:
                forms.setdefault((form.text, form.rule), form)
        self.forms = tuple(forms.values())
        self.fives = frozenset(
            text[at : at + _ANCHOR]
            for text in {form.text for form in self.forms}
            for at in range(len(text) - _ANCHOR + 1)
        )

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
            if len(joined(piece)) < _SAMPLED and not is_wordy(piece.replace(" ", "")):
                self.short.setdefault(piece, _Short(re.compile(re.escape(piece)), shown))


@functools.lru_cache(maxsize=24)
def _index_of(value: str, shown: str) -> _Index:
    """Return the index of a secret; a run looks for the same ones in several places."""
    return _Index(value, shown)


class Redactor:
    """Finds and replaces secrets in text, in every spelling, whole or in pieces of ten."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._known: set[str] = set()
        self._indexes: list[_Index] = []
        self._fives: set[bytes] = set()
        self._short: Mapping[str, _Short] = {}
        self._clean: set[str] = set()
        self._met: dict[bytes, tuple[_Place, ...]] = {}
        for secret in secrets:
            self.add(secret)

    def add(self, secret: Secret) -> None:
        """Look for this secret from now on. Values under 6 characters are not looked for."""
        value = secret.reveal()
        if value in self._known:
            return
        self._known.add(value)
        index = _index_of(value, str(secret))
        self._indexes.append(index)
        self._short = {**index.short, **self._short}
        self._fives |= index.fives
        # Last: what another thread finds meanwhile, without this secret, goes into the old ones.
        self._met, self._clean = {}, set()

    def spans(self, text: str) -> list[Span]:
        """Return where secrets stand in a text, as (start, end, fingerprint), in order."""
        if len(text) < SHORTEST:
            return []
        return merged([*self._sampled_spans(text), *self._short_spans(text)])

    def redact(self, text: str) -> str:
        """Return the text with every secret replaced by `[access_token sha256:…]`."""
        clean = self._clean
        if text in clean:
            return text
        spans = self.spans(text)
        if not spans and len(text) <= _WORD and len(clean) < _MOST_CLEAN:
            clean.add(text)
        return replaced(text, spans) if spans else text

    def _short_spans(self, text: str) -> Iterator[Span]:
        for short in self._short.values():
            for hit in short.pattern.finditer(text):
                yield hit.start(), hit.end(), short.shown

    def _sampled_spans(self, text: str) -> Iterator[Span]:
        if not self._fives:
            return
        data = joined(text)
        at: list[int] = []
        done = 0
        for sample in self._hits(data):
            if sample < done:
                continue
            for form, place, shown in self._places_of(data[sample : sample + _ANCHOR]):
                first, end = _agreeing(data, sample, form.text, place)
                if end - first < form.rule.piece:
                    continue
                at = at or positions(text)
                if is_the_secret(form, text, at[first:end], first - sample + place):
                    done = max(done, end)
                    yield at[first], at[end - 1] + 1, shown

    def _places_of(self, five: bytes) -> tuple[_Place, ...]:
        """Return where in which forms a five stands."""
        met = self._met
        if five not in met:
            met[five] = tuple(
                (form, place, index.shown)
                for index in self._indexes
                if five in index.fives
                for form in index.forms
                for place in _places(form.text, five)
            )
        return met[five]

    def _hits(self, data: bytes) -> Iterator[int]:
        """Return where in joined text a sample is one of a spelling's fives."""
        known = self._fives
        blocks = len(data) // _BLOCK.size
        for number, block in enumerate(_BLOCK.iter_unpack(data[: blocks * _BLOCK.size])):
            if not known.isdisjoint(block):
                start = number * _BLOCK.size
                yield from (start + i * _STRIDE for i, five in enumerate(block) if five in known)
        for at in range(blocks * _BLOCK.size, len(data) - _ANCHOR + 1, _STRIDE):
            if data[at : at + _ANCHOR] in known:
                yield at


def _places(text: bytes, five: bytes) -> Iterator[int]:
    at = text.find(five)
    while at >= 0:
        yield at
        at = text.find(five, at + 1)


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
