"""Redaction of nested values: messages, notebooks, whatever JSON can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_BETWEEN = "\x01<\x01"
"""What no secret goes over, nor anything that is looked through: a tag least of all."""


def as_one_text(value: Any) -> str:
    """Return all texts of a value as one: what has no secret in it needs no redaction.

    It holds whatever `redact_nested` would look at, bytes included, each text by itself.
    """
    found: list[str] = []
    _collect(value, found)
    return _BETWEEN.join(found)


def _collect(value: Any, found: list[str]) -> None:
    match value:
        case str():
            found.append(value)
        case None | int() | float():
            return
        case dict():
            for key, item in value.items():
                _collect(key, found)
                _collect(item, found)
        case bytes() | bytearray() | memoryview():
            found.append(bytes(value).decode("latin-1"))
        case list() | tuple():
            for item in value:
                _collect(item, found)
            if len(value) > 1 and all(isinstance(item, str) for item in value):
                found += ("".join(value), "\n".join(value))


def redact_nested(value: Any, redact: Callable[[str], str], *, with_bytes: bool = False) -> Any:
    """Return a value with every text in it redacted, keys included.

    A list of texts is also looked at as one: lines of a traceback, or of a notebook's cell. Where
    a secret goes over its lines, the list comes back as the one text that is left.

    Args:
        value: A text, a mapping, a list of such, or anything else, which is left as it is.
        redact: Returns a text without secrets.
        with_bytes: Whether bytes are searched too, and come back as such; else they stay.
    """
    match value:
        case str():
            return redact(value)
        case dict():
            return {
                redact(key) if isinstance(key, str) else key: redact_nested(
                    item, redact, with_bytes=with_bytes
                )
                for key, item in value.items()
            }
        case bytes() | bytearray() | memoryview() if with_bytes:
            return _redact_bytes(value, redact)
        case list() | tuple():
            items = [redact_nested(item, redact, with_bytes=with_bytes) for item in value]
            return _as_one(items, redact) if len(items) > 1 else items
    return value


def _as_one(items: list[Any], redact: Callable[[str], str]) -> list[Any]:
    if not all(isinstance(item, str) for item in items):
        return items
    for between in ("", "\n"):
        text = between.join(items)
        redacted = redact(text)
        if redacted != text:
            return [redacted]
    return items


def _redact_bytes(
    value: bytes | bytearray | memoryview, redact: Callable[[str], str]
) -> bytes | bytearray | memoryview:
    text = bytes(value).decode("latin-1")
    redacted = redact(text)
    return value if redacted == text else redacted.encode("latin-1", "replace")
