"""The rows of BigCommerce's Create API account screen: names, levels, and what each one opens.

Order and spelling are the screen's; the parameters are the OAuth names of BigCommerce's docs
(docs/start/authentication/api-accounts.mdx, and store_logs.v3.yml for Store logs).
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from cartproof.errors import UsageError
from cartproof.scopes.power import POWER

if TYPE_CHECKING:
    from collections.abc import Mapping

UNSTATED = "unstated"
"""The level of a row that an article names without one."""

LEVELS = ("none", "read-only", "modify", "login", "create", "manage", "standard", "full")

_TOP_WORDS = frozenset({"modify", "create", "manage", "login"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the account screen.

    Attributes:
        number: Its place on the screen, from 1.
        levels: What the row offers, the weakest first.
        parameters: The OAuth parameter behind each level that has one.
        power: What an app can do that holds this row; read after "it lets an app".
        may_be_absent: Whether some stores do not show the row; only a person can settle it.
    """

    number: int
    name: str
    levels: tuple[str, ...]
    parameters: Mapping[str, str]
    power: str
    may_be_absent: bool = field(default=False, kw_only=True)

    @property
    def has_none(self) -> bool:
        """Tell whether the row can be left at None."""
        return self.levels[0] == "none"

    def rank(self, level: str) -> int:
        """Return how much a level allows: 0 for the least that the row offers."""
        return self.levels.index(level)

    def level_named(self, word: str) -> str:
        """Return this row's level for a word of the screen or of BigCommerce's docs.

        Rows with a single grant carry it as modify, create or manage, by the page one reads.

        Raises:
            UsageError: The row has no such level.
        """
        level = re.sub(r"[\s_]+", "-", word.strip().lower())
        if level in self.levels:
            return level
        if len(self.levels) == 2 and level in _TOP_WORDS and self.levels[1] in _TOP_WORDS:
            return self.levels[1]
        offered = ", ".join(screen_word(offer) for offer in self.levels)
        raise UsageError(f"{self.name} has no level {word!r}; the screen offers {offered}")


def screen_word(level: str) -> str:
    """Return a level as the screen prints it: `Read-only`."""
    return level.capitalize()


_READ = ("none", "read-only")
_MODIFY = ("none", "read-only", "modify")
_TABLE: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("Content", _MODIFY, "store_v2_content_read_only store_v2_content"),
    ("Checkout content", _MODIFY, "store_content_checkout_read_only store_content_checkout"),
    ("Customers", _MODIFY, "store_v2_customers_read_only store_v2_customers"),
    ("Customers login", ("none", "login"), "store_v2_customers_login"),
    ("Information & settings", _MODIFY, "store_v2_information_read_only store_v2_information"),
    ("Marketing", _MODIFY, "store_v2_marketing_read_only store_v2_marketing"),
    ("Orders", _MODIFY, "store_v2_orders_read_only store_v2_orders"),
    ("Order transactions", _MODIFY, "store_v2_transactions_read_only store_v2_transactions"),
    ("Create payments", ("none", "create"), "store_payments_access_token_create"),
    ("Get payment methods", _READ, "store_payments_methods_read"),
    (
        "Stored payment instruments",
        _MODIFY,
        "store_stored_payment_instruments_read_only store_stored_payment_instruments",
    ),
    ("Products", _MODIFY, "store_v2_products_read_only store_v2_products"),
    ("Themes", _MODIFY, "store_themes_read_only store_themes_manage"),
    ("Carts", _MODIFY, "store_cart_read_only store_cart"),
    ("Checkouts", _MODIFY, "store_checkout_read_only store_checkout"),
    ("Sites & routes", _MODIFY, "store_sites_read_only store_sites"),
    ("Channel settings", _MODIFY, "store_channel_settings_read_only store_channel_settings"),
    ("Channel listings", _MODIFY, "store_channel_listings_read_only store_channel_listings"),
    ("Storefront API tokens", ("none", "manage"), "store_storefront_api"),
    (
        "Storefront API customer impersonation tokens",
        ("none", "manage"),
        "store_storefront_api_customer_impersonation",
    ),
    ("Store logs", _READ, "store_logs_read_only"),
    ("Store locations", _MODIFY, "store_locations_read_only store_locations"),
    ("Store inventory", _MODIFY, "store_inventory_read_only store_inventory"),
    (
        "Fulfillment methods",
        _MODIFY,
        "store_fulfillment_methods_read_only store_fulfillment_methods_manage",
    ),
    (
        "Order fulfillment",
        _MODIFY,
        "store_order_fulfillment_read_only store_order_fulfillment_manage",
    ),
    ("Metafield ownership", ("none", "manage"), "store_metafield_change_owner"),
    ("Metafields access", ("standard", "full"), "store_metafield_write store_metafield_write_all"),
)
"""Name, levels, and the OAuth parameters of the upper levels, the weakest first."""


def _parameters(levels: tuple[str, ...], names: list[str]) -> dict[str, str]:
    return dict(zip(levels[len(levels) - len(names) :], names, strict=True))


ROWS: tuple[Row, ...] = tuple(
    Row(number, name, levels, _parameters(levels, parameters.split()), POWER[name])
    for number, (name, levels, parameters) in enumerate(_TABLE, start=1)
)
"""The 27 rows of every store, in the screen's order."""

ABSENT_ROWS: tuple[Row, ...] = (
    Row(
        28,
        "Store translations",
        ("none", "read-only", "modify"),
        {
            "read-only": "store_translations_read_only",
            "modify": "store_translations",
        },
        "read the translations of the catalog, and at Modify change them",
        may_be_absent=True,
    ),
    Row(29, "B2B Edition", ("none", "modify"), {}, "manage B2B companies", may_be_absent=True),
    Row(
        30,
        "Infrastructure deployments / projects / logs",
        ("none", "read-only", "manage"),
        {
            "read-only": "store_infrastructure_projects_read_only",
            "manage": "store_infrastructure_projects_manage",
        },
        "deploy storefronts on BigCommerce's hosting",
        may_be_absent=True,
    ),
)
"""Rows of some stores only, which no x-ray looks at: a person reads them off the screen."""


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", name.lower().replace("&", " and ")).strip()


_BY_KEY = {_key(row.name): row for row in (*ROWS, *ABSENT_ROWS)}
_BY_KEY |= {
    "information and setting": _BY_KEY["information and settings"],
    "store information and settings": _BY_KEY["information and settings"],
    "customer login": _BY_KEY["customers login"],
    "sites and route": _BY_KEY["sites and routes"],
    "metafield access": _BY_KEY["metafields access"],
    "metafields ownership": _BY_KEY["metafield ownership"],
    "customer impersonation tokens": _BY_KEY["storefront api customer impersonation tokens"],
}


@lru_cache(maxsize=256)
def find_row(name: str) -> Row:
    """Return the row of that name, whatever its case and however a vendor spells it.

    Raises:
        UsageError: There is no such row; the message names the nearest.
    """
    row = _BY_KEY.get(_key(name))
    if row is not None:
        return row
    near = difflib.get_close_matches(_key(name), _BY_KEY, n=1, cutoff=0.6)
    hint = f"did you mean {_BY_KEY[near[0]].name!r}?" if near else "see `scopes/catalogue.py`"
    raise UsageError(f"BigCommerce's account screen has no row {name!r}; {hint}")
