"""The store's address: every spelling of an API path that people paste, read strictly.

The access token is sent to the origin found here and nowhere else, so a host is taken only when it
is exactly BigCommerce's or exactly this machine.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from cartproof.errors import CredentialsError
from cartproof.store.pasted import shown, without_invisible, without_label, without_wrapping

LIVE_ORIGIN = "https://api.bigcommerce.com"
_LONGEST = 2000
_ACCEPTED = (
    "Accepted are the API path (https://api.bigcommerce.com/stores/{store hash}/v3/), the control "
    "panel's address (https://store-{store hash}.mybigcommerce.com/manage) or the store hash alone."
)
_SCHEME = re.compile(r"(https?)://", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?")
_CONTROL_PANEL = re.compile(
    r"(?:https?://)?store-(?P<hash>[a-z0-9]+)(?:-[0-9]+)?\.mybigcommerce\.com", re.IGNORECASE
)
_STORE_PATH = re.compile(r"/*stores/+(?P<hash>[^/?#]*)(?P<rest>[^?#]*)", re.IGNORECASE)
_BARE = re.compile(r"(?P<hash>[^/?#.:]+)(?P<rest>[^?#]*)")
_VERSION = re.compile(r"/*(?:v[23]/*)?", re.IGNORECASE)
_PREFIXED = re.compile(r"store-(?P<hash>[a-z0-9]+)(?:-[0-9]+)?", re.IGNORECASE)
_USUAL = re.compile(r"[a-z0-9]{4,12}")


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """Where a store answers.

    Attributes:
        store_hash: As given, its case kept.
        origin: `https://api.bigcommerce.com`, or the loopback origin of a sandbox.
        is_sandbox: Whether the origin is this machine.
        warnings: What was odd about the text it was read from.
    """

    store_hash: str
    origin: str = LIVE_ORIGIN
    is_sandbox: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def base_url(self) -> str:
        """Return the URL under which `/v2` and `/v3` lie, without a slash at the end."""
        return f"{self.origin}/stores/{self.store_hash}"

    @property
    def api_path(self) -> str:
        """Return the API path as BigCommerce's screen prints it."""
        return f"{self.base_url}/v3/"


def parse_api_path(text: str) -> StoreAddress:
    """Read a store's address from an API path, a control-panel address or a store hash.

    Raises:
        CredentialsError: The text names no store hash, or a host that gets no token.
    """
    if len(text) > _LONGEST:
        raise CredentialsError(f"The API path is {len(text)} characters long. {_ACCEPTED}")
    visible = without_invisible(text.strip())
    warnings = (
        ("API PATH: invisible characters were taken off.",) if visible != text.strip() else ()
    )
    plain = without_wrapping(without_label(without_wrapping(visible)))
    if not plain:
        raise CredentialsError(f"The API path is empty. {_ACCEPTED}")
    origin, found = _split(plain)
    store_hash, more = _store_hash(found["hash"])
    rest = found.groupdict().get("rest") or ""
    if not _VERSION.fullmatch(rest):
        more += ("API PATH: what stands behind the store hash is ignored.",)
    return StoreAddress(
        store_hash=store_hash,
        origin=origin,
        is_sandbox=origin != LIVE_ORIGIN,
        warnings=(*warnings, *more),
    )


def _split(text: str) -> tuple[str, re.Match[str]]:
    """Return the origin, and the match that holds the store hash and what follows it."""
    scheme = _SCHEME.match(text)
    if scheme is None and _OTHER_SCHEME.match(text):
        raise _refused(text)
    remainder = text[scheme.end() :] if scheme else text.removeprefix("//")
    if scheme is None:
        found = _STORE_PATH.match(remainder)
        if found is None and not _names_host(remainder):
            found = _BARE.match(remainder)
        if found is not None:
            return LIVE_ORIGIN, found
    authority, path = _cut(remainder)
    return _origin_and_path(scheme[1].lower() if scheme else "", authority, path)


def _names_host(text: str) -> bool:
    first = re.split(r"[/?#]", text, maxsplit=1)[0]
    return any(mark in first for mark in ".:@[\\%") or first.lower() == "localhost"


def _cut(text: str) -> tuple[str, str]:
    authority = re.split(r"[/?#]", text, maxsplit=1)[0]
    return authority, text[len(authority) :]


def _origin_and_path(scheme: str, authority: str, path: str) -> tuple[str, re.Match[str]]:
    """Return the origin of an accepted authority, and the match with the store hash."""
    if "@" in authority:
        raise CredentialsError(f"The API path holds a user name before its host. {_ACCEPTED}")
    parsed = _AUTHORITY.fullmatch(authority)
    if parsed is None:
        raise _refused(authority)
    host, port = parsed["host"].lower(), parsed["port"] or ""
    if path.lower().startswith("/api/v2") and host != "api.bigcommerce.com":
        raise CredentialsError(
            "This is the API path of a legacy API account (…/api/v2/). BigCommerce no longer "
            "issues those, and no scope of theirs can be checked: create a store-level API account "
            "(Settings > Store-level API accounts) and use its API path."
        )
    panel = _CONTROL_PANEL.fullmatch(host)
    if panel is not None and port in ("", "443"):
        kept_case = _CONTROL_PANEL.fullmatch(parsed["host"])
        return LIVE_ORIGIN, kept_case or panel
    return _api_origin(scheme, host, port), _hash_in(path)


def _api_origin(scheme: str, host: str, port: str) -> str:
    if host == "api.bigcommerce.com" and port in ("", "443" if scheme != "http" else "80"):
        return LIVE_ORIGIN
    if not is_loopback(host) or (port and not 0 < int(port) < 65536):
        raise _refused(f"{host}:{port}" if port else host)
    return f"{scheme or 'http'}://{host}" + (f":{int(port)}" if port else "")


def is_loopback(host: str) -> bool:
    """Tell whether a host, IPv6 in brackets, is this machine."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    if address.version == 4:
        return address.is_loopback
    return host.startswith("[") and address == ipaddress.IPv6Address("::1")


def _hash_in(path: str) -> re.Match[str]:
    found = _STORE_PATH.match(path)
    if found is None or not found["hash"]:
        raise CredentialsError(f"The API path names no store: /stores/ is missing. {_ACCEPTED}")
    return found


def _store_hash(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the hash, safe to stand in a URL, and what was odd about it."""
    warnings: list[str] = []
    prefixed = _PREFIXED.fullmatch(text)
    if prefixed is not None:
        text = prefixed["hash"]
        warnings.append(
            "API PATH: `store-` before the store hash does not belong there; taken off."
        )
    if not (text.isascii() and text.isalnum()):
        raise CredentialsError(
            f"The store hash {shown(text)!r} holds more than letters and digits. {_ACCEPTED}"
        )
    if len(text) >= 30:
        raise CredentialsError(
            f"Where the store hash should stand is a value of {len(text)} characters, as long as "
            f"an access token or a client id. {_ACCEPTED}"
        )
    if not _USUAL.fullmatch(text):
        warnings.append(
            f"API PATH: the store hash {shown(text)!r} is unusual (BigCommerce's are 4 to 12 "
            "lower-case letters and digits). Compare it with the control panel's address."
        )
    return text, tuple(warnings)


def _refused(host: str) -> CredentialsError:
    return CredentialsError(
        f"The API path points to {shown(host)!r}, which gets no access token. {_ACCEPTED}"
    )
