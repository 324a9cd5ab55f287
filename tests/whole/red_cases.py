"""What can be set up wrong, or break, in each integration, and which step must then be red.

Every step that a program settles has a case here: `test_steps_against_the_sandbox` runs them all,
and fails where a runbook has such a step without one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cartproof.runbook.loader import load_runbook, runbook_ids

from .conftest import Shop, call

Spoil = Callable[[Shop, Path], Mapping[str, Any]]
"""Breaks something in or around a shop; returns parameters of the run besides the case's."""


@dataclass(frozen=True, slots=True)
class Red:
    """One thing wrong, and the step that must say so, alone.

    Attributes:
        words: Must stand in every remedy of the step that is not settled well, where the verdict
            is `fail`; in one of its messages or remedies else.
        trouble: How the shop is made: `changed` levels of its account, a `variant` of the store.
        spoil: What is broken besides.
    """

    runbook: str
    step: str
    words: str
    verdict: str = "fail"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    trouble: Mapping[str, Any] = field(default_factory=dict)
    spoil: Spoil = lambda _shop, _folder: {}

    def __str__(self) -> str:
        wrong = self.trouble.get("variant") or self.trouble.get("changed") or self.words
        return f"{self.runbook}-{self.step}-{wrong}".replace(" ", "_")


def automated_steps() -> Iterator[tuple[str, str, str]]:
    """Yield runbook, step and check of every step that a program settles."""
    for runbook_id in runbook_ids():
        for step in load_runbook(runbook_id).steps:
            if not step.is_for_a_person:
                yield runbook_id, step.id, step.check or step.collect


def _faulty(**fault: Any) -> Spoil:
    def spoil(shop: Shop, folder: Path) -> Mapping[str, Any]:
        shop.fault(**fault)
        return {}

    return spoil


def _revoked(shop: Shop, folder: Path) -> Mapping[str, Any]:
    shop.revoke()
    return {}


def _side(vendor: str, *, wrong: Mapping[str, str] = {}, **state: Any) -> Spoil:
    """Give the run a login of a vendor's side in that state, with fields of the login changed."""

    def spoil(shop: Shop, folder: Path) -> Mapping[str, Any]:
        made = {**call(f"{shop.sandbox}/_sandbox/vendors/{vendor}", state), **wrong}
        lines = [f"{key.replace('_', ' ').upper()}: {value}" for key, value in made.items()]
        (folder / "login.txt").write_text("\n".join(lines))
        return {"vendor_credentials": f"file:{folder / 'login.txt'}"}

    return spoil


def _order_time_down_at_first(shop: Shop, folder: Path) -> Mapping[str, Any]:
    parameters = _side("order-time")(shop, folder)
    fault = {"kind": "status", "status": 500, "count": 1, "store_hash": "order-time"}
    call(f"{shop.sandbox}/_sandbox/faults", fault)
    return parameters


_READ_OFF = {"scopes_read_off": ["Orders: modify", "Products: read-only"]}
_CREATE = {"create_test_order": True}
_MAY_CREATE = {
    "order-time": {"update_order_status": True},
    "salesorder": _READ_OFF,
}
"""What has those runbooks want Orders at Modify, which a created order needs."""
_SIDE = {"check_vendor_side": True}
_COUNTED = {**_SIDE, "sales_orders_before": "41"}
_ANSWERED = {"scopes_answered": ["Fulfillment methods: read-only"]}
_ITEMS = {"compare_items_list": True}
_DOWN = {"kind": "status", "status": 500}


def _of_every_runbook() -> Iterator[Red]:
    """Yield what goes wrong in each integration alike, from the checks that its steps have."""
    for runbook, step, check in automated_steps():
        creates = {**_CREATE, **_MAY_CREATE.get(runbook, {})}
        if check == "credentials":
            yield Red(runbook, step, "API account", spoil=_revoked)
        elif check == "store":
            down = _faulty(**_DOWN, path="/v2/store", count=3)
            yield Red(runbook, step, "again", "inconclusive", spoil=down)
        elif check == "products_have_skus":
            yield Red(runbook, step, "SKU", trouble={"variant": "products_without_sku"})
        elif check == "test_order":
            yield Red(runbook, step, "test card", trouble={"variant": "no_test_order"})
            refused = _faulty(kind="status", status=400, path="/v2/orders", method="POST", count=1)
            yield Red(runbook, step, "BigCommerce's words", parameters=creates, spoil=refused)
        elif check == "archive_test_order":
            stuck = _faulty(**_DOWN, path="/v2/orders/", method="DELETE")
            yield Red(runbook, step, "by hand", parameters=creates, spoil=stuck)
        elif check == "orders_by_status":
            # The first to ask for the count is the x-ray, which tells Orders by it.
            uncounted = _faulty(**_DOWN, path="/v2/orders/count", after=1, count=3)
            yield Red(runbook, step, "again", "inconclusive", spoil=uncounted)


RED_CASES = (
    *_of_every_runbook(),
    Red("stone-edge", "scopes", "Modify", trouble={"changed": {"Store inventory": "none"}}),
    Red("stone-edge", "scopes", "new", trouble={"changed": {"Orders": "read-only"}}),
    Red("stone-edge", "test-order", "test card", trouble={"variant": "no_orders"}),
    Red(
        "stone-edge",
        "script-answers",
        "Compare Cart ID/Username",
        parameters=_SIDE,
        spoil=_side("connect2cart", wrong={"cart_password": "not-the-password-9471"}),
    ),
    Red("dropstream", "scopes", "Modify", trouble={"changed": {"Store inventory": "none"}}),
    Red("dropstream", "scopes", "new", trouble={"changed": {"Orders": "read-only"}}),
    Red(
        "dropstream",
        "dropstream-side",
        "Enable the store",
        parameters=_SIDE,
        spoil=_side("dropstream", store_enabled=False),
    ),
    Red("order-time", "scopes", "Read-only", trouble={"changed": {"Customers": "none"}}),
    Red(
        "order-time",
        "scopes",
        "Modify",
        parameters={"update_inventory": True},
        trouble={"changed": {"Products": "read-only"}},
    ),
    Red(
        "order-time",
        "scopes",
        "new account",
        parameters={"update_order_status": True},
        trouble={"changed": {"Orders": "read-only"}},
    ),
    Red(
        "order-time",
        "legacy-account-works",
        "Compare both",
        parameters={"legacy": True},
        spoil=_side("legacy", wrong={"api_token": "wrong0token"}),
    ),
    Red(
        "order-time",
        "order-time-before",
        "again",
        "inconclusive",
        parameters={**_SIDE, "sales_orders_before": "40"},
        spoil=_order_time_down_at_first,
    ),
    Red(
        "order-time",
        "order-time-after",
        "order status",
        parameters=_COUNTED,
        spoil=_side("order-time", sales_orders=41),
    ),
    Red(
        "order-time",
        "locations",
        "Store locations",
        "inconclusive",
        parameters={"check_locations": True, "limit_locations": ["Moon"]},
    ),
    Red("storeautomator", "scopes", "Ask the vendor", trouble={"changed": {"Content": "none"}}),
    Red(
        "storeautomator",
        "scopes",
        "Read-only",
        parameters=_ANSWERED,
        trouble={"changed": {"Fulfillment methods": "none"}},
    ),
    Red("salesorder", "scopes", "Read-only", trouble={"changed": {"Customers": "none"}}),
    Red(
        "salesorder",
        "scopes",
        "Modify",
        parameters=_READ_OFF,
        trouble={"changed": {"Orders": "read-only"}},
    ),
    Red("salesorder", "items-match", "this SKU", parameters={**_ITEMS, "test_items": ["NO-SUCH"]}),
    Red(
        "salesorder",
        "items-match",
        "gone.csv",
        "inconclusive",
        parameters={**_ITEMS, "items_list": "gone.csv"},
    ),
    Red("starshipit", "scopes", "Modify", trouble={"changed": {"Themes": "read-only"}}),
    Red("sumtracker", "scopes", "Modify", trouble={"changed": {"Store locations": "read-only"}}),
    Red(
        "sumtracker",
        "stock",
        "Give 1 to 5 SKUs",
        "inconclusive",
        parameters={"compare_stock": True},
    ),
    Red("duoplane", "scopes", "Modify", trouble={"changed": {"Products": "read-only"}}),
)
