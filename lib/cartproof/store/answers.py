"""What BigCommerce's answers say: the JSON, its words on an error, the headers worth keeping."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartproof.store.transport import Answer

TITLE_LENGTH = 200
QUOTA_USED_UP = "the store's request quota is used up"
_KEPT = ("date", "content-type", "retry-after", "x-retry-after", "location", "cf-ray")
_KEPT_PREFIXES = ("x-rate-limit-", "x-bc-", "x-request-id", "x-correlation-id")
# Parts of bounded length: a title of one long word is gone through once, not once per letter.
_MAIL = re.compile(r"[^\s@<>\"']{1,64}@[^\s@<>\"']{1,255}")
_MARKUP = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.IGNORECASE | re.DOTALL)


def header(headers: Mapping[str, str], name: str) -> str:
    """Return a header by its name in lower case, empty when it did not come."""
    return next((value for key, value in headers.items() if key.lower() == name), "")


def read_body(method: str, answer: Answer) -> tuple[Any, bool, str]:
    """Return the parsed body, whether it was JSON, and why the answer is of no use."""
    if answer.status is None:
        return None, False, answer.failure
    is_good = 200 <= answer.status < 300
    if not answer.body:
        is_lacking = method == "GET" and answer.status == 200
        return None, False, "the answer is empty" if is_lacking else _redirect(answer)
    try:
        return json.loads(answer.body, parse_constant=_no_constant), True, _redirect(answer)
    except (ValueError, RecursionError):
        kind = header(answer.headers, "content-type").split(";")[0].strip() or "no content type"
        failure = f"the answer is not JSON ({plain(kind, 60)})" if is_good else _redirect(answer)
        return None, False, failure


def _redirect(answer: Answer) -> str:
    return "a redirect, not followed" if 300 <= (answer.status or 0) < 400 else ""


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def title_of(body: Any, text: str) -> str:
    """Return BigCommerce's own words from any of its error shapes (FACTS c.1), not yet cut."""
    return words if (words := _words(body)) else _MARKUP.sub(" ", text)


def _words(body: Any) -> str:
    if isinstance(body, list):
        return "; ".join(filter(None, (_words(entry) for entry in body[:5])))
    if not isinstance(body, dict):
        return body if isinstance(body, str) else ""
    told = {str(key).lower(): value for key, value in body.items()}  # .NET writes `Message`
    for key in ("title", "message", "detail", "code"):
        if isinstance(told.get(key), str) and told[key].strip():
            return str(told[key])
    return _words(told.get("error")) or _words(told.get("errors"))


def plain(text: str, length: int = TITLE_LENGTH) -> str:
    """Return a text on one line, cut, without control characters or mail addresses."""
    kept = text[: 4 * length]
    if not kept.isascii() or not kept.isprintable():
        kept = "".join(" " if _is_odd(character) else character for character in kept)
    line = " ".join(kept.split())
    return (_MAIL.sub("…@…", line) if "@" in line else line)[:length].strip()


def _is_odd(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers worth keeping (FACTS c.4), names in lower case."""
    lower = {name.lower(): value for name, value in headers.items()}
    return {
        name: plain(value.split("?")[0] if name == "location" else value)
        for name, value in sorted(lower.items())
        if name in _KEPT or name.startswith(_KEPT_PREFIXES)
    }
