"""A store of a few orders in memory, which carries out requests or not, and answers or not."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from cartproof.store.evidence import Evidence, Exchange
from cartproof.store.refusals import error_for

GOOD, NEVER_CAME, ANSWER_LOST, FAILED_BEFORE, FAILED_AFTER, BUSY, REFUSED = range(7)
"""What may become of one request."""

_STATUS = {NEVER_CAME: None, ANSWER_LOST: None, FAILED_BEFORE: 500, FAILED_AFTER: 502,
           BUSY: 429, REFUSED: 400}  # fmt: skip
_CARRIED_OUT = {GOOD, ANSWER_LOST, FAILED_AFTER}


class FlakyStore:
    """Answers as BigCommerce does for orders; each request's fate is given."""

    store_hash = "flaky00001"
    is_sandbox = True

    def __init__(self, fates: list[int]) -> None:
        self.orders: list[dict[str, Any]] = []
        self.evidence: list[Evidence] = []
        self.posts = 0
        self._fates: Iterator[int] = itertools.chain(fates, itertools.repeat(GOOD))

    def exchange(
        self, method: str, path: str, *, params: Mapping[str, str] | None = None, body: Any = None
    ) -> Exchange:
        fate = next(self._fates)
        self.posts += method == "POST"
        status, answer = self._done(method, path, params or {}, body) if fate in _CARRIED_OUT else (
            None, None)  # fmt: skip
        if fate != GOOD:
            status, answer = _STATUS[fate], None
        failure = "" if status else "the connection was cut"
        self.evidence.append(Evidence(method, path, status, failure=failure))
        return Exchange(self.evidence[-1], answer, answer is not None)

    def _done(
        self, method: str, path: str, params: Mapping[str, str], body: Any
    ) -> tuple[int, Any]:
        last = path.rsplit("/", 1)[-1]
        if method == "POST":
            self.orders.append({"id": 100 + len(self.orders), "is_deleted": False,
                                "channel_id": 1, "total_inc_tax": "1.0000",
                                "subtotal_inc_tax": "1.0000", **body})  # fmt: skip
            return 200, dict(self.orders[-1])
        if last == "orders":
            return self._listed(params)
        order = next((o for o in self.orders if str(o["id"]) in path.split("/")), None)
        if order is None:
            return 404, {"title": "not found"}
        if method == "DELETE":
            order["is_deleted"] = True
            return 204, None
        return 200, [{**p, "product_id": 0} for p in order["products"]] if last == "products" else (
            dict(order))  # fmt: skip

    def _listed(self, params: Mapping[str, str]) -> tuple[int, Any]:
        tag = params.get("external_order_id")
        found = [dict(o) for o in self.orders if not o["is_deleted"]]
        found = [o for o in found if tag in (None, o["external_order_id"])]
        return (200, found) if found else (204, None)

    def get(self, path: str, *, params: Mapping[str, str] | None = None) -> Exchange:
        exchange = self.exchange("GET", path, params=params)
        if exchange.status not in (200, 204):
            raise error_for(exchange)
        return exchange

    def get_list_v2(self, path: str, *, params: Mapping[str, str] | None = None) -> list[Any]:
        return self.get(path, params=params).body or []
