"""Does a vendor's text mean the same item as the store's product name, or its description?"""

from __future__ import annotations

import re
from html import unescape

from cartproof.checks.catalogue import StoreItem

_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """Return a text's words in one spelling: no markup, entities resolved, case folded."""
    return _WORD.findall(unescape(_TAG.sub(" ", unescape(text))).casefold())


def is_same_item(item: StoreItem, text: str) -> bool:
    """Tell whether a text is the product's name, with nothing but the variant's options after it.

    `Alder Lantern`, `ALDER  LANTERN` and, for the variant, `Alder Lantern - Size: XL` are the same.
    """
    name, said = words(item.name), words(text)
    options = {word for choice in item.choices for word in words(choice)}
    return said[: len(name)] == name and bool(said) and set(said[len(name) :]) <= options
