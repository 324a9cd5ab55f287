"""One attempt over HTTP: connections kept open, the token guarded, sizes and times bounded."""

from __future__ import annotations

import re
import socket
import ssl
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from requests.structures import CaseInsensitiveDict
from requests.utils import requote_uri
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from cartproof.errors import CredentialsError
from cartproof.store.deadline import BoundedAdapter, DeadlinePassed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cartproof.secrets import Secret

LARGEST_ANSWER = 20 * 1000 * 1000
CONNECTIONS = 8
_SENDABLE = re.compile(r"[!-~]+")
_FAILURES = (requests.RequestException, HTTPError, OSError)
_WORDS: tuple[tuple[tuple[type[BaseException], ...], str, bool], ...] = (
    ((DeadlinePassed,), "no whole answer within {2:g} s", True),
    ((ProxyError,), "the proxy did not let the request through", True),
    ((NameResolutionError, socket.gaierror), "the host's name did not resolve", True),
    ((ssl.SSLError, SSLError), "the secure connection was refused (certificate or TLS)", False),
    ((ConnectionRefusedError,), "connection refused", True),
    ((NewConnectionError,), "the network cannot be reached", True),
    ((ConnectTimeoutError,), "no connection within {0:g} s", True),
    ((ReadTimeoutError, TimeoutError), "no answer within {1:g} s", True),
    ((DecodeError,), "the answer's compression is broken", True),
    ((ProtocolError, ConnectionError), "connection cut", True),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one attempt gave: a status with headers and body, or a failure in plain words."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    failure: str = ""
    is_connection_lost: bool = False


class TokenAuth(AuthBase):
    """Put the access token on requests to one origin; on any other, nothing.

    Being an auth of its own, it also keeps requests from looking into `~/.netrc`.
    """

    def __init__(self, origin: str, token: Secret | None) -> None:
        """Keep the token for an origin; without a token requests go unsigned.

        Raises:
            CredentialsError: The token holds what no header can carry.
        """
        if token is not None and not _SENDABLE.fullmatch(token.reveal()):
            raise CredentialsError(
                "The access token holds characters other than plain letters, digits and marks, so "
                "it cannot be sent. Copy it again from the downloaded file."
            )
        self._origin = origin
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign a request that goes to the origin."""
        parts = urlsplit(request.url or "")
        if self._token is not None and f"{parts.scheme}://{parts.netloc}" == self._origin:
            request.headers["X-Auth-Token"] = self._token.reveal()
        return request


class OneOriginSession(requests.Session):
    """A session for one origin: what requests finds out for each request is found out once.

    No cookies, no redirects, no hooks: a request costs half of what it does otherwise, and an
    x-ray has fifty.
    """

    def __init__(self) -> None:
        super().__init__()
        self._found: dict[str, Any] | None = None

    def send_lean(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None,
        headers: Mapping[str, str],
        auth: AuthBase,
        timeout_s: tuple[float, float],
    ) -> requests.Response:
        """Send a request; its answer's body is still to be read.

        Args:
            method: In capital letters.
            url: Of the session's one origin.
            headers: Beside the session's own.
            auth: Signs it.
            timeout_s: Seconds to connect, and seconds of silence while reading.
        """
        request = requests.PreparedRequest()
        request.method, request.url, request.body = method, requote_uri(url), body
        request.headers = CaseInsensitiveDict[str](dict(self.headers) | dict(headers))  # type: ignore[arg-type]  # ours are all text
        request.hooks = {"response": []}
        request.prepare_content_length(body)
        request.prepare_cookies({})
        auth(request)
        if self._found is None:  # proxies and certificates, as the environment has them
            self._found = dict(self.merge_environment_settings(url, {}, True, None, None))
        adapter = self.get_adapter(url)
        return adapter.send(request, timeout=timeout_s, **self._found)


def open_session(*, user_agent: str, is_loopback: bool) -> OneOriginSession:
    """Return a session for one store: no cookies, no proxies on loopback, no retries of its own."""
    session = OneOriginSession()
    session.trust_env = not is_loopback
    session.headers.clear()
    session.headers.update(
        {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": user_agent}
    )
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = BoundedAdapter(pool_connections=1, pool_maxsize=2 * CONNECTIONS, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def send_once(
    session: OneOriginSession,
    method: str,
    url: str,
    *,
    auth: AuthBase,
    body: bytes | None,
    timeout_s: tuple[float, float],
    deadline_s: float,
    clock: Callable[[], float],
    content_type: str = "application/json",
    largest: int | None = None,
) -> Answer:
    """Send one request and read its answer, however it ends; redirects are not followed.

    Args:
        timeout_s: Seconds to connect, and seconds of silence while reading.
        deadline_s: Seconds that the whole answer may take.
        content_type: Of the body, where there is one.
        largest: Bytes that an answer may have; None for as many as a store's.
    """
    ends = clock() + deadline_s
    try:
        with session.send_lean(
            method,
            url,
            body=body,
            headers={"Content-Type": content_type} if body is not None else {},
            auth=auth,
            timeout_s=timeout_s,
        ) as response:
            return _read(response, ends, clock, largest or LARGEST_ANSWER)
    except _FAILURES as exc:
        words, is_lost = _in_words(exc, (*timeout_s, deadline_s))
        return Answer(failure=words, is_connection_lost=is_lost)


def _read(
    response: requests.Response, ends: float, clock: Callable[[], float], largest: int
) -> Answer:
    """Read a body piece by piece, as it comes, so that size and time can be watched."""
    body = bytearray()
    while piece := response.raw.read1(65536, decode_content=True):
        body += piece
        if len(body) > largest:
            return Answer(failure=f"the answer is larger than {largest // 1000000} MB")
        if clock() > ends:
            raise DeadlinePassed
    return Answer(response.status_code, dict(response.headers), bytes(body))


def _in_words(exc: BaseException, seconds: tuple[float, float, float]) -> tuple[str, bool]:
    """Return what went wrong in plain words, and whether trying again may help."""
    causes = list(_causes(exc))
    for kinds, words, is_lost in _WORDS:
        if any(isinstance(cause, kinds) for cause in causes):
            return words.format(*seconds), is_lost
    return f"the request failed ({type(exc).__name__})", False


def _causes(exc: BaseException) -> Iterator[BaseException]:
    """Yield an exception and all it was made of: requests and urllib3 nest them in `args`."""
    seen: set[int] = set()
    left: list[object] = [exc]
    while left:
        cause = left.pop()
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            left += [cause.__cause__, cause.__context__, getattr(cause, "reason", None)]
            left += cause.args
