"""The baseline: is this token valid, and is it this store's? Asked before any scope probe.

`GET /v2/time` needs no scope, so its answer is about token, store hash and network alone
(FACTS.md b.3). It is also the positive control without which no 403 means a missing scope.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cartproof.findings import Verdict
from cartproof.scopes.classify import is_scope_refusal
from cartproof.scopes.probes import BASELINE_PATH

if TYPE_CHECKING:
    from cartproof.store.evidence import Evidence, Exchange, StoreApi


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the baseline came to: pass, fail, or inconclusive."""

    verdict: Verdict
    message: str
    remedy: str = ""
    evidence: tuple[Evidence, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the baseline as JSON values."""
        return {
            "verdict": str(self.verdict),
            "message": self.message,
            "remedy": self.remedy,
            "evidence": [entry.as_json() for entry in self.evidence],
        }


_Words = tuple[Verdict, str, str]

_PASS: _Words = (Verdict.PASS, "The token is valid and belongs to this store.", "")
_BAD_TOKEN: _Words = (
    Verdict.FAIL,
    "BigCommerce does not know this access token (401): it is mistyped, or its API account was "
    "deleted.",
    "Copy the access token again from the downloaded file. If it is the same, create a new API "
    "account under Settings > Store-level API accounts and use its credentials.",
)
_WRONG_STORE: _Words = (
    Verdict.FAIL,
    "BigCommerce knows this token but refuses it for this store hash (403): token and store hash "
    "belong to different stores, or the hash is mistyped. This is inferred: the request needs no "
    "scope.",
    "Compare the store hash with the API path on the account's screen, the part between /stores/ "
    "and /v3/, without store- in front, and take hash and token from the same account.",
)
_REFUSED: _Words = (
    Verdict.INCONCLUSIVE,
    "Something refused the request (403) without BigCommerce's words about a scope: a firewall or "
    "proxy on the way, a platform limit, or a changed store owner.",
    "Try from another network; if it stays, ask the merchant whether the store's owner or plan "
    "changed.",
)
_UNAVAILABLE: _Words = (
    Verdict.INCONCLUSIVE,
    "The store is not available now: it is locked, suspended, upgrading or down.",
    "Look at the store's control panel, and run this again when the store is back.",
)
_QUOTA: _Words = (
    Verdict.INCONCLUSIVE,
    "The store's request quota is used up by its apps (429).",
    "Run this again in a minute.",
)
_NO_ROUTE: _Words = (
    Verdict.INCONCLUSIVE,
    "Nothing answers at this API path (404 or 405).",
    "Check the API path: it reads https://api.bigcommerce.com/stores/, the store hash, and /v3/.",
)
_NOT_BIGCOMMERCE: _Words = (
    Verdict.INCONCLUSIVE,
    "What answered is not the BigCommerce API: its answer is not the one documented.",
    "Check the API path, and whether a proxy or a sign-in page of the network answers instead.",
)
_NO_ANSWER: _Words = (
    Verdict.INCONCLUSIVE,
    "The store gave no answer.",
    "Check the network, the proxy and the API path, then run this again.",
)

_BY_STATUS = {
    401: _BAD_TOKEN,
    404: _NO_ROUTE,
    405: _NO_ROUTE,
    423: _UNAVAILABLE,
    429: _QUOTA,
}


def ask_baseline(store: StoreApi) -> Baseline:
    """Ask the store for its time, and say what the answer means for token and store hash."""
    exchange = store.exchange("GET", BASELINE_PATH)
    verdict, message, remedy = _judge(exchange)
    seen = _seen(exchange) if verdict is not Verdict.PASS else ""
    return Baseline(verdict, f"{message}{seen}", remedy, (exchange.evidence,))


def _judge(exchange: Exchange) -> _Words:
    status = exchange.status
    if status is None:
        return _NO_ANSWER
    if status == 200:
        is_time = exchange.is_json and isinstance(exchange.body, dict) and "time" in exchange.body
        return _PASS if is_time else _NOT_BIGCOMMERCE
    if status == 403:
        return _WRONG_STORE if is_scope_refusal(exchange) else _REFUSED
    if status >= 500:
        return _UNAVAILABLE
    return _BY_STATUS.get(status, _NOT_BIGCOMMERCE)


def _seen(exchange: Exchange) -> str:
    evidence = exchange.evidence
    said = evidence.title or evidence.failure
    answer = f"answered {evidence.status}" if evidence.status else "had no answer"
    return f" (GET {BASELINE_PATH} {answer}{': ' if said else ''}{said})"
