"""What an order holds: its lines, their SKUs in the catalogue, and whether its sums add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from cartproof.checks.money import money
from cartproof.errors import MissingScope
from cartproof.findings import Finding, Verdict
from cartproof.store.evidence import Evidence, StoreApi

CENT = Decimal("0.01")
ADDED = (
    "subtotal_inc_tax",
    "shipping_cost_inc_tax",
    "handling_cost_inc_tax",
    "wrapping_cost_inc_tax",
)
TAKEN_OFF = ("discount_amount", "coupon_discount")
MOST_SKUS = 25


def examine(store: StoreApi, order: Mapping[str, Any]) -> Iterator[Finding]:
    """Look at an order's lines; the token needs to read Orders, and Products for the SKUs."""
    path = f"/v2/orders/{int(order['id'])}/products"
    lines = store.get_list_v2(path)
    evidence = store.evidence[-1]
    if not lines:
        yield Finding(
            Verdict.FAIL,
            "Order lines",
            "The order has no lines.",
            remedy="Place a test order with at least one product.",
            who="merchant",
            evidence=(evidence,),
        )
        return
    yield from _skus(store, lines, evidence)
    yield from sums(order, lines, evidence)


def _skus(store: StoreApi, lines: list[Mapping[str, Any]], evidence: Evidence) -> Iterator[Finding]:
    without = [line for line in lines if not str(line.get("sku") or "").strip()]
    if without:
        yield Finding(
            Verdict.FAIL,
            "SKUs of the order",
            f"{len(without)} of {len(lines)} lines have no SKU: "
            f"{', '.join(str(line.get('name', '?'))[:80] for line in without[:5])}.",
            remedy="Give these products a SKU in BigCommerce, then place the test order again.",
            who="merchant",
            evidence=(evidence,),
        )
    skus = sorted({str(line["sku"]).strip() for line in lines} - {""}) if not without else []
    if skus:
        yield _in_catalogue(store, skus[:MOST_SKUS], lines)


def _in_catalogue(store: StoreApi, skus: list[str], lines: list[Mapping[str, Any]]) -> Finding:
    before = len(store.evidence)
    try:
        missing = [sku for sku in skus if not _is_known(store, sku)]
    except MissingScope as refused:
        return Finding(
            Verdict.INCONCLUSIVE,
            "SKUs of the order",
            "The token may not read products, so the order's SKUs cannot be looked up.",
            remedy="Grant Products at read-only or more in a new API account.",
            who="merchant",
            evidence=(refused.evidence,),
        )
    evidence = tuple(store.evidence[before:])
    if missing:
        return Finding(
            Verdict.FAIL,
            "SKUs of the order",
            f"Not in the catalogue, neither as product nor as variant: {', '.join(missing)}.",
            remedy="Place the test order with products that are in the catalogue now.",
            who="merchant",
            evidence=evidence,
        )
    return Finding(
        Verdict.PASS,
        "SKUs of the order",
        f"{len(lines)} {'line' if len(lines) == 1 else 'lines'}; each SKU is in the catalogue: "
        f"{', '.join(skus)}.",
        data={"skus": skus, "lines": len(lines)},
        evidence=evidence,
    )


def _is_known(store: StoreApi, sku: str) -> bool:
    for path in ("/v3/catalog/variants", "/v3/catalog/products"):
        params = {"sku": sku, "limit": "1", "include_fields": "sku"}
        exchange = store.get(path, params=params)
        if isinstance(exchange.body, dict) and exchange.body.get("data"):
            return True
    return False


def sums(
    order: Mapping[str, Any], lines: list[Mapping[str, Any]], evidence: Evidence
) -> Iterator[Finding]:
    """Tell whether an order's lines and charges add up to its subtotal and total."""
    lines_sum = _lines_sum(lines)
    subtotal = money(order.get("subtotal_inc_tax"))
    total = money(order.get("total_inc_tax"))
    if lines_sum is None or subtotal is None or total is None:
        yield Finding(
            Verdict.INCONCLUSIVE,
            "Order total",
            "BigCommerce's answer holds an amount that is no number.",
            evidence=(evidence,),
        )
        return
    if abs(lines_sum - subtotal) > CENT * len(lines):
        yield Finding(
            Verdict.FAIL,
            "Order total",
            f"The lines come to {lines_sum}, the order's subtotal is {subtotal}.",
            remedy="Open the order in BigCommerce, compare its lines, place another if in doubt.",
            who="engineer",
            evidence=(evidence,),
        )
        return
    yield _total(order, total, evidence)


def _lines_sum(lines: list[Mapping[str, Any]]) -> Decimal | None:
    total = Decimal(0)
    for line in lines:
        price, quantity = money(line.get("price_inc_tax")), money(line.get("quantity"))
        if price is None or quantity is None:
            return None
        total += price * quantity
    return total


def _total(order: Mapping[str, Any], total: Decimal, evidence: Evidence) -> Finding:
    added = sum((money(order.get(name, 0)) or Decimal(0) for name in ADDED), Decimal(0))
    taken = sum((money(order.get(name, 0)) or Decimal(0) for name in TAKEN_OFF), Decimal(0))
    if abs(added - taken - total) > CENT:
        return Finding(
            Verdict.WARN,
            "Order total",
            f"Subtotal, shipping, handling and wrapping less discounts come to {added - taken}; "
            f"the order says {total}. Fees or credits that this check does not know may be in it.",
            remedy="Compare the total that arrives on the vendor's side with this one.",
            who="engineer",
            evidence=(evidence,),
        )
    return Finding(
        Verdict.PASS,
        "Order total",
        f"The lines and charges add up to the order's total of {total}.",
        data={"total_inc_tax": str(total)},
        evidence=(evidence,),
    )
