"""The Create API account page for trainees, under `/_sandbox/`.

Rows and levels are BigCommerce's, in its order (FACTS.md table a); so are the credentials shown
once and the file they are downloaded as (FACTS.md g).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from cartproof.sandbox import machine
from cartproof.sandbox.scopes_table import ROWS, SCREEN_ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartproof.sandbox.accounts import Account
    from cartproof.sandbox.server import Parts

_KINDS = ("V2/V3 API token", "Stencil-CLI token")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'"


def blueprint(parts: Parts) -> Blueprint:
    """Return the page of a sandbox."""
    views = Blueprint("page", __name__, url_prefix="/_sandbox", template_folder="templates")

    @views.after_request
    def harden(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Cache-Control"] = "no-store"
        return response

    @views.get("/")
    def index() -> str:
        return render_template(
            "sandbox/list.html", accounts=parts.accounts.listed(), granted=_granted
        )

    @views.get("/create")
    def form() -> str:
        return _form({})

    @views.post("/create")
    def save() -> Response:
        try:
            account = machine.create_account(parts, _given(request.form))
        except ValueError as error:
            message = str(error)
            return make_response(_form(request.form, message[:1].upper() + message[1:] + "."), 400)
        return make_response(_created(account))

    @views.post("/accounts/<client_id>/delete")
    def delete(client_id: str) -> Response:
        parts.accounts.revoke(client_id)
        return make_response(redirect(url_for("page.index"), 303))

    return views


def _form(given: Mapping[str, str], error: str = "") -> str:
    return render_template(
        "sandbox/form.html",
        rows=SCREEN_ROWS,
        kinds=_KINDS,
        given=given,
        error=error,
        default_store=machine.DEFAULT_STORE,
    )


def _given(form: Mapping[str, str]) -> dict[str, object]:
    """Return an account's wishes; a Stencil-CLI token is for themes only."""
    scopes = {
        row.name: form.get(f"row-{number}", row.default)
        for number, row in enumerate(SCREEN_ROWS, start=1)
    }
    if form.get("token_type") == _KINDS[1]:
        scopes = {"Themes": "modify"}
    store_hash = form.get("store_hash", "").strip()
    return {"name": form.get("name", ""), "scopes": scopes, "store_hash": store_hash}


def _granted(account: Account) -> str:
    levels = [(row, account.levels[row.name]) for row in ROWS]
    return ", ".join(f"{row.name}: {level}" for row, level in levels if level != row.default)


def _created(account: Account) -> str:
    values = machine.credentials(account)
    return render_template(
        "sandbox/created.html",
        account=account,
        values=values,
        filename=f"BigCommerceAPI-credentials-{account.client_id}.txt",
        download="data:text/plain;charset=utf-8," + quote(file_text(account, values)),
    )


def file_text(account: Account, values: Mapping[str, str]) -> str:
    """Return the file that BigCommerce offers for download."""
    name = " ".join(account.name.split())
    lines = {
        "ACCESS TOKEN": values["access_token"],
        "CLIENT NAME": name,
        "CLIENT ID": values["client_id"],
        "CLIENT SECRET": values["client_secret"],
        "NAME": name,
        "API PATH": values["api_path"],
    }
    return "".join(f"{label}: {value}\n" for label, value in lines.items())
