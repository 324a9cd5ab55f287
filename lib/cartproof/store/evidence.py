"""Evidence: what a request asked and what came back, without token and without personal data."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Evidence:
    """One request and its answer, as kept in records.

    Attributes:
        path: Path below the store with its query, `/v2/orders/count?status_id=11`.
        status: HTTP status, None when no answer came.
        title: BigCommerce's own words on an error, cut to 200 characters.
        failure: Why there is no usable answer, in plain words, else empty.
        ms: Milliseconds of the last attempt.
        attempts: How often it was sent.
        headers: The answer's headers that FACTS c.4 names as worth keeping.
        body_sha256: Hex digest of the answer's body.
        at: When it was sent, ISO 8601, UTC.
    """

    method: str
    path: str
    status: int | None
    title: str = ""
    failure: str = ""
    ms: int = 0
    attempts: int = 1
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body_sha256: str = ""
    body_bytes: int = 0
    at: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the evidence as JSON values."""
        told = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return {**told, "headers": dict(self.headers)}


@dataclass(frozen=True, slots=True)
class Exchange:
    """An answer as a program reads it: the evidence, and the parsed body.

    Attributes:
        body: Parsed JSON; None when there was none or it did not parse.
        is_json: Whether the body was JSON (an empty 204 is not).
        text: The first 500 characters of a body that was not JSON.
    """

    evidence: Evidence
    body: Any = None
    is_json: bool = False
    text: str = ""

    @property
    def status(self) -> int | None:
        """Return the HTTP status, None when no answer came."""
        return self.evidence.status


class StoreApi(Protocol):
    """What checks and probes need of a store; `StoreClient` is the real one."""

    store_hash: str
    is_sandbox: bool
    evidence: list[Evidence]

    def exchange(
        self, method: str, path: str, *, params: Mapping[str, str] | None = None, body: Any = None
    ) -> Exchange:
        """Send one request, waiting and retrying as allowed; never raise for what came back."""
        ...

    def get(self, path: str, *, params: Mapping[str, str] | None = None) -> Exchange:
        """Get one resource; raise the StoreError for any answer but 200 and 204."""
        ...

    def get_list_v2(
        self, path: str, *, params: Mapping[str, str] | None = None
    ) -> list[Mapping[str, Any]]:
        """Get one page of a V2 list, empty for 204; raise the StoreError for any other answer."""
        ...

    def pages_v3(
        self, path: str, *, params: Mapping[str, str] | None = None
    ) -> Iterator[list[Mapping[str, Any]]]:
        """Yield a V3 list page by page; raise the StoreError for any answer but 200 and 204."""
        ...
