"""The sandbox's server: connections that are kept, cut, or spoken to badly."""

from __future__ import annotations

import http.client
import os
import socket
import time
from typing import TYPE_CHECKING, Any

import pytest

from cartproof.sandbox.serving import HANGUP, Server

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"


def _app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Tell what came in; cut, fail, or say nothing where the path asks for it."""
    word = environ["PATH_INFO"].strip("/")
    if word in {"before", "mid_body"}:
        start_response("200 OK", [(HANGUP, word)])
        return [b'{"data": [']
    if word == "broken":
        raise ValueError("broken")
    if word == "204":
        start_response("204 No Content", [])
        return []
    said = "\n".join(f"{key}={environ[key]}" for key in sorted(environ) if key != "wsgi.input")
    content = said.encode("utf-8", "backslashreplace")
    if word == "echo":
        content = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start_response("200 OK", [("Content-Length", str(len(content)))])
    return [b""] if environ["REQUEST_METHOD"] == "HEAD" else [content]


@pytest.fixture
def server() -> Iterator[Server]:
    """Return a server that serves."""
    made = Server((HOST, 0), _app)
    made.start()
    yield made
    made.stop()


def _spoken(server: Server, sent: bytes, *, is_all: bool = True) -> bytes:
    """Return all that comes back until the server hangs up, as it must where more may come."""
    with socket.create_connection((HOST, server.server_port), timeout=10) as line:
        line.sendall(sent)
        if is_all:
            line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


def test_connection_is_kept_whatever_the_application_left_unread(server: Server) -> None:
    """A body that nobody reads is not taken for the next request."""
    line = http.client.HTTPConnection(HOST, server.server_port, timeout=10)
    line.connect()
    first = line.sock
    for path, body in (("/x", b"y" * 70_000), ("/204", b""), ("/echo", b"GET / HTTP/1.1\r\n\r\n")):
        line.request("POST", path, body)
        answer = line.getresponse()
        content = answer.read()
        assert answer.status == (204 if path == "/204" else 200)
        assert line.sock is first
    assert content == b"GET / HTTP/1.1\r\n\r\n"
    line.request("HEAD", "/x")
    assert line.getresponse().read() == b""
    line.request("GET", "/x")
    assert b"PATH_INFO=/x" in line.getresponse().read()
    line.close()


def test_no_content_has_no_length(server: Server) -> None:
    """As RFC 9110 has it for 204."""
    said = _spoken(server, b"DELETE /204 HTTP/1.1\r\nHost: x\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 204 ")
    assert b"content-length" not in said.lower()


def test_nothing_is_told_of_a_request_that_is_not_in_it(server: Server) -> None:
    """This process' variables would be headers (`HTTP_PROXY`), and a type would be made up."""
    said = _spoken(server, b"GET / HTTP/1.1\r\nHost: x\r\nX-Auth-Token: t\r\n\r\n")
    assert b"HTTP_X_AUTH_TOKEN=t" in said
    assert os.environ["PATH"].encode() not in said
    assert b"\nPATH=" not in said
    assert b"CONTENT_TYPE=\n" in said


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", b"414"),
        (b"POST /x HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"POST /x HTTP/1.1\r\nContent-Length: \xb2\r\n\r\n", b"400"),
        (b"POST /x HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", b"413"),
        (b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
        (b"GET /x HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n", b"431"),
        (b"\x16\x03\x01 rubbish\r\n\r\n", b"400"),
    ],
    ids=["long", "negative", "no digit", "huge", "chunked", "many headers", "rubbish"],
)
def test_what_cannot_be_read_is_refused_and_the_connection_closed(
    server: Server, sent: bytes, status: bytes
) -> None:
    """One answer, and nothing of the rest is taken for a request."""
    said = _spoken(server, sent + b"GET /after HTTP/1.1\r\n\r\n")
    assert status in said.split(b"\r\n", 1)[0]
    assert b"/after" not in said


def test_half_a_body_is_no_request(server: Server) -> None:
    """Who was cut off while sending is not answered, and nothing is done."""
    assert _spoken(server, b"POST /echo HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf") == b""


def test_answers_are_cut_where_they_are_to_be(server: Server) -> None:
    """Before the first byte, or in the middle of a body that promised more."""
    assert _spoken(server, b"GET /before HTTP/1.1\r\nHost: x\r\n\r\n", is_all=False) == b""
    said = _spoken(server, b"GET /mid_body HTTP/1.1\r\nHost: x\r\n\r\n", is_all=False)
    assert said.endswith(b'\r\n\r\n{"data": [')
    assert b"Content-Length: 500\r\n" in said


def test_a_failing_application_answers_500(
    server: Server, capfd: pytest.CaptureFixture[str]
) -> None:
    """And says on the error output why."""
    assert b"500" in _spoken(server, b"GET /broken HTTP/1.1\r\nHost: x\r\n\r\n").split(b"\r\n")[0]
    assert "ValueError: broken" in capfd.readouterr().err


def test_whoever_goes_away_is_not_reported(
    server: Server, capfd: pytest.CaptureFixture[str]
) -> None:
    """A client may reset its connection in the middle of a request."""
    line = socket.create_connection((HOST, server.server_port), timeout=10)
    line.sendall(b"POST /echo HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf")
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    line.close()
    assert b"200" in _spoken(server, b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n").split(b"\r\n")[0]
    assert capfd.readouterr().err == ""


def test_stopping_cuts_connections_that_are_kept() -> None:
    """Nobody is answered by a server that was stopped, and nothing waits for it."""
    server = Server((HOST, 0), _app)
    server.start()
    line = http.client.HTTPConnection(HOST, server.server_port, timeout=10)
    line.request("GET", "/x")
    line.getresponse().read()
    begun = time.monotonic()
    server.stop()
    assert time.monotonic() - begun < 5
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        line.request("GET", "/x")
        line.getresponse()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, server.server_port), timeout=10)


def test_a_server_that_never_began_can_be_stopped() -> None:
    """Its port is free again."""
    server = Server((HOST, 0), _app)
    server.stop()
    with socket.create_server((HOST, server.server_port)):
        pass


def test_a_taken_port_is_refused(server: Server) -> None:
    """Two sandboxes at one address would each answer half of the requests."""
    with pytest.raises(OSError, match="in use"):
        Server((HOST, server.server_port), _app)
