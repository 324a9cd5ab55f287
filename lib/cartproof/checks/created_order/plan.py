"""The plan, shown before anything is sent; and the consent that a live store needs."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cartproof.checks.context import CheckContext
from cartproof.checks.created_order.form import NAME, SKU, OrderForm
from cartproof.checks.created_order.tag import EMAIL
from cartproof.checks.wanted_status import option, plain
from cartproof.findings import Finding, Verdict

CONSEQUENCES = (
    "Stock: none changes, since its product is not in the catalogue. Promotions are not applied.",
    "E-mail: BigCommerce mails nothing at its creation; a later change of its status, or a "
    f"shipment, may send mail, which goes to {EMAIL}, an address of nobody.",
    "Webhooks fire (store/order/created): a connected ERP or warehouse may really ship it.",
    "It counts as an order, and its total as sales, which can matter for the plan's price.",
    "In a paid status, a store with Avalara submits a tax document for it.",
    "BigCommerce has no key against doubles: it is looked for by its tag first and never sent "
    "twice.",
    "At the end of the run it is archived, not erased: the control panel can show and restore it.",
)
"""What the engineer must know before an order is created (FACTS d.5)."""

_YES = frozenset({"yes", "true"})


@dataclass(frozen=True, slots=True)
class Planned:
    """A request that will be sent, and what for; `{id}` stands for an id not known yet."""

    method: str
    path: str
    what: str

    @property
    def changes_store(self) -> bool:
        """Tell whether it is more than a question."""
        return self.method != "GET"


def requests_to_create(form: OrderForm) -> tuple[Planned, ...]:
    """Return the requests of the step that creates an order, in the order in which they go out."""
    return (
        Planned("GET", "/v2/order_statuses", f"looks up the number of “{form.status}”"),
        Planned("GET", "/v2/orders?email=***", "looks for orders that earlier runs left behind"),
        Planned("DELETE", "/v2/orders/{id}", "archives each of those whose run is over, if any"),
        Planned("GET", f"/v2/orders?external_order_id={form.tag}", "looks whether it is there"),
        Planned("POST", "/v2/orders", "makes the order, once"),
        Planned("GET", "/v2/orders/{id}", "reads it back"),
        Planned("GET", "/v2/orders/{id}/products", "reads its line back"),
    )


def requests_to_archive(tag: str, order_id: int | None = None) -> tuple[Planned, ...]:
    """Return the requests of the step that archives the order of a run."""
    ident = "{id}" if order_id is None else str(order_id)
    return (
        Planned("GET", f"/v2/orders?external_order_id={tag}", "looks for this run's order"),
        Planned("GET", f"/v2/orders/{ident}", "reads whether it carries this run's tag"),
        Planned("DELETE", f"/v2/orders/{ident}", "archives it; the control panel can restore it"),
    )


def made(form: OrderForm) -> str:
    """Return in words what will be there afterwards."""
    channel = "BigCommerce's default channel, 1" if form.channel_id is None else form.channel_id
    return (
        f"1 × “{NAME}” (SKU {SKU}, a custom product) at {form.price}, for a guest with an invented "
        f"address, in status “{form.status}”, channel {channel}, external_order_id {form.tag}"
    )


def is_wanted(context: CheckContext) -> bool:
    """Tell whether the step is to create an order, not only to find one."""
    value = option(context, "create", default=False)
    return value is True or plain(value) in _YES


def plan(context: CheckContext, form: OrderForm) -> Finding:
    """Return what will be created and what that entails."""
    kind = "the sandbox" if context.store.is_sandbox else "the LIVE store"
    requests = (*requests_to_create(form), *requests_to_archive(form.tag))
    return Finding(
        Verdict.PASS,
        "Plan of the test order",
        f"In {kind} {context.store.store_hash} one order will be created: {made(form)}. "
        f"What follows from it: {' '.join(CONSEQUENCES)}",
        data={
            "external_order_id": form.tag,
            "status_id": form.status_id,
            "price": str(form.price),
            "channel_id": form.channel_id,
            "requests": [f"{one.method} {one.path}: {one.what}" for one in requests],
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
    what, text = to_type(context)
    if _typed(context.confirm) == _typed(text):
        return None
    return _blocked(
        context.confirm,
        f"This is a LIVE store. Type the store's {what}, {text}, in full: in this step's panel, or "
        'run.step("…", confirm="…") with this step’s id.',
    )


def to_type(context: CheckContext) -> tuple[str, str]:
    """Return what a person types to have an order created in a live store, and what that is.

    It is the store's name where the token may read it (`checks.store` keeps it), else its hash.
    """
    facts = context.facts.get("store")
    name = _typed(facts.get("name")) if isinstance(facts, Mapping) else ""
    return ("name", name) if name else ("hash", context.store.store_hash)


def _typed(text: Any) -> str:
    return unicodedata.normalize("NFC", str(text or "").strip())


def _blocked(given: str, remedy: str) -> Finding:
    happened = "What was given does not match" if given.strip() else "Nobody has confirmed it"
    return Finding(
        Verdict.BLOCKED,
        "Consent to the test order",
        f"{happened}, so no order was created and nothing was changed.",
        remedy=f"{happened}. {remedy}",
        who="engineer",
    )
