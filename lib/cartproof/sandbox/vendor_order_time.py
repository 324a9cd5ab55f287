"""Order Time's REST API, from its help pages (VENDORS.md B2): records listed and counted."""

from __future__ import annotations

import secrets

from cartproof.sandbox.answers import Answer
from cartproof.sandbox.vendor_call import Login, VendorCall

SALES_ORDER = 7


def fresh() -> Login:
    """Return a new user; `sales_orders` is how many the account has."""
    return {
        "api_key": secrets.token_hex(16),
        "email": f"user-{secrets.token_hex(4)}@example.com",
        "password": secrets.token_urlsafe(18),
        "dev_key": secrets.token_hex(16),
        "sales_orders": 41,
        "may_list": True,
    }


def credentials(login: Login, address: str) -> dict[str, str]:
    """Return the user's login, and the address of this imitation."""
    wanted = ("api_key", "email", "password", "dev_key")
    return {"base_url": address, **{name: login[name] for name in wanted}}


def answer(logins: list[Login], call: VendorCall) -> Answer:
    """Answer a call of the API: PUT counts, POST lists."""
    given = call.headers
    login = next((u for u in logins if u["api_key"] == given.get("apikey")), None)
    is_user = login is not None and login["email"] == given.get("email")
    if login is None or not is_user or not _has_third(login, given):
        return Answer(401, {"Message": "Authorization has been denied for this request."})
    if call.path != "/list" or call.method not in ("PUT", "POST"):
        return Answer(404, {"Message": "No HTTP resource was found."})
    if not login["may_list"]:
        return Answer(403, {"Message": "Your role does not allow this."})
    body = call.json()
    kind = body.get("Type") if isinstance(body, dict) else None
    if not isinstance(kind, int):
        return Answer(400, {"Message": "Type is required."})
    count = login["sales_orders"] if kind == SALES_ORDER else 0
    if call.method == "PUT":
        return Answer(200, count)
    return Answer(200, [{"Id": number} for number in range(count, 0, -1)])


def _has_third(login: Login, given: dict[str, str]) -> bool:
    pairs = (("password", "password"), ("dev_key", "devkey"))
    return any(login[ours] == given.get(theirs) for ours, theirs in pairs)
