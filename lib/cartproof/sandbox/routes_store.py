"""Time, store, settings, currencies, shipping, hooks, metafields, logs, infrastructure."""

from __future__ import annotations

from cartproof.sandbox.answers import (
    Answer,
    Refusal,
    data,
    v2_list,
    v3_error,
    v3_list,
    v3_missing,
)
from cartproof.sandbox.call import Call, keep, update
from cartproof.sandbox.state import Data

_PROFILE = {
    "store_name": "name",
    "store_address": "address",
    "store_email": "admin_email",
    "store_phone": "phone",
}


def read_time(call: Call) -> Answer:
    """Tell the time; no scope is needed (recorded)."""
    return Answer(200, {"time": int(call.store.clock())})


def read_store(call: Call) -> Answer:
    """Show the store's profile."""
    return Answer(200, call.store.data["store"])


def read_profile(call: Call) -> Answer:
    """Show the store profile of settings V3."""
    info: Data = call.store.data["store"]
    shown = {name: info[key] for name, key in _PROFILE.items()}
    return data({**shown, "store_address_type": "Home Office"})


def update_profile(call: Call) -> Answer:
    """Update the store profile; an empty object is a real, if idle, write and answers 200."""
    info: Data = call.store.data["store"]
    info.update({key: call.fields[name] for name, key in _PROFILE.items() if name in call.fields})
    return read_profile(call)


def list_analytics(call: Call) -> Answer:
    """List the analytics providers."""
    return data(call.store.rows("analytics"))


def _provider(call: Call) -> Data:
    """Return the provider of the path; its errors have a shape of their own (settings.v3.yml)."""
    found = call.store.find("analytics", call.ids["id"])
    if found is None:
        body = {"schema": {"code": "not_found", "message": "There is no such provider."}}
        raise Refusal(Answer(404, body))
    return found


def read_analytics(call: Call) -> Answer:
    """Read one analytics provider."""
    return Answer(200, _provider(call))


def update_analytics(call: Call) -> Answer:
    """Update one analytics provider."""
    provider = _provider(call)
    update(provider, call.fields, "channel_id")
    return Answer(200, provider)


def list_currencies(call: Call) -> Answer:
    """List the currencies."""
    return v2_list(call.store.rows("currencies"), call.query)


def read_currency(call: Call) -> Answer:
    """Read one currency."""
    return Answer(200, call.one_v2("currencies"))


def update_currency(call: Call) -> Answer:
    """Update one currency."""
    currency = call.one_v2("currencies")
    if update(currency, call.fields, "last_updated"):
        currency["last_updated"] = call.store.now_v3()
    return Answer(200, currency)


def list_zones(call: Call) -> Answer:
    """List the shipping zones."""
    return v2_list(call.store.rows("zones"), call.query)


def read_zone(call: Call) -> Answer:
    """Read one shipping zone."""
    return Answer(200, call.one_v2("zones"))


def update_zone(call: Call) -> Answer:
    """Update one shipping zone."""
    zone = call.one_v2("zones")
    update(zone, call.fields)
    return Answer(200, zone)


def list_hooks(call: Call) -> Answer:
    """List the webhooks of the calling account, no others."""
    mine = [h for h in call.store.rows("hooks") if h["client_id"] == call.account.client_id]
    return v3_list(mine, call.query)


def create_hook(call: Call) -> Answer:
    """Create a webhook; scope and an https destination are required."""
    fields = call.fields
    missing = {key: "error.path.missing" for key in ("scope", "destination") if not fields.get(key)}
    if missing:
        raise v3_error(422, "JSON data is missing or invalid", errors=missing)
    if not str(fields["destination"]).startswith("https://"):
        raise v3_error(400, "The destination must be an https address.")
    now = int(call.store.clock())
    hook = {
        "id": call.store.next_id("hooks"),
        "client_id": call.account.client_id,
        "store_hash": call.store.store_hash,
        "scope": str(fields["scope"]),
        "destination": str(fields["destination"]),
        "headers": fields.get("headers"),
        "is_active": fields.get("is_active", True) is True,
        "created_at": now,
        "updated_at": now,
    }
    call.store.rows("hooks").append(hook)
    return data(hook)


def delete_hook(call: Call) -> Answer:
    """Delete one webhook."""
    hook = call.one_v3("hooks")
    call.store.rows("hooks").remove(hook)
    return data(hook)


def list_metafields(call: Call) -> Answer:
    """List the store's metafields; another app's `app_only` ones need Metafields access Full."""
    is_full = call.account.levels["Metafields access"] == "full"
    seen = [
        field
        for field in call.store.rows("store_metafields")
        if is_full
        or field["permission_set"] != "app_only"
        or field["owner_client_id"] == call.account.client_id
    ]
    wanted = call.query.get("include_fields")
    if wanted:
        names = wanted.split(",")
        seen = [{key: field[key] for key in field if key in names} for field in seen]
    return v3_list(seen, call.query)


def list_logs(call: Call) -> Answer:
    """List the store logs, newest first."""
    return v3_list(keep(call.store.rows("systemlogs"), call.query, id="id"), call.query)


def infrastructure(call: Call) -> Answer:
    """Answer as where the Native Hosting feature flag is off (FACTS.md b.1, step 5)."""
    raise v3_missing("Not found")
