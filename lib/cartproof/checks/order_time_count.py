"""How many sales orders has Order Time, and are they more than before the test order?

One more sales order does not show that it is the test order: which field of it holds BigCommerce's
number is not documented. The finding says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cartproof.checks.context import CheckContext
from cartproof.checks.vendor_side import (
    api_address,
    not_asked_for,
    of_two_worlds,
    opened,
    troubled,
    unusable,
)
from cartproof.errors import CredentialsError, VendorError
from cartproof.findings import Finding, Verdict
from cartproof.runbook.formats import render
from cartproof.store.outside import OutsideAddress
from cartproof.vendors.credentials import API_KEY, DEV_KEY, EMAIL, PASSWORD, VendorCredentials
from cartproof.vendors.order_time import ALLOWED, HOST, sales_order_count

TITLE = "Order Time sales orders"
FACT = "order_time_count"
LONGEST_COUNT = 12


def check(context: CheckContext) -> Iterator[Finding]:
    """Count the sales orders, and compare with an earlier count where there is one.

    The earlier count is the option's, else that in the step's answer (`value`), else that of an
    earlier step of this run.

    Options:
        earlier: The count before the test order, as text; may be `{parameter}`.
        compare: True where an earlier count must be known, after the test order.
    """
    vendor = context.vendor
    if vendor is None:
        yield not_asked_for(context, TITLE)
        return
    try:
        login = _login(vendor)
        address = api_address(vendor, HOST)
        yield of_two_worlds(context, address, TITLE) or _asked(context, vendor, address, login)
    except CredentialsError as error:
        yield unusable(TITLE, error, label="API KEY, EMAIL and PASSWORD or DEV KEY")


def _login(vendor: VendorCredentials) -> dict[str, str]:
    """Return the headers that Order Time wants: key, e-mail, and password or DevKey."""
    last, header = (DEV_KEY, "DevKey") if DEV_KEY in vendor.values else (PASSWORD, "password")
    api_key, email, third = vendor.need(API_KEY, EMAIL, last)
    return {"apiKey": api_key, "email": email, header: third}


def _asked(
    context: CheckContext,
    vendor: VendorCredentials,
    address: OutsideAddress,
    login: dict[str, str],
) -> Finding:
    with opened(context, vendor, address, ALLOWED) as outside:
        try:
            count = sales_order_count(outside, login)
        except VendorError as error:
            return troubled(TITLE, error)
        evidence = tuple(outside.evidence)
    earlier = _earlier(context)
    compares = bool(context.options.get("compare")) or earlier != ""
    if not compares:
        context.facts[FACT] = count
    found = _compared(count, earlier) if compares else _recorded(count)
    return replace(found, data={"count": count, "earlier": earlier}, evidence=evidence)


def _earlier(context: CheckContext) -> str:
    """Return the count before the test order as it was given, empty where none is known."""
    option = render(str(context.options.get("earlier", "")), dict(context.parameters))
    given = (option, str(context.answer.get("value") or ""))
    known = str(context.facts.get(FACT, "")) if context.options.get("compare") else ""
    return next((text.strip() for text in (*given, known) if text.strip()), "")


def _recorded(count: int) -> Finding:
    return Finding(
        Verdict.PASS,
        TITLE,
        f"Order Time takes the login and counts {count} sales orders now. Keep the number: after "
        "the test order it must be higher.",
    )


def _compared(count: int, earlier: str) -> Finding:
    if not (earlier.isascii() and earlier.isdigit() and len(earlier) <= LONGEST_COUNT):
        known = "is no whole number" if earlier else "is not known"
        return _open(
            f"Order Time counts {count} sales orders, but the count before the test order {known}.",
            "Give the count that this check told before the test order was made.",
        )
    before = int(earlier)
    if count < before:
        return _open(
            f"Order Time counts {count} sales orders, fewer than the {before} before the test "
            "order: some were deleted, or the earlier count is another account's.",
            "Look for the test order in Order Time itself.",
        )
    return _judged(count, before)


def _judged(count: int, before: int) -> Finding:
    if count == before:
        return Finding(
            Verdict.FAIL,
            TITLE,
            f"Order Time still counts {count} sales orders: the test order has not arrived.",
            remedy="Import orders in Order Time, look at the cart's order status setting, then "
            "run this again.",
            who="engineer",
        )
    return Finding(
        Verdict.PASS,
        TITLE,
        f"Order Time counts {count} sales orders, {count - before} more than before the test "
        "order. That one of them is the test order, only a look at it shows.",
    )


def _open(message: str, remedy: str) -> Finding:
    return Finding(Verdict.INCONCLUSIVE, TITLE, message, remedy=remedy, who="engineer")
