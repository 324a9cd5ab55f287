"""The mark by which an order of ours is known: `external_order_id` is `cartproof-<run id>`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cartproof.errors import ParameterError

PREFIX = "cartproof-"
_RUN_ID = r"\d{8}T\d{6}Z-[0-9a-f]{8}"
_TAG = re.compile(f"{PREFIX}{_RUN_ID}")

EMAIL = "cartproof-test-order@example.com"
"""Billing address of every order of ours: nobody's (RFC 2606), and a filter of the orders list."""


def tag_of(run_id: str) -> str:
    """Return the tag of a run's order, 35 characters.

    Raises:
        ParameterError: The run's id is none of ours, so its orders could not be told from others.
    """
    tag = f"{PREFIX}{run_id}"
    if not _TAG.fullmatch(tag):
        raise ParameterError(
            f"The run's id {run_id[:60]!r} cannot tag an order. Let the run choose its id, or give "
            "a folder that ends in one like 20261122T100000Z-1a2b3c4d. Nothing was sent."
        )
    return tag


def tag_in(order: Mapping[str, Any]) -> str:
    """Return the tag that an order carries; empty when the order is not ours."""
    tag = str(order.get("external_order_id") or "")
    return tag if _TAG.fullmatch(tag) else ""


def run_id_in(tag: str) -> str:
    """Return the id of the run that made an order with this tag."""
    return tag.removeprefix(PREFIX)


def is_archived(order: Mapping[str, Any]) -> bool:
    """Tell whether BigCommerce says that an order is archived."""
    return str(order.get("is_deleted")).lower() in {"true", "1"}
