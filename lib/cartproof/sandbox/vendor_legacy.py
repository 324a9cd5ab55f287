"""A store's legacy API: Basic auth on the store's own host, V2 only, no scopes (FACTS e.4)."""

from __future__ import annotations

import secrets
import time

from cartproof.sandbox.answers import Answer
from cartproof.sandbox.vendor_call import Login, VendorCall


def fresh() -> Login:
    """Return a legacy account as one from before 2018."""
    return {"username": "ordertime", "api_token": secrets.token_hex(20), "is_deleted": False}


def credentials(login: Login, address: str) -> dict[str, str]:
    """Return what the old screen showed: API path with its slash, user name, API token."""
    shown = {name: login[name] for name in ("username", "api_token")}
    return {"api_url": f"{address}/api/v2/", **shown}


def answer(logins: list[Login], call: VendorCall) -> Answer:
    """Answer a V2 call; of all the routes the imitation has the time alone."""
    if not any(_signs(login, call) for login in logins):
        is_signed = "authorization" in call.headers
        said = "Access Denied" if is_signed else "No credentials were supplied in the request."
        return Answer(401, [{"status": 401, "message": said}])
    if (call.method, call.path) != ("GET", "/api/v2/time"):
        return Answer(404, [{"status": 404, "message": "The requested resource was not found."}])
    return Answer(200, {"time": int(time.time())})


def _signs(login: Login, call: VendorCall) -> bool:
    return call.basic() == (login["username"], login["api_token"]) and not login["is_deleted"]
