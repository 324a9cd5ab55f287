"""The rest of the invented shop: profile, channels, content, settings and the like."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cartproof.sandbox import seed_content

Data = dict[str, Any]

OTHER_CLIENT = "0therappclient00000000000000000"


def info(store_hash: str, name: str) -> Data:
    """Return the store profile of GET /v2/store."""
    domain = f"store-{store_hash}.mybigcommerce.com"
    return {
        "id": store_hash,
        "account_uuid": "",
        "domain": domain,
        "secure_url": f"https://{domain}",
        "control_panel_base_url": f"https://{domain}",
        "status": "live",
        "name": name,
        "first_name": "Maren",
        "last_name": "Oakley",
        "address": "12 Larkspur Lane\nBoise, Idaho 83702",
        "country": "United States",
        "country_code": "US",
        "infrastructure_region": "us-central1",
        "phone": "555-0100",
        "admin_email": "owner@example.com",
        "order_email": "orders@example.com",
        "favicon_url": "",
        "timezone": _TIMEZONE,
        "language": "en",
        "currency": "USD",
        "currency_symbol": "$",
        "decimal_separator": ".",
        "thousands_separator": ",",
        "decimal_places": 2,
        "currency_symbol_location": "left",
        "weight_units": "LBS",
        "dimension_units": "Inches",
        "dimension_decimal_places": 2,
        "dimension_decimal_token": ".",
        "dimension_thousands_token": ",",
        "plan_name": "Sandbox (imitation)",
        "plan_level": "Standard",
        "plan_is_trial": False,
        "industry": "Home & Garden",
        "logo": [],
        "is_price_entered_with_tax": False,
        "store_id": 0,
        "default_channel_id": 1,
        "default_site_id": 1,
        "active_comparison_modules": [],
        "features": _FEATURES,
    }


_TIMEZONE: Data = {
    "name": "America/Boise",
    "raw_offset": -25200,
    "dst_offset": -21600,
    "dst_correction": True,
    "date_format": {"display": "M jS Y", "export": "M jS Y", "extended_display": "M jS Y @ g:i A"},
}
_FEATURES: Data = {
    "stencil_enabled": True,
    "sitewidehttps_enabled": True,
    "facebook_catalog_id": "",
    "checkout_type": "optimized",
    "wishlists_enabled": True,
    "graphql_storefront_api_enabled": True,
    "shopper_consent_tracking_enabled": False,
    "multi_storefront_enabled": False,
    "storefront_limits": {"active": 1, "total_including_inactive": 3},
}


def locations() -> list[Data]:
    """Return three locations; the first is the default shipping origin."""
    places = (
        ("BOI-MAIN", "Boise warehouse", "Boise", "Idaho", "83702"),
        ("AUS-SHOP", "Austin shop", "Austin", "Texas", "78701"),
        ("COL-SHOP", "Columbus shop", "Columbus", "Ohio", "43004"),
    )
    return [_location(ident, place) for ident, place in enumerate(places, start=1)]


def _location(ident: int, place: tuple[str, str, str, str, str]) -> Data:
    code, label, city, state, postcode = place
    hours = {"open": True, "opening": "08:00", "closing": "18:00"}
    days = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
    return {
        "id": ident,
        "code": code,
        "label": label,
        "description": f"{label} of the invented shop",
        "managed_by_external_source": False,
        "type_id": "PHYSICAL",
        "enabled": True,
        "operating_hours": {day: dict(hours) for day in days},
        "time_zone": "America/Boise",
        "created_at": "2024-02-01T09:00:00Z",
        "updated_at": "2024-02-01T09:00:00Z",
        "address": {
            "address1": f"{ident}00 Quarry Street",
            "address2": "",
            "city": city,
            "state": state,
            "zip": postcode,
            "email": f"{code.lower()}@example.com",
            "phone": "555-0100",
            "geo_coordinates": {"latitude": 43.6 - ident, "longitude": -116.2 + ident},
            "country_code": "USA",
        },
        "storefront_visibility": True,
        "special_hours": [],
    }


def families(now: datetime) -> Data:
    """Return every family that is neither catalogue, stock, customers nor orders."""
    v2 = "Thu, 01 Feb 2024 09:00:00 +0000"
    v3 = "2024-02-01T09:00:00Z"
    return {
        **seed_content.content(v2, v3),
        **seed_content.marketing(v2),
        **_channels(v3),
        **_settings(now, v3),
        "carts": [],
        "hooks": [],
        "payment_tokens": [],
        "storefront_tokens": [],
        "stored_instruments": [],
        "pickups": [],
        "pickup_methods": [_pickup_method(v3)],
    }


def _channels(v3: str) -> Data:
    return {
        "channels": [
            {
                "id": 1,
                "external_id": "",
                "is_listable_from_ui": True,
                "is_enabled": True,
                "is_visible": True,
                "status": "active",
                "name": "Storefront",
                "type": "storefront",
                "platform": "bigcommerce",
                "date_created": v3,
                "date_modified": v3,
                "icon_url": "",
            }
        ],
        "currency_assignments": [
            {"channel_id": 1, "enabled_currencies": ["USD"], "default_currency": "USD"}
        ],
        "listings": [_listing(77, v3)],
        "sites": [
            {
                "id": 1,
                "url": "https://shop.example.com",
                "channel_id": 1,
                "created_at": v3,
                "updated_at": v3,
                "ssl_status": "dedicated",
                "urls": [
                    {
                        "url": "https://shop.example.com",
                        "type": "primary",
                        "created_at": v3,
                        "updated_at": v3,
                    }
                ],
                "is_checkout_url_customized": False,
            }
        ],
        "routes": [{"id": 1, "site_id": 1, "type": "home", "matching": "", "route": "/"}],
    }


def _listing(product_id: int, v3: str) -> Data:
    return {
        "channel_id": 1,
        "listing_id": 1,
        "external_id": "",
        "product_id": product_id,
        "state": "active",
        "name": "",
        "description": "",
        "date_created": v3,
        "date_modified": v3,
        "variants": [],
    }


def _pickup_method(v3: str) -> Data:
    return {
        "id": 1,
        "location_id": 2,
        "display_name": "Austin counter",
        "collection_instructions": "Ring the bell.",
        "collection_time_description": "From 10 to 18",
        "date_created": v3,
        "date_modified": v3,
    }


def _settings(now: datetime, v3: str) -> Data:
    return {
        "currencies": [_currency(v3)],
        "zones": [
            {
                "id": 1,
                "name": "United States",
                "type": "country",
                "locations": [{"id": 1, "country_iso2": "US"}],
                "free_shipping": {
                    "enabled": False,
                    "minimum_sub_total": "0.0000",
                    "exclude_fixed_shipping_products": False,
                },
                "handling_fees": {"fixed_surcharge": "0", "display_separately": False},
                "enabled": True,
            }
        ],
        "analytics": [
            {
                "id": 4,
                "channel_id": 1,
                "name": "Google Analytics 4",
                "code": "",
                "enabled": False,
                "data_tag_enabled": False,
                "version": 1,
                "api_secret": "",
            }
        ],
        "store_metafields": [_metafield("1", "read", v3), _metafield("2", "app_only", v3)],
        "systemlogs": [
            {
                "id": 900 + place,
                "type": "general",
                "module": "admin",
                "severity": "success",
                "summary": "Signed in to the control panel",
                "message": "",
                "date_created": (now - timedelta(days=place)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
            for place in range(1, 4)
        ],
    }


def _currency(v3: str) -> Data:
    return {
        "id": 1,
        "is_default": True,
        "last_updated": v3,
        "country_iso2": "US",
        "default_for_country_codes": ["USA"],
        "currency_code": "USD",
        "currency_exchange_rate": "1.0000000000",
        "name": "US Dollar",
        "token": "$",
        "auto_update": False,
        "token_location": "left",
        "decimal_token": ".",
        "thousands_token": ",",
        "decimal_places": 2,
        "enabled": True,
        "is_transactional": True,
        "use_default_name": False,
    }


def _metafield(ident: str, permission_set: str, v3: str) -> Data:
    return {
        "id": ident,
        "key": f"note_{ident}",
        "value": "invented",
        "namespace": "other_app",
        "permission_set": permission_set,
        "resource_type": "store",
        "resource_id": "1",
        "description": "",
        "date_created": v3,
        "date_modified": v3,
        "owner_client_id": OTHER_CLIENT,
    }
