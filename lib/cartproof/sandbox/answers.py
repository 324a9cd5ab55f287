"""Answers in the shapes that BigCommerce gives them (FACTS.md c.1 and c.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

JSON = "application/json"
PROBLEM = "application/problem+json"
TEXT = "text/plain"
TYPE = "https://developer.bigcommerce.com/api-docs/getting-started/api-status-codes"

NO_SCOPE_TITLE = "You don't have a required scope to access the endpoint"
NO_ROUTE = "The route is not found, check the URL"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; a body of None is an empty one, a string is sent as it is."""

    status: int
    body: Any = None
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


class Refusal(Exception):  # noqa: N818 - not an error of the sandbox but an answer
    """Carry an error answer up to the gateway."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer.status))
        self.answer = answer


def v2_error(status: int, message: str) -> Refusal:
    """Return a V2 error: an array."""
    return Refusal(Answer(status, [{"status": status, "message": message}]))


def v2_missing() -> Refusal:
    """Return V2's 404 of a resource."""
    return v2_error(404, "The requested resource was not found.")


def v3_body(status: int, title: str, **more: Any) -> dict[str, Any]:
    """Return the body of a V3 error."""
    return {"status": status, "title": title, "type": TYPE, **more}


def v3_error(status: int, title: str, *, content_type: str = JSON, **more: Any) -> Refusal:
    """Return a V3 error: an object."""
    return Refusal(Answer(status, v3_body(status, title, **more), content_type))


def v3_missing(title: str = "The resource at that URL is not found.", **more: Any) -> Refusal:
    """Return V3's 404 of a resource."""
    return v3_error(404, title, **more)


def v3_invalid(errors: dict[str, str], **more: Any) -> Refusal:
    """Return V3's 422 with the fields at fault."""
    return v3_error(422, "JSON data is missing or invalid", errors=errors, **more)


def no_scope() -> Answer:
    """Return the gateway's recorded answer to a missing scope or another store's token."""
    return Answer(403, v3_body(403, NO_SCOPE_TITLE, errors={}))


def too_many(headers: dict[str, str]) -> Answer:
    """Return the answer above the quota."""
    return Answer(429, v3_body(429, "Too many requests", errors={}), headers=headers)


def data(value: Any, status: int = 200) -> Answer:
    """Return a V3 answer without pages."""
    return Answer(status, {"data": value, "meta": {}})


def _number(query: dict[str, str], name: str, default: int) -> int:
    text = query.get(name, "")
    return int(text) if text.isdigit() and int(text) > 0 else default


def _slice(rows: list[Any], query: dict[str, str]) -> tuple[list[Any], int, int]:
    limit = min(_number(query, "limit", 50), 250)
    page = _number(query, "page", 1)
    return rows[(page - 1) * limit : page * limit], limit, page


def _itself(row: Any) -> Any:
    return row


def v2_list(rows: list[Any], query: dict[str, str], show: Callable[[Any], Any] = _itself) -> Answer:
    """Return one page of a V2 list: a bare array, and 204 without a body when it is empty.

    Args:
        show: Makes of a row of the page what the API shows.
    """
    kept, _, _ = _slice(rows, query)
    return Answer(200, [show(row) for row in kept]) if kept else Answer(204)


def v3_list(rows: list[Any], query: dict[str, str], show: Callable[[Any], Any] = _itself) -> Answer:
    """Return one page of a V3 list with its pagination; `show` as for `v2_list`."""
    kept, limit, page = _slice(rows, query)
    shown = [show(row) for row in kept]
    pages = -(-len(rows) // limit)
    links = {"current": f"?page={page}&limit={limit}"}
    if page > 1:
        links["previous"] = f"?page={page - 1}&limit={limit}"
    if page < pages:
        links["next"] = f"?page={page + 1}&limit={limit}"
    pagination = {
        "total": len(rows),
        "count": len(shown),
        "per_page": limit,
        "current_page": page,
        "total_pages": pages,
        "links": links,
    }
    return Answer(200, {"data": shown, "meta": {"pagination": pagination}})
