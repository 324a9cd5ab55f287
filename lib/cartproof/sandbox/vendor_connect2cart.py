"""A Connect2Cart script, as far as public SETI implementations show it (VENDORS.md B1).

Nobody has documented what Connect2Cart itself answers. `answers` of a login chooses the kind:
`seti`, `xml` (errors as Stone Edge's own XML), `html` (a web page), `redirect`, or `error`.
"""

from __future__ import annotations

import secrets
from urllib.parse import parse_qs

from cartproof.sandbox.answers import NO_ROUTE, TEXT, Answer
from cartproof.sandbox.vendor_call import Login, VendorCall

KINDS = ("seti", "xml", "html", "redirect", "error")
_HTML = "text/html; charset=UTF-8"
_COUNTS = {
    "ordercount": ("ordercount", "orders"),
    "getproductscount": ("itemcount", "products"),
    "getcustomerscount": ("itemcount", "customers"),
}
_PAGE = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in</body></html>"
_DENIED = "Invalid username, password, or store code."


def fresh() -> Login:
    """Return a new cart: `calls` holds the names of the functions that were sent to it."""
    return {
        "cart_id": f"cart-{secrets.token_hex(4)}",
        "cart_password": secrets.token_urlsafe(18),
        "answers": "seti",
        "version": "5.500",
        "orders": 42,
        "products": 17,
        "customers": 9,
        "calls": [],
    }


def credentials(login: Login, address: str) -> dict[str, str]:
    """Return the three values that Stone Edge gives for a cart."""
    return {
        "script_url": f"{address}/{login['cart_id']}",
        "cart_id": login["cart_id"],
        "cart_password": login["cart_password"],
    }


def answer(logins: list[Login], call: VendorCall) -> Answer:
    """Answer a call of a cart's script; errors come with status 200, as in the field."""
    login = next((cart for cart in logins if call.path == f"/{cart['cart_id']}"), None)
    if login is None:
        return Answer(404, NO_ROUTE, TEXT)
    if login["answers"] == "redirect":
        return Answer(302, "", _HTML, {"Location": "/_vendors/connect2cart/elsewhere"})
    if login["answers"] == "html" or call.method != "POST":
        return Answer(200, _PAGE, _HTML)
    given = parse_qs(call.body.decode("utf-8", "replace"), keep_blank_values=True)
    return _seti(login, {name: values[0] for name, values in given.items()})


def _seti(login: Login, fields: dict[str, str]) -> Answer:
    function = fields.get("setifunction", "")
    login["calls"].append(function)
    if login["answers"] == "error":
        return _error(login, "The cart is being rebuilt.")
    if not fields.get("omversion"):
        return _error(login, "omversion is missing.")
    if function == "sendversion":
        return Answer(200, f"SETIResponse: version={login['version']}\r\n", _HTML)
    if function not in _COUNTS:
        return _error(login, f"Unknown function {function}.")
    given = (fields.get("setiuser"), fields.get("password"), fields.get("code", ""))
    if given != (login["cart_id"], login["cart_password"], ""):
        return _error(login, f"Access denied. {_DENIED}")
    name, counted = _COUNTS[function]
    return Answer(200, f"SETIResponse: {name}={login[counted]}\n", _HTML)


def _error(login: Login, words: str) -> Answer:
    if login["answers"] != "xml":
        return Answer(200, f"SETIError: {words}", _HTML)
    body = f"<ResponseCode>3</ResponseCode><ResponseDescription>{words}</ResponseDescription>"
    whole = f'<?xml version="1.0"?><SETIOrders><Response>{body}</Response></SETIOrders>'
    return Answer(200, whole, "text/xml")
