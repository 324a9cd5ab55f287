"""The machine interface under `/_sandbox/`, for tests and the demo.

POST /_sandbox/api-accounts        {"name", "scopes": {row: level}, "store_hash"?, "store_name"?,
                                   "variant"?: standard | no_test_order | no_orders | suspended |
                                   products_without_sku} → 201 with the credentials
DELETE /_sandbox/api-accounts/ID   revokes the account with that client id → 204
GET /_sandbox/state                canonical JSON of all stores, `?store_hash=` of one; no
                                   accounts, requests or quotas, so it changes with the data only
GET, DELETE /_sandbox/requests     what was asked of the stores, `?store_hash=` of one
GET /_sandbox/stats                numbers of requests, the most at once overall and by family
GET, POST /_sandbox/faults         see faults.py; {"kind": "none"} ends them
PATCH /_sandbox/stores/HASH        {"status": "suspended" | "live", "name", "orders": "none" |
                                   "no_test_order", "products_without_sku": n}
POST /_sandbox/stores/HASH/orders  plants an order → 201 with it, its `_products` and the like:
                                   every field of an order may be given, and "products" (lines as
                                   POST /v2/orders takes them; default: one catalogue line),
                                   "test_gateway": true | false, "age_hours": n
… /_sandbox/vendors/…              logins of vendors' own sides: see vendor_sides.py
POST /_sandbox/reset               back to the start; {"keep_accounts": true} keeps the accounts
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from cartproof.sandbox import planting, seed
from cartproof.sandbox.accounts import Account, random_store_hash
from cartproof.sandbox.answers import Refusal
from cartproof.sandbox.faults import parse
from cartproof.sandbox.scopes_table import complete

if TYPE_CHECKING:
    from cartproof.sandbox.server import Parts

DEFAULT_STORE = "fernwick01"
"""Store hash of accounts that name none."""


def _json(value: Any, status: int = 200) -> Response:
    text = value if isinstance(value, str) else json.dumps(value)
    return Response(text, status=status, content_type="application/json")


def _body() -> dict[str, Any]:
    value = request.get_json(silent=True)
    if not isinstance(value, dict):
        raise ValueError("a JSON object is needed, with Content-Type application/json")  # noqa: TRY004 - all bad input is one kind here
    return value


def api_path(store_hash: str) -> str:
    """Return the API path of a store on this server."""
    port = urlsplit(f"//{request.host}").port
    return f"http://127.0.0.1{f':{port}' if port else ''}/stores/{store_hash}/v3/"


def credentials(account: Account) -> dict[str, str]:
    """Return what the Create API account screen shows once."""
    return {
        "store_hash": account.store_hash,
        "client_id": account.client_id,
        "client_secret": account.client_secret,
        "access_token": account.access_token,
        "api_path": api_path(account.store_hash),
    }


def create_account(parts: Parts, given: dict[str, Any]) -> Account:
    """Create an account, and its store where that is new.

    Raises:
        ValueError: A name, row, level or variant that is not accepted.
    """
    name = str(given.get("name") or "")
    scopes = given.get("scopes") or {}
    variant = str(given.get("variant") or "")
    if len(name.strip()) < 4:
        raise ValueError("the name must have at least 4 characters")
    if not isinstance(scopes, dict):
        raise ValueError("scopes must be an object of rows and levels")  # noqa: TRY004 - as above
    if variant and variant not in seed.VARIANTS:
        raise ValueError(f"unknown variant {variant!r}; accepted: {', '.join(seed.VARIANTS)}")
    levels = complete(scopes)
    store_hash = str(given.get("store_hash") or "") or (
        random_store_hash() if variant or given.get("store_name") else DEFAULT_STORE
    )
    if "/" in store_hash:
        raise ValueError("a store hash has no slash")
    parts.world.plan(store_hash, name=str(given.get("store_name") or ""), variant=variant)
    return parts.accounts.add(Account(name.strip(), store_hash, levels))


def blueprint(parts: Parts) -> Blueprint:
    """Return the machine interface of a sandbox."""
    views = Blueprint("machine", __name__, url_prefix="/_sandbox")
    parts.world.plan(DEFAULT_STORE)

    @views.errorhandler(ValueError)
    def refuse(error: ValueError) -> Response:
        return _json({"status": 400, "title": str(error)}, 400)

    @views.errorhandler(Refusal)
    def refuse_order(refusal: Refusal) -> Response:
        return _json(refusal.answer.body, refusal.answer.status)

    _add_accounts(views, parts)
    _add_views(views, parts)
    _add_changes(views, parts)
    return views


def _add_accounts(views: Blueprint, parts: Parts) -> None:
    @views.post("/api-accounts")
    def create() -> Response:
        return _json(credentials(create_account(parts, _body())), 201)

    @views.delete("/api-accounts/<client_id>")
    def revoke(client_id: str) -> Response:
        if not parts.accounts.revoke(client_id):
            return _json({"status": 404, "title": "no such account"}, 404)
        return Response(status=204)


def _add_views(views: Blueprint, parts: Parts) -> None:
    @views.get("/state")
    def state() -> Response:
        store_hash = request.args.get("store_hash")
        if store_hash is not None and not parts.world.knows(store_hash):
            return _json({"status": 404, "title": f"no store {store_hash!r}"}, 404)
        return _json(parts.world.canonical(store_hash))

    @views.get("/requests")
    def requests_seen() -> Response:
        return _json(parts.journal.listed(request.args.get("store_hash")))

    @views.delete("/requests")
    def forget_requests() -> Response:
        parts.journal.clear(request.args.get("store_hash"))
        return Response(status=204)

    @views.get("/stats")
    def stats() -> Response:
        return _json(parts.journal.stats(request.args.get("store_hash")))


def _add_changes(views: Blueprint, parts: Parts) -> None:
    @views.route("/faults", methods=["GET", "POST"])
    def faults() -> Response:
        if request.method == "POST":
            parts.faults.set(parse(_body()))
        return _json(parts.faults.listed(), 201 if request.method == "POST" else 200)

    @views.patch("/stores/<store_hash>")
    def vary(store_hash: str) -> Response:
        with parts.world.lock:
            data = parts.world.store(store_hash).data
            seed.vary(data, _body())
            return _json(data["store"])

    @views.post("/stores/<store_hash>/orders")
    def plant(store_hash: str) -> Response:
        with parts.world.lock:
            return _json(planting.plant_order(parts.world.store(store_hash), _body()), 201)

    @views.post("/reset")
    def reset() -> Response:
        keeps = bool((request.get_json(silent=True) or {}).get("keep_accounts"))
        kept = {account.store_hash for account in parts.accounts.listed()} if keeps else set()
        if not keeps:
            parts.accounts.clear()
        for part in (parts.world, parts.quotas, parts.journal, parts.vendors):
            part.clear()
        parts.faults.set(parse("none"))
        for store_hash in {DEFAULT_STORE, *kept}:
            parts.world.plan(store_hash)
        return Response(status=204)
