"""Requests that are never sent, whatever the token allows and whoever asks (FACTS b.4)."""

from __future__ import annotations

import re
from typing import Any

from cartproof.errors import UsageError

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")
_ID = re.compile(r"[1-9][0-9]*|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NEVER = (
    ("POST", re.compile(r"/v3/checkouts/[^/]+/orders"), "it turns a checkout into an order"),
    (
        "POST",
        re.compile(r"/v3/orders/[^/]+/payment_actions/(?:capture|void|refunds)"),
        "it moves money",
    ),
    ("POST", re.compile(r"/v3/themes/actions/activate"), "it changes the live storefront"),
    ("POST", re.compile(r"/v3/hooks(?:/.*)?"), "it creates a webhook"),
    ("PUT", re.compile(r"/v3/hooks(?:/.*)?"), "it changes a webhook"),
)


def refuse_unsafe(method: str, path: str, body: Any) -> None:
    """Let a request pass, or raise.

    Args:
        method: In capitals.
        path: Path below the store without query, as `split_path` returns it.
        body: What would be sent.

    Raises:
        UsageError: The request is one of those that are never sent.
    """
    reason = _reason(method, path.lower(), body)
    if reason:
        raise UsageError(f"{method} {path} is never sent: {reason}. Nothing was sent.")


def _reason(method: str, path: str, body: Any) -> str:
    last = path.rsplit("/", 1)[-1]
    if method not in METHODS:
        return f"only {', '.join(METHODS)} are"
    if method == "DELETE" and not _ID.fullmatch(last):
        return "it deletes a whole collection"
    if method == "PUT" and "settings" in path.split("/") and not _ID.fullmatch(last):
        return "it overwrites a setting of the store"
    if method in ("PUT", "POST") and "metafields" in path.split("/") and body:
        return "it writes metafields"
    return next(
        (why for verb, route, why in _NEVER if verb == method and route.fullmatch(path)), ""
    )
