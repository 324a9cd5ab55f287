"""References to credentials: `file:PATH`, `env:PREFIX`, `keyring:NAME`, and those of plug-ins.

Resolved at use, inside the kernel. Nothing here logs, and no message repeats what a reference
led to.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import TypeAlias

from cartproof.errors import CredentialsError
from cartproof.secrets import Secret
from cartproof.store.credentials import (
    Credentials,
    credentials_from_values,
    parse_credentials_text,
)
from cartproof.store.credentials_file import (
    ACCESS_TOKEN,
    LABELS,
    decode,
    values_by_label,
)
from cartproof.store.labelled_lines import values_in_lines, values_in_mapping
from cartproof.store.pasted import shown

KEYRING_SERVICE = "cartproof"
PLUGINS = "cartproof.credentials"
_LARGEST = 64 * 1024
_SCHEME = re.compile(r"[a-z][a-z0-9+_-]{1,19}")
_SECRET_LIKE = re.compile(r"(?:[a-z0-9]{30,}|[0-9a-fA-F]{32,}|eyJ[A-Za-z0-9_.-]{20,})")
_FORMS = (
    "Write file:PATH (BigCommerce's downloaded .txt), env:PREFIX (PREFIX_STORE_HASH, "
    "PREFIX_ACCESS_TOKEN, …) or keyring:NAME."
)
Held: TypeAlias = "str | bytes | Mapping[str, str]"


def resolve(reference: str, *, store_hash: str = "") -> Credentials:
    """Return the credentials that a reference leads to.

    Args:
        reference: `scheme:rest`.
        store_hash: The store, in any spelling of `parse_api_path`; needed when the credentials
            name none, and compared with theirs when they do.

    Raises:
        CredentialsError: The reference or what it leads to cannot be used.
    """
    scheme, rest = _split(reference)
    held = _HOLDERS[scheme](rest) if scheme in _HOLDERS else _plugin(scheme, rest)
    given = f"{scheme}:{rest}"
    if isinstance(held, Mapping):
        return credentials_from_values(
            values_by_label(held), reference=given, store_hash=store_hash
        )
    return parse_credentials_text(held, reference=given, store_hash=store_hash)


def resolve_values(reference: str, labels: Sequence[str]) -> dict[str, Secret]:
    """Return values other than a store's credentials, by the labels wanted.

    Held are lines `LABEL: value` (file:, keyring:, plug-ins), or environment variables:
    `env:ACME` holds CART PASSWORD in ACME_CART_PASSWORD.

    Args:
        reference: `scheme:rest`, as in `resolve`.
        labels: Labels to look for; what else is there is passed over.

    Raises:
        CredentialsError: The reference cannot be used, or leads to none of the labels.
    """
    scheme, rest = _split(reference)
    if scheme == "env":
        found = _of_environment(_prefix(rest), labels)
    else:
        held = _HOLDERS[scheme](rest) if scheme in _HOLDERS else _plugin(scheme, rest)
        text = decode(held) if isinstance(held, bytes) else held
        found = _by_label(text, labels)
    if not found:
        raise CredentialsError(
            f"The {scheme}: reference leads to none of these labels with a value: "
            f"{', '.join(labels)}."
        )
    return {label: Secret(label.lower().replace(" ", "_"), text) for label, text in found.items()}


def check_form(reference: str) -> None:
    """Check that a reference says where to look, without looking there.

    Raises:
        CredentialsError: It does not; the message does not repeat what may be a secret.
    """
    scheme, rest = _split(reference)
    if scheme == "env":
        _prefix(rest)
    if scheme not in _HOLDERS and not entry_points(group=PLUGINS, name=scheme):
        raise _unknown(scheme)


def _unknown(scheme: str) -> CredentialsError:
    return CredentialsError(
        f"The credentials reference begins with {scheme!r}, which nothing here reads. {_FORMS}"
    )


def _by_label(held: str | Mapping[str, str], labels: Sequence[str]) -> dict[str, str]:
    if isinstance(held, str):
        return values_in_lines(held, labels)
    return values_in_mapping(held, labels)


def _split(reference: str) -> tuple[str, str]:
    """Return scheme and rest; a reference that may be a secret itself is never repeated."""
    text = reference.strip()
    if not text:
        raise CredentialsError(f"No credentials reference is given. {_FORMS}")
    scheme, colon, rest = text.partition(":")
    rest = rest.strip().strip("\"'")
    if _SECRET_LIKE.fullmatch(rest) or _SECRET_LIKE.fullmatch(text):
        raise CredentialsError(
            "The credentials reference looks like a secret itself. It is not repeated here; if it "
            f"is one, it does not belong into parameters or commands. {_FORMS}"
        )
    if colon and len(scheme) == 1 and scheme.isalpha():
        raise CredentialsError("The credentials reference is a bare path: put file: in front.")
    if not colon or not rest or not _SCHEME.fullmatch(scheme):
        raise CredentialsError(
            f"The credentials reference does not say where the credentials are kept. {_FORMS}"
        )
    return scheme, rest


def _file(rest: str) -> bytes:
    """Return the bytes of a regular file of at most 64 kB."""
    where = f"The credentials file {_shown_path(rest)}"
    try:
        data = _read_bounded(rest)
    except CredentialsError as exc:
        raise CredentialsError(f"{where} {exc}") from exc
    except FileNotFoundError as exc:
        raise CredentialsError(
            f"{where} is not there. Look for the .txt file that the browser downloaded when the "
            "account was created, and give its full path."
        ) from exc
    except (OSError, ValueError, RuntimeError) as exc:
        why = getattr(exc, "strerror", None) or "the path cannot be used"
        raise CredentialsError(f"{where} cannot be read: {why}. Check path and rights.") from exc
    if len(data) > _LARGEST:
        raise CredentialsError(f"{where} is larger than 64 kB: not BigCommerce's .txt file.")
    return data


def _read_bounded(rest: str) -> bytes:
    path = Path(rest).expanduser()
    if path.is_dir():
        raise CredentialsError("is a folder. Name the .txt file in it.")
    if path.exists() and not path.is_file():
        raise CredentialsError("is no ordinary file. Name the downloaded .txt file.")
    with path.open("rb") as file:
        return file.read(_LARGEST + 1)


def _shown_path(rest: str) -> str:
    """Return a path for a message; BigCommerce puts the client id into the file's name."""
    masked = re.sub(r"[A-Za-z0-9]{28,}", "…", rest)
    return repr(masked if len(masked) <= 200 else "…" + masked[-200:])


def _prefix(rest: str) -> str:
    prefix = rest.rstrip("_")
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", prefix):
        raise CredentialsError(
            "env: needs a prefix of letters, digits and underscores, as in env:ACME for "
            "ACME_STORE_HASH and ACME_ACCESS_TOKEN."
        )
    return prefix


def _of_environment(prefix: str, labels: Sequence[str]) -> dict[str, str]:
    names = {label: f"{prefix}_{label.replace(' ', '_')}" for label in labels}
    return {label: os.environ[name] for label, name in names.items() if os.environ.get(name)}


def _environment(rest: str) -> Mapping[str, str]:
    prefix = _prefix(rest)
    values = _of_environment(prefix, LABELS)
    if ACCESS_TOKEN not in values:
        raise CredentialsError(
            f"The environment variable {prefix}_ACCESS_TOKEN is not set. Set it, and "
            f"{prefix}_STORE_HASH or {prefix}_API_PATH, where this program is started."
        )
    return values


def _keyring(rest: str) -> str:
    """Return the text kept in the system's keyring under service `cartproof`."""
    import keyring  # noqa: PLC0415 - its backends are slow to load and seldom needed

    try:
        text = keyring.get_password(KEYRING_SERVICE, rest)
    except Exception as exc:
        raise CredentialsError(
            f"The system's keyring cannot be used here ({type(exc).__name__}). Unlock it, or use "
            "file:PATH or env:PREFIX."
        ) from exc
    if not text:
        raise CredentialsError(
            f"The keyring holds no entry {shown(rest)!r} for the service {KEYRING_SERVICE!r}. Put "
            "the text of BigCommerce's .txt file there, or use file:PATH."
        )
    return str(text)


def _plugin(scheme: str, rest: str) -> Held:
    """Return what a plug-in's callable of the entry point group holds."""
    found = next(iter(entry_points(group=PLUGINS, name=scheme)), None)
    if found is None:
        raise _unknown(scheme)
    try:
        held = found.load()(rest)
    except CredentialsError:
        raise
    except Exception as exc:
        raise CredentialsError(
            f"The plug-in for {scheme}: failed ({type(exc).__name__}). Check its own set-up."
        ) from exc
    if not isinstance(held, (str, bytes, Mapping)):
        raise CredentialsError(
            f"The plug-in for {scheme}: gave a {type(held).__name__}; a mapping or the text of "
            "BigCommerce's .txt file is needed."
        )
    return held


_HOLDERS: Mapping[str, Callable[[str], Held]] = {
    "file": _file,
    "env": _environment,
    "keyring": _keyring,
}
