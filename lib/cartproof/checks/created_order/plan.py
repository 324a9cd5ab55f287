"""The plan, shown before anything is sent; and the consent that a live store needs."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from cartproof.checks.context import CheckContext
from cartproof.checks.created_order.form import NAME, SKU, OrderForm
from cartproof.checks.created_order.tag import EMAIL
from cartproof.checks.wanted_status import option, plain
from cartproof.findings import Finding, Verdict

CONSEQUENCES = (
    "Webhooks fire (store/order/created): a connected ERP or warehouse may really ship it.",
    "It counts as an order, and its total as sales, which can matter for the plan's price.",
    "BigCommerce mails nothing at its creation; a later change of its status, or a shipment, may "
    f"send mail, which goes to {EMAIL}, an address of nobody.",
    "In a paid status, a store with Avalara submits a tax document for it.",
    "Promotions are not applied, and no stock changes: its product is not in the catalogue.",
    "BigCommerce has no key against doubles: it is looked for by its tag first and never sent "
    "twice.",
    "At the end of the run it is archived, not erased: the control panel can show and restore it.",
)
"""What the engineer must know before an order is created (FACTS d.5)."""

_YES = frozenset({"yes", "true"})


def is_wanted(context: CheckContext) -> bool:
    """Tell whether the step is to create an order, not only to find one."""
    value = option(context, "create", default=False)
    return value is True or plain(value) in _YES


def plan(context: CheckContext, form: OrderForm) -> Finding:
    """Return what will be created and what that entails."""
    channel = "BigCommerce's default channel, 1" if form.channel_id is None else form.channel_id
    kind = "the sandbox" if context.store.is_sandbox else "the LIVE store"
    return Finding(
        Verdict.PASS,
        "Plan of the test order",
        f"In {kind} {context.store.store_hash} one order will be created: 1 × “{NAME}” (SKU {SKU}, "
        f"a custom product) at {form.price}, for a guest with an invented address, in status "
        f"“{form.status}”, channel {channel}, external_order_id {form.tag}. "
        f"What follows from it: {' '.join(CONSEQUENCES)}",
        data={
            "external_order_id": form.tag,
            "status_id": form.status_id,
            "price": str(form.price),
            "channel_id": form.channel_id,
            "consequences": list(CONSEQUENCES),
        },
    )


def missing_consent(context: CheckContext) -> Finding | None:
    """Return what is still to be confirmed; None for the sandbox, or when it is confirmed."""
    store_hash = context.store.store_hash
    if context.store.is_sandbox:
        return None
    if context.is_headless:
        given = str(option(context, "confirm_store"))
        if given == store_hash:
            return None
        return _blocked(
            given,
            f"This is a LIVE store. Set `confirm_store` to its store hash, {store_hash}, and run "
            "this again.",
        )
    name = _name_of(context)
    if _typed(context.confirm) == _typed(name or store_hash):
        return None
    wanted = f"the store's name, {name}" if name else f"the store hash, {store_hash}"
    return _blocked(
        context.confirm,
        f"This is a LIVE store. Type {wanted}, in full: "
        'run.step("…", confirm="…") with this step’s id.',
    )


def _name_of(context: CheckContext) -> str:
    """Return the store's name, where the token may read it (`checks.store` keeps it)."""
    facts = context.facts.get("store")
    return _typed(facts.get("name")) if isinstance(facts, Mapping) else ""


def _typed(text: Any) -> str:
    return unicodedata.normalize("NFC", str(text or "").strip())


def _blocked(given: str, remedy: str) -> Finding:
    happened = "What was given does not match" if given.strip() else "Nobody has confirmed it"
    return Finding(
        Verdict.BLOCKED,
        "Consent to the test order",
        f"{happened}, so no order was created and nothing was changed.",
        remedy=remedy,
        who="engineer",
    )
