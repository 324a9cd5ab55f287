"""Pieces of secrets as keyed hashes: who searches a text by them is never handed a value.

The kernel writes them for the Jupyter server's pre-save hook, into a folder that both know, as a
file that only its user can read, and removes it when it ends.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets as random_secrets
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartproof.secrets.forms import INSIDE, Rule, counts, forms_of, is_wordy
from cartproof.secrets.joined import joined, positions
from cartproof.secrets.spans import merged, replaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cartproof.secrets.secret import Secret

GUARD_DIR = "CARTPROOF_GUARD_DIR"
"""Environment variable that names the folder of the hashes."""
SUFFIX = ".grams.json"
_GRAM = 10
_MOST_REMEMBERED = 20_000


def _hash(key: bytes, gram: bytes) -> str:
    return hashlib.blake2b(gram, key=key, digest_size=8).hexdigest()


def _seed(key: bytes) -> int:
    return int.from_bytes(key[:4], "big")


def _short(gram: bytes, seed: int) -> int:
    """Return a sum of 16 bits that rules most texts out before they are hashed."""
    return zlib.crc32(gram, seed) & 0xFFFF


def as_keyed(secrets: Iterable[Secret]) -> dict[str, Any]:
    """Return the secrets' pieces as JSON values: a fresh key, and hashes with their rules.

    Values under ten characters, and the words of a password, are not among them: a hash of
    little can be guessed back.
    """
    key = random_secrets.token_bytes(32)
    signs: set[int] = set()
    grams: dict[bytes, tuple[int, str, tuple[str, Rule]]] = {}
    seed = _seed(key)
    for secret in secrets:
        for _, form in forms_of(secret.reveal()):
            for gram in _grams(form.text):
                if not (form.is_chosen and is_wordy(gram.decode())):
                    told = (str(secret), form.rule)
                    grams.setdefault(gram, (_short(gram, seed), _hash(key, gram), told))
                    signs.update(gram)
    return {
        "schema": 2,
        "key": key.hex(),
        "signs": sorted(signs),
        "grams": {name: told for _, name, told in grams.values()},
        "perhaps": sorted({short for short, _, _ in grams.values()}),
    }


def _grams(text: bytes) -> Iterator[bytes]:
    return (text[at : at + _GRAM] for at in range(len(text) - _GRAM + 1))


def write_keyed(path: Path, secrets: Iterable[Secret]) -> None:
    """Write the hashes whole, readable by this user alone."""
    staged = path.with_name(f".{path.name}.{random_secrets.token_hex(4)}")
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(as_keyed(secrets), file)
        staged.replace(path)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise


class KeyedGrams:
    """Finds and replaces in text what one kernel's hashes describe."""

    def __init__(self, content: Any) -> None:
        """Take what `as_keyed` made.

        Raises:
            ValueError: It is something else.
        """
        try:
            if content["schema"] != 2:
                raise ValueError("another schema")
            self._key = bytes.fromhex(content["key"])
            self._grams = {
                gram: (str(shown), _rule(*rule)) for gram, (shown, rule) in content["grams"].items()
            }
            self._perhaps = {int(short) for short in content["perhaps"]}
            signs = "".join(f"\\x{sign:02x}" for sign in content["signs"])
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise ValueError("these are no hashes of secrets") from error
        self._runs = re.compile(f"[{signs}]{{{_GRAM},}}".encode()) if signs else None
        self._clean: set[bytes] = set()

    def redact(self, text: str) -> str:
        """Return the text with what the hashes describe replaced by `[access_token sha256:…]`."""
        if len(text) < _GRAM or not self._grams:
            return text
        name = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
        if name in self._clean:
            return text
        spans = merged(self._spans(text))
        if not spans:
            self._remember(name)
        return replaced(text, spans)

    def _remember(self, name: bytes) -> None:
        """Remember a text without secrets: a notebook is saved again and again."""
        if len(self._clean) >= _MOST_REMEMBERED:
            self._clean.clear()
        self._clean.add(name)

    def _spans(self, text: str) -> Iterator[tuple[int, int, str]]:
        data = joined(text)
        at: list[int] = []
        for first, end, shown, rule in self._agreeing(data):
            at = at or positions(text)
            if counts(rule, text, at[first:end]):
                yield at[first], at[end - 1] + 1, shown

    def _agreeing(self, data: bytes) -> Iterator[tuple[int, int, str, Rule]]:
        """Return the longest runs of pieces that follow each other, with the first one's rule."""
        crc32, seed, perhaps = zlib.crc32, _seed(self._key), self._perhaps
        for run in self._runs.finditer(data) if self._runs else ():
            begun: tuple[int, str, Rule] | None = None
            for at in range(run.start(), run.end() - _GRAM + 1):
                gram = data[at : at + _GRAM]
                is_possible = crc32(gram, seed) & 0xFFFF in perhaps
                known = self._grams.get(_hash(self._key, gram)) if is_possible else None
                if known and not begun:
                    begun = (at, *known)
                elif begun and not known:
                    yield begun[0], at + _GRAM - 1, begun[1], begun[2]
                    begun = None
            if begun:
                yield begun[0], run.end(), begun[1], begun[2]


def _rule(piece: int, whole: int, surely: int, inside: str) -> Rule:
    if inside not in INSIDE:
        raise ValueError("these are no hashes of secrets")
    return Rule(int(piece), int(whole), int(surely), str(inside))


def read_keyed(path: Path) -> KeyedGrams:
    """Read the hashes that a kernel wrote.

    Raises:
        ValueError: The file holds something else.
        OSError: It cannot be read.
    """
    return KeyedGrams(json.loads(path.read_bytes()))
