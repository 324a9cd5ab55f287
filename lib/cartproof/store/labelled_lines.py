"""Values by label, one `LABEL: value` a line: how a vendor's login is kept in a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cartproof.errors import CredentialsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LINE = re.compile(r"\s*([A-Za-z][A-Za-z0-9 /_-]{0,40}?)\s*[:=](.*)")
_ASIDE = re.compile(r"/.*")


def plain_label(text: str) -> str:
    """Return a label as it is compared: `Cart ID/Username`, `cart_id` and `CART ID` are one."""
    return re.sub(r"[ _-]", "", _ASIDE.sub("", text)).upper()


def values_in_lines(text: str, labels: Iterable[str]) -> dict[str, str]:
    """Return the values of the labels wanted; other lines are passed over.

    Raises:
        CredentialsError: A label stands twice.
    """
    pairs = [found.groups() for line in text.splitlines() if (found := _LINE.fullmatch(line))]
    return _wanted([(str(label), str(value)) for label, value in pairs], labels)


def values_in_mapping(held: Mapping[str, str], labels: Iterable[str]) -> dict[str, str]:
    """Return a mapping's values under the labels wanted.

    Raises:
        CredentialsError: A label stands twice.
    """
    return _wanted([(str(label), str(value)) for label, value in held.items()], labels)


def _wanted(pairs: list[tuple[str, str]], labels: Iterable[str]) -> dict[str, str]:
    known = {plain_label(label): label for label in labels}
    values: dict[str, str] = {}
    for label, value in pairs:
        name = known.get(plain_label(label))
        if name is None or not value.strip():
            continue
        if name in values:
            raise CredentialsError(f"The label {name} stands there twice. Keep one of the lines.")
        values[name] = value.strip()
    return values
