"""The type of a secret: wherever it is printed it shows a fingerprint."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import hmac
import os
import secrets as random_secrets
from pathlib import Path
from typing import Any, NoReturn

from platformdirs import user_config_path

_KEY_BYTES = 32


def config_folder() -> Path:
    """Return the folder for this user's keys: `CARTPROOF_HOME`, else the platform's own."""
    named = os.environ.get("CARTPROOF_HOME")
    return Path(named) if named else user_config_path("cartproof")


@functools.cache
def _local_key() -> bytes:
    path = config_folder() / "fingerprint.key"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _whole_key(path) or _made_key(path)
    except OSError:
        return random_secrets.token_bytes(_KEY_BYTES)


def _whole_key(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        return b""
    return key if len(key) == _KEY_BYTES else b""


def _made_key(path: Path) -> bytes:
    """Write a new key under its name whole; of two processes that do so at once, one's stays."""
    part = path.with_name(f".{path.name}.{random_secrets.token_hex(4)}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(random_secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(part, path)
        if not _whole_key(path):  # what a full disk or an older version left there
            part.replace(path)
        return _whole_key(path)
    finally:
        part.unlink(missing_ok=True)


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
