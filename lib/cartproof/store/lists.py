"""Lists of both API versions, read whole: pages, counts, and V2's 204 for nothing (FACTS c.3)."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, TypeVar

from cartproof.errors import UnexpectedAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cartproof.store.evidence import Exchange, StoreApi

PAGE_SIZE = 250
MOST_PAGES = 1_000
"""Pages of one list that are read: 250,000 products. Half of the quota of a Standard or Plus store,
the half that is not left to other apps, gives 750 in the 300 seconds that a cell may take.
"""
_Kind = TypeVar("_Kind", bound=object)


def list_v2(store: StoreApi, path: str, params: Mapping[str, str] | None) -> list[Any]:
    """Return one page of a V2 list."""
    return _items_v2(store.get(path, params=params))


def pages_v2(store: StoreApi, path: str, params: Mapping[str, str] | None) -> Iterator[list[Any]]:
    """Yield the pages of a V2 list; it tells no total, so the empty page ends it.

    Raises:
        UnexpectedAnswer: The list has no end, see `_read`.
    """
    return _read(store, path, params, _items_v2)


def pages_v3(store: StoreApi, path: str, params: Mapping[str, str] | None) -> Iterator[list[Any]]:
    """Yield the pages of a V3 list, as its pagination counts them; without it, to the empty page.

    Raises:
        UnexpectedAnswer: The list has no end, see `_read`.
    """
    return _read(store, path, params, _items_v3)


def _read(
    store: StoreApi,
    path: str,
    params: Mapping[str, str] | None,
    items_of: Callable[[Exchange], list[Any]],
) -> Iterator[list[Any]]:
    """Yield the pages of a list until it ends.

    A second page that repeats the first ends a list that tells neither total nor next page: it
    does not know pages. Any other page that comes again, a `next` that was named before, and more
    pages than `MOST_PAGES` are refused: half a list is never taken for a whole one.
    """
    page_of: dict[bytes, int] = {}
    links: set[str] = set()
    for page, exchange in _pages(store, path, params):
        items = items_of(exchange)
        total, link = _pagination(exchange)
        again = page_of.setdefault(_digest(items), page)
        is_without_pages = again < page and len(page_of) == 1 and total is None and not link
        if not items or is_without_pages:
            return
        if again < page:
            raise _endless(exchange, f"page {page} repeats page {again}")
        if link in links:
            raise _endless(exchange, f"page {page} names a next page that was named before")
        if total is not None and total - page >= MOST_PAGES:
            raise _endless(exchange, "it tells more pages than that")
        links |= {link} - {""}
        yield items
        if total is not None and page >= total:
            return


def _pages(
    store: StoreApi, path: str, params: Mapping[str, str] | None
) -> Iterator[tuple[int, Exchange]]:
    """Ask for page after page, from the one in the parameters on; whoever takes them says when."""
    asked = {"limit": str(PAGE_SIZE), **(params or {})}
    first = int(asked.pop("page", "1"))
    for page in range(first, first + MOST_PAGES):
        exchange = store.get(path, params={**asked, "page": str(page)})
        yield page, exchange
    raise _endless(exchange, f"it goes on after page {page}")


def _pagination(exchange: Exchange) -> tuple[int | None, str]:
    """Return how many pages there are, and the address of the next one, as far as it is told."""
    total = _at(exchange.body, "meta", "pagination", "total_pages")
    link = _at(exchange.body, "meta", "pagination", "links", "next")
    return total if isinstance(total, int) else None, link if isinstance(link, str) else ""


def _digest(items: list[Any]) -> bytes:
    """Return what tells one page from another: the ids on it, or all of it where it has none."""
    ids = [item["id"] if isinstance(item, dict) and "id" in item else item for item in items]
    return hashlib.sha256(json.dumps(ids, sort_keys=True).encode()).digest()


def _endless(exchange: Exchange, why: str) -> UnexpectedAnswer:
    evidence = exchange.evidence
    return UnexpectedAnswer(
        f"{evidence.method} {evidence.path}: this list does not end: {why}. Up to {MOST_PAGES:,} "
        "pages that differ are read. See that no proxy answers from a cache, and how many entries "
        "the control panel shows. If the store has more, look at it there.",
        evidence=evidence,
    )


def _items_v2(exchange: Exchange) -> list[Any]:
    return [] if exchange.status == 204 else _checked(exchange, exchange.body, list)


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
