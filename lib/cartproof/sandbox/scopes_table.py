"""The rows of the Create API account screen, their levels, and which level covers which.

Source: FACTS.md table a, rows 1 to 27 in the screen's order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_RW = ("none", "read-only", "modify")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the screen; its first level is the one set when the screen opens."""

    name: str
    levels: tuple[str, ...] = _RW
    on_screen: bool = True

    @property
    def default(self) -> str:
        """Return the level of a row that nobody touched."""
        return self.levels[0]


ROWS: tuple[Row, ...] = (
    Row("Content"),
    Row("Checkout content"),
    Row("Customers"),
    Row("Customers login", ("none", "login")),
    Row("Information & settings"),
    Row("Marketing"),
    Row("Orders"),
    Row("Order transactions"),
    Row("Create payments", ("none", "create")),
    Row("Get payment methods", ("none", "read-only")),
    Row("Stored payment instruments"),
    Row("Products"),
    Row("Themes"),
    Row("Carts"),
    Row("Checkouts"),
    Row("Sites & routes"),
    Row("Channel settings"),
    Row("Channel listings"),
    Row("Storefront API tokens", ("none", "manage")),
    Row("Storefront API customer impersonation tokens", ("none", "manage")),
    Row("Store logs", ("none", "read-only")),
    Row("Store locations"),
    Row("Store inventory"),
    Row("Fulfillment methods"),
    Row("Order fulfillment"),
    Row("Metafield ownership", ("none", "manage")),
    Row("Metafields access", ("standard", "full")),
    Row("Infrastructure projects", ("none", "read-only", "manage"), on_screen=False),
)
"""Row 30 is on the screen of no ordinary store; the machine interface may still grant it."""

SCREEN_ROWS = tuple(row for row in ROWS if row.on_screen)
_BY_NAME = {row.name.lower(): row for row in ROWS}

READ, WRITE = "read", "write"


class UnknownScopeError(ValueError):
    """Report a row or level that the screen does not have."""


def covers(level: str, need: str) -> bool:
    """Tell whether a level allows reading or writing; read-only levels allow GET and HEAD only."""
    if need == READ:
        return level not in ("none", "login")
    return level in ("modify", "create", "manage")


def complete(scopes: Mapping[str, Any]) -> dict[str, str]:
    """Return a level for every row: the given ones checked, the others as the screen opens.

    Raises:
        UnknownScopeError: A row or a level that does not exist; it names the accepted ones.
    """
    levels = {row.name: row.default for row in ROWS}
    for name, level in scopes.items():
        row = _BY_NAME.get(str(name).strip().lower())
        if row is None:
            accepted = ", ".join(each.name for each in ROWS)
            raise UnknownScopeError(f"unknown row {name!r}; accepted: {accepted}")
        word = str(level).strip().lower()
        if word not in row.levels:
            accepted = ", ".join(row.levels)
            raise UnknownScopeError(
                f"unknown level {level!r} for row {row.name!r}; accepted: {accepted}"
            )
        levels[row.name] = word
    return levels
