"""Channels, currency assignments, listings and sites."""

from __future__ import annotations

from cartproof.sandbox.answers import Answer, data, v3_invalid, v3_list, v3_missing
from cartproof.sandbox.call import Call, keep, update
from cartproof.sandbox.state import Data


def list_channels(call: Call) -> Answer:
    """List the channels."""
    return v3_list(keep(call.store.rows("channels"), call.query, id="id"), call.query)


def _channel(call: Call) -> Data:
    found = call.store.find("channels", call.ids["id"])
    if found is None:
        raise v3_missing("The requested entity was not found.", errors={})
    return found


def read_channel(call: Call) -> Answer:
    """Read one channel."""
    return data(_channel(call))


def update_channel(call: Call) -> Answer:
    """Update one channel."""
    channel = _channel(call)
    if update(channel, call.fields, "type", "platform", "date_created", "date_modified"):
        channel["date_modified"] = call.store.now_v3()
    return data(channel)


def list_assignments(call: Call) -> Answer:
    """List which currencies the channels use."""
    return data(call.store.rows("currency_assignments"))


def _entities(call: Call, *required: str) -> list[Data]:
    if not isinstance(call.body, list) or not call.body:
        raise v3_invalid({"platform": "error.path.missing"})
    for place, each in enumerate(call.body):
        missing = [key for key in required if not isinstance(each, dict) or not each.get(key)]
        if missing:
            raise v3_invalid({f"{place}.{key}": "error.path.missing" for key in missing})
    return call.body


def create_assignments(call: Call) -> Answer:
    """Assign currencies to channels; all three fields are required."""
    given = _entities(call, "channel_id", "enabled_currencies", "default_currency")
    for each in given:
        old = call.store.find("currency_assignments", each["channel_id"], "channel_id")
        if old is not None or call.store.find("channels", each["channel_id"]) is None:
            raise v3_invalid({"channel_id": "error.invalid"})
    call.store.rows("currency_assignments").extend(given)
    return data(given)


def list_listings(call: Call) -> Answer:
    """List a channel's listings; a channel that is not there has none (recorded)."""
    mine = [r for r in call.store.rows("listings") if str(r["channel_id"]) == call.ids["id"]]
    return v3_list(mine, call.query)


def create_listings(call: Call) -> Answer:
    """Create listings from an array."""
    given = _entities(call, "product_id", "state", "variants")
    if call.store.find("channels", call.ids["id"]) is None:
        raise v3_invalid({"channel_id": "error.invalid"})
    now = call.store.now_v3()
    floor = max((row["listing_id"] for row in call.store.rows("listings")), default=0)
    made = [
        {
            "channel_id": int(call.ids["id"]),
            "listing_id": call.store.next_number("listings", floor),
            "product_id": each["product_id"],
            "state": each["state"],
            "variants": each["variants"],
            "date_created": now,
            "date_modified": now,
        }
        for each in given
    ]
    call.store.rows("listings").extend(made)
    return v3_list(made, {})


def update_listings(call: Call) -> Answer:
    """Update listings from an array; unknown listing ids are left out of the answer."""
    changed = []
    for each in _entities(call, "listing_id", "product_id", "state", "variants"):
        found = call.store.find("listings", each["listing_id"], "listing_id")
        if found is not None and str(found["channel_id"]) == call.ids["id"]:
            update(found, each, "channel_id", "listing_id", "date_created")
            changed.append(found)
    return v3_list(changed, {})


def list_sites(call: Call) -> Answer:
    """List the sites; their pagination has names of its own (sites.v3.yml)."""
    sites = call.store.rows("sites")
    meta = {"pagination": {"offset": 0, "limit": 50, "total_items": len(sites)}}
    return Answer(200, {"data": sites, "meta": meta})


def read_site(call: Call) -> Answer:
    """Read one site."""
    return data(call.one_v3("sites"))


def update_site(call: Call) -> Answer:
    """Update a site's address."""
    site = call.one_v3("sites")
    if isinstance(call.fields.get("url"), str):
        site["url"] = call.fields["url"]
        site["updated_at"] = call.store.now_v3()
    return data(site)


def list_routes(call: Call) -> Answer:
    """List a site's routes."""
    mine = [r for r in call.store.rows("routes") if str(r["site_id"]) == call.ids["id"]]
    shown = [{key: row[key] for key in row if key != "site_id"} for row in mine]
    return v3_list(shown, call.query)
