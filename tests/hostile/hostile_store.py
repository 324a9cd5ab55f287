"""A store that attacks: whatever it is asked it answers with scripts, codes, echoes, and no end."""

from __future__ import annotations

import base64
import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote

from .hostile_vendors import VENDORS

MARK = "0wned"
PAGES = 12
ATTACKS = (
    f"<script>document.title='{MARK}'</script>",
    f"<img src=x onerror=\"document.title='{MARK}'\">",
    f"</title></style><svg onload=document.title='{MARK}'>",
    f"[click](javascript:document.title='{MARK}') ![x](http://attacker.invalid/{MARK}.png)",
    f"\x1b[31m{MARK}\x1b[0m\x1b]0;{MARK}\x07\x1b]8;;http://attacker.invalid\x07{MARK}\x1b]8;;\x07",
    f'=HYPERLINK("http://attacker.invalid/{MARK}","x")',
    f"+cmd|' /C calc'!{MARK}",
    f"@SUM({MARK})",
    f"-2+3+{MARK}",
    f"\u202e{MARK}\u2066\u200b\u200d\ufeff",
    f"../../../{MARK}",
    f"{{{{7*7}}}}{{% raw %}}${{7*7}}{MARK}",
    f"\x00\x08\r\n{MARK}\ud800",
)
STATUSES = (400, 401, 403, 404, 405, 409, 413, 415, 422, 423, 429, 451, 500, 501, 503, 504, 507)

_TEXTS = (
    *("name", "title", "label", "sku", "status", "email", "type", "description"),
    *("custom_label", "system_label", "payment_method", "external_order_id"),
)


def echoes(token: str) -> str:
    """Return what a careless server makes of the header that it was sent."""
    raw = token.encode()
    basic = base64.b64encode(b"client:" + raw).decode()
    return (
        f"X-Auth-Token: {token}, {token[:19]}..., {quote(token)}, {raw.hex()}, {raw.hex(' ')}, "
        f"{base64.b64encode(raw).decode()} Basic {basic} {list(raw)} "
        + "".join(f"%{byte:02X}" for byte in raw)
    )


@dataclass
class Attacker:
    """What the store was asked for, and which answer comes next."""

    origin: str = ""
    asked: dict[str, int] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    """What a vendor knows and echoes, by mode."""
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def answer(
        self, mode: str, method: str, path: str, token: str, query: dict[str, str]
    ) -> tuple[int, str, bytes]:
        """Return status, content type and body of the next answer in a mode.

        Its clock and the store's number are right, so that every step is reached.
        """
        number = next(self._numbers)
        attacks = [f"{attack} {echoes(self.known.get(mode, token))}" for attack in ATTACKS]
        attack = attacks[number % len(ATTACKS)]
        self.asked[mode] = self.asked.get(mode, 0) + 1
        if mode in VENDORS:
            return VENDORS[mode](path, query, attacks, self.asked[mode])
        if path == "/v2/time/":
            return 200, "application/json", b'{"time": 1764300000}'
        if path == "/v2/store/":
            store = dict.fromkeys(("name", "domain", "plan_level", "timezone", "status"), attack)
            return 200, "application/json", json.dumps({**store, "id": mode}).encode()
        if mode == "errors":
            return self._error(number, attack)
        if mode == "endless":
            return self._endless(number, attack)
        if method != "GET":
            return 403, "application/json", json.dumps({"status": 403, "title": attack}).encode()
        if mode == "unending" and path.startswith("/v3"):
            return self._unending(int(query.get("page", "1")))
        return self._lists(path, attack, int(query.get("page", "1")))

    def _error(self, number: int, attack: str) -> tuple[int, str, bytes]:
        status = STATUSES[number % len(STATUSES)]
        shapes: list[Any] = [
            {"status": status, "title": attack, "errors": {attack: attack}, "type": attack},
            [{"status": status, "message": attack, "details": [attack] * 50}],
            {"error": attack},
            None,
        ]
        shape = shapes[number % len(shapes)]
        if shape is None:
            return (
                status,
                "text/html",
                f"<html><body>{attack}</body></html>".encode("utf-8", "replace"),
            )
        return status, "application/json", json.dumps(shape).encode()

    def _endless(self, number: int, attack: str) -> tuple[int, str, bytes]:
        """Bodies of ten megabytes, now and then: one word, one list, one depth."""
        bodies = (
            json.dumps({"title": "x" * 10_000_000}).encode(),
            json.dumps([{"message": attack}] * 40_000).encode(),
            b"[" * 2_000_000,
            ("<" * 3_000_000).encode(),
            json.dumps({"title": attack * 5000}).encode(),
        )
        body = bodies[number % len(bodies)] if number % 4 == 0 else bodies[-1][:20_000]
        return (200, 400, 403, 422)[number % 4], "application/json", body

    def _unending(self, page: int) -> tuple[int, str, bytes]:
        """A list of new entries whose every page tells of one more; probes find it as well."""
        pagination = {"total": page + 1, "total_pages": page + 1, "current_page": page}
        body = {"data": [{"id": next(self._numbers)}], "meta": {"pagination": pagination}}
        return 200, "application/json", json.dumps(body).encode()

    def _lists(self, path: str, attack: str, page: int) -> tuple[int, str, bytes]:
        """Lists of hostile things."""
        if page > PAGES:
            return 200, "application/json", b'{"data": []}' if path.startswith("/v3") else b"[]"
        number = next(self._numbers)
        thing = {
            **dict.fromkeys(_TEXTS, f"{attack} {number}"),
            **{"id": number, "status_id": 11, "price": "1e400", "total_inc_tax": attack},
            "variants": [],
        }
        things = [{**thing, "id": number * 300 + n, "sku": f"{attack}{n}"} for n in range(250)]
        is_one = path.endswith(("/count/", "/summary/"))
        body: Any = things
        if path.startswith("/v3"):
            pagination = {"total": 10**9, "total_pages": PAGES, "current_page": page, "links": {}}
            body = {"data": thing if is_one else things, "meta": {"pagination": pagination}}
        elif is_one:
            body = {**thing, "count": attack}
        return 200, "application/json", json.dumps(body).encode()


@contextmanager
def attacking() -> Iterator[Attacker]:
    """Serve the attacks on a free port; the mode is the store's hash."""
    attacker = Attacker()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else each answer waits 40 ms between head and body

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            _, _, mode, rest = f"{self.path.split('?')[0]}/".split("/", 3)
            with lock:
                status, kind, body = attacker.answer(
                    mode,
                    self.command,
                    f"/{rest.rstrip('/')}/",
                    self.headers.get("X-Auth-Token") or "no-token",
                    dict(parse_qsl(self.path.partition("?")[2])),
                )
            self.send_response(status, MARK)
            for name, value in (("Content-Type", kind), ("X-Request-Id", f"<b>{MARK}</b>")):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PUT = do_DELETE = do_HEAD = do_GET  # noqa: N815 - the server's own names

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Say nothing: who is attacked hangs up."""

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    attacker.origin = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield attacker
    finally:
        server.shutdown()
        server.server_close()
