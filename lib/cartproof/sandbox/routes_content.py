"""Pages, blog, scripts, themes, banners, coupons and promotions."""

from __future__ import annotations

import uuid

from cartproof.sandbox import seed_content
from cartproof.sandbox.answers import (
    PROBLEM,
    Answer,
    Refusal,
    data,
    v2_error,
    v2_list,
    v3_body,
    v3_error,
    v3_invalid,
    v3_list,
    v3_missing,
)
from cartproof.sandbox.call import Call, keep, update
from cartproof.sandbox.state import Data

_PAGE_TYPES = ("page", "raw", "contact_form", "link", "blog")


def list_pages(call: Call) -> Answer:
    """List the content pages, V3."""
    return v3_list(keep(call.store.rows("pages"), call.query, id="id", name="name"), call.query)


def _page(call: Call) -> Data:
    found = call.store.find("pages", call.ids["id"])
    if found is None:
        title = f"A Page was not found with an ID of {call.ids['id']}"
        raise v3_missing(title, content_type=PROBLEM)
    return found


def read_page(call: Call) -> Answer:
    """Read one page, V3."""
    return data(_page(call))


def _check_page(fields: Data) -> None:
    if "type" in fields and fields["type"] not in _PAGE_TYPES:
        title = "The type of the page is invalid"
        raise v3_error(422, title, content_type=PROBLEM, detail="type")


def create_page(call: Call) -> Answer:
    """Create a page, V3; name and type are required."""
    for key in ("name", "type"):
        if not call.fields.get(key):
            title = "JSON data is missing or invalid"
            raise v3_error(422, title, content_type=PROBLEM, detail=f"{key} is required")
    _check_page(call.fields)
    return data(_new_page(call), 201)


def _new_page(call: Call) -> Data:
    known = {k: v for k, v in call.fields.items() if k in seed_content.page(0, {})}
    page = seed_content.page(call.store.next_id("pages"), known)
    call.store.rows("pages").append(page)
    return page


def update_page(call: Call) -> Answer:
    """Update a page, V3."""
    page = _page(call)
    _check_page(call.fields)
    update(page, call.fields)
    return data(page)


def delete_page(call: Call) -> Answer:
    """Delete a page, V3."""
    call.store.rows("pages").remove(_page(call))
    return Answer(204)


def list_pages_v2(call: Call) -> Answer:
    """List the content pages, V2."""
    return v2_list(call.store.rows("pages"), call.query)


def create_page_v2(call: Call) -> Answer:
    """Create a page, V2; name, type and body are required."""
    _required(call.fields, "name", "type", "body")
    return Answer(200, _new_page(call))


def _required(fields: Data, *names: str) -> None:
    missing = [name for name in names if not fields.get(name)]
    if missing:
        raise v2_error(400, f"Required fields missing [{', '.join(missing)}]")


def list_tags(call: Call) -> Answer:
    """List the blog's tags."""
    tags = call.store.rows("blog_tags")
    return Answer(200, tags) if tags else Answer(204)


def list_scripts(call: Call) -> Answer:
    """List the scripts of the Script Manager."""
    return v3_list(call.store.rows("scripts"), call.query)


def _script(call: Call) -> Data:
    """Return the script of the path; an id that is not a UUID is refused with 422 (recorded)."""
    try:
        uuid.UUID(call.ids["id"])
    except ValueError as exc:
        raise v3_invalid({"uuid": "error.uuid"}) from exc
    return call.one_v3("scripts", key="uuid")


def read_script(call: Call) -> Answer:
    """Read one script."""
    return data(_script(call))


def create_script(call: Call) -> Answer:
    """Create a script; a name and html or src are required."""
    fields = call.fields
    if not fields.get("name") or not (fields.get("html") or fields.get("src")):
        raise v3_invalid({"name": "error.path.missing"})
    ident = call.store.new_uuid("scripts")
    known = {k: v for k, v in fields.items() if k in {*seed_content.script("", {}, "", ""), "src"}}
    script = seed_content.script(ident, known, call.account.client_id, call.store.now_v3())
    call.store.rows("scripts").append(script)
    return data(script)


def update_script(call: Call) -> Answer:
    """Update a script."""
    script = _script(call)
    if update(script, call.fields, "uuid", "date_created", "api_client_id"):
        script["date_modified"] = call.store.now_v3()
    return data(script)


def delete_script(call: Call) -> Answer:
    """Delete a script."""
    call.store.rows("scripts").remove(_script(call))
    return Answer(204)


def list_themes(call: Call) -> Answer:
    """List the themes; there are no pages of this list."""
    return data(call.store.rows("themes"))


def read_theme(call: Call) -> Answer:
    """Read one theme."""
    return data(call.one_v3("themes", key="uuid"))


def upload_theme(call: Call) -> Answer:
    """Take a theme's file; it must come as multipart, JSON is refused with 400 (recorded)."""
    if not call.has_file:
        raise v3_error(400, "Input is invalid", detail="a file is required", errors={})
    return Answer(201, {"job_id": call.store.new_uuid("theme_jobs").replace("-", "")})


def list_banners(call: Call) -> Answer:
    """List the banners."""
    return v2_list(call.store.rows("banners"), call.query)


def create_banner(call: Call) -> Answer:
    """Create a banner from its five required fields."""
    _required(call.fields, "name", "content", "page", "location", "date_type")
    known = {k: v for k, v in call.fields.items() if k in seed_content.banner(0, {}, "")}
    banner = seed_content.banner(call.store.next_id("banners"), known, call.store.now_v2())
    call.store.rows("banners").append(banner)
    return Answer(200, banner)


def delete_banners(call: Call) -> Answer:
    """Delete every banner."""
    call.store.data["banners"] = []
    return Answer(204)


def list_coupons(call: Call) -> Answer:
    """List the coupons."""
    return v2_list(keep(call.store.rows("coupons"), call.query, code="code"), call.query)


def count_coupons(call: Call) -> Answer:
    """Count the coupons."""
    return Answer(200, {"count": len(call.store.rows("coupons"))})


def delete_coupons(call: Call) -> Answer:
    """Delete every coupon."""
    call.store.data["coupons"] = []
    return Answer(204)


def list_promotions(call: Call) -> Answer:
    """List the promotions."""
    return v3_list(keep(call.store.rows("promotions"), call.query, id="id"), call.query)


def _promotion(call: Call) -> Data:
    """Return the promotion of the path; its errors have a shape of their own."""
    found = call.store.find("promotions", call.ids["id"])
    if found is None:
        meta = {"total": 0, "success": 0, "failed": 0}
        body = {"errors": [v3_body(404, "The promotion was not found.")], "meta": meta}
        raise Refusal(Answer(404, body))
    return found


def read_promotion(call: Call) -> Answer:
    """Read one promotion."""
    return data(_promotion(call))


def update_promotion(call: Call) -> Answer:
    """Update a promotion."""
    promotion = _promotion(call)
    update(promotion, call.fields, "current_uses", "created_from")
    return data(promotion)
