"""Lists of both API versions, read whole: pages, counts, and V2's 204 for nothing (FACTS c.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from cartproof.errors import UnexpectedAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cartproof.store.evidence import Exchange, StoreApi

PAGE_SIZE = 250
_MOST_PAGES = 10_000
_Kind = TypeVar("_Kind", bound=object)


def list_v2(store: StoreApi, path: str, params: Mapping[str, str] | None) -> list[Any]:
    """Return one page of a V2 list."""
    exchange = store.get(path, params=params)
    return [] if exchange.status == 204 else _checked(exchange, exchange.body, list)


def pages_v2(store: StoreApi, path: str, params: Mapping[str, str] | None) -> Iterator[list[Any]]:
    """Yield the pages of a V2 list; it tells no total, so the empty page ends it."""
    asked, before = _asked(params), None
    for page in _pages(asked):
        items = list_v2(store, path, {**asked, "page": page})
        if not items or items == before:
            return
        yield items
        before = items


def pages_v3(store: StoreApi, path: str, params: Mapping[str, str] | None) -> Iterator[list[Any]]:
    """Yield the pages of a V3 list, as its pagination counts them.

    Without a total, the empty page ends it, or one that repeats the page before: such a list does
    not know pages.
    """
    asked, before = _asked(params), None
    for page in _pages(asked):
        exchange = store.get(path, params={**asked, "page": page})
        items = _items_v3(exchange)
        if not items or items == before:
            return
        yield items
        before = items
        total = _at(exchange.body, "meta", "pagination", "total_pages")
        if isinstance(total, int) and int(page) >= total:
            return


def _asked(params: Mapping[str, str] | None) -> dict[str, str]:
    return {"limit": str(PAGE_SIZE), **(params or {})}


def _items_v3(exchange: Exchange) -> list[Any]:
    return [] if exchange.status == 204 else _checked(exchange, _at(exchange.body, "data"), list)


def count(store: StoreApi, path: str, params: Mapping[str, str] | None) -> int:
    """Return how many entries a list has, without reading it."""
    bare = "/" + path.strip("/")
    if bare.startswith("/v2/"):
        route = bare if bare.endswith("/count") else f"{bare}/count"
        exchange = store.get(route, params=params)
        return _checked(exchange, _at(exchange.body, "count"), int)
    exchange = store.get(bare, params={**(params or {}), "limit": "1"})
    return _checked(exchange, _at(exchange.body, "meta", "pagination", "total"), int)


def _pages(asked: dict[str, str]) -> Iterator[str]:
    """Yield page numbers from the one asked for; bounded, should a list never end."""
    first = int(asked.pop("page", "1"))
    return (str(page) for page in range(first, first + _MOST_PAGES))


def _at(body: Any, *keys: str) -> Any:
    for key in keys:
        body = body.get(key) if isinstance(body, dict) else None
    return body


def _checked(exchange: Exchange, value: Any, kind: type[_Kind]) -> _Kind:
    if isinstance(value, kind) and not isinstance(value, bool):
        return value
    evidence = exchange.evidence
    raise UnexpectedAnswer(
        f"{evidence.method} {evidence.path}: the answer holds no {kind.__name__} where BigCommerce "
        "puts one. Run this again; if it stays, look for a newer cartproof.",
        evidence=evidence,
    )
