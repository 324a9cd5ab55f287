"""Reading the created order back: is it what was sent?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cartproof.checks.context import CheckContext
from cartproof.checks.created_order.form import SKU, OrderForm
from cartproof.checks.created_order.tag import is_archived
from cartproof.checks.money import money
from cartproof.checks.order_lines import sums
from cartproof.errors import StoreError
from cartproof.findings import Finding, Verdict
from cartproof.store.evidence import Evidence

TITLE = "Test order read back"


def verify(context: CheckContext, form: OrderForm, ident: int) -> Iterator[Finding]:
    """Compare an order and its lines with what was sent, and its sums with each other."""
    before = len(context.store.evidence)
    try:
        body = context.store.get(f"/v2/orders/{ident}").body
        order: Mapping[str, Any] = body if isinstance(body, dict) else {}
        lines = context.store.get_list_v2(f"/v2/orders/{ident}/products")
    except StoreError as error:
        yield _unread(ident, error)
        return
    evidence = tuple(context.store.evidence[before:])
    wrong = [*_wrong_order(form, order), *_wrong_lines(form, lines)]
    yield _differs(ident, wrong, evidence) if wrong else _same(ident, form, order, evidence)
    if lines:
        yield from sums(order, lines, evidence[-1])


def _wrong_order(form: OrderForm, order: Mapping[str, Any]) -> Iterator[str]:
    wanted = {
        "external_order_id": form.tag,
        "status_id": str(form.status_id),
        "customer_id": "0",
        "channel_id": str(form.channel_id or order.get("channel_id")),
    }
    for name, value in wanted.items():
        if str(order.get(name)) != value:
            yield f"{name} is {str(order.get(name))[:60]}, {value} was sent"
    if is_archived(order):
        yield "it is archived already"
    total = money(order.get("total_inc_tax"))
    if total != form.price:
        yield f"its total is {total}, {form.price} was sent"


def _wrong_lines(form: OrderForm, lines: list[Mapping[str, Any]]) -> Iterator[str]:
    if len(lines) != 1:
        yield f"it has {len(lines)} lines, 1 was sent"
    for line in lines[:1]:
        if line.get("sku") != SKU:
            yield f"its SKU is {str(line.get('sku'))[:60]}, {SKU} was sent"
        if str(line.get("quantity")) != "1":
            yield f"its quantity is {str(line.get('quantity'))[:20]}, 1 was sent"
        if money(line.get("price_inc_tax")) != form.price:
            yield f"its price is {str(line.get('price_inc_tax'))[:20]}, {form.price} was sent"
        if line.get("product_id"):
            yield "its product is one of the catalogue, a custom one was sent"


def _same(
    ident: int, form: OrderForm, order: Mapping[str, Any], evidence: tuple[Evidence, ...]
) -> Finding:
    facts = {
        "order_id": ident,
        "external_order_id": form.tag,
        "status_id": form.status_id,
        "channel_id": order.get("channel_id"),
        "total_inc_tax": str(order.get("total_inc_tax", "")),
        "currency_code": order.get("currency_code"),
        "date_created": order.get("date_created"),
    }
    return Finding(
        Verdict.PASS,
        TITLE,
        f"Order {ident} is in “{form.status}”, by a guest, in channel {facts['channel_id']}, total "
        f"{facts['total_inc_tax']} {facts['currency_code']}, with one line, SKU {SKU}, which is "
        "not in the catalogue on purpose.",
        data=facts,
        evidence=evidence,
    )


def _differs(ident: int, wrong: list[str], evidence: tuple[Evidence, ...]) -> Finding:
    return Finding(
        Verdict.FAIL,
        TITLE,
        f"Order {ident} is not what was sent: {'; '.join(wrong)}.",
        remedy="Look at the order in BigCommerce, Orders > View: an app or a tax rule of this "
        "store may have changed it. Settle that before you judge by what the vendor imports.",
        who="engineer",
        evidence=evidence,
    )


def _unread(ident: int, error: StoreError) -> Finding:
    return Finding(
        Verdict.INCONCLUSIVE,
        TITLE,
        f"Order {ident} could not be read back. {error}",
        remedy="Run this step again: the order is found by its tag, none is created anew.",
        who="engineer",
        evidence=(error.evidence,),
    )
