"""The words a runbook may use besides its own: checks, values, and names a run keeps for itself.

The checks themselves stand in `cartproof.checks`, which a runbook must not import; a test holds
the two lists equal.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownCheck:
    """A check as a runbook sees it.

    Attributes:
        answers: The question that it answers.
        options: The `options:` it takes.
        needs_vendor_login: Whether its runbook must have the parameter VENDOR_CREDENTIALS.
        reads_a_table: Whether it reads a file with pandas, which takes long to import.
    """

    answers: str
    options: frozenset[str] = frozenset()
    needs_vendor_login: bool = False
    reads_a_table: bool = False


CHECKS: dict[str, KnownCheck] = {
    "credentials": KnownCheck("Do the credentials have the form that BigCommerce gives them?"),
    "store": KnownCheck("Does the store answer to this token, and which store is it?"),
    "scopes": KnownCheck("Has the token each scope that the runbook wants, and no more?"),
    "test_order": KnownCheck(
        "Is there a test order that looks as it should?",
        frozenset(
            {"status", "status_id", "since", "max_age_days", "paid_by_test_gateway"}
            | {"create", "confirm_store", "price", "channel_id"}
        ),
    ),
    "archive_test_order": KnownCheck(
        "Is the order that this run created archived?", frozenset({"arrival"})
    ),
    "products_have_skus": KnownCheck("Has every product and every variant a SKU of its own?"),
    "connect2cart": KnownCheck(
        "Does the Script URL answer, and take the cart's login? (untested against Connect2Cart)",
        needs_vendor_login=True,
    ),
    "dropstream_side": KnownCheck(
        "Has DropStream the store, switched on, and the test order?", needs_vendor_login=True
    ),
    "legacy_account": KnownCheck(
        "Does a legacy API account, as BigCommerce no longer issues them, still work?",
        needs_vendor_login=True,
    ),
    "order_time_count": KnownCheck(
        "How many sales orders has Order Time, and is it more than before the test order?",
        frozenset({"earlier", "compare"}),
        needs_vendor_login=True,
    ),
    "items_match": KnownCheck(
        "Do the vendor's items match the store's: SKU, price, name?",
        frozenset(
            {
                "list",
                "skus",
                "sku_column",
                "name_column",
                "price_column",
                "unit_column",
                "account_columns",
                "sheet",
                "decimal",
                "confirm",
            }
        ),
        reads_a_table=True,
    ),
    "locations": KnownCheck(
        "Which locations has the store, and are the chosen ones there and enabled?",
        frozenset({"locations"}),
    ),
    "inventory": KnownCheck(
        "What stock has each chosen SKU at the chosen locations?",
        frozenset({"locations", "skus"}),
    ),
    "orders_by_status": KnownCheck(
        "How many orders has each status, and how many would be imported at once?",
        frozenset({"status", "status_id", "status_required", "since", "waiting_allowed"}),
    ),
}

VENDOR_CREDENTIALS = "vendor_credentials"
"""The parameter of a runbook that refers to a vendor's own login, for the checks that need it."""

CHECK_VENDOR_SIDE = "check_vendor_side"
"""The parameter by which a runbook asks for checks on the vendor's side, where it has one."""

VALUES: dict[str, str] = {
    "customer": "customer",
    "account_name": "name of the API account",
    "store_hash": "store hash",
    "api_path": "API path",
    "client_id": "Client ID",
    "client_secret": "Client secret",
    "access_token": "Access token",
}
"""What `{name}` may stand for besides a parameter, and how it is called in prose."""

SECRET_VALUES = frozenset({"client_secret", "access_token"})
"""Values that only a handover may hold."""

STANDARD_PARAMETERS: dict[str, str] = {
    "customer": "who this store belongs to",
    "credentials": "reference to the credentials: file:PATH, env:PREFIX or keyring:NAME",
    "store_hash": "the store's hash, as text; empty: taken from the credentials",
    "answers": "path of answers.yaml, where a person's answers are kept",
    "folder": "where the journal of this run goes",
    "mode": "empty: found out; or interactive, or headless",
}
"""Every notebook has these, all text, before the runbook's own."""

START_HERE, FLEET_AUDIT = "start-here", "fleet-audit"
RESERVED_IDS = frozenset({START_HERE, FLEET_AUDIT})
"""No runbook may have such an id: two notebooks are of no runbook, the door and the fleet's."""

RESERVED_NAMES = frozenset({*STANDARD_PARAMETERS, *VALUES, "run", "cartproof", "parameters"})
"""No runbook may give one of its parameters such a name."""
