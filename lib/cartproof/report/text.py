"""Text from outside, made fit to be shown: nothing invisible, nothing endless, no odd links."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

LONGEST = 2_000
"""Characters of one value that are shown; a note says how many were left out."""

_ANSI = re.compile(r"\x1b(?:\[[0-9;:?<=>]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_MOST_MARKS = 3
_LONGEST_MOMENT = 64
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def visible(value: Any, *, longest: int = LONGEST) -> str:
    """Return any value as text in which every character can be seen.

    Terminal colours are dropped; control, text-direction and zero-width characters and half
    surrogates are spelled out (`‹U+202E›`); stacked accents and long text are cut.
    """
    text = value if isinstance(value, str) else _plain(value, longest)
    if len(text) <= longest and text.isascii() and text.isprintable():
        return text
    left_out = max(len(text) - longest, 0)
    shown = _ANSI.sub("", text[:longest])
    if not shown.isascii() or not shown.isprintable():
        shown = "".join(_seen(shown))
    return f"{shown} … [{left_out:,} more characters are not shown here]" if left_out else shown


def _plain(value: Any, longest: int) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(_item(item, longest) for item in value[:50])
    return _item(value, longest)


def _item(value: Any, longest: int) -> str:
    try:
        return value[:longest] if isinstance(value, str) else str(value)
    except (ValueError, RecursionError):
        return "[a value that cannot be shown]"


def _seen(text: str) -> list[str]:
    shown: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category.startswith("M") else 0
        if marks > _MOST_MARKS:
            continue
        is_hidden = category in _INVISIBLE or character in _BLANK_LETTERS
        is_hidden = is_hidden and character not in "\n\t"
        shown.append(f"‹U+{ord(character):04X}›" if is_hidden else character)
    return shown


def web_address(value: Any) -> str:
    """Return the value when it is an address fit for a link, else an empty text.

    Only http and https, a plain ASCII host, no user name before it, nothing invisible in it.
    """
    if not isinstance(value, str) or len(value) > LONGEST or not value.isascii():
        return ""
    if not value.isprintable() or " " in value or "\\" in value:
        return ""
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError:
        return ""
    is_plain = parts.scheme in {"http", "https"} and host and "@" not in parts.netloc
    return value if is_plain else ""


def parsed_moment(value: str) -> datetime | None:
    """Return an ISO 8601 time in UTC, None when it is no such time."""
    if len(value) > _LONGEST_MOMENT:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def moment(value: str) -> str:
    """Return an ISO 8601 time as people read it, in UTC; any other text as it is."""
    read = parsed_moment(value)
    if read is None:
        return value or "not recorded"
    return f"{read.day} {_MONTHS[read.month - 1]} {read.year}, {read:%H:%M:%S} UTC"


def duration(started_at: str, finished_at: str) -> str:
    """Return the time between two ISO 8601 times, `2.4 s` or `3 min 5 s`; `–` when unknown."""
    start, end = parsed_moment(started_at), parsed_moment(finished_at)
    if start is None or end is None or end < start:
        return "–"
    seconds = (end - start).total_seconds()
    if seconds < 0.05:
        return "< 0.1 s"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def brief(value: str, longest: int = 120) -> str:
    """Return a name cut to what a heading or a list can hold."""
    return value if len(value) <= longest else f"{value[: longest - 1].rstrip()}…"


def quoted(names: list[str], most: int) -> str:
    """Return names as a sentence lists them, at most so many: `“a”, “b” and 3 more`."""
    shown = names if len(names) <= most + 1 else names[:most]
    words = [f"“{brief(name, 80)}”" for name in shown]
    return listed(words if len(shown) == len(names) else [*words, f"{len(names) - most} more"])


def count_of(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: `1 step`, `3 steps`, `1,204 entries`."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def listed(words: list[str]) -> str:
    """Return words as a sentence lists them: `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)
