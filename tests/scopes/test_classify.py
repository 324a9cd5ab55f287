"""What an answer says: every class of FACTS.md b.2."""

from __future__ import annotations

from typing import Any

import pytest
from fake_store import DENIED, NO_SCOPE, exchange

from cartproof.scopes.classify import AnswerClass, classify
from cartproof.scopes.probe import Probe
from cartproof.scopes.probes import PROBES

_ERROR = {"status": 404, "title": "The resource at that URL is not found.", "type": "/x"}
_V2_ERROR = [{"status": 404, "message": "The requested resource was not found."}]


def _probe(request: str) -> Probe:
    return next(p for p in PROBES if f"{p.method} {p.path}".startswith(request))


READ = _probe("GET /v3/content/pages")
WRITE = _probe("PUT /v3/content/pages")
ANALYTICS = _probe("PUT /v3/settings/analytics")
LISTINGS = _probe("PUT /v3/channels/2147483647/listings")
PICKUP = _probe("PUT /v3/pickup/methods")
CART = _probe("GET /v3/carts")
CART_WRITE = _probe("PUT /v3/carts")
THEMES = _probe("POST /v3/themes")

_CASES: list[tuple[Probe, int | None, Any, str]] = [
    (READ, 403, DENIED, "denied"),
    (WRITE, 403, DENIED, "denied"),
    (READ, 403, {"code": 403, "message": "Missing scope"}, "denied"),
    (
        READ,
        403,
        [{"message": "You are authorized but your scope does not include this resource."}],
        "denied",
    ),
    (READ, 403, {"status": 403, "title": "Unauthorized Access."}, "forbidden-other"),
    (READ, 403, None, "forbidden-other"),
    (READ, 200, {"data": []}, "granted"),
    (READ, 200, [], "granted"),
    (READ, 204, None, "granted"),
    (READ, 404, _ERROR, "granted"),
    (READ, 404, _V2_ERROR, "granted"),
    (READ, 422, {"status": 422, "title": "JSON data is missing or invalid"}, "granted"),
    (READ, 400, {"status": 400, "title": "Input is invalid"}, "granted"),
    (READ, 400, {"status": 400, "title": "Authentication Required"}, "unclear"),
    (READ, 404, {}, "unclear"),
    (READ, 404, None, "unclear"),
    (READ, 409, _ERROR, "unclear"),
    (READ, 405, _ERROR, "route-missing"),
    (READ, 404, {"title": "The route is not found, check the URL"}, "route-missing"),
    (READ, 401, {"status": 401, "title": "Unauthorized"}, "auth"),
    (WRITE, 401, None, "auth"),
    (READ, 429, {"status": 429, "title": "Too many requests"}, "busy"),
    (READ, 423, None, "busy"),
    (READ, 500, None, "busy"),
    (READ, 507, _ERROR, "busy"),
    (READ, 302, None, "busy"),
    (READ, None, None, "busy"),
    (WRITE, 404, _ERROR, "granted"),
    (WRITE, 422, {"status": 422, "errors": {}}, "granted"),
    (WRITE, 409, _ERROR, "unclear"),
    (ANALYTICS, 409, _ERROR, "granted"),
    (ANALYTICS, 404, {"schema": {"code": "not_found"}}, "granted"),
    (WRITE, 201, {"data": {"id": 5}}, "alarm"),
    (WRITE, 202, None, "alarm"),
    (WRITE, 204, None, "alarm"),
    (WRITE, 207, {"data": []}, "alarm"),
    (WRITE, 200, {"data": {"id": 2147483647}}, "alarm"),
    (WRITE, 200, {"id": 5}, "alarm"),
    (WRITE, 200, [{"id": 5}], "alarm"),
    (WRITE, 200, {"data": [], "meta": {"total": 0}}, "unclear"),
    (WRITE, 200, {"meta": {}}, "unclear"),
    (LISTINGS, 200, {"data": [], "meta": {}}, "granted"),
    (LISTINGS, 200, {"data": [{"listing_id": 1}]}, "alarm"),
    (PICKUP, 200, {"data": []}, "granted"),
    (PICKUP, 200, {"data": [{"id": 1}]}, "alarm"),
    (PICKUP, 404, _ERROR, "unclear"),
    (THEMES, 415, {"status": 415, "title": "Unsupported"}, "unclear"),
    (THEMES, 400, {"status": 400, "title": "A file is required"}, "granted"),
]


@pytest.mark.parametrize(("probe", "status", "body", "expected"), _CASES)
def test_an_answer_falls_into_its_class(
    probe: Probe, status: int | None, body: Any, expected: str
) -> None:
    """Status and JSON body decide as FACTS.md b.2 says."""
    assert classify(probe, exchange(status, body)) == expected


@pytest.mark.parametrize(
    ("status", "text", "content_type", "expected"),
    [
        (403, "<h1>Forbidden: required scope</h1>", "text/html", "forbidden-other"),
        (403, NO_SCOPE, "text/plain", "forbidden-other"),
        (404, "The route is not found, check the URL", "text/plain", "route-missing"),
        (404, "404 page not found", "text/plain; charset=utf-8", "route-missing"),
        (404, "<html>Not found</html>", "text/html", "unclear"),
        (200, '{"data": [{"id', "application/json", "unclear"),
        (200, "<html>Sign in to the network</html>", "text/html", "unclear"),
        (422, "<html>", "text/html", "unclear"),
        (503, "<html>", "text/html", "busy"),
    ],
)
@pytest.mark.parametrize("probe", [READ, WRITE], ids=["read", "modify"])
def test_an_answer_that_is_no_json_proves_nothing(
    probe: Probe, status: int, text: str, content_type: str, expected: str
) -> None:
    """HTML, plain text and broken JSON are never granted and never denied."""
    answer = exchange(status, text=text, content_type=content_type)
    assert classify(probe, answer) == expected


@pytest.mark.parametrize("probe", [CART, CART_WRITE], ids=["read", "modify"])
def test_a_bare_404_of_a_cart_counts_once_its_route_is_known(probe: Probe) -> None:
    """Their specs show a 404 without a body; it needs the unsigned route check."""
    bare = exchange(404, content_type="")
    assert classify(probe, bare, is_route_known=True) is AnswerClass.GRANTED
    assert classify(probe, bare) is AnswerClass.UNCLEAR


def test_a_bare_404_elsewhere_never_counts() -> None:
    """For every other row a 404 without a body says nothing."""
    assert classify(READ, exchange(404), is_route_known=True) is AnswerClass.UNCLEAR
