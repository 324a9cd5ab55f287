"""Where a request goes below the store: a strict path, its query, and how both are shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from cartproof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PATH = re.compile(r"/(?:(?:v2|v3)(?:/[A-Za-z0-9_,:-]+)+|graphql)")
_PERSONAL = re.compile(r"mail|phone|(?:first|last|full)_?name|company|address|postal|zip|\bip\b")
_PERSONAL_LISTS = re.compile(r"/customers|/orders|/subscribers|/checkouts")


def split_path(path: str, params: Mapping[str, str] | None) -> tuple[str, list[tuple[str, str]]]:
    """Return the path without a slash at its end (FACTS b.1), and the query's pairs.

    Raises:
        UsageError: The path could leave the store's API, or means another than it shows: dots,
            percent signs, double slashes.
    """
    bare, _, query = path.partition("?")
    bare = "/" + bare.strip("/")
    if not _PATH.fullmatch(bare):
        raise UsageError(f"{bare[:80]!r} is no path of the store's API: /v2/… or /v3/… is needed.")
    pairs = parse_qsl(query, keep_blank_values=True)
    return bare, [*pairs, *((name, str(value)) for name, value in (params or {}).items())]


def with_query(path: str, pairs: list[tuple[str, str]]) -> str:
    """Return path and query as they are sent."""
    return f"{path}?{urlencode(pairs, safe=':,')}" if pairs else path


def shown_path(path: str, pairs: list[tuple[str, str]]) -> str:
    """Return path and query as they are kept: values that may be personal are masked."""
    kept = [(name, "***" if _is_personal(path, name, value) else value) for name, value in pairs]
    return f"{path}?{urlencode(kept, safe=':,*')}" if kept else path


def _is_personal(path: str, name: str, value: str) -> bool:
    field = name.split(":", maxsplit=1)[0].lower()
    is_person = field in ("name", "search", "keyword") and bool(_PERSONAL_LISTS.search(path))
    return "@" in value or is_person or bool(_PERSONAL.search(field))
