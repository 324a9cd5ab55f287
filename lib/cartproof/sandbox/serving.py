"""A WSGI application served to many connections at once, some of which it is asked to cut.

Each connection has a thread of its own, which waits where answers are slow; a batch of 32 jobs
opens some 300. Python's own server, with connections that are kept.
"""

from __future__ import annotations

import io
import os
import socket
import threading
from contextlib import suppress
from http.server import ThreadingHTTPServer
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler

if TYPE_CHECKING:
    from wsgiref.headers import Headers
    from wsgiref.types import WSGIApplication, WSGIEnvironment

HANGUP = "X-Sandbox-Hangup"
"""Header of an answer that is to be cut: `before` its first byte, or `mid_body`."""
_LONGEST_LINE = 65536
_LARGEST_BODY = 64 << 20


class Server(ThreadingHTTPServer):
    """Serves an application at one address, until it is stopped."""

    request_queue_size = 512
    timeout = None
    allow_reuse_address = os.name == "posix"
    allow_reuse_port = False

    def __init__(self, address: tuple[str, int], app: WSGIApplication) -> None:
        self._host, self.app = address[0], app
        super().__init__(address, _Connection)
        self.base_environ = {
            "SERVER_NAME": address[0],
            "SERVER_PORT": str(self.server_port),
            "SCRIPT_NAME": "",
        }
        self.is_stopping = threading.Event()
        self._turn = threading.Lock()
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, name="sandbox", daemon=True)

    def server_bind(self) -> None:
        """Take the address; HTTPServer would ask for its name as well, which may take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self._host, int(self.server_address[1])

    def get_app(self) -> WSGIApplication:
        """Return the application."""
        return self.app

    def start(self) -> None:
        """Start serving."""
        self._thread.start()

    def _accept(self) -> None:
        while not self.is_stopping.is_set():
            self.handle_request()

    def stop(self) -> None:
        """Take no more connections, and cut those that are open."""
        self.is_stopping.set()
        with suppress(OSError):  # ends the wait for a connection
            socket.create_connection((self._host, self.server_port), timeout=1).close()
        if self._thread.is_alive():
            self._thread.join(timeout=2)
        self.server_close()
        with self._turn:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def add(self, connection: socket.socket) -> None:
        """Remember an open connection."""
        with self._turn:
            self._open.add(connection)

    def discard(self, connection: socket.socket) -> None:
        """Forget a connection that is closed."""
        with self._turn:
            self._open.discard(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: whoever went away in the middle knows."""


class _Connection(WSGIRequestHandler):
    """One connection: requests one after another, as long as the client likes."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Server

    def setup(self) -> None:
        super().setup()
        self.server.add(self.connection)

    def finish(self) -> None:
        self.server.discard(self.connection)
        super().finish()

    def handle(self) -> None:
        self.close_connection = False
        while not (self.close_connection or self.server.is_stopping.is_set()):
            self.handle_one_request()
            self.wfile.flush()

    def handle_one_request(self) -> None:
        self.close_connection = True
        self.raw_requestline = self.rfile.readline(_LONGEST_LINE + 1)
        if len(self.raw_requestline) > _LONGEST_LINE:
            self.requestline = self.request_version = self.command = ""
            self.send_error(414)
        elif self.raw_requestline and self.parse_request():
            body = self._body()
            if body is not None:
                answering = _Answering(
                    io.BytesIO(body),
                    self.wfile,  # type: ignore[arg-type]  # buffered, as it may be
                    self.get_stderr(),
                    self.get_environ(),
                )
                answering.request_handler = self
                answering.run(self.server.get_app())

    def _body(self) -> bytes | None:
        """Return all of a request's body, so that the next request begins after it."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers:
            self.send_error(411)
        elif not (length.isascii() and length.isdigit()):
            self.send_error(400, "Bad Content-Length")
        elif len(length) > len(str(_LARGEST_BODY)) or int(length) > _LARGEST_BODY:
            self.send_error(413)
        else:
            body = self.rfile.read(int(length))
            if len(body) == int(length):
                return body
        self.close_connection = True
        return None

    def get_environ(self) -> WSGIEnvironment:
        environ = super().get_environ()
        environ["CONTENT_TYPE"] = self.headers.get("Content-Type", "")
        return environ

    def address_string(self) -> str:
        return str(self.client_address[0])

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Answering(ServerHandler):
    """One request, from the application to its answer."""

    http_version = "1.1"
    os_environ = {}  # noqa: RUF012 - none of this process' variables is a request's
    server_software = "cartproof-sandbox"
    request_handler: _Connection
    status: str
    headers: Headers

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Any:
        where = dict(headers).get(HANGUP)
        if where:
            self.request_handler.close_connection = True
            # More than will come, which the head's own count would never say.
            headers = [("Content-Type", "application/json"), ("Content-Length", "500")]
        if where == "before":
            raise ConnectionAbortedError
        return super().start_response(status, headers, exc_info)

    def send_headers(self) -> None:
        if self.status.startswith(("204", "304")):
            del self.headers["Content-Length"]
        super().send_headers()
