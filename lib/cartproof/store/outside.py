"""A server other than BigCommerce's: few named requests, over TLS, bounded, never repeated.

Nothing is sent to it but what its caller declared when it was opened, redirects are not followed,
and the evidence of each request holds neither secret nor personal data.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from urllib.parse import urlencode, urlsplit

import requests
from requests.auth import AuthBase

from cartproof import __version__
from cartproof.errors import CredentialsError, UsageError
from cartproof.secrets import Redactor, Secret
from cartproof.store.api_path import is_loopback
from cartproof.store.evidence import Evidence, Exchange
from cartproof.store.exchanges import exchange_of
from cartproof.store.sender import Sent
from cartproof.store.transport import open_session, send_once

LARGEST_ANSWER = 5 * 1000 * 1000
TIMEOUT_S = (5.0, 25.0)
DEADLINE_S = 30.0
_LONGEST = 2000
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)")
_ADDRESS = re.compile(
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[!-~]*|\?[!-~]*)?"
)
_SENDABLE = re.compile(r"[!-~]([ -~]*[!-~])?")


@dataclass(frozen=True, slots=True)
class OutsideAddress:
    """Where a vendor's server answers.

    Attributes:
        origin: `https://host`, with its port unless that is the usual one.
        path: Everything behind the origin, query included; may be empty.
        is_sandbox: Whether it is this machine.
    """

    origin: str
    path: str = ""
    is_sandbox: bool = False


def parse_outside(text: str, *, label: str) -> OutsideAddress:
    """Read a vendor's address; without a scheme it is https, or http on this machine.

    Args:
        text: The address as it was given.
        label: What it is, in the vendor's word, for messages: `Script URL`.

    Raises:
        CredentialsError: It is no address, or not one that a password may be sent to.
    """
    given = text.strip().strip("<>\"'").split("#")[0]
    schemed = _SCHEME.fullmatch(given)
    scheme, rest = (schemed[1].lower(), schemed[2]) if schemed else ("", given)
    found = _ADDRESS.fullmatch(rest) if len(given) <= _LONGEST else None
    port = int(found["port"]) if found and found["port"] else 0
    if found is None or port > 65535 or scheme not in ("", "http", "https"):
        raise CredentialsError(
            f"The {label} is no web address without user name. It is not repeated here. Copy it "
            "again from where the vendor shows it."
        )
    host, is_here = found["host"].lower(), is_loopback(found["host"].lower())
    scheme = scheme or ("http" if is_here else "https")
    if scheme == "http" and not is_here:
        raise CredentialsError(
            f"The {label} begins with http://, where a password would travel in the clear. Nothing "
            "is sent. Ask the vendor for the address with https://."
        )
    shown_port = f":{port}" if port and port != {"http": 80, "https": 443}[scheme] else ""
    return OutsideAddress(f"{scheme}://{host}{shown_port}", found["path"] or "", is_here)


class _Headers(AuthBase):
    """Put headers on requests to one origin; on any other, none. Keeps `~/.netrc` out, too."""

    def __init__(self, origin: str, headers: Mapping[str, str]) -> None:
        self._origin = origin
        self._headers = headers

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        parts = urlsplit(request.url or "")
        if f"{parts.scheme}://{parts.netloc}" == self._origin:
            for name, value in self._headers.items():
                request.headers[name] = value.reveal() if isinstance(value, Secret) else value
        return request


class Outside:
    """Ask one vendor's server; `close` it at the end.

    Attributes:
        evidence: What every request asked and gave, in order.
    """

    def __init__(
        self,
        address: OutsideAddress,
        *,
        allowed: Iterable[tuple[str, str]],
        secrets: Iterable[Secret] = (),
        timeout_s: tuple[float, float] = TIMEOUT_S,
        deadline_s: float = DEADLINE_S,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Open a session; nothing is sent yet.

        Args:
            allowed: Every method and path below the address that may be sent.
            secrets: What must not stand in evidence or texts.
        """
        self.address = address
        self.evidence: list[Evidence] = []
        self._allowed = frozenset(allowed)
        self._redactor = Redactor(secrets)
        self._timeout_s, self._deadline_s = timeout_s, deadline_s
        self._clock, self._now = clock, now
        self._session = open_session(
            user_agent=f"cartproof/{__version__}", is_loopback=address.is_sandbox
        )

    def __enter__(self) -> Outside:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._session.close()

    def learn(self, secret: Secret) -> None:
        """Keep this value out of evidence and texts as well from now on."""
        self._redactor.add(secret)

    def send(
        self,
        method: str,
        path: str,
        *,
        shown: str = "",
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        content_type: str = "application/json",
        is_text: bool = False,
    ) -> Exchange:
        """Send one request once; never raise for what came back.

        Args:
            path: Below the address; one of those allowed.
            shown: What the record shows instead of the address's path, where that may be secret.
            headers: Values may be secrets.
            is_text: Whether something other than JSON is a good answer, too.

        Raises:
            UsageError: The request is none of those allowed; nothing was sent.
            CredentialsError: A header cannot carry its value; nothing was sent.
        """
        if (method, path) not in self._allowed:
            raise UsageError(f"{method} {path} is none of the requests that this vendor is sent.")
        pairs = f"?{urlencode(query)}" if query else ""
        sent = Sent(method, f"{self.address.origin}{self.address.path}{path}{pairs}", body, True)
        self._carry_out(sent, _sendable(headers or {}), content_type)
        seen = f"{self.address.origin} {shown or path}{pairs}"
        exchange = exchange_of(sent, seen, redactor=self._redactor, is_text=is_text)
        self.evidence.append(exchange.evidence)
        return exchange

    def _carry_out(self, sent: Sent, headers: Mapping[str, str], content_type: str) -> None:
        started = self._clock()
        sent.at = self._now().isoformat(timespec="milliseconds")
        sent.attempts = 1
        sent.answer = send_once(
            self._session,
            sent.method,
            sent.url,
            auth=_Headers(self.address.origin, headers),
            body=sent.body,
            timeout_s=self._timeout_s,
            deadline_s=self._deadline_s,
            clock=self._clock,
            content_type=content_type,
            largest=LARGEST_ANSWER,
        )
        sent.ms = round((self._clock() - started) * 1000)


def _sendable(headers: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in headers.items():
        raw = value.reveal() if isinstance(value, Secret) else value
        if not _SENDABLE.fullmatch(raw):
            raise CredentialsError(
                f"The value for {name} holds characters that cannot be sent: line breaks, or "
                "letters outside plain English. Copy it again from where the vendor shows it."
            )
    return headers
