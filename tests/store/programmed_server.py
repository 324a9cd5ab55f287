"""A real local server that answers from a list, and the made-up secrets used with it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "tok3nab2cd4ef6gh8ij0kl2mn4op6qr"
CLIENT_ID = "cl13nt1db2cd4ef6gh8ij0kl2mn4op6"
CLIENT_SECRET = "0123456789abcdef" * 4
LIVE_TEXT = f"""ACCESS TOKEN: {TOKEN}
CLIENT NAME: Acme - Order Time
CLIENT ID: {CLIENT_ID}
CLIENT SECRET: {CLIENT_SECRET}
NAME: Acme
API PATH: https://api.bigcommerce.com/stores/abc123def4/v3/
"""

Answer = tuple[int, Mapping[str, str], Any] | Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Received:
    """One request as the server saw it."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Programmed:
    """What to answer, in order (the last one repeats), and what was asked."""

    origin: str = ""
    answers: list[Answer] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    ports: set[int] = field(default_factory=set)


def ok(body: Any, **headers: str) -> Answer:
    """Return the answer 200 with JSON."""
    return 200, {"Content-Type": "application/json", **headers}, body


def error(status: int, title: str, **headers: str) -> Answer:
    """Return a V3 error."""
    body = {"status": status, "title": title, "type": "https://example.invalid", "errors": {}}
    return status, {"Content-Type": "application/json", **headers}, body


def cut(handler: BaseHTTPRequestHandler) -> None:
    """Close the connection without an answer."""
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    programmed: Programmed

    def do(self) -> None:
        """Answer with the next of the list."""
        told = self.programmed
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told.received.append(Received(self.command, self.path, dict(self.headers), body))
        told.ports.add(self.client_address[1])
        answer = told.answers.pop(0) if len(told.answers) > 1 else told.answers[0]
        if callable(answer):
            answer(self)
            return
        status, headers, content = answer
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if status != 204 and self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do  # noqa: N815 - the library's names

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hang up."""


@contextmanager
def serve() -> Iterator[Programmed]:
    """Serve a programmed list of answers on loopback."""
    programmed = Programmed()
    handler = type("Handler", (_Handler,), {"programmed": programmed})
    with _Server(("127.0.0.1", 0), handler) as http:
        programmed.origin = f"http://127.0.0.1:{http.server_address[1]}"
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield programmed
        http.shutdown()
        thread.join()
