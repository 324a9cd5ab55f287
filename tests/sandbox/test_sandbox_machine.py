"""The machine interface: accounts, faults, requests seen."""

from __future__ import annotations

import contextlib
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests
from sandbox_caller import ALL, Caller, Clock, enrol

from cartproof.sandbox.faults import parse
from cartproof.sandbox.server import create_app, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartproof.sandbox.server import Sandbox


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    """Return a sandbox that listens."""
    with serve(plan="unlimited") as sandbox:
        yield sandbox


def test_credentials_have_the_usual_shapes(reader: Caller) -> None:
    """Token and client id 31 small letters and digits, secret 64 hex, path with hash and v3."""
    given = enrol(reader.app, {}, variant="no_orders").account
    assert sorted(given) == [
        "access_token",
        "api_path",
        "client_id",
        "client_secret",
        "store_hash",
    ]
    assert {len(given[key]) for key in ("access_token", "client_id")} == {31}
    assert (given["access_token"] + given["client_id"]).isalnum()
    assert given["access_token"].islower()
    assert len(bytes.fromhex(given["client_secret"])) == 32
    assert len(given["store_hash"]) == 10
    assert given["api_path"] == f"http://127.0.0.1/stores/{given['store_hash']}/v3/"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": "Test", "scopes": {"Order": "modify"}}, ("'Order'", "Order transactions")),
        ({"name": "Test", "scopes": {"Orders": "full"}}, ("'full'", "'Orders'", "read-only")),
        ({"name": "Test", "scopes": {"Metafields access": "none"}}, ("standard, full",)),
        ({"name": "abc"}, ("at least 4 characters",)),
        ({"name": "Test", "scopes": ["Orders"]}, ("object",)),
        ({"name": "Test", "variant": "odd"}, ("'odd'", "suspended")),
        ([], ("JSON object",)),
    ],
)
def test_accounts_that_the_screen_could_not_make_are_refused(
    reader: Caller, given: Any, words: tuple[str, ...]
) -> None:
    """400, naming what is wrong and what is accepted."""
    answer = reader.machine("POST", "api-accounts", given)
    assert answer.status_code == 400
    assert all(word in answer.get_json()["title"] for word in words)


def test_revoked_token_is_unknown(reader: Caller) -> None:
    """Deleting the account ends its token at once."""
    caller = enrol(reader.app, {})
    ident = caller.account["client_id"]
    assert caller.machine("DELETE", f"api-accounts/{ident}").status_code == 204
    assert caller.ask("GET", "/v2/time").status_code == 401
    assert caller.machine("DELETE", f"api-accounts/{ident}").status_code == 404


def test_requests_are_listed_without_the_token_and_can_be_forgotten(clock: Clock) -> None:
    """Method, path, query and status, per store."""
    app = create_app(clock=clock)
    caller, other = enrol(app, ALL), enrol(app, ALL, store_hash="other")
    caller.ask("GET", "/v2/orders?status_id=11&limit=1")
    other.ask("PUT", "/v2/orders/1", {})
    listed = caller.machine("GET", "requests?store_hash=fernwick01")
    assert listed.get_json() == [
        {
            "store_hash": "fernwick01",
            "method": "GET",
            "path": "/v2/orders",
            "query": "status_id=11&limit=1",
            "status": 200,
        }
    ]
    assert caller.account["access_token"] not in listed.text
    caller.machine("DELETE", "requests?store_hash=fernwick01")
    assert [r["store_hash"] for r in caller.machine("GET", "requests").get_json()] == ["other"]
    caller.machine("DELETE", "requests")
    assert caller.machine("GET", "stats").get_json()["requests"] == 0


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        ({"kind": "status", "status": 502}, 502, "application/json"),
        ({"kind": "malformed_json"}, 200, "application/json"),
        ({"kind": "rate_limit"}, 429, "application/json"),
        ({"kind": "html_403"}, 403, "text/html"),
        ({"kind": "suspended"}, 503, "application/json"),
        ({"kind": "revoked"}, 401, "application/json"),
    ],
)
def test_faults_hit_as_often_as_told(
    clock: Clock, fault: dict[str, Any], status: int, kind: str
) -> None:
    """`after` lets some pass, `count` ends it, and all is well again."""
    caller = enrol(create_app(clock=clock), {})
    assert caller.machine("POST", "faults", {**fault, "after": 1, "count": 2}).status_code == 201
    answers = [caller.ask("GET", "/v2/time") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, status, status, 200]
    assert answers[1].mimetype == kind


def test_faults_may_be_bound_to_store_path_and_method(clock: Clock) -> None:
    """Merchants side by side are not hit; `none` ends a store's faults only."""
    app = create_app(clock=clock, fault='{"kind": "status", "status": 500, "path": "/v2/store"}')
    caller, other = enrol(app, ALL), enrol(app, ALL, store_hash="other")
    bound = {"kind": "revoked", "store_hash": "other", "method": "get"}
    caller.machine("POST", "faults", bound)
    asked = [
        c.ask("GET", p).status_code for c in (caller, other) for p in ("/v2/time", "/v2/store")
    ]
    assert asked == [200, 500, 401, 401]
    caller.machine("POST", "faults", {"kind": "none", "store_hash": "other"})
    assert [f["kind"] for f in caller.machine("GET", "faults").get_json()] == ["status"]
    caller.machine("POST", "faults", {"kind": "none"})
    assert other.ask("GET", "/v2/store").status_code == 200


def test_rate_limit_comes_with_headers_or_bare(clock: Clock) -> None:
    """A bare 429 is BigCommerce's sign of an overloaded platform."""
    caller = enrol(create_app(plan="unlimited", clock=clock, fault="rate_limit"), {})
    full = caller.ask("GET", "/v2/time")
    assert (full.headers["X-Retry-After"], full.status_code) == ("1", 429)
    caller.machine("POST", "faults", {"kind": "rate_limit", "headers": False})
    bare = caller.ask("GET", "/v2/time")
    assert (bare.status_code, [k for k, _ in bare.headers if k.startswith("X-R")]) == (429, [])


@pytest.mark.parametrize(
    "wrong", ["nothing", '{"kind": "slow", "secs": 1}', {"kind": "status", "status": "500"}, []]
)
def test_faults_that_do_not_exist_are_refused(wrong: Any) -> None:
    """An unknown kind, key or type is an error, never no fault."""
    with pytest.raises(ValueError, match="fault"):
        parse(wrong)


def account_on(sandbox: Sandbox, **more: object) -> tuple[str, dict[str, str]]:
    """Return the address of the time and the headers of a new account."""
    given = requests.post(
        f"{sandbox.url}/_sandbox/api-accounts", json={"name": "Test", **more}, timeout=120
    ).json()
    assert given["api_path"].startswith(f"{sandbox.url}/stores/")
    return f"{given['api_path'].removesuffix('/v3/')}/v2/time", {
        "X-Auth-Token": given["access_token"]
    }


def test_cut_connection_gives_no_answer_at_all(running: Sandbox) -> None:
    """The socket is closed without a byte, and the next request is well."""
    url, headers = account_on(running)
    fault = {"kind": "disconnect", "count": 1}
    requests.post(f"{running.url}/_sandbox/faults", json=fault, timeout=120)
    with pytest.raises(requests.ConnectionError):
        requests.get(url, headers=headers, timeout=120)
    assert requests.get(url, headers=headers, timeout=120).status_code == 200


def test_connection_cut_in_the_body_ends_short_of_its_length(running: Sandbox) -> None:
    """The head promises more bytes than come."""
    fault = {"kind": "disconnect", "where": "mid_body", "count": 1}
    requests.post(f"{running.url}/_sandbox/faults", json=fault, timeout=120)
    with socket.create_connection(("127.0.0.1", running.port), timeout=120) as link:
        link.sendall(b"GET /stores/x/v2/time HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        received = b""
        while chunk := link.recv(4096):
            received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"Content-Length: 500" in head
    assert 0 < len(body) < 500


def test_slow_answer_does_not_hold_up_the_end() -> None:
    """Stopping ends the wait of a slow answer."""
    sandbox = serve(fault={"kind": "slow", "seconds": 60})
    with sandbox:
        url, headers = account_on(sandbox)
        with pytest.raises(requests.ReadTimeout):
            requests.get(url, headers=headers, timeout=0.2)
        started = time.monotonic()
    assert time.monotonic() - started < 5


def test_slow_answers_do_not_stand_in_each_others_way() -> None:
    """As many wait at once as a batch of twelve jobs asks for with its x-rays."""
    many = 96
    with serve(plan="unlimited", latency_ms=3000) as sandbox, ThreadPoolExecutor(many) as pool:
        url, headers = account_on(sandbox)
        asked = [pool.submit(requests.get, url, headers=headers, timeout=120) for _ in range(many)]
        assert {answer.result().status_code for answer in asked} == {200}
        stats = requests.get(f"{sandbox.url}/_sandbox/stats", timeout=120).json()
    assert stats["max_concurrency"] > many // 2


def test_two_sandboxes_run_side_by_side(running: Sandbox) -> None:
    """Each has its own port, stores and accounts."""
    with serve() as other:
        assert other.port != running.port
        url, headers = account_on(other)
        assert requests.get(url, headers=headers, timeout=120).status_code == 200
        elsewhere = url.replace(other.url, running.url)
        assert requests.get(elsewhere, headers=headers, timeout=120).status_code == 401


def test_a_fault_may_come_after_the_request_was_carried_out(running: Sandbox) -> None:
    """The order is there although nothing but a 500 came back."""
    url, headers = account_on(running, scopes={"Orders": "modify"})
    orders = url.replace("/time", "/orders")
    fault = {"kind": "status", "status": 500, "method": "POST", "count": 1, "carried_out": True}
    requests.post(f"{running.url}/_sandbox/faults", json=fault, timeout=120)
    before = requests.get(f"{orders}/count", headers=headers, timeout=120).json()["count"]
    line = {"name": "A candle", "quantity": 1, "price_ex_tax": 1, "price_inc_tax": 1}
    body = {"billing_address": {"zip": "78701", "country_iso2": "US"}, "products": [line]}
    assert requests.post(orders, json=body, headers=headers, timeout=120).status_code == 500
    after = requests.get(f"{orders}/count", headers=headers, timeout=120).json()["count"]
    assert after == before + 1


def test_more_connections_than_a_batch_keeps_open_are_all_answered(running: Sandbox) -> None:
    """32 jobs with eight connections each wait for no one's idle connection to be given up."""
    with contextlib.ExitStack() as stack:
        for number in range(260):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", running.port), 15))
            line.settimeout(15)
            line.sendall(
                f"GET /_sandbox/nothing-{number} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
            )
            assert line.recv(12) == b"HTTP/1.1 404"
