"""A store of our own making, answering as FACTS.md says, for what the sandbox cannot be asked."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from cartproof.store.evidence import Evidence, Exchange

NO_SCOPE = "You don't have a required scope to access the endpoint"


def exchange(
    status: int | None,
    body: Any = None,
    *,
    text: str = "",
    content_type: str = "application/json",
    method: str = "GET",
    path: str = "/v2/time",
) -> Exchange:
    """Return an answer; a body of None is none, text is a body that is no JSON."""
    title = body.get("title", "") if isinstance(body, dict) else ""
    evidence = Evidence(
        method=method,
        path=path,
        status=status,
        title=str(title),
        failure="" if status else "connection cut",
        content_type=content_type,
        body_bytes=len(text) or (2 if body is not None else 0),
    )
    return Exchange(evidence, body, body is not None, text)


DENIED = {"status": 403, "title": NO_SCOPE, "errors": {}}


def granting(method: str, path: str) -> Exchange:
    """Answer as a store does to a token with everything."""
    if path == "/v2/time":
        return exchange(200, {"time": 1763769600}, method=method, path=path)
    if method == "GET":
        return exchange(200, {"data": []}, method=method, path=path)
    status = 400 if path == "/v3/themes" else 422
    if path.startswith(("/v2/", "/v3/settings")):
        status = 404
    return exchange(status, {"status": status, "title": "refused"}, method=method, path=path)


def denying(method: str, path: str) -> Exchange:
    """Answer as a store does to a token with nothing."""
    if path in ("/v2/time", "/v3/hooks"):
        return granting(method, path)
    return exchange(403, DENIED, method=method, path=path)


class FakeStore:
    """A store that answers by a function, and watches how it is asked."""

    store_hash = "abc123"
    is_sandbox = True

    def __init__(self, answering: Callable[[str, str], Exchange] = granting) -> None:
        self.sent: list[str] = []
        self.most_at_once = 0
        self.most_of_family: Counter[str] = Counter()
        self.family_of: Callable[[str, str], str] = lambda method, path: path
        self._answering = answering
        self._now: Counter[str] = Counter()
        self._lock = threading.Lock()

    def exchange(
        self, method: str, path: str, *, params: Mapping[str, str] | None = None, body: Any = None
    ) -> Exchange:
        family = self.family_of(method, path)
        with self._lock:
            self.sent.append(f"{method} {path}")
            self._now[family] += 1
            self.most_of_family[family] = max(self.most_of_family[family], self._now[family])
            self.most_at_once = max(self.most_at_once, self._now.total())
        try:
            return self._answering(method, path)
        finally:
            with self._lock:
                self._now[family] -= 1

    def get(self, path: str, *, params: Mapping[str, str] | None = None) -> Exchange:
        return self.exchange("GET", path, params=params)
