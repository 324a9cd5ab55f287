"""Pieces of Markdown that every text of a notebook is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cartproof.runbook.formats import describe
from cartproof.runbook.model import Origin, Runbook, When
from cartproof.runbook.vocabulary import VALUES


def joined(parts: Iterable[str]) -> str:
    """Join paragraphs, leaving out the empty ones."""
    return "\n\n".join(part.strip() for part in parts if part.strip())


def labels_of(runbook: Runbook) -> dict[str, str]:
    """Return how a text names each value of a runbook before it is known."""
    return {
        **{name: f"*{words}*" for name, words in VALUES.items()},
        **{value.id: f"the *{value.label}* you were given" for value in runbook.returned},
        **{name: f"given in `{name}`" for name in runbook.parameters},
        "account_name": describe(runbook.account.name, {"customer": "*customer*"}),
    }


def bullets(lines: Iterable[str]) -> str:
    """Return lines as a list."""
    return "\n".join(f"- {line}" for line in lines)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; line breaks and pipes in a cell do not break it."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def menu_lines(menu: list[str], menu_today: list[str], *, origin: Origin = Origin.ARTICLE) -> str:
    """Return a menu path as the article prints it, and as today's screen has it."""
    name = "Menu in the article" if origin is Origin.ARTICLE else "Menu"
    lines = [f"{name}: {_path(menu)}"] if menu else []
    if menu_today and menu_today != menu:
        lines.append(f"Menu today: {_path(menu_today)}")
    return "  \n".join(lines)


def _path(menu: list[str]) -> str:
    return " → ".join(f"**{entry}**" for entry in menu)


def condition(when: When) -> str:
    """Say in words when a part applies; empty when it always does."""
    if not when:
        return ""
    wanted = (f"`{name}` is {str(value).lower()}" for name, value in when.items())
    return f"only if {' and '.join(wanted)}"
