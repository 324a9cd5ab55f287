"""Faults on demand: what may go wrong between a client and BigCommerce.

A fault is `{"kind": …}` with these keys besides, all optional:
`count` (requests to hit, default until `none`), `after` (requests to let pass first),
`store_hash`, `path` (a prefix below the store, `/v2/orders`), `method`; and by kind:
`status` (status: 500), `seconds` (slow: 30), `headers` and `retry_after` (rate_limit: true, 1),
`where` (disconnect: `before` or `mid_body`), `carried_out` (any kind: do what was asked before the
fault answers, so that only the answer is lost; default false).
"""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass, fields
from typing import Any

from cartproof.sandbox.answers import Answer, v3_body

KINDS = (
    "none",
    "status",
    "malformed_json",
    "slow",
    "disconnect",
    "rate_limit",
    "html_403",
    "suspended",
    "revoked",
)
_TYPES: dict[str, type | tuple[type, ...]] = {
    "kind": str,
    "count": int,
    "after": int,
    "store_hash": str,
    "path": str,
    "method": str,
    "status": int,
    "seconds": (int, float),
    "headers": bool,
    "retry_after": int,
    "where": str,
    "carried_out": bool,
}
_HTML = "<html><head><title>403 Forbidden</title></head><body><h1>Forbidden</h1></body></html>"


@dataclass(slots=True)
class Fault:
    """One fault and whom it hits; `count` and `after` go down as requests come."""

    kind: str
    count: int | None = None
    after: int = 0
    store_hash: str | None = None
    path: str = ""
    method: str = ""
    status: int = 500
    seconds: float = 30
    headers: bool = True
    retry_after: int = 1
    where: str = "before"
    carried_out: bool = False

    def matches(self, store_hash: str, method: str, path: str) -> bool:
        """Tell whether a request is one that this fault is meant for."""
        return (
            self.store_hash in (None, store_hash)
            and path.startswith(self.path)
            and self.method.upper() in ("", method)
        )


def parse(text_or_value: Any) -> Fault:
    """Read a fault from a kind word, a JSON text or a mapping.

    Raises:
        ValueError: It is not a fault; the message says what is accepted.
    """
    value = text_or_value
    if isinstance(value, str):
        value = json.loads(value) if value.lstrip().startswith("{") else {"kind": value.strip()}
    if not isinstance(value, dict) or value.get("kind") not in KINDS:
        raise ValueError(f"a fault needs a kind, one of: {', '.join(KINDS)}")
    known = {each.name for each in fields(Fault)}
    for key, given in value.items():
        if key not in known:
            raise ValueError(
                f"unknown key {key!r} of a fault; accepted: {', '.join(sorted(known))}"
            )
        if given is not None and not isinstance(given, _TYPES[key]):
            raise ValueError(f"{key!r} of a fault has the wrong type: {given!r}")
    return Fault(**{key: given for key, given in value.items() if given is not None})


class Faults:
    """The faults in force; the newest that matches a request hits it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def set(self, fault: Fault) -> None:
        """Put a fault in force; kind `none` ends those of its store, or all without a store."""
        with self._lock:
            if fault.kind != "none":
                self._faults.insert(0, fault)
            elif fault.store_hash is None:
                self._faults.clear()
            else:
                self._faults = [f for f in self._faults if f.store_hash != fault.store_hash]

    def take(self, store_hash: str, method: str, path: str) -> Fault | None:
        """Return the fault that hits a request, and count it."""
        with self._lock:
            for fault in self._faults:
                if not fault.matches(store_hash, method, path):
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    continue
                if fault.count is None:
                    return fault
                if fault.count > 0:
                    fault.count -= 1
                    return fault
        return None

    def listed(self) -> list[dict[str, Any]]:
        """Return the faults in force."""
        with self._lock:
            return [asdict(fault) for fault in self._faults if fault.count != 0]


def _rate_limit(fault: Fault) -> Answer:
    body = v3_body(429, "Too many requests", errors={})
    if not fault.headers:
        return Answer(429, body)
    headers = {
        "X-Rate-Limit-Requests-Quota": "150",
        "X-Rate-Limit-Requests-Left": "0",
        "X-Rate-Limit-Time-Window-Ms": "30000",
        "X-Rate-Limit-Time-Reset-Ms": str(fault.retry_after * 1000),
        "X-Retry-After": str(fault.retry_after),
    }
    return Answer(429, body, headers=headers)


def answer_of(fault: Fault) -> Answer | None:
    """Return what a fault answers; None for `slow` and `disconnect`, which are not answers."""
    if fault.kind == "rate_limit":
        return _rate_limit(fault)
    table = {
        "status": Answer(fault.status, v3_body(fault.status, "Fault asked for by a test")),
        "malformed_json": Answer(200, '{"data": [{"id": 1, "na'),
        "html_403": Answer(403, _HTML, "text/html; charset=utf-8"),
        "suspended": suspended(),
        "revoked": unauthorized(),
    }
    return table.get(fault.kind)


def suspended() -> Answer:
    """Return the answer of a store that is down, suspended or upgrading."""
    return Answer(503, v3_body(503, "Service Unavailable"))


def unauthorized() -> Answer:
    """Return the answer to an unknown or revoked token."""
    return Answer(401, v3_body(401, "Unauthorized", errors={}))
