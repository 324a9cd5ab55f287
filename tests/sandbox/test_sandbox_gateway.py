"""The order in which requests are rejected, and the recorded answers (FACTS.md b.1)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sandbox_caller import ALL, Caller, Clock, enrol
from sandbox_probes import READS, RECORDED, WRITES

from cartproof.sandbox.scopes_table import SCREEN_ROWS
from cartproof.sandbox.server import create_app

TITLE = "You don't have a required scope to access the endpoint"
TYPE = "https://developer.bigcommerce.com/api-docs/getting-started/api-status-codes"
DENIED = {"status": 403, "title": TITLE, "type": TYPE, "errors": {}}


@pytest.fixture(scope="module")
def pair() -> tuple[Caller, Caller]:
    """Return tokens N and F of FACTS.md: nothing but Store logs, all but Customers read-only."""
    app = create_app(plan="unlimited", clock=Clock())
    none = enrol(app, {"Store logs": "read-only"})
    return none, enrol(app, {**ALL, "Customers": "read-only"})


def body_of(method: str) -> dict[str, str] | None:
    """Return the body that a probe sends."""
    return None if method == "GET" else {}


@pytest.mark.parametrize(("method", "path", "n", "f"), RECORDED)
def test_recorded_answers_come_out_the_same(
    pair: tuple[Caller, Caller], method: str, path: str, n: int, f: int
) -> None:
    """Both recorded tokens get the statuses that a live store gave them."""
    statuses = [each.ask(method, path, body_of(method)).status_code for each in pair]
    assert statuses == [n, f]


def test_scope_refusal_is_the_recorded_one_word_for_word(pair: tuple[Caller, Caller]) -> None:
    """V2 and V3 paths alike give the gateway's V3 body."""
    for path in ("/v2/orders", "/v3/catalog/products"):
        answer = pair[0].ask("GET", path)
        assert (answer.status_code, answer.mimetype) == (403, "application/json")
        assert answer.get_json() == DENIED


@pytest.mark.parametrize(("row", "path", "status"), READS)
def test_each_read_probe_needs_its_own_row_only(
    reader: Caller, row: str, path: str, status: int
) -> None:
    """A row's lowest reading level opens its probe; all other rows at their highest do not."""
    level = next(r.levels[1] for r in SCREEN_ROWS if r.name == row)
    other = "Content" if row == "Checkout content" else ""
    granted = enrol(reader.app, {row: level})
    rest = {k: v for k, v in ALL.items() if k not in (row, other)}
    assert granted.ask("GET", path).status_code == status
    assert granted.ask("HEAD", path).status_code == status
    assert enrol(reader.app, rest).ask("GET", path).status_code == 403


@pytest.mark.parametrize(("row", "method", "path", "status"), WRITES)
def test_each_modify_probe_needs_its_own_row_at_the_writing_level(
    reader: Caller, row: str, method: str, path: str, status: int
) -> None:
    """Read-only is refused, the highest level is not, and other rows do not help."""
    shared = {"Checkout content": "Content", "Order transactions": "Orders"}.get(row, "")
    levels = next(r.levels for r in SCREEN_ROWS if r.name == row)
    rest = {k: v for k, v in ALL.items() if k not in (row, shared)}
    assert enrol(reader.app, {row: levels[-1]}).ask(method, path, {}).status_code == status
    assert enrol(reader.app, {**rest, row: levels[-2]}).ask(method, path, {}).status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "row"),
    [
        ("PUT", "/v3/content/scripts/1", "Content"),
        ("PUT", "/v3/content/scripts/1", "Checkout content"),
        ("POST", "/v3/orders/1/payment_actions/refund_quotes", "Orders"),
        ("POST", "/v3/orders/1/payment_actions/capture", "Order transactions"),
        ("GET", "/v2/payments/methods", "Get payment methods"),
        ("GET", "/v2/payments/methods", "Information & settings"),
    ],
)
def test_shared_routes_open_to_either_row(reader: Caller, method: str, path: str, row: str) -> None:
    """Each of the alternatives is enough alone."""
    caller = enrol(reader.app, {row: ALL[row]})
    assert caller.ask(method, path, body_of(method)).status_code != 403


def test_unknown_route_comes_before_the_token(reader: Caller) -> None:
    """Without any credential a missing route is 404 text, per method; an existing one is 401."""
    missing = reader.ask("GET", "/v3/carts", X_Auth_Token=None)
    assert (missing.status_code, missing.mimetype) == (404, "text/plain")
    assert missing.text == "The route is not found, check the URL"
    assert reader.ask("POST", "/v3/carts", X_Auth_Token=None).status_code == 401


def test_missing_and_empty_tokens_have_texts_of_their_own(reader: Caller) -> None:
    """Both are 401 in plain text."""
    missing = reader.ask("GET", "/v2/store", X_Auth_Token=None)
    empty = reader.ask("GET", "/v2/store", X_Auth_Token="")
    assert {missing.status_code, empty.status_code} == {401}
    assert {missing.mimetype, empty.mimetype} == {"text/plain"}
    assert missing.text == "X-Auth-Token header is required"
    assert empty.text == "X-Auth-Token header should have correct format"


def test_unknown_token_is_refused_before_the_hash_is_looked_at(reader: Caller) -> None:
    """A made-up store hash gives the same JSON 401."""
    stranger = Caller(reader.app, {"store_hash": "madeup0000", "access_token": "x" * 31})
    answer = stranger.ask("GET", "/v2/store")
    assert (answer.status_code, answer.get_json()["title"]) == (401, "Unauthorized")


def test_token_of_another_store_gets_the_scope_message(reader: Caller) -> None:
    """Even GET /v2/time, which needs no scope, is 403 with it."""
    other = enrol(reader.app, ALL, store_hash="otherstore")
    crossed = Caller(reader.app, {**other.account, "store_hash": reader.account["store_hash"]})
    assert crossed.ask("GET", "/v2/time").get_json() == DENIED


def test_scope_comes_before_lookup_and_body(pair: tuple[Caller, Caller]) -> None:
    """A body that is no JSON and a target that is not there are both 403 without the scope."""
    url = f"/stores/{pair[0].account['store_hash']}/v2/orders/1"
    for caller, status in zip(pair, (403, 400), strict=True):
        headers = {"X-Auth-Token": caller.account["access_token"]}
        answer = caller.app.test_client().put(
            url, data="{", headers=headers, content_type="application/json"
        )
        assert answer.status_code == status


def test_trailing_slash_is_refused(reader: Caller) -> None:
    """It gives 403 with another text, whatever the token."""
    answer = reader.ask("GET", "/v3/catalog/products/")
    assert (answer.status_code, answer.text) == (403, "Authentication Required")


def test_stored_instruments_have_a_refusal_of_their_own(pair: tuple[Caller, Caller]) -> None:
    """The one documented exception to the gateway's body."""
    answer = pair[0].ask("GET", "/v3/customers/1/stored-instruments")
    assert answer.get_json() == {"code": 403, "message": "Missing scope"}


def test_infrastructure_is_hidden_after_the_scope_check(reader: Caller) -> None:
    """403 without the scope, 404 with it while the feature is off."""
    path = "/v3/infrastructure/projects?limit=1"
    assert reader.ask("GET", path).status_code == 403
    granted = enrol(reader.app, {"Infrastructure projects": "read-only"})
    assert granted.ask("GET", path).status_code == 404


def test_requests_to_other_hosts_are_refused(reader: Caller) -> None:
    """A page that rebinds its name to loopback, or posts a form from afar, gets nowhere."""
    client = reader.app.test_client()
    assert client.get("/_sandbox/state", headers={"Host": "evil.example"}).status_code == 403
    forged = {"Origin": "https://evil.example"}
    assert client.post("/_sandbox/reset", headers=forged).status_code == 403


def test_quota_of_a_store_is_shared_and_renewed(clock: Clock) -> None:
    """Standard: 150 in 30 s for all accounts, then 429 until the window ends."""
    app = create_app(plan="standard", clock=clock)
    first, second = enrol(app, ALL), enrol(app, {})
    for caller in (first, second) * 75:
        answer = caller.ask("GET", "/v2/time")
    assert answer.headers["X-Rate-Limit-Requests-Left"] == "0"
    assert answer.headers["X-Rate-Limit-Requests-Quota"] == "150"
    assert answer.headers["X-Rate-Limit-Time-Window-Ms"] == "30000"
    clock.now += 12.5
    refused = second.ask("GET", "/v2/time")
    assert refused.status_code == 429
    assert refused.get_json()["title"] == "Too many requests"
    assert refused.headers["X-Retry-After"] == "18"
    assert refused.headers["X-Rate-Limit-Time-Reset-Ms"] == "17500"
    assert enrol(app, {}, store_hash="otherstore").ask("GET", "/v2/time").status_code == 200
    clock.now += 17.5
    assert first.ask("GET", "/v2/time").headers["X-Rate-Limit-Requests-Left"] == "149"


def test_quota_counts_refused_requests_but_no_unsigned_ones(clock: Clock) -> None:
    """A 403 uses one up; a 401 or a missing route does not and carries no headers."""
    caller = enrol(create_app(clock=clock), {})
    assert caller.ask("GET", "/v2/orders").headers["X-Rate-Limit-Requests-Left"] == "149"
    unsigned = caller.ask("GET", "/v2/orders", X_Auth_Token=None)
    assert "X-Rate-Limit-Requests-Left" not in unsigned.headers
    assert caller.ask("GET", "/v2/time").headers["X-Rate-Limit-Requests-Left"] == "148"


@pytest.mark.parametrize(("plan", "quota"), [("plus", "150"), ("pro", "450"), ("unlimited", None)])
def test_quota_follows_the_plan(clock: Clock, plan: str, quota: str | None) -> None:
    """An unlimited plan sends no headers at all."""
    answer = enrol(create_app(plan=plan, clock=clock), {}).ask("GET", "/v2/time")
    assert answer.headers.get("X-Rate-Limit-Requests-Quota") == quota


def test_two_hundred_stores_are_cheap_until_used(clock: Clock) -> None:
    """Stores are seeded at first use, and each shows its own hash and name."""
    app = create_app(clock=clock)
    callers = [
        enrol(app, ALL, store_hash=f"store{n:05d}", store_name=f"Shop {n}") for n in range(200)
    ]
    info = callers[7].get("/v2/store")
    assert (info["id"], info["name"]) == ("store00007", "Shop 7")


def test_parallel_requests_are_seen_as_such() -> None:
    """The stats tell how many ran at once, overall and by resource family."""
    caller = enrol(create_app(plan="unlimited", latency_ms=120), ALL)
    with ThreadPoolExecutor(4) as pool:
        paths = ["/v2/time", "/v2/orders/count", "/v2/orders/count", "/v2/store"]
        list(pool.map(lambda path: caller.ask("GET", path), paths))
    stats = caller.machine("GET", "stats").get_json()
    assert (stats["max_concurrency"], stats["requests"]) == (4, 4)
    assert stats["max_concurrency_by_family"] == {"time": 1, "orders": 2, "store": 1}
