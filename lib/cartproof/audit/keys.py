"""The key that signs records: made on first use, kept from others' eyes, replaced on request.

In the folder `keys` of this user's configuration, or in the one that `CARTPROOF_KEYS` names:
`signing.pem`, the private key (PKCS #8, Ed25519), and `public/<key id>.pem`, one file for each key
that ever signed here. Whoever has the public keys can verify; nobody else can sign.
"""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from cartproof.audit.line import in_line
from cartproof.audit.signing import CryptoSigner, SSlibKey
from cartproof.errors import SigningKeyError
from cartproof.run.folders import sync_folder, write_whole
from cartproof.secrets import config_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PRIVATE, PUBLIC = "signing.pem", "public"
_LARGEST = 100_000
_ANEW = "Restore it from a backup, or make a new one: cartproof audit key rotate."


def keys_folder() -> Path:
    """Return the folder of the keys: `CARTPROOF_KEYS`, else one in this user's configuration."""
    named = os.environ.get("CARTPROOF_KEYS")
    return Path(named).expanduser() if named else config_folder() / "keys"


def signing_key(folder: Path | None = None) -> CryptoSigner:
    """Return the key that signs here; it is made where none ever was.

    Raises:
        SigningKeyError: It is missing, damaged, or open to others.
    """
    place = folder or keys_folder()
    if not (place / PRIVATE).exists():
        _make_first(place)
    _refuse_open(place)
    signer = _loaded(place / PRIVATE)
    if not _public_path(place, signer).exists():
        _write_public(place, signer)
    return signer


def rotate(folder: Path | None = None) -> CryptoSigner:
    """Replace the key; the old private key is deleted, its public key stays known.

    Raises:
        SigningKeyError: The folder cannot be written to, or is open to others.
    """
    place = folder or keys_folder()
    _make_folder(place)
    _refuse_open(place)
    with in_line(place / ".lock"):
        if (place / PRIVATE).exists():
            _keep_public_of(place)
        return _write_new(place)


def public_keys(places: Iterable[Path] = ()) -> dict[str, SSlibKey]:
    """Return public keys by their ids.

    Args:
        places: Files in PEM form, or folders of them; without any, the keys known here.

    Raises:
        SigningKeyError: One is missing, or holds no Ed25519 public key.
    """
    given = list(places)
    found = [
        _public_key(path) for place in given or [keys_folder() / PUBLIC] for path in _in(place)
    ]
    if given and not found:
        raise SigningKeyError(f"There is no public key in {given[0]}: give a .pem file.")
    return {key.keyid: key for key in found}


def pem_of(key: SSlibKey) -> bytes:
    """Return a public key in PEM form, as openssl and others read it."""
    raw = bytes.fromhex(key.keyval["public"])
    public = Ed25519PublicKey.from_public_bytes(raw)
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _make_first(place: Path) -> None:
    _make_folder(place)
    with in_line(place / ".lock"):
        if (place / PRIVATE).exists():
            return
        if any(_in(place / PUBLIC)):
            raise SigningKeyError(
                f"The signing key {place / PRIVATE} is missing, though keys were used here. {_ANEW}"
            )
        _write_new(place)


def _make_folder(place: Path) -> None:
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise SigningKeyError(
            f"No folder can be made for the signing key at {place}: {error.strerror}. "
            "Name another one in CARTPROOF_KEYS."
        ) from error


def _write_new(place: Path) -> CryptoSigner:
    """Write a new key: the private one appears whole, readable by this user alone."""
    signer = CryptoSigner.generate_ed25519()
    content = signer.private_bytes
    temporary = place / f".{PRIVATE}.{secrets.token_hex(4)}.part"
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(place / PRIVATE)
        sync_folder(place)
        _write_public(place, signer)
    except OSError as error:
        raise SigningKeyError(
            f"The signing key cannot be written to {place}: {error.strerror}."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return signer


def _keep_public_of(place: Path) -> None:
    """See that the public key of the one that goes stays known; a damaged one has none."""
    with suppress(SigningKeyError):
        _write_public(place, _loaded(place / PRIVATE))


def _write_public(place: Path, signer: CryptoSigner) -> None:
    path = _public_path(place, signer)
    try:
        path.parent.mkdir(exist_ok=True, mode=0o700)
        write_whole(path, pem_of(public_key_of(signer)))
    except OSError as error:
        raise SigningKeyError(
            f"The public key cannot be written to {path}: {error.strerror}."
        ) from error


def _public_path(place: Path, signer: CryptoSigner) -> Path:
    return place / PUBLIC / f"{signer.public_key.keyid}.pem"


def public_key_of(signer: CryptoSigner) -> SSlibKey:
    """Return the public key of a signer."""
    key = signer.public_key
    assert isinstance(key, SSlibKey)  # noqa: S101 - what CryptoSigner makes
    return key


def _refuse_open(place: Path) -> None:
    """Refuse a key that others could read, or whose folder they could write to."""
    if os.name == "nt":
        return
    for path, wrong, repair in (
        (place, stat.S_IWGRP | stat.S_IWOTH, "chmod go-w"),
        (place / PRIVATE, stat.S_IRWXG | stat.S_IRWXO, "chmod 600"),
    ):
        if path.exists() and path.stat().st_mode & wrong:
            raise SigningKeyError(
                f"Others on this machine can get at the signing key through {path}: "
                f"{repair} {path}. If they may have used it, make a new one: "
                "cartproof audit key rotate."
            )


def _loaded(path: Path) -> CryptoSigner:
    content = _content(path)
    try:
        private = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SigningKeyError(f"The signing key {path} is damaged. {_ANEW}") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise SigningKeyError(f"The signing key {path} is no Ed25519 key. {_ANEW}")
    return CryptoSigner(private)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST)
    except OSError as error:
        raise SigningKeyError(f"The key {path} cannot be read: {error.strerror}.") from error


def _in(place: Path) -> Iterator[Path]:
    """Yield a file itself, or the .pem files of a folder."""
    if place.is_dir():
        yield from sorted(path for path in place.glob("*.pem") if path.name != PRIVATE)
    elif place.name != PUBLIC:
        yield place


def _public_key(path: Path) -> SSlibKey:
    content = _content(path)
    try:
        key = load_pem_public_key(content)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SigningKeyError(f"{path} holds no public key in PEM form.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise SigningKeyError(f"{path} holds no Ed25519 key.")
    return SSlibKey.from_crypto(key)
