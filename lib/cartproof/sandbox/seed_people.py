"""Invented people and where they live; all mail goes to example.com."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

_FIRST = (
    "Ada", "Bruno", "Chiara", "Dmitri", "Esme", "Farid", "Greta", "Hamish", "Ines", "Jonas",
)  # fmt: skip
_LAST = (
    "Applewhite", "Brightwater", "Copperfield", "Dovetail", "Elmsworth", "Fennimore", "Goldacre",
)  # fmt: skip
_PLACES = (
    ("Austin", "Texas", "78701"),
    ("Boise", "Idaho", "83702"),
    ("Columbus", "Ohio", "43004"),
    ("Denver", "Colorado", "80202"),
    ("Eugene", "Oregon", "97401"),
    ("Fargo", "North Dakota", "58102"),
)
_STREETS = ("Larkspur Lane", "Old Mill Road", "Tanager Way", "Quarry Street", "Juniper Court")


def address(number: int) -> dict[str, Any]:
    """Return the postal address of invented person number n, as orders carry it."""
    first, last = _FIRST[number % len(_FIRST)], _LAST[number % len(_LAST)]
    city, state, postcode = _PLACES[number % len(_PLACES)]
    return {
        "first_name": first,
        "last_name": last,
        "company": "",
        "street_1": f"{100 + number * 7} {_STREETS[number % len(_STREETS)]}",
        "street_2": "",
        "city": city,
        "state": state,
        "zip": postcode,
        "country": "United States",
        "country_iso2": "US",
        "phone": f"555-01{number % 100:02d}",
        "email": f"{first}.{last}.{number}@example.com".lower(),
    }


def customers(now: datetime) -> list[dict[str, Any]]:
    """Return 40 customers in the form of V3."""
    return [_customer(number, now) for number in range(1, 41)]


def _customer(number: int, now: datetime) -> dict[str, Any]:
    person = address(number)
    fields = {key: person[key] for key in ("email", "first_name", "last_name", "phone")}
    since = (now - timedelta(days=100 + number)).strftime("%Y-%m-%dT%H:%M:%SZ")
    group = {"customer_group_id": 1 if number % 5 == 0 else 0, "address_count": 1}
    return new_customer(number, {**fields, **group}, since)


def new_customer(ident: int, fields: dict[str, Any], stamp: str) -> dict[str, Any]:
    """Return a customer with every field, the given ones over the defaults."""
    return {
        "email": "",
        "first_name": "",
        "last_name": "",
        "company": "",
        "phone": "",
        "registration_ip_address": "",
        "notes": "",
        "tax_exempt_category": "",
        "customer_group_id": 0,
        "address_count": 0,
        "attribute_count": 0,
        "authentication": {"force_password_reset": False},
        "store_credit_amounts": [{"amount": 0}],
        "accepts_product_review_abandoned_cart_emails": False,
        "origin_channel_id": 1,
        "channel_ids": [1],
        **fields,
        "id": ident,
        "date_created": stamp,
        "date_modified": stamp,
    }
