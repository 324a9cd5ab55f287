"""The last step of a run that may create a test order: the order is archived, whatever happened."""

from __future__ import annotations

from collections.abc import Iterator

from cartproof.checks.context import CheckContext
from cartproof.checks.created_order import trail
from cartproof.checks.created_order.archive import archive
from cartproof.checks.created_order.create import by_tag
from cartproof.checks.created_order.tag import PREFIX
from cartproof.errors import StoreError
from cartproof.findings import Finding, Verdict

TITLE = "Test order archived"


def check(context: CheckContext) -> Iterator[Finding]:
    """Archive every order that carries this run's tag; ask nothing when none was ever sent."""
    tag = f"{PREFIX}{context.run_id}"
    own = [e for e in context.journal.events() if e.get("external_order_id") == tag]
    if not any(event.get("event") in trail.CHANGING for event in own):
        yield Finding(Verdict.SKIPPED, TITLE, "This run has created no order; nothing to archive.")
        return
    idents = {event["order_id"] for event in own if isinstance(event.get("order_id"), int)}
    try:
        idents |= {int(order["id"]) for order in by_tag(context.store, tag)}
    except StoreError as error:
        yield _not_looked_for(tag, error)
    else:
        if not idents:
            yield _none(context, tag)
    for ident in sorted(idents):
        yield archive(context, ident, tag)


def _not_looked_for(tag: str, error: StoreError) -> Finding:
    return Finding(
        Verdict.FAIL,
        TITLE,
        f"Whether an order with external_order_id {tag} is there could not be asked. {error}",
        remedy="Run this step again. Else look for the tag in BigCommerce, Orders > View, and "
        "archive the order by hand; the next run that may create one does it, too.",
        who="engineer",
        evidence=(error.evidence,),
    )


def _none(context: CheckContext, tag: str) -> Finding:
    return Finding(
        Verdict.PASS,
        TITLE,
        f"No order with external_order_id {tag} is in the store; there is none to archive.",
        evidence=(context.store.evidence[-1],),
    )
