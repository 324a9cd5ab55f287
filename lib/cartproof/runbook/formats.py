"""`{name}` and `{name|format}`: the closed set of formats, and how a template is filled in.

`{{` and `}}` stand for the braces themselves. There are no expressions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cartproof.errors import RunbookError
from cartproof.secrets import Secret

_PIECES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")
_FIELD = re.compile(r"\s*([A-Za-z][A-Za-z0-9_-]*)\s*(?:\|\s*([^|\s]*)\s*)?")
_HASH = re.compile(r"(?:^|/)stores/([^/?#]+)")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a template: which value goes there, in which format (empty: as it is)."""

    name: str
    format: str = ""


def _whole(value: str) -> str:
    return value


def _no_trailing_slash(value: str) -> str:
    return value.rstrip("/")


def _without_version(value: str) -> str:
    return re.sub(r"/v[0-9]+/*$", "", value.rstrip("/"), flags=re.IGNORECASE).rstrip("/")


def _hash_only(value: str) -> str:
    found = _HASH.search(value)
    return found[1] if found else value.strip("/")


def _partial_path(value: str) -> str:
    return f"stores/{_hash_only(value)}"


def _permanent_address(value: str) -> str:
    return f"https://store-{_hash_only(value)}.mybigcommerce.com"


FORMATS: dict[str, Callable[[str], str]] = {
    "whole": _whole,
    "without_version": _without_version,
    "no_trailing_slash": _no_trailing_slash,
    "hash_only": _hash_only,
    "partial_path": _partial_path,
    "permanent_address": _permanent_address,
}
"""Format by name. `https://api.bigcommerce.com/stores/abc/v3/` becomes, in this order: itself,
`…/stores/abc`, the path without its last slash, `abc`, `stores/abc`, and the store's address,
`https://store-abc.mybigcommerce.com`."""

IN_WORDS: dict[str, str] = {
    "whole": "whole, as BigCommerce shows it",
    "without_version": "without /v3/ and without a slash at its end",
    "no_trailing_slash": "without the slash at its end",
    "hash_only": "the part between /stores/ and /v3/",
    "partial_path": "in the form stores/HASH",
    "permanent_address": "as the store's address, https://store-HASH.mybigcommerce.com",
}


def parse(template: str) -> list[str | Slot]:
    """Split a template into literal text and slots.

    Raises:
        RunbookError: A brace stands alone, or what is in braces is not `name` or `name|format`.
    """
    return [_piece(found, template) for found in _PIECES.finditer(template)]


def slots(template: str) -> list[Slot]:
    """Return the slots of a template, in order."""
    return [piece for piece in parse(template) if isinstance(piece, Slot)]


def _piece(found: re.Match[str], template: str) -> str | Slot:
    text = found[0]
    if text in ("{{", "}}"):
        return text[0]
    if text in ("{", "}"):
        raise RunbookError(f"a single {text!r} in {_short(template)}; write {text * 2} for itself")
    if found[1] is None:
        return text
    field = _FIELD.fullmatch(found[1])
    if field is None:
        raise RunbookError(
            f"{text} is neither {{name}} nor {{name|format}}; write {{{{ for a brace"
        )
    return Slot(field[1], field[2] or "")


def _short(template: str) -> str:
    return repr(template if len(template) <= 60 else f"{template[:57]}…")


def render(template: str, values: Mapping[str, object]) -> str:
    """Fill a template in.

    Args:
        template: Text with `{name}` and `{name|format}`.
        values: Value by name; a `Secret` among those used makes the result a `Secret`.

    Raises:
        RunbookError: The template is malformed, or names a value or format that is not there.
    """
    plain: list[str] = []
    secret_names: list[str] = []
    for piece in parse(template):
        if isinstance(piece, str):
            plain.append(piece)
            continue
        value = _value(piece, values)
        if isinstance(value, Secret):
            secret_names.append(piece.name)
        plain.append(_formatted(piece, value))
    text = "".join(plain)
    return Secret("+".join(secret_names), text) if secret_names else text


def _value(slot: Slot, values: Mapping[str, object]) -> object:
    if slot.name not in values:
        raise RunbookError(f"there is no value for {{{slot.name}}}; known: {_listed(values)}")
    return values[slot.name]


def _formatted(slot: Slot, value: object) -> str:
    text = value.reveal() if isinstance(value, Secret) else _as_text(value)
    if not slot.format:
        return text
    if slot.format not in FORMATS:
        raise RunbookError(f"there is no format {slot.format!r}; known: {_listed(FORMATS)}")
    return FORMATS[slot.format](text)


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(sorted(names))


def describe(template: str, labels: Mapping[str, str]) -> str:
    """Say a template in words, for a text that is written before any value is known.

    Args:
        template: Text with `{name}` and `{name|format}`.
        labels: What to call each value; a name without a label is shown as it is.
    """
    return "".join(
        piece if isinstance(piece, str) else _in_words(piece, labels) for piece in parse(template)
    )


def _in_words(slot: Slot, labels: Mapping[str, str]) -> str:
    name = labels.get(slot.name, slot.name)
    how = IN_WORDS.get(slot.format, slot.format)
    return f"{name} ({how})" if how else name
