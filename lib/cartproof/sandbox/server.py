"""The sandbox as a Flask application, and as a server in a thread.

with serve() as sandbox:
    requests.post(f"{sandbox.url}/_sandbox/api-accounts", json={"name": "Test"})
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from flask import Flask, Response, request

from cartproof.sandbox import machine, page, vendor_sides
from cartproof.sandbox.accounts import Accounts
from cartproof.sandbox.answers import NO_ROUTE, TEXT, Answer
from cartproof.sandbox.faults import Faults, parse
from cartproof.sandbox.gateway import Asked, Gateway, Hangup
from cartproof.sandbox.journal import Journal
from cartproof.sandbox.quota import Quotas
from cartproof.sandbox.serving import HANGUP, Server
from cartproof.sandbox.state import World
from cartproof.sandbox.vendor_sides import Vendors

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = "127.0.0.1"
_HOSTS = frozenset({"127.0.0.1", "localhost"})
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that one sandbox holds."""

    world: World
    accounts: Accounts
    quotas: Quotas
    faults: Faults
    journal: Journal
    vendors: Vendors = field(default_factory=Vendors)
    stopping: threading.Event = field(default_factory=threading.Event)


def create_app(
    *,
    latency_ms: float = 0,
    plan: str = "standard",
    fault: Any = None,
    clock: Callable[[], float] = time.time,
) -> Flask:
    """Return a sandbox as a Flask application; its parts are in `extensions["sandbox"]`.

    Args:
        plan: One of quota.PLANS.
        fault: A kind word, JSON text or mapping, as faults.parse takes it.
        clock: Seconds since the epoch, for the quota, the seed and every date written.
    """
    app = Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False
    parts = Parts(World(clock), Accounts(), Quotas(plan, clock), Faults(), Journal())
    if fault is not None:
        parts.faults.set(parse(fault))
    app.extensions["sandbox"] = parts
    _guard(app)
    gateway = _gateway(parts, latency_ms / 1000)
    _add_stores(app, parts, gateway)
    _add_vendors(app, parts, gateway)
    app.register_blueprint(machine.blueprint(parts))
    app.register_blueprint(vendor_sides.blueprint(parts.vendors))
    app.register_blueprint(page.blueprint(parts))
    return app


def _guard(app: Flask) -> None:
    """Refuse other host names and other sites' pages (DNS rebinding, forged forms)."""

    @app.before_request
    def refuse_strangers() -> Response | None:
        host = urlsplit(f"//{request.host}").hostname
        origin = request.headers.get("Origin")
        if host not in _HOSTS or (origin and urlsplit(origin).hostname not in _HOSTS):
            return _response(Answer(403, "The sandbox answers to 127.0.0.1 only.", TEXT))
        return None

    @app.errorhandler(404)
    @app.errorhandler(405)
    def no_route(_error: Exception) -> Response:
        return _response(Answer(404, NO_ROUTE, TEXT))


def _gateway(parts: Parts, latency_s: float) -> Gateway:
    return Gateway(
        world=parts.world,
        accounts=parts.accounts,
        quotas=parts.quotas,
        faults=parts.faults,
        latency_s=latency_s,
        stopping=parts.stopping,
    )


def _add_stores(app: Flask, parts: Parts, gateway: Gateway) -> None:
    @app.route("/stores/<path:rest>", methods=_METHODS, provide_automatic_options=False)
    def store_request(rest: str) -> Response:
        asked = _asked(rest)
        query = request.query_string.decode()
        with parts.journal.request(asked.store_hash, asked.method, asked.path, query) as seen:
            try:
                answer = gateway.answer(asked)
            except Hangup as hangup:
                seen["status"] = 0
                return _hanging(hangup)
            seen["status"] = answer.status
            return _response(answer)


def _add_vendors(app: Flask, parts: Parts, gateway: Gateway) -> None:
    rule = f"{vendor_sides.PREFIX}/<vendor>/<path:rest>"

    @app.route(rule, methods=_METHODS, provide_automatic_options=False)
    def vendor_request(vendor: str, rest: str) -> Response:
        query = request.query_string.decode()
        with parts.journal.request(vendor, request.method, f"/{rest}", query) as seen:
            try:
                answer = vendor_sides.asked(vendor, gateway, parts.vendors, f"/{rest}")
            except Hangup as hangup:
                seen["status"] = 0
                return _hanging(hangup)
            seen["status"] = answer.status
            return _response(answer)


def _asked(rest: str) -> Asked:
    store_hash, slash, path = rest.partition("/")
    is_form = (request.mimetype or "") == "multipart/form-data"
    return Asked(
        store_hash=store_hash,
        method=request.method,
        path=slash + path,
        token=request.headers.get("X-Auth-Token"),
        query={key: request.args[key] for key in request.args},
        content_type=request.mimetype or "",
        has_file=is_form and "file" in request.files,
        body=b"" if is_form else request.get_data(),
    )


def _response(answer: Answer) -> Response:
    body = answer.body
    if body is not None and not isinstance(body, str):
        body = json.dumps(body)
    response = Response(body, status=answer.status, headers=answer.headers)
    if body is None:
        response.headers.pop("Content-Type", None)
    else:
        response.headers["Content-Type"] = answer.content_type
    return response


def _hanging(hangup: Hangup) -> Response:
    return Response('{"data": [', headers={HANGUP: hangup.where})


class Sandbox:
    """A sandbox that serves in threads of its own; use it as a context manager.

    Attributes:
        url: `http://127.0.0.1:PORT`, without a slash at the end.
        app: The Flask application.
    """

    def __init__(self, app: Flask, port: int) -> None:
        self.app = app
        self._server = Server((HOST, port), app)
        self.port = self._server.server_port
        self.url = f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Start serving."""
        self._server.start()

    def stop(self) -> None:
        """Stop serving, and end every wait of a slow answer."""
        parts: Parts = self.app.extensions["sandbox"]
        parts.stopping.set()
        self._server.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()


def serve(
    port: int = 0,
    latency_ms: float = 0,
    plan: str = "standard",
    fault: Any = None,
    *,
    clock: Callable[[], float] = time.time,
) -> Sandbox:
    """Return a sandbox bound to 127.0.0.1, to be used as a context manager.

    Args:
        port: 0 picks a free one.
        plan: standard, plus, pro, enterprise or unlimited.
        fault: What to get wrong from the start, as faults.parse takes it.
    """
    return Sandbox(create_app(latency_ms=latency_ms, plan=plan, fault=fault, clock=clock), port)
