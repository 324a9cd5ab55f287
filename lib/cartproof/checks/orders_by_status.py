"""How many orders has each status, and how many would be imported on switching on?

The fixed label of a status is BigCommerce's, the other one the merchant's; a vendor's list shows
either, so both are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cartproof.checks.context import CheckContext
from cartproof.checks.options import list_option, option, text_option
from cartproof.checks.refused import refused_finding
from cartproof.checks.shown import counted, named, shown
from cartproof.errors import MissingScope, UnexpectedAnswer
from cartproof.findings import Finding, Verdict
from cartproof.store.evidence import Evidence, StoreApi

TITLE = "Orders by status"
IMPORTED = "Status to import"
_COUNT = "/v2/orders/count"


@dataclass(frozen=True, slots=True)
class Status:
    """An order status, its labels, and how many orders have it."""

    id: int
    fixed: str
    own: str
    orders: int

    def __str__(self) -> str:
        is_renamed = self.own and self.own.casefold() != self.fixed.casefold()
        return f"{self.fixed} (here called {self.own})" if is_renamed else self.fixed


def check(context: CheckContext) -> Iterator[Finding]:
    """Count the orders and look at the statuses to import; the token needs to read Orders.

    Options:
        status: Names of the statuses that the vendor imports, fixed or the merchant's own, a list
            or a text with commas, which may hold `{parameter}`.
        status_id: The status by its number instead.
        status_required: False where the vendor works without one; default true when `status` or
            `status_id` is among the options.
        since: The vendor's import date, ISO 8601; only orders made from then on count.
        waiting_allowed: How many orders may be waiting without a warning, default 0.
    """
    before = len(context.store.evidence)
    try:
        statuses = _statuses(context.store, {})
        since = text_option(context, "since")
        recent = _statuses(context.store, {"min_date_created": since}) if since else statuses
    except MissingScope as refused:
        yield refused_finding(TITLE, "Orders", refused)
        return
    evidence = tuple(context.store.evidence[before:])
    yield _counts(statuses, evidence)
    if {"status", "status_id"} & set(context.options):
        yield from _imported(context, recent, since, evidence)


def _statuses(store: StoreApi, filters: Mapping[str, str]) -> list[Status]:
    """Return all statuses with their counts; a status that the counts leave out has none."""
    answer = store.get(_COUNT, params=filters).body
    counted_list = answer.get("statuses") if isinstance(answer, dict) else None
    counts = {
        entry.get("id"): entry.get("count")
        for entry in counted_list or []
        if isinstance(entry, dict)
    }
    return [
        Status(
            id=int(entry["id"]),
            fixed=shown(str(entry.get("system_label") or entry.get("name") or entry["id"])),
            own=shown(str(entry.get("custom_label") or "")),
            orders=_number(store, counts, entry["id"], filters, is_listed=counted_list is not None),
        )
        for entry in store.get_list_v2("/v2/order_statuses")
    ]


def _number(
    store: StoreApi,
    counts: Mapping[Any, Any],
    status_id: Any,
    filters: Mapping[str, str],
    *,
    is_listed: bool,
) -> int:
    """Return one status's count: from the list, else asked for by itself."""
    number = counts.get(status_id, 0)
    if not is_listed:
        body = store.get(_COUNT, params={**filters, "status_id": str(status_id)}).body
        number = body.get("count") if isinstance(body, dict) else None
    if isinstance(number, int):
        return number
    raise UnexpectedAnswer(
        f"GET {_COUNT}: the answer holds no number of orders. Run this again.",
        evidence=store.evidence[-1],
    )


def _counts(statuses: list[Status], evidence: tuple[Evidence, ...]) -> Finding:
    some = sorted((s for s in statuses if s.orders), key=lambda s: (-s.orders, s.id))
    listed = named(f"{status}: {status.orders:,}" for status in some) or "none"
    return Finding(
        Verdict.PASS,
        TITLE,
        f"{counted(sum(s.orders for s in statuses), 'order')} not archived. {listed}.",
        data={
            "columns": ["id", "fixed", "own", "orders"],
            "rows": [[s.id, s.fixed, s.own, s.orders] for s in statuses],
        },
        evidence=evidence,
    )


def _imported(
    context: CheckContext, statuses: list[Status], since: str, evidence: tuple[Evidence, ...]
) -> Iterator[Finding]:
    number = text_option(context, "status_id")
    names = [number] if number else list_option(context, "status")
    if not names:
        yield _empty(context, statuses)
        return
    found: list[Status] = []
    for name in names:
        fitting = [s for s in statuses if _is_called(s, name, is_number=bool(number))]
        if len(fitting) != 1:
            yield _no_such(name, fitting, statuses, evidence)
        else:
            found += fitting
    if found:
        yield _waiting(context, found, since, evidence)


def _is_called(status: Status, name: str, *, is_number: bool) -> bool:
    if is_number:
        return str(status.id) == name
    plain = " ".join(shown(name).split()).casefold()
    return plain in (status.fixed.casefold(), status.own.casefold())


def _empty(context: CheckContext, statuses: list[Status]) -> Finding:
    vendor = context.runbook.title
    if option(context, "status_required", default=True) is False:
        return Finding(
            Verdict.WARN,
            IMPORTED,
            f"No status is given, so how many orders {vendor} would import is not known.",
            remedy=f"Look up in {vendor} which statuses it imports.",
            who="engineer",
        )
    return Finding(
        Verdict.FAIL,
        IMPORTED,
        f"No status is given. While it is empty in {vendor}, orders can neither be listed nor "
        "imported.",
        remedy=f"Choose a status in {vendor} and give it in the parameters; this store has: "
        f"{', '.join(map(str, statuses))}.",
        who="engineer",
    )


def _no_such(
    name: str, fitting: list[Status], statuses: list[Status], evidence: tuple[Evidence, ...]
) -> Finding:
    said = (
        f"“{shown(name)}” is the name of {len(fitting)} statuses: {named(map(str, fitting))}."
        if fitting
        else f"The store has no order status “{shown(name)}”."
    )
    return Finding(
        Verdict.FAIL,
        IMPORTED,
        said,
        remedy="Give the number of one of them, or rename one in BigCommerce under Settings > "
        "Order statuses."
        if fitting
        else f"Give one of the store's statuses: {', '.join(map(str, statuses))}.",
        who="engineer",
        evidence=evidence,
    )


def _waiting(
    context: CheckContext, found: list[Status], since: str, evidence: tuple[Evidence, ...]
) -> Finding:
    number = sum(status.orders for status in found)
    what = f"{counted(number, 'order is', 'orders are')} in {named(f'“{s}”' for s in found)}"
    made = f" and made since {shown(since)}" if since else ""
    vendor, allowed = context.runbook.title, option(context, "waiting_allowed", 0)
    facts = {"statuses": [status.id for status in found], "orders": number, "since": shown(since)}
    if number <= (allowed if isinstance(allowed, int) else 0):
        then = "All of them" if number else "Nothing that is there already"
        return Finding(
            Verdict.PASS,
            IMPORTED,
            f"{what}{made}. {then} would come over on switching {vendor} on.",
            data=facts,
            evidence=evidence,
        )
    return Finding(
        Verdict.WARN,
        IMPORTED,
        f"{what}{made}. On switching {vendor} on, they would come over too, besides new ones"
        f"{'.' if since else ', unless its import date is set.'}",
        remedy=f"Ask the merchant whether they are wanted in {vendor}; else set the date from "
        "which it imports before switching it on.",
        who="engineer",
        data=facts,
        evidence=evidence,
    )
