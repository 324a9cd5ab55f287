"""Has DropStream the store, is it switched on, and did the test order arrive there?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

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
from cartproof.store.outside import Outside
from cartproof.vendors.credentials import PASSWORD, USERNAME
from cartproof.vendors.dropstream import (
    ALLOWED,
    HOST,
    PLATFORM,
    DropStream,
    DropStreamConnection,
    DropStreamOrder,
    DropStreamStore,
    OrderKey,
    moment,
)

LOGIN, STORE = "DropStream login", "DropStream store"
CONNECTION, IMPORT, ORDER = "DropStream connection", "DropStream order import", "Test order"
_KEYS: tuple[OrderKey, ...] = ("external_display_id", "external_id")


def check(context: CheckContext) -> Iterator[Finding]:
    """Sign in, look at store and connection, and look for the run's test order by its number."""
    vendor = context.vendor
    if vendor is None:
        yield not_asked_for(context, LOGIN)
        return
    try:
        username, password = vendor.need(USERNAME, PASSWORD)
        address = api_address(vendor, HOST)
        mixed = of_two_worlds(context, address, LOGIN)
        if mixed is not None:
            yield mixed
            return
        with opened(context, vendor, address, ALLOWED) as outside:
            dropstream = DropStream(outside)
            context.learn((dropstream.sign_in(username, password),))
            yield from _looked_at(context, dropstream, outside)
    except CredentialsError as error:
        yield unusable(LOGIN, error, label="USERNAME and PASSWORD")
    except VendorError as error:
        yield troubled(LOGIN, error)


def _looked_at(
    context: CheckContext, dropstream: DropStream, outside: Outside
) -> Iterator[Finding]:
    yield _found(LOGIN, "DropStream takes the login.", outside)
    stores = _ours(dropstream.stores(), context)
    on = [store for store in stores if store.is_enabled]
    yield _store_finding(stores, on, outside)
    if not on:
        return
    ids = {store.id for store in on}
    linked = [each for each in dropstream.connections() if each.store_id in ids]
    yield _connection_finding(linked, outside)
    yield from _arrival(context, dropstream, on, outside)


def _ours(
    stores: tuple[DropStreamStore, ...], context: CheckContext
) -> tuple[DropStreamStore, ...]:
    """Return the BigCommerce stores; only that of this shop's address where one has it."""
    candidates = tuple(store for store in stores if store.platform == PLATFORM)
    domain = str(context.facts.get("store", {}).get("domain", "")).casefold()
    same = tuple(s for s in candidates if domain and domain in s.url.casefold())
    return same or candidates


def _found(title: str, message: str, outside: Outside, **data: Any) -> Finding:
    return Finding(Verdict.PASS, title, message, data=data, evidence=(outside.evidence[-1],))


def _missing(
    title: str, message: str, remedy: str, outside: Outside, verdict: Verdict = Verdict.FAIL
) -> Finding:
    evidence = (outside.evidence[-1],)
    return Finding(verdict, title, message, remedy=remedy, who="engineer", evidence=evidence)


def _store_finding(
    stores: tuple[DropStreamStore, ...], on: list[DropStreamStore], outside: Outside
) -> Finding:
    if not stores:
        return _missing(
            STORE,
            "This login sees no BigCommerce store in DropStream.",
            "Add the store (Add Connection, Store Setup, Create new store), or use the login of "
            "the account that has it.",
            outside,
        )
    if not on:
        return _missing(
            STORE,
            f"The store {_names(stores)} is disabled in DropStream.",
            "Enable the store in DropStream. Orders that came meanwhile are not fetched.",
            outside,
        )
    return _found(STORE, f"DropStream has the store {_names(on)}, enabled.", outside)


def _names(parts: Any) -> str:
    return ", ".join(f"“{part.name or part.id}”" for part in list(parts)[:5])


def _connection_finding(linked: list[DropStreamConnection], outside: Outside) -> Finding:
    if not linked:
        return _missing(
            CONNECTION,
            "No connection in DropStream leads from this store to a warehouse.",
            "Add a connection in DropStream (Add Connection).",
            outside,
        )
    on = [connection for connection in linked if connection.is_enabled]
    if not on:
        return _missing(
            CONNECTION,
            f"The connection {_names(linked)} is disabled, as new connections are.",
            "Enable the connection in DropStream. Orders that came meanwhile are not fetched.",
            outside,
        )
    return _found(CONNECTION, f"The connection {_names(on)} is enabled.", outside)


def _arrival(
    context: CheckContext, dropstream: DropStream, stores: list[DropStreamStore], outside: Outside
) -> Iterator[Finding]:
    test = context.facts.get("test_order") or {}
    number = str(test.get("id") or "")
    if not number:
        yield _missing(
            ORDER,
            "No test order is known in this run, so it cannot be looked for in DropStream.",
            "Run the test order step first, then this one again.",
            outside,
            Verdict.INCONCLUSIVE,
        )
        return
    order = _order(dropstream, stores, number)
    if order is not None:
        state = f", in state {order.fulfillment_state}" if order.fulfillment_state else ""
        yield _found(ORDER, f"Order {number} is in DropStream{state}.", outside, order_id=number)
        return
    yield _not_arrived(number, _has_imported_since(test, stores), outside)


def _order(
    dropstream: DropStream, stores: list[DropStreamStore], number: str
) -> DropStreamOrder | None:
    for store in stores:
        for key in _KEYS:
            found = dropstream.orders(store.id, key, number)
            if found:
                return found[0]
    return None


def _has_imported_since(test: Mapping[str, Any], stores: list[DropStreamStore]) -> bool | None:
    """Tell whether orders were imported since the test order; None where that cannot be told."""
    made = _made_at(str(test.get("date_created") or ""))
    imports = [store.order_imported_at for store in stores if store.order_imported_at]
    if not imports:
        return False
    return None if made is None else max(imports) > made


def _made_at(text: str) -> datetime | None:
    """Return a moment as BigCommerce writes it: RFC 2822 in V2, ISO 8601 in V3."""
    try:
        read = parsedate_to_datetime(text)
    except ValueError:
        return moment(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _not_arrived(number: str, has_imported: bool | None, outside: Outside) -> Finding:
    if has_imported:
        return _missing(
            ORDER,
            f"DropStream imported orders after order {number} was made, but that one is not there.",
            "Compare the order's status in BigCommerce with the Order Import Status in DropStream.",
            outside,
        )
    when = "when it last did is not known" if has_imported is None else "it has not since"
    return _missing(
        IMPORT,
        f"Order {number} is not in DropStream. DropStream imports from time to time; {when}.",
        "Wait for DropStream's next import of orders, then run this again.",
        outside,
        Verdict.INCONCLUSIVE,
    )
