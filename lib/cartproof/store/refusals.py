"""The error that stands for an answer, by table, with what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartproof.errors import (
    Conflict,
    Forbidden,
    MissingScope,
    NotFound,
    Rejected,
    RouteMissing,
    StoreError,
    StoreUnavailable,
    TooManyRequests,
    Unauthorized,
    UnexpectedAnswer,
    Unreachable,
)
from cartproof.store.answers import QUOTA_USED_UP

if TYPE_CHECKING:
    from cartproof.store.evidence import Evidence, Exchange

_SCOPE_WORDS = ("required scope", "missing scope", "scope does not include")
_ROUTE_WORDS = "route is not found"
_BY_STATUS: dict[int, type[StoreError]] = {
    400: Rejected,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    405: RouteMissing,
    406: Rejected,
    409: Conflict,
    413: Rejected,
    415: Rejected,
    422: Rejected,
    423: StoreUnavailable,
    429: TooManyRequests,
}
_REMEDY: dict[type[StoreError], str] = {
    Unauthorized: "Copy the access token again; if it is right, the account was deleted: create "
    "a new one.",
    Forbidden: "The plan, the feature or a change of the store's owner may be the cause: ask the "
    "store owner.",
    MissingScope: "Create a new API account with this scope: the scopes of an account cannot be "
    "edited. A wrong store hash gives the same answer.",
    NotFound: "Check the id in the request.",
    RouteMissing: "BigCommerce does not offer this route (any more): look for a newer cartproof.",
    Conflict: "Something else changed it at the same time: look, then run this again.",
    Rejected: "The store understood the request and refused it as it is.",
    TooManyRequests: "Other apps use up this store's quota: run this again in a minute.",
    StoreUnavailable: "The store is locked, suspended, upgrading or down: look at its control "
    "panel and run this again later.",
    UnexpectedAnswer: "Something other than the BigCommerce API answered: check API path, proxy "
    "and firewall.",
    Unreachable: "Check the network, the proxy and the API path, then run this again.",
}


def error_for(exchange: Exchange) -> StoreError:
    """Return the error that stands for an answer, with what to do; the caller raises it."""
    evidence = exchange.evidence
    kind = _kind(evidence)
    status = str(evidence.status) if evidence.status is not None else ""
    title = f'"{evidence.title}"' if evidence.title else ""
    happened = " ".join(part for part in (status, title, evidence.failure) if part)
    message = f"{evidence.method} {evidence.path}: {happened}. {_REMEDY[kind]}"
    return kind(message, evidence=evidence)


def is_missing_scope(evidence: Evidence) -> bool:
    """Tell whether this is BigCommerce's 403 about a scope, in any wording known (FACTS b.1)."""
    is_json = "json" in evidence.content_type.lower()
    said = evidence.title.lower()
    return evidence.status == 403 and is_json and any(words in said for words in _SCOPE_WORDS)


def is_route_missing(evidence: Evidence) -> bool:
    """Tell whether BigCommerce does not know this method and path (FACTS b.1, step 1)."""
    if evidence.status == 405:
        return True
    is_plain = evidence.content_type.lower().startswith("text/plain")
    return evidence.status == 404 and (is_plain or _ROUTE_WORDS in evidence.title.lower())


def _kind(evidence: Evidence) -> type[StoreError]:
    if evidence.status is None:
        is_quota = evidence.failure.startswith(QUOTA_USED_UP)
        return TooManyRequests if is_quota else Unreachable
    if is_missing_scope(evidence):
        return MissingScope
    if is_route_missing(evidence):
        return RouteMissing
    if evidence.status >= 500:
        return StoreUnavailable
    return _BY_STATUS.get(evidence.status, UnexpectedAnswer)
