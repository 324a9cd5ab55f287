"""Amounts of money as Decimal: BigCommerce's own, and those that people and spreadsheets write.

In `1,234` the comma may be a decimal sign or may group thousands. Nothing is guessed: the other
amounts of the column settle it, or the runbook does, else the amount counts as ambiguous.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f'’]+")
_MARK = r"(?:[A-Z]{3}|[A-Z]{0,2}\$|[€£¥₹¤]|[Kk]r\.?|zł|Fr\.?)"
_CURRENCY = re.compile(f"^{_MARK}|{_MARK}$")
_DIGITS = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[.,][0-9]+")
_LONGEST = 40


class StoredNumber(str):
    """The text of a cell that a spreadsheet holds as a number: its decimal sign is a point."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as it was written, and what it comes to.

    Attributes:
        value: None where it cannot be told.
        problem: Why not: `empty`, `a percentage`, `not a number`, or that it is ambiguous.
    """

    text: str
    value: Decimal | None
    problem: str = ""


def money(value: object) -> Decimal | None:
    """Return an amount as BigCommerce gives it (`"12.3400"` or 12.34); None if it is none."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def read_amounts(texts: Iterable[str], *, decimal: str = "") -> list[Amount]:
    """Read a column of amounts; each helps to read the others.

    Args:
        texts: As they stand in the column.
        decimal: The column's decimal sign, `.` or `,`; empty: found from the column.
    """
    column = list(texts)
    sign = decimal or column_sign(column)
    return [read_amount(text, decimal=sign) for text in column]


def column_sign(texts: Iterable[str]) -> str:
    """Return the decimal sign that a column's clear amounts agree on; empty if there is none."""
    written = (text for text in texts if not isinstance(text, StoredNumber))
    signs = {_own_sign(core) for text in written if (core := _core(text)) is not None} - {""}
    return signs.pop() if len(signs) == 1 else ""


def read_amount(text: str, *, decimal: str = "") -> Amount:
    """Read one amount: `1.234,50`, `$ 12.00`, `(5.00)`, `-3`.

    Args:
        text: As it was written.
        decimal: What decides where the amount itself does not: `.`, `,` or nothing.
    """
    if not text.strip():
        return Amount(text, None, "empty")
    if text.strip().endswith("%"):
        return Amount(text, None, "a percentage")
    core = _core(text)
    if core is None:
        return Amount(text, None, "not a number")
    if isinstance(text, StoredNumber) or not {",", "."} & set(core):
        return _valued(text, core, ".")
    sign = _own_sign(core) or decimal
    if not sign:
        return Amount(text, None, "ambiguous: its sign may be a decimal sign or group thousands")
    return _valued(text, core, sign)


def _valued(text: str, core: str, sign: str) -> Amount:
    other = "," if sign == "." else "."
    whole, _, rest = core.partition(sign)
    groups = whole.split(other)
    if other in rest or sign in rest or not _are_thousands(groups):
        return Amount(text, None, "not a number")
    value = Decimal("".join(groups) + "." + rest if rest else "".join(groups) or "0")
    return Amount(text, -value if _is_negative(text) else value)


def _are_thousands(groups: list[str]) -> bool:
    return len(groups) == 1 or (
        1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    )


def _core(text: str) -> str | None:
    """Return digits and separators alone; None when there is anything else of meaning."""
    bare = _SPACES.sub("", text[: 4 * _LONGEST])
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1]
    for _ in range(2):
        bare = _CURRENCY.sub("", bare.strip("+-−"))
    return bare if len(bare) <= _LONGEST and _DIGITS.fullmatch(bare) else None


def _is_negative(text: str) -> bool:
    bare = _SPACES.sub("", text)
    return bare.startswith("(") or "-" in bare or "−" in bare


def _own_sign(core: str) -> str:
    """Return the decimal sign that an amount shows by itself; empty when it may be either."""
    points, commas = core.count("."), core.count(",")
    if points and commas:
        return max(".,", key=core.rfind)
    if points + commas > 1:
        return "," if points else "."
    if points + commas == 0:
        return ""
    sign = "." if points else ","
    whole, _, rest = core.partition(sign)
    is_clear = len(rest) != 3 or len(whole) > 3 or whole in ("", "0") or whole.startswith("0")
    return sign if is_clear else ""
