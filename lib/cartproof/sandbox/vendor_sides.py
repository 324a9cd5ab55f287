"""The vendors' sides: `/_vendors/…` as their clients see it, `/_sandbox/vendors/…` for tests.

POST /_sandbox/vendors/VENDOR        a new login of connect2cart, dropstream, order-time or legacy
                                     (a store's legacy API account); any key
                                     of its state may be given → 201 with `id` and its credentials
GET, PATCH /_sandbox/vendors/VENDOR/ID   its state, all of it but what opens it; PATCH changes it

Faults hit `/_vendors/VENDOR/…` with `store_hash` VENDOR and the path below that.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from cartproof.sandbox import (
    vendor_connect2cart,
    vendor_dropstream,
    vendor_legacy,
    vendor_order_time,
)
from cartproof.sandbox.answers import NO_ROUTE, TEXT, Answer
from cartproof.sandbox.vendor_call import Login, VendorCall

if TYPE_CHECKING:
    from cartproof.sandbox.gateway import Gateway

PREFIX = "/_vendors"
_HIDDEN = ("cart_password", "password", "api_key", "dev_key", "api_token", "token")


@dataclass(frozen=True, slots=True)
class Side:
    """One vendor's imitation."""

    fresh: Callable[[], Login]
    credentials: Callable[[Login, str], dict[str, str]]
    answer: Callable[[list[Login], VendorCall], Answer]


SIDES: Mapping[str, Side] = {
    "connect2cart": Side(
        vendor_connect2cart.fresh, vendor_connect2cart.credentials, vendor_connect2cart.answer
    ),
    "dropstream": Side(
        vendor_dropstream.fresh, vendor_dropstream.credentials, vendor_dropstream.answer
    ),
    "order-time": Side(
        vendor_order_time.fresh, vendor_order_time.credentials, vendor_order_time.answer
    ),
    "legacy": Side(vendor_legacy.fresh, vendor_legacy.credentials, vendor_legacy.answer),
}


@dataclass(slots=True)
class Vendors:
    """The logins of every vendor, by number."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    _logins: dict[str, dict[str, Login]] = field(default_factory=lambda: {v: {} for v in SIDES})

    def add(self, vendor: str, given: Login) -> tuple[str, Login]:
        """Keep a new login, and return its number and state.

        Raises:
            ValueError: No such vendor, or a key or type that its state does not have.
        """
        with self.lock:
            login = _changed(self._side(vendor).fresh(), given)
            number = str(len(self._logins[vendor]) + 1)
            self._logins[vendor][number] = login
            return number, login

    def change(self, vendor: str, number: str, given: Login) -> Login:
        """Change a login's state, and return it.

        Raises:
            ValueError: As `add`, and where there is no such login.
        """
        with self.lock:
            self._side(vendor)
            if number not in self._logins[vendor]:
                raise ValueError(f"{vendor} has no login {number!r}")
            return _changed(self._logins[vendor][number], given)

    def answer(self, vendor: str, call: VendorCall) -> Answer:
        """Answer a request to a vendor's side."""
        if vendor not in SIDES:
            return Answer(404, NO_ROUTE, TEXT)
        with self.lock:
            return SIDES[vendor].answer(list(self._logins[vendor].values()), call)

    def clear(self) -> None:
        """Forget every login."""
        with self.lock:
            for logins in self._logins.values():
                logins.clear()

    def _side(self, vendor: str) -> Side:
        if vendor not in SIDES:
            raise ValueError(f"unknown vendor {vendor!r}; accepted: {', '.join(SIDES)}")
        return SIDES[vendor]


def _changed(login: Login, given: Login) -> Login:
    for key, value in given.items():
        if key not in login:
            raise ValueError(f"unknown key {key!r}; accepted: {', '.join(login)}")
        if login[key] is not None and type(value) is not type(login[key]):
            raise ValueError(f"{key!r} has the wrong type: {value!r}")
    login.update(given)
    return login


def asked(vendor: str, gateway: Gateway, vendors: Vendors, path: str) -> Answer:
    """Answer Flask's present request to a vendor's side, faults first.

    Raises:
        Hangup: A fault says that there is no answer.
    """
    struck = gateway.struck(vendor, request.method, path)
    if struck is not None:
        return struck
    headers = {name.lower(): value for name, value in request.headers.items()}
    query = {name: request.args[name] for name in request.args}
    return vendors.answer(
        vendor, VendorCall(request.method, path, headers, query, request.get_data())
    )


def blueprint(vendors: Vendors) -> Blueprint:
    """Return the machine interface of the vendors' sides."""
    views = Blueprint("vendor_machine", __name__, url_prefix="/_sandbox/vendors")

    @views.errorhandler(ValueError)
    def refuse(error: ValueError) -> Response:
        return _json({"status": 400, "title": str(error)}, 400)

    @views.post("/<vendor>")
    def create(vendor: str) -> Response:
        number, login = vendors.add(vendor, request.get_json(silent=True) or {})
        address = f"{request.host_url.rstrip('/')}{PREFIX}/{vendor}"
        return _json({"id": number, **SIDES[vendor].credentials(login, address)}, 201)

    @views.route("/<vendor>/<number>", methods=["GET", "PATCH"])
    def state(vendor: str, number: str) -> Response:
        given = request.get_json(silent=True) or {} if request.method == "PATCH" else {}
        login = vendors.change(vendor, number, given)
        return _json({key: value for key, value in login.items() if key not in _HIDDEN})

    return views


def _json(value: Any, status: int = 200) -> Response:
    return Response(json.dumps(value), status=status, content_type="application/json")
