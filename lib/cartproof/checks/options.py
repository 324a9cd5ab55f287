"""A step's `options:`, with the run's parameters filled in."""

from __future__ import annotations

from typing import Any

from cartproof.checks.context import CheckContext
from cartproof.runbook.formats import Slot, parse, render


def option(context: CheckContext, name: str, default: Any = "") -> Any:
    """Return one option; `"{name}"` alone stands for the parameter itself, a list included."""
    return _filled(context, context.options.get(name, default))


def text_option(context: CheckContext, name: str, default: str = "") -> str:
    """Return one option as text without blanks around it; the default when it is empty."""
    value = option(context, name)
    return str("" if value is None else value).strip() or default


def list_option(context: CheckContext, name: str) -> list[str]:
    """Return one option as a list of texts, each once; a text is split at commas."""
    value = option(context, name, [])
    parts = value if isinstance(value, list) else str("" if value is None else value).split(",")
    filled = [_filled(context, part) for part in parts]
    return list(dict.fromkeys(text for part in filled if (text := str(part).strip())))


def _filled(context: CheckContext, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    pieces = parse(value)
    if len(pieces) == 1 and isinstance(pieces[0], Slot) and not pieces[0].format:
        return context.parameters.get(pieces[0].name, "")
    return render(value, dict(context.parameters))
