"""The client against a real local server that answers as programmed."""

from __future__ import annotations

import gzip
import hashlib
import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from programmed_server import CLIENT_SECRET, TOKEN, Programmed, cut, error, ok, serve

from cartproof import __version__, errors
from cartproof.secrets import Redactor, Secret
from cartproof.store import deadline, transport
from cartproof.store.answers import title_of
from cartproof.store.client import StoreClient
from cartproof.store.credentials import Credentials
from cartproof.store.evidence import Evidence, StoreApi
from cartproof.store.exchanges import fit_to_keep
from cartproof.store.rate_limit import RateLimiter

JSON = {"Content-Type": "application/json"}
MISSING = "The requested resource was not found."
QUOTA = {
    "X-Rate-Limit-Requests-Quota": "150",
    "X-Rate-Limit-Requests-Left": "149",
    "X-Rate-Limit-Time-Reset-Ms": "30000",
}


def test_the_client_is_what_checks_ask_for(client: StoreClient) -> None:
    """It fits the protocol and says which store it asks."""
    api: StoreApi = client
    assert (api.store_hash, api.is_sandbox) == ("abc123def4", True)


def test_a_request_carries_token_and_manners(client: StoreClient, server: Programmed) -> None:
    """Token, Accept and our own User-Agent; no content type without a body."""
    server.answers = [ok({"time": 1})]
    exchange = client.exchange("GET", "/v2/time/")
    (received,) = server.received
    assert (received.method, received.path) == ("GET", "/stores/abc123def4/v2/time")
    assert received.headers["X-Auth-Token"] == TOKEN
    assert received.headers["Accept"] == "application/json"
    assert received.headers["User-Agent"] == f"cartproof/{__version__}"
    assert not {"Content-Type", "Authorization", "Cookie"} & set(received.headers)
    assert (exchange.status, exchange.body, exchange.is_json) == (200, {"time": 1}, True)


def test_a_body_is_json(client: StoreClient, server: Programmed) -> None:
    """An empty object is sent as one: probes rest on it."""
    server.answers = [error(404, "no")]
    client.exchange("PUT", "/v2/orders/2147483647", body={})
    assert server.received[0].body == b"{}"
    assert server.received[0].headers["Content-Type"] == "application/json"


def test_the_unsigned_request_has_neither_token_nor_body(
    client: StoreClient, server: Programmed
) -> None:
    """The route check costs no credential."""
    server.answers = [(401, {"Content-Type": "text/plain"}, b"X-Auth-Token header is required")]
    exchange = client.exchange("POST", "/v3/carts", signed=False)
    assert "X-Auth-Token" not in server.received[0].headers
    assert server.received[0].body == b""
    assert exchange.evidence.title == "X-Auth-Token header is required"
    with pytest.raises(errors.UsageError):
        client.exchange("POST", "/v3/carts", body={}, signed=False)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(client: StoreClient, server: Programmed, status: int) -> None:
    """The token stays with the origin that it was meant for."""
    with serve() as other:
        other.answers = [ok({})]
        server.answers = [(status, {"Location": f"{other.origin}/x?email=a@b.example"}, b"")]
        with pytest.raises(errors.UnexpectedAnswer, match="a redirect, not followed"):
            client.get("/v2/time")
        assert other.received == []
    assert client.evidence[0].headers["location"] == f"{other.origin}/x"


def test_the_token_is_put_on_no_other_origin() -> None:
    """Even if a URL went wrong, the guard looks at it once more."""
    auth = transport.TokenAuth("https://api.bigcommerce.com", Secret("access_token", TOKEN))
    for url, is_signed in (
        ("https://api.bigcommerce.com/stores/a/v2/time", True),
        ("http://api.bigcommerce.com/stores/a/v2/time", False),
        ("https://api.bigcommerce.com:8443/stores/a", False),
        ("https://api.bigcommerce.com.evil.example/stores/a", False),
        ("https://x@api.bigcommerce.com/stores/a", False),
    ):
        prepared = auth(transport.requests.Request("GET", url).prepare())
        assert ("X-Auth-Token" in prepared.headers) == is_signed, url


@pytest.mark.parametrize(
    "path",
    [
        "/v2/../../admin",
        "/v2/orders/..",
        "/v2/orders/.",
        "/v2/orders.json",
        "/v2/orders/%2e%2e",
        "//evil.example/v2/time",
        "/v2//time",
        "https://evil.example/v2/time",
        "/v2/time#x",
        "/v2/ti me",
        "/v2\\time",
        "/manage",
        "/v2",
        "",
        "@evil.example/v2/time",
        "/v2/time\r\nX: y",
    ],
)
def test_a_path_that_could_mean_another_is_refused(
    client: StoreClient, server: Programmed, path: str
) -> None:
    """Dots, escapes and foreign hosts never get as far as the network."""
    with pytest.raises(errors.UsageError, match="no path of the store's API"):
        client.exchange("GET", path)
    assert server.received == []


@pytest.mark.parametrize("token", ["tök", "a\u2028b", "a\x7fb", "а" * 31])
def test_a_token_that_no_header_can_carry_is_refused_before_sending(
    credentials: Credentials, token: str
) -> None:
    """The message says what to do, and does not hold the token."""
    bad = replace(credentials, access_token=Secret("access_token", token))
    with pytest.raises(errors.CredentialsError, match="Copy it again") as caught:
        StoreClient(bad)
    assert token not in str(caught.value)


def test_netrc_and_proxies_are_not_used_on_loopback(
    server: Programmed,
    credentials: Credentials,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A ~/.netrc entry does not turn into Basic auth, and a dead proxy does not matter."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server.answers = [ok({})]
    with StoreClient(credentials) as client:
        assert client.exchange("GET", "/v2/time").status == 200
        assert client.exchange("GET", "/v2/time", signed=False).status == 200
    assert all("Authorization" not in received.headers for received in server.received)


def test_netrc_is_not_used_on_the_live_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There, proxies of the environment hold, and netrc still does not."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine api.bigcommerce.com login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    session = transport.open_session(user_agent="x", is_loopback=False)
    auth = transport.TokenAuth("https://api.bigcommerce.com", None)
    request = transport.requests.Request("GET", "https://api.bigcommerce.com/x", auth=auth)
    assert session.trust_env
    assert "Authorization" not in session.prepare_request(request).headers
    session.close()


def test_cookies_are_not_sent_back(client: StoreClient, server: Programmed) -> None:
    """No request depends on one before."""
    server.answers = [ok({}, **{"Set-Cookie": "a=b; Path=/"})]
    client.exchange("GET", "/v2/time")
    client.exchange("GET", "/v2/time")
    assert "Cookie" not in server.received[1].headers


def test_connections_are_used_again(client: StoreClient, server: Programmed) -> None:
    """Twenty requests, one connection; eight threads, at most eight."""
    server.answers = [ok({})]
    for _ in range(20):
        client.exchange("GET", "/v2/time")
    assert len(server.ports) == 1
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: client.exchange("GET", "/v2/time"), range(64)))
    assert len(server.ports) <= 9
    assert len(client.evidence) == 84


@pytest.mark.parametrize("status", [423, 500, 502, 503, 504, 520])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_a_failing_store_is_asked_again(
    client: StoreClient, server: Programmed, pauses: list[float], method: str, status: int
) -> None:
    """Three times at most, with short growing pauses; the good answer counts."""
    server.answers = [error(status, "no"), error(status, "no"), ok({})]
    evidence = client.exchange(method, "/v2/orders/5").evidence
    assert (evidence.status, evidence.attempts, len(server.received)) == (200, 3, 3)
    assert len(pauses) == 2
    assert all(0 < pause <= 5 for pause in pauses)


def test_the_last_answer_stands_when_attempts_are_used_up(
    client: StoreClient, server: Programmed
) -> None:
    """The store's own words are kept, and one piece of evidence for the whole request."""
    server.answers = [error(503, "Service Unavailable")]
    with pytest.raises(errors.StoreUnavailable, match='503 "Service Unavailable"') as caught:
        client.get("/v2/time")
    assert caught.value.evidence.attempts == len(server.received) == 3
    assert len(client.evidence) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 422, 501, 507])
def test_a_settled_answer_is_not_asked_again(
    client: StoreClient, server: Programmed, status: int
) -> None:
    """What will not change costs one unit of quota."""
    server.answers = [error(status, "no")]
    assert client.exchange("GET", "/v2/time").evidence.attempts == 1
    assert len(server.received) == 1


@pytest.mark.parametrize("first", [error(500, "no"), cut])
def test_a_post_is_never_repeated_blindly(
    client: StoreClient, server: Programmed, first: Any
) -> None:
    """It may have been carried out."""
    server.answers = [first, ok({})]
    client.exchange("POST", "/v2/orders", body={})
    assert len(server.received) == 1


def test_a_post_is_repeated_after_a_429(
    client: StoreClient, server: Programmed, pauses: list[float]
) -> None:
    """A 429 says that nothing was done; the longer of its waits is kept."""
    server.answers = [error(429, "no", **QUOTA, **{"X-Retry-After": "40"}), ok({})]
    assert client.exchange("POST", "/v2/orders", body={}).status == 200
    assert [pause for pause in pauses if pause] == [pytest.approx(40, abs=0.5)]


def test_a_429_without_headers_is_waited_out_briefly(
    client: StoreClient, server: Programmed, pauses: list[float]
) -> None:
    """Then it is `busy`: TooManyRequests, with its evidence."""
    server.answers = [error(429, "Too many requests")]
    with pytest.raises(errors.TooManyRequests, match="Too many requests"):
        client.get("/v2/time")
    assert len(server.received) == 3
    assert 0 < sum(pauses) < 5


def test_a_429_that_asks_for_too_long_is_given_up_at_once(
    client: StoreClient, server: Programmed, pauses: list[float]
) -> None:
    """An hour's wait is not waited; the 429 is the answer."""
    server.answers = [error(429, "Too many requests", **{"X-Retry-After": "3600"})]
    first = client.exchange("GET", "/v2/time").evidence
    assert (first.status, first.attempts) == (429, 1)
    assert client.exchange("GET", "/v2/time").evidence.failure.startswith("the store's request")
    with pytest.raises(errors.TooManyRequests, match="quota is used up"):
        client.get("/v2/time")
    assert sum(pauses) == 0
    assert len(server.received) == 1


def test_the_quota_in_the_headers_is_kept_to(
    credentials: Credentials, server: Programmed, pauses: list[float]
) -> None:
    """When half is left, the client waits for the window's end."""
    server.answers = [ok({}, **{**QUOTA, "X-Rate-Limit-Requests-Left": "75"})]
    with StoreClient(credentials, sleep=pauses.append) as client:
        client.exchange("GET", "/v2/time")
        assert pauses == []
        client.exchange("GET", "/v2/time")
    assert pauses == [pytest.approx(30, abs=1)]


def test_failed_requests_give_their_place_back(credentials: Credentials) -> None:
    """A cut connection is no request under way for ever."""
    waits: list[float] = []
    limiter = RateLimiter(sleep=waits.append)
    limiter.update({**QUOTA, "X-Rate-Limit-Requests-Left": "78"}, 200)
    with serve() as server:
        server.answers = [cut]
        here = replace(credentials, address=replace(credentials.address, origin=server.origin))
        with StoreClient(here, limiter=limiter, sleep=lambda _: None) as client:
            for _ in range(5):
                assert client.exchange("GET", "/v2/time").evidence.attempts == 3
    assert waits == []


def test_a_cut_connection_is_tried_again_and_named(client: StoreClient, server: Programmed) -> None:
    """No status, plain words, and the Unreachable error for those who want one."""
    server.answers = [cut, cut, ok({})]
    assert client.exchange("GET", "/v2/time").status == 200
    server.answers = [cut]
    exchange = client.exchange("GET", "/v2/time")
    assert (exchange.status, exchange.evidence.failure) == (None, "connection cut")
    assert exchange.evidence.body_sha256 == ""
    with pytest.raises(errors.Unreachable, match="GET /v2/time: connection cut"):
        client.get("/v2/time")


def test_a_refused_connection_is_named(credentials: Credentials) -> None:
    """Nothing listens: the words say so."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{free.getsockname()[1]}"
        here = replace(credentials, address=replace(credentials.address, origin=origin))
        with StoreClient(here, sleep=lambda _: None) as client:
            assert client.exchange("GET", "/v2/time").evidence.failure == "connection refused"


def test_silence_is_a_time_out(credentials: Credentials, server: Programmed) -> None:
    """The words hold the seconds that were waited."""
    done = threading.Event()
    server.answers = [lambda handler: (done.wait(5), cut(handler))[1]]
    with StoreClient(credentials, timeout_s=(1, 0.05), attempts=1) as client:
        assert client.exchange("GET", "/v2/time").evidence.failure == "no answer within 0.05 s"
    done.set()


def test_a_body_that_is_cut_off_is_no_answer(client: StoreClient, server: Programmed) -> None:
    """Half a JSON is not read as a whole one."""

    def half(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b'{"data": [')
        cut(handler)

    server.answers = [half]
    exchange = client.exchange("GET", "/v2/time")
    assert (exchange.status, exchange.evidence.failure) == (None, "connection cut")


@pytest.mark.parametrize("is_packed", [False, True])
def test_an_endless_answer_is_cut_at_a_size(
    client: StoreClient,
    server: Programmed,
    monkeypatch: pytest.MonkeyPatch,
    is_packed: bool,
) -> None:
    """Neither a flood nor a compressed bomb fills the memory."""
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 2_000_000)
    flood = b" " * 3_000_000
    if is_packed:
        server.answers = [
            (
                200,
                {"Content-Type": "application/json", "Content-Encoding": "gzip"},
                gzip.compress(flood),
            )
        ]
    else:
        server.answers = [(200, {"Content-Type": "application/json"}, flood)]
    exchange = client.exchange("GET", "/v2/time")
    assert exchange.evidence.failure == "the answer is larger than 2 MB"
    assert exchange.evidence.attempts == 1


def test_a_trickling_body_ends_at_the_deadline(
    credentials: Credentials, server: Programmed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each byte comes in time, the whole does not."""
    monkeypatch.setattr(deadline, "ANSWER_DEADLINE_S", 0.1)
    done = threading.Event()

    def trickle(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        while not done.wait(0.02):
            try:
                handler.wfile.write(b" ")
            except OSError:
                break
        handler.close_connection = True

    server.answers = [trickle]
    with StoreClient(credentials, attempts=1) as client:
        failure = client.exchange("GET", "/v2/time").evidence.failure
    done.set()
    assert failure == "no whole answer within 0.1 s"


def test_trickling_headers_end_at_the_deadline(
    credentials: Credentials, server: Programmed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A head that never ends cannot hang a run either."""
    monkeypatch.setattr(deadline, "ANSWER_DEADLINE_S", 0.1)
    done = threading.Event()

    def trickle(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not done.wait(0.02):
            try:
                handler.wfile.write(b"a")
            except OSError:
                break
        handler.close_connection = True

    server.answers = [trickle]
    with StoreClient(credentials, attempts=1) as client:
        failure = client.exchange("GET", "/v2/time").evidence.failure
    done.set()
    assert failure == "no whole answer within 0.1 s"


@pytest.mark.parametrize(
    ("content_type", "body", "failure"),
    [
        ("text/html; charset=utf-8", b"<html>Sign in</html>", "the answer is not JSON (text/html)"),
        ("application/json", b'{"data": [', "the answer is not JSON (application/json)"),
        ("application/json", b'{"price": NaN}', "the answer is not JSON (application/json)"),
        ("application/json", b"[" * 100_000, "the answer is not JSON (application/json)"),
        ("application/json", b"\xff\xfe\xfa", "the answer is not JSON (application/json)"),
        ("application/json", b"", "the answer is empty"),
    ],
)
def test_a_200_that_is_no_json_is_no_answer(
    client: StoreClient, server: Programmed, content_type: str, body: bytes, failure: str
) -> None:
    """A sign-in page of a proxy is not taken for the store."""
    server.answers = [(200, {"Content-Type": content_type}, body)]
    exchange = client.exchange("GET", "/v2/time")
    assert (exchange.status, exchange.is_json, exchange.body) == (200, False, None)
    assert exchange.evidence.failure == failure
    with pytest.raises(errors.UnexpectedAnswer, match="Something other than"):
        client.get("/v2/time")


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ({"status": 422, "title": "Missing Fields", "errors": {"name": "x"}}, "Missing Fields"),
        ([{"status": 404, "message": MISSING}], MISSING),
        ([{"message": "one"}, {"message": "two"}], "one; two"),
        ({"code": 403, "message": "Missing scope"}, "Missing scope"),
        ({"errors": [{"status": 422, "title": "No promotion"}], "meta": {}}, "No promotion"),
        ({"error": {"code": "SERVICE_DEGRADED", "retry_after_seconds": 30}}, "SERVICE_DEGRADED"),
        ({"error": "nope"}, "nope"),
        ("plain string", "plain string"),
        ({"Message": "Authorization has been denied."}, "Authorization has been denied."),
        ({"title": "a\x00b\u202ec\nd\ud800"}, "a b c d"),
        ({"title": "The mail jane.doe@acme.example is in use"}, "The mail …@… is in use"),
        ({"title": "x" * 900}, "x" * 200),
        ({"title": 7, "errors": {}}, ""),
        (None, ""),
    ],
)  # fmt: skip
def test_every_error_shape_gives_its_words(
    client: StoreClient, server: Programmed, body: Any, title: str
) -> None:
    """V2 arrays, V3 objects, payments, promotions; cut, cleaned, without mail addresses."""
    server.answers = [(422, {"Content-Type": "application/json"}, body)]
    evidence = client.exchange("GET", "/v2/time").evidence
    assert evidence.title == title
    json.dumps(evidence.as_json()).encode()


def test_html_errors_show_their_text(client: StoreClient, server: Programmed) -> None:
    """Tags, scripts and styles are left out."""
    page = b"<html><style>p{}</style><script>x()</script><h1>Access</h1> <p>denied</p></html>"
    server.answers = [(403, {"Content-Type": "text/html"}, page)]
    evidence = client.exchange("GET", "/v2/time").evidence
    assert (evidence.title, evidence.failure) == ("Access denied", "")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error(400, "x"), errors.Rejected),
        (error(401, "Unauthorized"), errors.Unauthorized),
        (error(403, "You don't have a required scope to access the endpoint"), errors.MissingScope),
        (error(403, "You are … but your scope does not include this"), errors.MissingScope),
        ((403, JSON, {"code": 403, "message": "Missing scope"}), errors.MissingScope),
        ((403, {"Content-Type": "text/html"}, b"required scope"), errors.Forbidden),
        (error(403, "Unauthorized Access."), errors.Forbidden),
        ((403, {}, b""), errors.Forbidden),
        (error(404, "The resource at that URL is not found."), errors.NotFound),
        ((404, {"Content-Type": "text/plain"}, b"x"), errors.RouteMissing),
        (error(404, "The route is not found, check the URL"), errors.RouteMissing),
        (error(405, "x"), errors.RouteMissing),
        (error(406, "x"), errors.Rejected),
        (error(409, "x"), errors.Conflict),
        (error(413, "x"), errors.Rejected),
        (error(415, "x"), errors.Rejected),
        (error(418, "x"), errors.UnexpectedAnswer),
        (error(422, "x"), errors.Rejected),
        (error(423, "x"), errors.StoreUnavailable),
        (error(429, "x"), errors.TooManyRequests),
        (error(503, "x"), errors.StoreUnavailable),
        (error(507, "x"), errors.StoreUnavailable),
        ((201, {"Content-Type": "application/json"}, {"id": 1}), errors.UnexpectedAnswer),
    ],
)  # fmt: skip
def test_each_status_has_its_error(
    client: StoreClient, server: Programmed, answer: Any, kind: type[errors.StoreError]
) -> None:
    """By table, with method and path in the message and the evidence beside it."""
    server.answers = [answer]
    with pytest.raises(errors.StoreError, match="GET /v2/time") as caught:
        client.get("/v2/time")
    assert type(caught.value) is kind
    assert caught.value.evidence is client.evidence[-1]


def test_evidence_keeps_what_an_auditor_needs(client: StoreClient, server: Programmed) -> None:
    """Headers by FACTS c.4, the digest of the body, when and how long; nothing else."""
    headers = {**QUOTA, "X-BC-Store-Version": "1", "X-Request-Id": "r1", "CF-Ray": "c1"}
    server.answers = [ok({"count": 3}, **headers, **{"Set-Cookie": "a=b", "X-Secret": "s"})]
    evidence = client.exchange("GET", "v2/orders/count", params={"status_id": "11"}).evidence
    assert (evidence.method, evidence.path) == ("GET", "/v2/orders/count?status_id=11")
    assert evidence.body_sha256 == hashlib.sha256(b'{"count": 3}').hexdigest()
    assert evidence.body_bytes == 12
    assert evidence.content_type == "application/json"
    assert evidence.at.endswith("+00:00")
    assert set(evidence.headers) == {
        "date",
        "content-type",
        "x-bc-store-version",
        "x-request-id",
        "cf-ray",
        *map(str.lower, QUOTA),
    }


def test_no_secret_and_no_person_gets_into_evidence(
    client: StoreClient, server: Programmed
) -> None:
    """Echoed tokens are redacted, personal filters masked, wherever they come back."""
    echo = error(400, f"bad token {TOKEN} of jane@acme.example", **{"X-BC-Echo": CLIENT_SECRET})
    server.answers = [echo, (200, {"Content-Type": f"text/{TOKEN}"}, TOKEN.encode())]
    params = {"email:in": "jane@acme.example", "name:like": "Jane", "id:in": "1,2", "x": TOKEN}
    client.exchange("GET", "/v3/customers?phone=0123", params=params)
    exchange = client.exchange("GET", "/v3/customers")
    kept = repr(client.evidence) + exchange.text
    assert "/v3/customers?phone=***&email:in=***&name:like=***&id:in=1,2&x=" in kept
    for word in (TOKEN, CLIENT_SECRET, "jane", "Jane", "0123"):
        assert word not in kept
    assert "email:in=jane%40acme.example" in server.received[0].path


def test_the_observer_hears_of_every_request(credentials: Credentials, server: Programmed) -> None:
    """A journal or a progress line can follow along."""
    heard: list[Evidence] = []
    server.answers = [ok({}), error(404, "no")]
    with StoreClient(credentials, observer=heard.append) as client:
        client.exchange("GET", "/v2/time")
        client.exchange("GET", "/v2/store")
        assert heard == client.evidence
    assert [evidence.status for evidence in heard] == [200, 404]


def test_nothing_is_logged_of_headers_and_bodies(
    client: StoreClient, server: Programmed, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even at debug level."""
    caplog.set_level("DEBUG")
    server.answers = [ok({"secret_body": 1})]
    client.exchange("PUT", "/v2/orders/1", body={"secret_question": 1})
    assert TOKEN not in caplog.text
    assert "secret" not in caplog.text


def test_repr_of_client_and_exchange_is_free_of_secrets(
    client: StoreClient, server: Programmed
) -> None:
    """A traceback with locals shows no token."""
    server.answers = [ok({})]
    shown = repr(client.exchange("GET", "/v2/time")) + repr(client) + repr(vars(client))
    assert TOKEN not in shown


def test_a_title_of_one_long_word_is_cut_at_once() -> None:
    """Ten megabytes without a space cost no more than reading them.

    Looking for mail addresses went through the rest of the word for each of its letters.
    """
    redactor = Redactor()
    for word in ("x" * 10_000_000, "x" * 5_000_000 + "@", "a@" * 2_000_000, "\x1b[" * 2_000_000):
        kept = fit_to_keep(title_of({"title": word}, ""), redactor)
        assert 0 < len(kept) <= 200
