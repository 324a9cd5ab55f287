"""The transaction's first half, in its order: plan, consent, orphans, create, verify."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cartproof.checks.context import CheckContext
from cartproof.checks.created_order import orphans, trail
from cartproof.checks.created_order.create import create
from cartproof.checks.created_order.form import OrderForm, form_of
from cartproof.checks.created_order.plan import missing_consent, plan
from cartproof.checks.created_order.verify import verify
from cartproof.findings import Finding


def transact(context: CheckContext, status: Mapping[str, Any]) -> Iterator[Finding]:
    """Show the plan, and carry it out where that is allowed; archiving is the last step's.

    Raises:
        ParameterError: An option cannot be used; nothing was sent.
    """
    form = form_of(context, status)
    yield plan(context, form)
    blocked = missing_consent(context)
    if blocked is not None:
        yield blocked
        yield from orphans.report(context)
        return
    yield from _carried_out(context, form)


def _carried_out(context: CheckContext, form: OrderForm) -> Iterator[Finding]:
    context.journal.write(
        trail.PLANNED,
        run=context.run_id,
        external_order_id=form.tag,
        store_hash=context.store.store_hash,
        status_id=form.status_id,
    )
    yield from orphans.clear_away(context)
    ident, finding = create(context, form)
    yield finding
    if ident is not None:
        yield from verify(context, form, ident)
