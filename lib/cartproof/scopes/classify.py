"""What an answer to a probe says about the scope (FACTS.md b.2). Pure: no request is sent here."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartproof.scopes.probe import Probe
    from cartproof.store.evidence import Exchange


class AnswerClass(StrEnum):
    """The classes of FACTS.md b.2, and `unclear` for answers that say nothing sure."""

    DENIED = "denied"
    GRANTED = "granted"
    ROUTE_MISSING = "route-missing"
    FORBIDDEN_OTHER = "forbidden-other"
    AUTH = "auth"
    BUSY = "busy"
    ALARM = "alarm"
    UNCLEAR = "unclear"


_SCOPE_WORDS = ("required scope", "missing scope", "scope does not include")
_ROUTE_WORDS = "route is not found"
_LINKS = ("type", "instance")
_META_KEYS = frozenset({"meta"})


def classify(probe: Probe, exchange: Exchange, *, is_route_known: bool = False) -> AnswerClass:
    """Return what an answer says about the probe's scope.

    Args:
        probe: The request that was sent.
        exchange: What came back.
        is_route_known: The same method and path, sent without a token, was answered with 401: the
            route exists, so that a 404 without a body is about the resource.
    """
    status = exchange.status
    if status is None or status in (423, 429) or 300 <= status < 400 or status >= 500:
        return AnswerClass.BUSY
    if status == 401:
        return AnswerClass.AUTH
    if status == 403:
        return _forbidden(exchange)
    if 200 <= status < 300:
        return _success(probe, exchange)
    if status in (404, 405) and _is_about_route(exchange):
        return AnswerClass.ROUTE_MISSING
    return _refused(probe, exchange, is_route_known=is_route_known)


def is_scope_refusal(exchange: Exchange) -> bool:
    """Tell whether an answer speaks of a missing scope, in any wording seen so far."""
    words = _words(exchange)
    return exchange.is_json and any(part in words for part in _SCOPE_WORDS)


def _forbidden(exchange: Exchange) -> AnswerClass:
    return AnswerClass.DENIED if is_scope_refusal(exchange) else AnswerClass.FORBIDDEN_OTHER


def _success(probe: Probe, exchange: Exchange) -> AnswerClass:
    if probe.is_read:
        is_list = exchange.status == 204 or (exchange.status == 200 and exchange.is_json)
        return AnswerClass.GRANTED if is_list else AnswerClass.UNCLEAR
    if exchange.status != 200:
        return AnswerClass.ALARM
    if not exchange.is_json:
        return AnswerClass.UNCLEAR
    if _holds_something(exchange.body):
        return AnswerClass.ALARM
    return AnswerClass.GRANTED if probe.is_empty_200_granted else AnswerClass.UNCLEAR


def _refused(probe: Probe, exchange: Exchange, *, is_route_known: bool) -> AnswerClass:
    if exchange.status not in probe.granted:
        return AnswerClass.UNCLEAR
    if exchange.status == 400 and "authentication" in _words(exchange):
        return AnswerClass.UNCLEAR
    if exchange.is_json:
        return AnswerClass.GRANTED if _is_error_body(exchange.body) else AnswerClass.UNCLEAR
    is_about_resource = is_bare_404(exchange) and probe.is_bare_404_known and is_route_known
    return AnswerClass.GRANTED if is_about_resource else AnswerClass.UNCLEAR


def is_bare_404(exchange: Exchange) -> bool:
    """Tell whether an answer is a 404 without a body, which says nothing on its own."""
    is_empty = not exchange.text and not exchange.is_json and not exchange.evidence.body_bytes
    return exchange.status == 404 and is_empty


def _is_about_route(exchange: Exchange) -> bool:
    if exchange.status == 405 or _ROUTE_WORDS in _words(exchange):
        return True
    kind = exchange.evidence.content_type.lower()
    return kind.startswith("text/plain") and not is_bare_404(exchange)


def _holds_something(body: Any) -> bool:
    if isinstance(body, dict):
        content = body["data"] if "data" in body else body.keys() - _META_KEYS
        return bool(content)
    return bool(body)


def _is_error_body(body: Any) -> bool:
    entry = body[0] if isinstance(body, list) and body else body
    return isinstance(entry, dict) and bool(entry)


def _words(exchange: Exchange) -> str:
    """Return all that an error answer says of itself, in lower case."""
    said = (exchange.evidence.title, exchange.text, *_texts(exchange.body, depth=3))
    return " ".join(said).lower()


def _texts(body: Any, *, depth: int) -> Iterator[str]:
    if isinstance(body, str):
        yield body
    elif depth and isinstance(body, (dict, list)):
        parts = body if isinstance(body, list) else [body[k] for k in body if k not in _LINKS]
        for part in parts:
            yield from _texts(part, depth=depth - 1)
