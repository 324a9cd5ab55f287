"""Is there a test order, and does it look as the integration will want to import it?

Only reads, unless the step is to create one (`created_order`). An order counts as a test when any
of three signs shows it was paid by BigCommerce's test gateway: its payment method's name, a
transaction's gateway `testgateway`, or a transaction marked `test`; merchants can rename the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cartproof.checks.context import CheckContext
from cartproof.checks.created_order import orphans
from cartproof.checks.created_order.plan import is_wanted
from cartproof.checks.created_order.transaction import transact
from cartproof.checks.order_candidates import CANDIDATES, Candidate, candidates
from cartproof.checks.order_lines import examine
from cartproof.checks.wanted_status import label, wanted_status
from cartproof.errors import MissingScope, StoreError
from cartproof.findings import Finding, Verdict

TITLE = "Test order"


def check(context: CheckContext) -> Iterator[Finding]:
    """Find the newest test order in the wanted status and examine it, or create one.

    A person may choose another of the orders found: the answers file holds its id (`order`).

    Options:
        status: Name of the order status, as BigCommerce or the merchant calls it; may hold
            `{parameter}`. Default Awaiting Fulfillment.
        status_id: The status by its number instead.
        since: Only orders made from this ISO 8601 moment on.
        max_age_days: Only orders made in this many days.
        paid_by_test_gateway: False to take the newest order in that status as the test.
        create: Create an order instead of looking for one; it is archived at the run's end.
        confirm_store: The store hash, which a headless run on a live store needs to create one.
        price: Price of the created order's product, 0 or 1. Default 1.
        channel_id: Channel of the created order. Default BigCommerce's, 1.
    """
    try:
        status = wanted_status(context)
    except MissingScope as refused:
        yield _unreadable(refused)
        return
    if isinstance(status, Finding):
        yield status
    elif is_wanted(context):
        yield from transact(context, status)
    else:
        yield from _find(context, status)


def _find(context: CheckContext, status: Mapping[str, Any]) -> Iterator[Finding]:
    before = len(context.store.evidence) - 1
    word = context.answer.get("order") or {}
    try:
        found = candidates(context, status, word.get("id"))
    except MissingScope as refused:
        yield _unreadable(refused)
        return
    evidence = tuple(context.store.evidence[before:])
    taken = next((one for one in found if one.is_taken), None)
    rows = [one.row() for one in found]
    if taken is None:
        yield _gone(status, word, rows, evidence) if word else _none(status, rows, evidence)
    else:
        order = taken.order
        context.facts["test_order"] = {key: order.get(key) for key in ("id", "date_created")}
        yield _found(taken, status, word, rows, evidence)
        yield from examine(context.store, order)
    yield from orphans.report(context)


def _unreadable(refused: StoreError) -> Finding:
    return Finding(
        Verdict.INCONCLUSIVE,
        TITLE,
        "The token may not read orders, so no test order can be looked for.",
        remedy="Grant Orders at read-only or more in a new API account, then run this again.",
        who="merchant",
        evidence=(refused.evidence,),
    )


def _none(
    status: Mapping[str, Any], rows: list[dict[str, Any]], evidence: tuple[Any, ...]
) -> Finding:
    name = label(status)
    return Finding(
        Verdict.FAIL,
        TITLE,
        f"None of the newest {CANDIDATES} orders in status “{name}” was paid by the test gateway.",
        remedy="In BigCommerce, switch the Test Payment Gateway on under Settings > Payments, "
        "place an order in the storefront with a test card, leave it in "
        f"“{name}”, switch the gateway off, and run this again.",
        who="merchant",
        data={"status_id": status.get("id"), "candidates": rows},
        evidence=evidence,
    )


def _gone(
    status: Mapping[str, Any],
    word: Mapping[str, Any],
    rows: list[dict[str, Any]],
    evidence: tuple[Any, ...],
) -> Finding:
    return Finding(
        Verdict.FAIL,
        TITLE,
        f"Order {word.get('id')}, which {word.get('who')} chose, is not among the orders in "
        f"“{label(status)}” that this step looks at: moved on, archived, or too old.",
        remedy="Choose another order in this step's panel, or take `order` out of the step's entry "
        "in the answers file; then run this again.",
        who="engineer",
        data={"status_id": status.get("id"), "candidates": rows},
        evidence=evidence,
    )


def _found(
    taken: Candidate,
    status: Mapping[str, Any],
    word: Mapping[str, Any],
    rows: list[dict[str, Any]],
    evidence: tuple[Any, ...],
) -> Finding:
    order = taken.order
    customer = "a guest" if str(order.get("customer_id", 0)) == "0" else "a registered customer"
    facts = {
        "order_id": order.get("id"),
        "status_id": order.get("status_id"),
        "date_created": order.get("date_created"),
        "payment_method": str(order.get("payment_method", ""))[:80],
        "channel_id": order.get("channel_id"),
        "total_inc_tax": str(order.get("total_inc_tax", "")),
        "currency_code": order.get("currency_code"),
    }
    who = str(word.get("who", ""))
    is_doubtful = taken.is_test is False
    return Finding(
        Verdict.WARN if is_doubtful else Verdict.PASS,
        TITLE,
        f"Order {facts['order_id']} of {facts['date_created']} is in “{label(status)}”, by "
        f"{customer}, in channel {facts['channel_id']}, total {facts['total_inc_tax']} "
        f"{facts['currency_code']}, paid by {facts['payment_method']}."
        + (f" {who} chose it." if who else "")
        + (" Nothing shows that the test gateway paid it." if is_doubtful else ""),
        remedy="Make sure that it is no customer's real order." if is_doubtful else "",
        who="engineer" if is_doubtful else "",
        data={**facts, **({"chosen_by": who} if who else {}), "candidates": rows},
        evidence=evidence,
    )
