"""Orders of ours that a run left behind when it ended without its last step.

They are found by their billing address, which is nobody's and the same on every order of ours,
and known by their tag. An order may belong to a run that is still going on, so it is archived only
if that run's journal, where it is at hand, shows that the run is over; where there is none (the
run was on another machine), only when the order is older than twelve hours: longer than any call
with a merchant, shorter than the time between two nightly runs. What is too young is told of.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from cartproof.checks.context import CheckContext
from cartproof.checks.created_order.archive import archive, by_hand
from cartproof.checks.created_order.tag import EMAIL, PREFIX, is_archived, run_id_in, tag_in
from cartproof.errors import StoreError
from cartproof.findings import Finding, Verdict
from cartproof.store.evidence import StoreApi

TITLE = "Left-over test orders"
SURELY_OVER = timedelta(hours=12)
PAGES = 4
PAGE_SIZE = 250


def left_over(store: StoreApi, *, own: str = "") -> list[Mapping[str, Any]]:
    """Return the orders of ours that are not archived, newest first, but for one run's own.

    Raises:
        StoreError: The store could not be asked.
    """
    found: list[Mapping[str, Any]] = []
    for page in range(1, PAGES + 1):
        params = {"email": EMAIL, "sort": "id:desc", "limit": str(PAGE_SIZE), "page": str(page)}
        orders = store.get_list_v2("/v2/orders", params=params)
        found += [o for o in orders if tag_in(o) not in {"", own} and not is_archived(o)]
        if len(orders) < PAGE_SIZE:
            break
    return found


def report(context: CheckContext) -> Iterator[Finding]:
    """Tell of left-over orders and touch none: such a run was not asked to change anything."""
    orders = yield from _looked_for(context)
    over = [order for order in orders if _is_over(context, order)]
    if over:
        yield _told(context, over, "whose run has ended", "Or run with `create_test_order`.")


def clear_away(context: CheckContext) -> Iterator[Finding]:
    """Archive the left-over orders whose run is over, and tell of those that may be in use."""
    own = f"{PREFIX}{context.run_id}"
    orders = yield from _looked_for(context, own=own)
    for order in orders:
        if _is_over(context, order):
            yield archive(context, int(order["id"]), tag_in(order))
    running = [o for o in orders if not _is_over(context, o)]
    unknown = [o for o in running if context.journal.is_running(run_id_in(tag_in(o))) is None]
    if unknown:
        why = "whose run may still be going on elsewhere, so it is left alone for twelve hours"
        yield _told(context, unknown, why, "A later run archives it.")


def _looked_for(
    context: CheckContext, *, own: str = ""
) -> Generator[Finding, None, list[Mapping[str, Any]]]:
    """Return the left-over orders, yielding what stands in the way of looking for them."""
    try:
        return left_over(context.store, own=own)
    except StoreError as error:
        yield Finding(
            Verdict.WARN,
            TITLE,
            f"Whether an earlier run left an order behind could not be asked. {error}",
            remedy="Run this step again when the store answers.",
            who="engineer",
            evidence=(error.evidence,),
        )
    return []


def _is_over(context: CheckContext, order: Mapping[str, Any]) -> bool:
    is_running = context.journal.is_running(run_id_in(tag_in(order)))
    if is_running is not None:
        return not is_running
    made = _made_at(order)
    return made is not None and context.now() - made > SURELY_OVER


def _made_at(order: Mapping[str, Any]) -> datetime | None:
    """Return when an order was created: by BigCommerce's date, else by its run's id."""
    try:
        made = parsedate_to_datetime(str(order.get("date_created")))
    except ValueError:
        stamp = run_id_in(tag_in(order)).partition("-")[0]
        made = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return made if made.tzinfo else made.replace(tzinfo=UTC)


def _told(
    context: CheckContext, orders: list[Mapping[str, Any]], why: str, instead: str
) -> Finding:
    idents = [int(order["id"]) for order in orders]
    listed = ", ".join(f"{o['id']} ({tag_in(o)})" for o in orders[:10])
    return Finding(
        Verdict.WARN,
        TITLE,
        f"There are {len(orders)} test orders of ours, {why}: {listed}.",
        remedy=f"{by_hand(idents[:10])} {instead}",
        who="engineer",
        data={"order_ids": idents},
        evidence=(context.store.evidence[-1],),
    )
