"""The client: every request to a store goes through here and leaves its evidence."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cartproof.errors import UsageError
from cartproof.secrets import Redactor
from cartproof.store import lists
from cartproof.store.exchanges import exchange_of
from cartproof.store.never_sent import refuse_unsafe
from cartproof.store.rate_limit import RateLimiter, sleep_for
from cartproof.store.refusals import error_for
from cartproof.store.request_path import shown_path, split_path, with_query
from cartproof.store.sender import Sender

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

    from cartproof.store.credentials import Credentials
    from cartproof.store.evidence import Evidence, Exchange


class StoreClient:
    """Ask one store; safe to use from several threads, `close` it at the end.

    Attributes:
        store_hash: The store's hash.
        is_sandbox: Whether the store is the local imitation.
        evidence: What every request asked and gave, in the order in which they ended.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        limiter: RateLimiter | None = None,
        timeout_s: tuple[float, float] = (5, 20),
        attempts: int = 3,
        sleep: Callable[[float], None] = sleep_for,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        observer: Callable[[Evidence], object] | None = None,
        gate: Callable[[], object] = lambda: None,
    ) -> None:
        """Open a client; nothing is sent yet.

        Args:
            limiter: The quota's keeper; share one between clients of the same store.
            timeout_s: Seconds to connect, and seconds of silence while reading.
            attempts: How often a request that may be repeated is sent at most.
            observer: Told each piece of evidence, from the thread that asked.
            gate: Passed before each request; what it raises keeps the request from being sent.

        Raises:
            CredentialsError: The access token cannot stand in a header.
        """
        address = credentials.address
        self.store_hash = address.store_hash
        self.is_sandbox = address.is_sandbox
        self.evidence: list[Evidence] = []
        self._base_url = address.base_url
        self._redactor = Redactor(credentials.secrets())
        self._observer = observer
        self._gate = gate
        self._lock = threading.Lock()
        self._sender = Sender(
            address,
            credentials.access_token,
            limiter=limiter or RateLimiter(clock=clock, sleep=sleep),
            timeout_s=timeout_s,
            attempts=attempts,
            sleep=sleep,
            clock=clock,
            now=now,
        )

    def __enter__(self) -> StoreClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._sender.close()

    def exchange(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Any = None,
        signed: bool = True,
    ) -> Exchange:
        """Send one request, waiting and retrying as allowed; never raise for what came back.

        Args:
            method: GET, HEAD, POST, PUT or DELETE.
            path: Path below the store, `/v2/time`; it may carry a query.
            params: More of the query; a list is one comma-separated value.
            body: Sent as JSON unless None.
            signed: False sends neither token nor body: does the route exist? (FACTS b.3)

        Raises:
            UsageError: The request is none of the store's API, or one that is never sent.
        """
        self._gate()
        method = method.upper()
        bare, pairs = split_path(path, params)
        refuse_unsafe(method, bare, body)
        if not signed and body is not None:
            raise UsageError("An unsigned request carries no body.")
        content = None if body is None else json.dumps(body, allow_nan=False).encode()
        url = self._base_url + with_query(bare, pairs)
        sent = self._sender.send(method, url, content, is_signed=signed)
        exchange = exchange_of(sent, shown_path(bare, pairs), redactor=self._redactor)
        self._keep(exchange.evidence)
        return exchange

    def get(self, path: str, *, params: Mapping[str, str] | None = None) -> Exchange:
        """Get one resource.

        Raises:
            StoreError: The class by `errors`, for any answer but 200 with JSON and 204.
        """
        exchange = self.exchange("GET", path, params=params)
        if exchange.status not in (200, 204) or exchange.evidence.failure:
            raise error_for(exchange)
        return exchange

    def get_list_v2(self, path: str, *, params: Mapping[str, str] | None = None) -> list[Any]:
        """Get one page of a V2 list; V2 answers 204 for an empty one."""
        return lists.list_v2(self, path, params)

    def pages_v2(
        self, path: str, *, params: Mapping[str, str] | None = None
    ) -> Iterator[list[Any]]:
        """Yield a V2 list page by page until one is empty."""
        return lists.pages_v2(self, path, params)

    def pages_v3(
        self, path: str, *, params: Mapping[str, str] | None = None
    ) -> Iterator[list[Any]]:
        """Yield a V3 list page by page, 250 a page unless `limit` says otherwise."""
        return lists.pages_v3(self, path, params)

    def count(self, path: str, *, params: Mapping[str, str] | None = None) -> int:
        """Return how many there are: `…/count` on V2, the pagination's total on V3."""
        return lists.count(self, path, params)

    def _keep(self, evidence: Evidence) -> None:
        with self._lock:
            self.evidence.append(evidence)
        if self._observer is not None:
            self._observer(evidence)
