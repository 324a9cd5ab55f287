"""The last step of a run that may create a test order: the order is archived, whatever happened.

In interactive mode the vendor must have seen it first: a click on Run All would archive it before
anybody could import it. Headless nobody is waited for, nor when the run's process ends.
"""

from __future__ import annotations

from collections.abc import Iterator

from cartproof.checks.context import CheckContext
from cartproof.checks.created_order import trail
from cartproof.checks.created_order.archive import archive
from cartproof.checks.created_order.create import by_tag
from cartproof.checks.created_order.tag import PREFIX
from cartproof.errors import StoreError
from cartproof.findings import Finding, Verdict
from cartproof.runbook.model import Step
from cartproof.runbook.parameters import applies

TITLE = "Test order archived"
NOW = "archive"
"""What a person types to have the order archived before its arrival is attested."""


def check(context: CheckContext) -> Iterator[Finding]:
    """Archive every order that carries this run's tag; ask nothing when none was ever sent.

    Options:
        arrival: Ids of the steps in which a person sees the order on the vendor's side. In
            interactive mode those that apply must be attested or waived since its creation.
    """
    tag = f"{PREFIX}{context.run_id}"
    own = [e for e in context.journal.events() if e.get("external_order_id") == tag]
    if not any(event.get("event") in trail.CHANGING for event in own):
        yield Finding(Verdict.SKIPPED, TITLE, "This run has created no order; nothing to archive.")
        return
    if not _may_go(context, trail.open_since(own, tag)):
        yield _waits(context)
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


def _may_go(context: CheckContext, open_since: str) -> bool:
    """Tell whether the order has served: it arrived, or nobody can be waited for."""
    if context.is_headless or context.is_ending or not open_since:
        return True
    if context.confirm.strip().casefold() == NOW:
        return True
    arrival = _arrival(context)
    second = open_since[: len("2026-11-22T10:00:00")]  # an answers file may hold whole seconds
    return bool(arrival) and all(context.words.get(step.id, "") >= second for step in arrival)


def _arrival(context: CheckContext) -> list[Step]:
    """Return the steps of this run in which a person sees the order on the vendor's side."""
    steps = (context.runbook.step(name) for name in context.options.get("arrival", []))
    return [step for step in steps if step and applies(step.when, context.parameters)]


def _waits(context: CheckContext) -> Finding:
    titles = " and ".join(f"“{step.title}”" for step in _arrival(context))
    word = f"Attest or waive {titles} once it has; or" if titles else "Once it has,"
    return Finding(
        Verdict.BLOCKED,
        TITLE,
        "The test order is still in the store, for the vendor to import. It is archived once "
        "somebody says that it has arrived, and at the latest when this run's kernel ends.",
        remedy=f"Has the test order arrived on the vendor's side? {word} archive it by "
        f'run.step("…", confirm="{NOW}") with this step’s id.',
        who="engineer",
    )


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
