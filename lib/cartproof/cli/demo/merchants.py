"""The demo's merchants: what is wrong with each, and what a run must come to."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cartproof.checks.scopes import wanted_rows
from cartproof.runbook.filled_in import with_filled_in_scopes
from cartproof.runbook.parameters import typed
from cartproof.scopes.catalogue import ROWS, UNSTATED, find_row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartproof.runbook.model import Runbook


@dataclass(frozen=True, slots=True)
class Merchant:
    """An invented merchant.

    Attributes:
        trouble: What is wrong, in the words of the table; empty when nothing is.
        verdict: What a run must come to.
        red: Id of the step that must be red, empty for none.
        changed: Levels that the account got instead of those wanted, by row.
        variant: Which store the sandbox makes.
    """

    name: str
    trouble: str
    verdict: str
    red: str = ""
    changed: Mapping[str, str] = field(default_factory=dict)
    variant: str = "standard"
    is_revoked: bool = False
    is_of_other_store: bool = False


MERCHANTS = (
    Merchant("Northwind Candles", "nothing: all as it should be", "verified"),
    Merchant(
        "Bramble & Oak",
        "Store Inventory left at None",
        "failed",
        "scopes",
        {"Store inventory": "none"},
    ),
    Merchant(
        "Copper Kettle Co.",
        "Themes and Marketing at Modify, nobody asked",
        "verified",
        changed={"Themes": "modify", "Marketing": "modify"},
    ),
    Merchant(
        "Dune Surf Supply",
        "Orders read-only, Modify is wanted",
        "failed",
        "scopes",
        {"Orders": "read-only"},
    ),
    Merchant(
        "Elmstead Books", "another store's token", "failed", "credentials", is_of_other_store=True
    ),
    Merchant("Fjord Knitwear", "API account deleted", "failed", "credentials", is_revoked=True),
    Merchant(
        "Gable & Finch", "no test order placed", "failed", "test-order", variant="no_test_order"
    ),
    Merchant("Harbour Teas", "store suspended", "incomplete", "credentials", variant="suspended"),
)

_RIGHT = MERCHANTS[0]
_TWO_OF = {
    "order-time": (
        _RIGHT,
        Merchant(
            "Ivy Lane Ceramics",
            "Customers left at None",
            "failed",
            "scopes",
            {"Customers": "none"},
        ),
    ),
    "storeautomator": (
        _RIGHT,
        Merchant("Juniper Toys", "Content left at None", "failed", "scopes", {"Content": "none"}),
    ),
    "salesorder": (_RIGHT, next(one for one in MERCHANTS if one.red == "test-order")),
}


def merchants_of(runbook_id: str) -> tuple[Merchant, ...]:
    """Return the merchants that the demo runs through a runbook: all, or one right, one wrong."""
    return _TWO_OF.get(runbook_id, MERCHANTS)


ATTESTED_ROWS = (
    "Checkout content",
    "Customers login",
    "Order transactions",
    "Stored payment instruments",
    "Metafield ownership",
    "Metafields access",
)
"""Rows that a person reads off the screen, since REST cannot settle them for every account."""


def levels_for(
    runbook: Runbook, merchant: Merchant, parameters: Mapping[str, Any] | None = None
) -> dict[str, str]:
    """Return the level of every row on the merchant's account.

    A row that the article names without a level gets the least that counts; one that is only
    perhaps meant stays as it is.
    """
    values = typed(runbook, parameters or {})
    account = with_filled_in_scopes(runbook, values).account
    levels = {row.name: row.levels[0] for row in ROWS}
    for name, wanted in wanted_rows(account.scopes, values).items():
        if wanted.level != UNSTATED:
            levels[name] = wanted.level
        elif wanted.status != "inferred":
            levels[name] = find_row(name).levels[1]
    return levels | {find_row(row).name: level for row, level in merchant.changed.items()}


def create_account(
    sandbox: str, merchant: Merchant, levels: Mapping[str, str], *, number: int
) -> dict[str, str]:
    """Create the merchant's API account on the sandbox, in a store of its own by `number`.

    Returns:
        `store_hash`, `client_id`, `client_secret`, `access_token`, `api_path`.
    """
    wanted = {"name": merchant.name, "scopes": dict(levels), "variant": merchant.variant}
    store_hash = f"demo{number:02}{merchant.name[:4].strip().lower()}"
    made = _post(f"{sandbox}/_sandbox/api-accounts", {**wanted, "store_hash": store_hash})
    if merchant.is_of_other_store:
        other = _post(
            f"{sandbox}/_sandbox/api-accounts", {**wanted, "store_hash": f"other{number:02}xyz"}
        )
        made = {**other, "api_path": made["api_path"], "store_hash": made["store_hash"]}
    if merchant.is_revoked:
        _delete(f"{sandbox}/_sandbox/api-accounts/{made['client_id']}")
    return made


def credentials_file(merchant: Merchant, made: Mapping[str, str]) -> str:
    """Return the credentials as BigCommerce's downloaded file has them."""
    return (
        f"ACCESS TOKEN: {made['access_token']}\n"
        f"CLIENT ID: {made['client_id']}\n"
        f"CLIENT SECRET: {made['client_secret']}\n"
        f"NAME: {merchant.name}\n"
        f"API PATH: {made['api_path']}\n"
    )


def answers_for(
    runbook: Runbook, merchant: Merchant, levels: Mapping[str, str], *, when: str
) -> dict[str, Any]:
    """Return the answers file of an engineer who saw every screen and did every step."""
    word = {"who": "Ada Okafor (demo)", "when": when}
    steps: dict[str, Any] = {
        step.id: {"verdict": "attested", **word, "note": "seen on the screen"}
        for step in runbook.steps
        if step.is_for_a_person
    }
    rows = {row: {"level": levels[row], **word} for row in ATTESTED_ROWS}
    scopes = next(step.id for step in runbook.steps if step.check == "scopes")
    steps[scopes] = {"rows": rows}
    return {"schema": 1, "runbook": runbook.id, "customer": merchant.name, "steps": steps}


def _post(url: str, body: Mapping[str, Any]) -> dict[str, str]:
    request = urllib.request.Request(  # noqa: S310 - our own server on loopback
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        made: dict[str, str] = json.load(answer)
    return made


def _delete(url: str) -> None:
    request = urllib.request.Request(url, method="DELETE")  # noqa: S310 - as above
    with urllib.request.urlopen(request, timeout=10):  # noqa: S310
        pass
