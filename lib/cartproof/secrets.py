"""Secrets: a type that shows a fingerprint wherever it is printed, and redaction of text."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
import os
import secrets as random_secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote, quote_plus

from platformdirs import user_config_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

GRAM = 10
"""Pieces of this many characters of a secret are treated as the secret."""


def config_folder() -> Path:
    """Return the folder for this user's keys: `CARTPROOF_HOME`, else the platform's own."""
    named = os.environ.get("CARTPROOF_HOME")
    return Path(named) if named else user_config_path("cartproof")


@functools.cache
def _local_key() -> bytes:
    path = config_folder() / "fingerprint.key"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _whole_key(path) or random_secrets.token_bytes(32)
        with os.fdopen(descriptor, "wb") as file:
            key = random_secrets.token_bytes(32)
            file.write(key)
            return key
    except OSError:
        return random_secrets.token_bytes(32)


def _whole_key(path: Path) -> bytes:
    for _ in range(100):
        key = path.read_bytes()
        if len(key) == 32:
            return key
    return b""


def fingerprint(value: str) -> str:
    """Return a short keyed digest of a value, `sha256:1a2b3c4d5e6f`.

    The key is this user's own (`fingerprint.key` in `config_folder()`), so the same value has the
    same fingerprint here from run to run and cannot be guessed back elsewhere. Where the key can
    be neither read nor written, a key of this process alone is used.
    """
    digest = hmac.new(_local_key(), value.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return f"sha256:{digest.hexdigest()[:12]}"


def key_id() -> str:
    """Return a name for the key behind the fingerprints: equal names, comparable fingerprints."""
    return hashlib.sha256(b"key id" + _local_key()).hexdigest()[:12]


class Secret(str):
    """A string that *is* its fingerprint: printed, formatted, pickled or put into JSON it shows
    `access_token sha256:1a2b3c4d5e6f`. The value comes out of `reveal()` alone.
    """  # noqa: D205 - one sentence, two lines

    __slots__ = ("_value",)
    _value: str

    def __new__(cls, label: str, value: str) -> Secret:
        """Make a secret.

        Args:
            label: What it is, in BigCommerce's word: `access_token`, `client_secret`.
            value: The value itself.
        """
        made = super().__new__(cls, f"{label} {fingerprint(value)}")
        made._value = value
        return made

    def reveal(self) -> str:
        """Return the value; every caller of this is a place to review."""
        return self._value

    def __repr__(self) -> str:
        return f"<{self!s}>"

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Secret:
        return self

    def __reduce_ex__(self, protocol: object) -> tuple[type[str], tuple[str]]:
        return (str, (str(self),))

    def __setattr__(self, name: str, value: object) -> None:
        if name == "_value" and not hasattr(self, "_value"):
            object.__setattr__(self, name, value)
        else:
            self._refuse()

    @staticmethod
    def _refuse() -> NoReturn:
        raise AttributeError("a Secret does not change")


def _base64_forms(raw: bytes) -> Iterator[str]:
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + raw)
        start = -(-offset * 8 // 6) if offset else 0
        whole = (offset + len(raw)) * 8 // 6
        text = encoded[start:whole].decode()
        yield text
        yield text.translate(str.maketrans("+/", "-_"))


def encoded_forms(value: str) -> set[str]:
    """Return the spellings in which a value may stand in a text: raw, URL, JSON, base64, hex."""
    raw = value.encode("utf-8", "surrogatepass")
    return {
        value,
        quote(value, safe="", errors="surrogatepass"),
        quote_plus(value, errors="surrogatepass"),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        raw.hex(),
        raw.hex().upper(),
        *_base64_forms(raw),
    }


class Redactor:
    """Find and replace secrets in text, in every spelling, whole or in pieces of 10 characters."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._grams: dict[str, str] = {}
        self._short: dict[str, str] = {}
        for secret in secrets:
            self.add(secret)

    def add(self, secret: Secret) -> None:
        """Look for this secret from now on. Values under 6 characters are not looked for."""
        for form in encoded_forms(secret.reveal()):
            if len(form) < GRAM:
                if len(form) >= 6:
                    self._short[form] = str(secret)
                continue
            for start in range(len(form) - GRAM + 1):
                self._grams.setdefault(form[start : start + GRAM], str(secret))

    def spans(self, text: str) -> list[tuple[int, int, str]]:
        """Return where secrets stand in a text, as (start, end, fingerprint), in order."""
        found: list[tuple[int, int, str]] = []
        grams = self._grams
        if grams:
            for start in range(len(text) - GRAM + 1):
                shown = grams.get(text[start : start + GRAM])
                if shown is None:
                    continue
                if found and start <= found[-1][1]:
                    found[-1] = (found[-1][0], start + GRAM, found[-1][2])
                else:
                    found.append((start, start + GRAM, shown))
        for value, shown in self._short.items():
            at = text.find(value)
            while at >= 0:
                found.append((at, at + len(value), shown))
                at = text.find(value, at + len(value))
        return sorted(found)

    def redact(self, text: str) -> str:
        """Return the text with every secret replaced by `[access_token sha256:…]`."""
        pieces: list[str] = []
        done = 0
        for start, end, shown in self.spans(text):
            if end <= done:
                continue
            pieces += [text[done : max(start, done)], f"[{shown}]"]
            done = end
        return "".join([*pieces, text[done:]]) if pieces else text
