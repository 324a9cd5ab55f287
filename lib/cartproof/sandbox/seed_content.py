"""The invented shop's content and marketing, and the form of what may be created there."""

from __future__ import annotations

from typing import Any

Data = dict[str, Any]

_THEME = "8f3c1c5e-5d2a-4b67-9a43-0d5f3b1c7e21"
_SCRIPT = "3d9e5c77-1b0a-4c3e-8f4d-6a2b9c8d7e10"


def content(v2: str, v3: str) -> Data:
    """Return pages, scripts, tags, themes and banners."""
    return {
        "pages": [page(1, {"name": "Contact us"}), page(2, {"name": "Shipping and returns"})],
        "scripts": [script(_SCRIPT, {"name": "Wind chimes", "html": "<script></script>"}, "", v3)],
        "blog_tags": [{"tag": "garden", "post_ids": [1]}],
        "themes": [
            {
                "uuid": _THEME,
                "name": "Hedgerow",
                "is_private": False,
                "is_active": True,
                "updated_at": v3,
                "variations": [
                    {
                        "uuid": _THEME[:-1] + "2",
                        "name": "Light",
                        "description": "",
                        "external_id": "1",
                    }
                ],
            }
        ],
        "banners": [banner(1, {"name": "Spring", "content": "<p>New in</p>"}, v2)],
    }


def page(ident: int, fields: Data) -> Data:
    """Return a content page with every field; V2 and V3 show the same pages."""
    return {
        "channel_id": 1,
        "name": "",
        "type": "page",
        "body": "<p>Invented.</p>",
        "is_visible": True,
        "parent_id": 0,
        "sort_order": 0,
        "is_homepage": False,
        "is_customers_only": False,
        "url": f"/page-{ident}/",
        "meta_title": "",
        "meta_keywords": "",
        "meta_description": "",
        "search_keywords": "",
        **fields,
        "id": ident,
    }


def script(ident: str, fields: Data, client_id: str, stamp: str) -> Data:
    """Return a script of the Script Manager with every field."""
    return {
        "description": "",
        "html": "",
        "auto_uninstall": True,
        "load_method": "default",
        "location": "footer",
        "visibility": "storefront",
        "kind": "script_tag",
        "api_client_id": client_id,
        "consent_category": "essential",
        "enabled": True,
        "channel_id": 1,
        "integrity_hashes": [],
        **fields,
        "uuid": ident,
        "date_created": stamp,
        "date_modified": stamp,
    }


def banner(ident: int, fields: Data, stamp: str) -> Data:
    """Return a marketing banner with every field."""
    return {
        "name": "",
        "content": "",
        "page": "home_page",
        "location": "top",
        "date_type": "always",
        "date_from": "",
        "date_to": "",
        "visible": "1",
        "item_id": "0",
        **fields,
        "id": ident,
        "date_created": stamp,
    }


def marketing(v2: str) -> Data:
    """Return coupons, promotions and customer groups."""
    return {
        "coupons": [
            {
                "id": 1,
                "name": "Ten off",
                "type": "percentage_discount",
                "amount": "10.0000",
                "min_purchase": "0.0000",
                "expires": "",
                "enabled": True,
                "code": "TENOFF",
                "applies_to": {"entity": "categories", "ids": [0]},
                "num_uses": 3,
                "max_uses": 0,
                "max_uses_per_customer": 0,
                "shipping_methods": [],
                "date_created": v2,
            }
        ],
        "promotions": [
            {
                "id": 1,
                "redemption_type": "AUTOMATIC",
                "name": "Free mug",
                "display_name": "Free mug",
                "customer": {"group_ids": [], "minimum_order_count": 0, "excluded_group_ids": []},
                "channels": [{"id": 1}],
                "rules": [],
                "current_uses": 0,
                "max_uses": 0,
                "status": "DISABLED",
                "start_date": "2024-02-01T09:00:00+00:00",
                "stop": False,
                "can_be_used_with_other_promotions": True,
                "currency_code": "USD",
                "notifications": [],
                "created_from": "api",
            }
        ],
        "customer_groups": [
            {
                "id": 1,
                "name": "Trade",
                "is_default": False,
                "category_access": {"type": "all"},
                "discount_rules": [],
                "date_created": v2,
                "date_modified": v2,
                "is_group_for_guests": False,
            }
        ],
    }
