"""The order status that a step asks for, by name or number, as the store itself lists it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cartproof.checks.context import CheckContext
from cartproof.findings import Finding, Verdict
from cartproof.runbook.formats import render


def option(context: CheckContext, name: str, default: Any = "") -> Any:
    """Return a step's option, with the run's parameters filled in where it is text."""
    value = context.options.get(name, default)
    return render(value, dict(context.parameters)) if isinstance(value, str) else value


def wanted_status(context: CheckContext) -> Mapping[str, Any] | Finding:
    """Return the order status to look for as BigCommerce lists it, or what is wrong with it.

    Raises:
        StoreError: The store's statuses cannot be read.
    """
    statuses = context.store.get_list_v2("/v2/order_statuses")
    number = context.options.get("status_id")
    name = status_name(context)
    for status in statuses:
        labels = {plain(status.get(key)) for key in ("name", "system_label", "custom_label")}
        if status.get("id") == number or (number is None and plain(name) in labels):
            return status
    known = ", ".join(str(status.get("system_label") or status.get("name")) for status in statuses)
    return Finding(
        Verdict.FAIL,
        "Order status",
        f"The store has no order status {(number if number is not None else name)!r}.",
        remedy=f"Give one of the store's statuses: {known}.",
        who="engineer",
        evidence=(context.store.evidence[-1],),
    )


def status_name(context: CheckContext) -> str:
    """Return the name of the status that a step asks for, without asking the store."""
    return str(option(context, "status", "Awaiting Fulfillment")).strip()


def label(status: Mapping[str, Any]) -> str:
    """Return a status's fixed label, with the merchant's own where it differs."""
    fixed = str(status.get("system_label") or status.get("name") or status.get("id"))
    own = str(status.get("custom_label") or "")
    return f"{fixed} (here called {own})" if own and plain(own) != plain(fixed) else fixed


def plain(text: object) -> str:
    """Return a label as labels are compared."""
    return str(text or "").strip().casefold()
