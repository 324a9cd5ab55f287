"""Lists are read whole, and an empty one is an empty list."""

from __future__ import annotations

from typing import Any

import pytest
from programmed_server import Programmed, ok

from cartproof.errors import Unauthorized, UnexpectedAnswer
from cartproof.store import lists
from cartproof.store.client import StoreClient

EMPTY = (204, {}, b"")


def page(data: list[Any], number: int, total_pages: int) -> Any:
    """Return one page of a V3 list."""
    paging = {"total": 7, "current_page": number, "total_pages": total_pages}
    return ok({"data": data, "meta": {"pagination": paging}})


def test_204_is_an_empty_v2_list(client: StoreClient, server: Programmed) -> None:
    """V2 answers an empty list with nothing at all."""
    server.answers = [EMPTY, ok([{"id": 1}])]
    assert client.get_list_v2("/v2/orders") == []
    assert client.get_list_v2("/v2/orders", params={"limit": "1"}) == [{"id": 1}]


def test_v2_pages_go_on_to_the_empty_one(client: StoreClient, server: Programmed) -> None:
    """V2 tells no total, and may give fewer than were asked for."""
    server.answers = [ok([1, 2]), ok([3]), EMPTY]
    assert list(client.pages_v2("/v2/orders")) == [[1, 2], [3]]
    assert [received.path.partition("?")[2] for received in server.received] == [
        "limit=250&page=1",
        "limit=250&page=2",
        "limit=250&page=3",
    ]


def test_v3_pages_follow_the_pagination(client: StoreClient, server: Programmed) -> None:
    """Lazily: a page is asked for when it is wanted."""
    server.answers = [page([1, 2], 1, 2), page([3], 2, 2)]
    pages = client.pages_v3("/v3/catalog/products", params={"limit": "2", "sku:in": "a,b"})
    assert server.received == []
    assert list(pages) == [[1, 2], [3]]
    assert server.received[1].path.endswith("?limit=2&sku:in=a,b&page=2")


@pytest.mark.parametrize("answer", [EMPTY, page([], 1, 0), page([], 1, 9)])
def test_an_empty_v3_list_has_no_page(client: StoreClient, server: Programmed, answer: Any) -> None:
    """However the store says it."""
    server.answers = [answer]
    assert list(client.pages_v3("/v3/catalog/products")) == []
    assert len(server.received) == 1


def test_a_v3_list_without_pages_is_read_once(client: StoreClient, server: Programmed) -> None:
    """One that ignores `page` and tells no total does not turn in circles."""
    server.answers = [ok({"data": [1, 2], "meta": {}})]
    assert list(client.pages_v3("/v3/themes")) == [[1, 2]]
    assert len(server.received) == 2


def test_a_v2_list_without_pages_is_read_once(client: StoreClient, server: Programmed) -> None:
    """The same holds for V2, whose lists tell no total at all."""
    server.answers = [ok([{"id": 1}])]
    assert list(client.pages_v2("/v2/order_statuses")) == [[{"id": 1}]]
    assert len(server.received) == 2


def test_counts_are_read_from_either_version(client: StoreClient, server: Programmed) -> None:
    """V2 has a route for it, V3 its pagination."""
    server.answers = [ok({"count": 5, "statuses": []}), ok({"count": 4}), page([1], 1, 7)]
    assert client.count("/v2/orders") == 5
    assert client.count("/v2/orders/count", params={"status_id": "11"}) == 4
    assert client.count("/v3/catalog/products") == 7
    assert [received.path.removeprefix("/stores/abc123def4") for received in server.received] == [
        "/v2/orders/count",
        "/v2/orders/count?status_id=11",
        "/v3/catalog/products?limit=1",
    ]


@pytest.mark.parametrize("body", [[], {}, {"data": {}}, {"count": "5"}, {"count": True}, None, 7])
def test_an_answer_of_another_shape_is_named(
    client: StoreClient, server: Programmed, body: Any
) -> None:
    """Wrong shapes end in an error with evidence, not in a KeyError."""
    server.answers = [ok(body)]
    with pytest.raises(UnexpectedAnswer, match="GET /v3/catalog"):
        list(client.pages_v3("/v3/catalog/products"))
    with pytest.raises(UnexpectedAnswer):
        client.count("/v2/orders")
    with pytest.raises(UnexpectedAnswer):
        client.count("/v3/catalog/products")
    if not isinstance(body, list):
        with pytest.raises(UnexpectedAnswer):
            client.get_list_v2("/v2/orders")


def test_an_error_in_the_middle_of_a_list_is_raised(
    client: StoreClient, server: Programmed
) -> None:
    """Half a list is never taken for a whole one."""
    server.answers = [page([1], 1, 2), (401, {"Content-Type": "application/json"}, {"title": "no"})]
    pages = client.pages_v3("/v3/catalog/products")
    assert next(pages) == [1]
    with pytest.raises(Unauthorized):
        next(pages)


def test_a_list_that_goes_on_for_ever_ends_at_the_bound(
    client: StoreClient, server: Programmed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page has new entries and promises one page more; the message says what to do."""
    monkeypatch.setattr(lists, "MOST_PAGES", 20)
    server.answers = [page([number], number, number + 1) for number in range(1, 30)]
    with pytest.raises(UnexpectedAnswer, match=r"goes on after page 20\. .*control panel"):
        list(client.pages_v3("/v3/catalog/products"))
    assert len(server.received) == 20
    server.answers = [ok([number]) for number in range(1, 30)]
    with pytest.raises(UnexpectedAnswer, match="goes on after page 20"):
        list(client.pages_v2("/v2/orders"))


def test_a_list_that_tells_too_many_pages_is_refused_at_the_first(
    client: StoreClient, server: Programmed
) -> None:
    """Not read for minutes first; the largest catalogue that may be read tells no more."""
    server.answers = [page([1], 1, lists.MOST_PAGES + 1)]
    with pytest.raises(UnexpectedAnswer, match="tells more pages"):
        list(client.pages_v3("/v3/catalog/products"))
    assert len(server.received) == 1
    server.answers = [page([1], 1, lists.MOST_PAGES)]
    assert next(client.pages_v3("/v3/catalog/products")) == [1]


def test_a_page_that_comes_again_is_named(client: StoreClient, server: Programmed) -> None:
    """By its ids, whatever else changes; a list is not taken for whole because it repeats."""
    first, second = [{"id": 1, "name": "a"}], [{"id": 2}]
    server.answers = [page(first, 1, 9), page(second, 2, 9), page([{"id": 1, "name": "b"}], 3, 9)]
    with pytest.raises(UnexpectedAnswer, match="page 3 repeats page 1"):
        list(client.pages_v3("/v3/catalog/products"))
    server.answers = [page(first, 1, 2), page(first, 2, 2)]
    with pytest.raises(UnexpectedAnswer, match="page 2 repeats page 1"):
        list(client.pages_v3("/v3/catalog/products"))
    server.answers = [ok(first), ok(second), ok(first)]
    with pytest.raises(UnexpectedAnswer, match="page 3 repeats page 1"):
        list(client.pages_v2("/v2/orders"))


def test_a_next_page_that_was_named_before_is_noticed(
    client: StoreClient, server: Programmed
) -> None:
    """A pagination without a total whose link leads in a circle, new entries or not."""
    meta = {"pagination": {"links": {"next": "?page=2&limit=250"}}}
    server.answers = [ok({"data": [number], "meta": meta}) for number in (1, 2, 3)]
    with pytest.raises(UnexpectedAnswer, match="page 2 names a next page"):
        list(client.pages_v3("/v3/catalog/products"))
