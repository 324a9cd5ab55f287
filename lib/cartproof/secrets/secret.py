"""The type of a secret: wherever it is printed it shows a fingerprint."""

from __future__ import annotations

import functools
import hashlib
import hmac
import os
import secrets as random_secrets
from pathlib import Path
from typing import Any, NoReturn

from platformdirs import user_config_path


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
