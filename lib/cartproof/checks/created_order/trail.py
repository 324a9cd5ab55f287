"""What the journal says of a run's order: the events, and whether it may still be in the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

PLANNED = "test order planned"
SENDING = "test order: about to create"
CREATED = "test order: created"
REFUSED = "test order: not created"
UNANSWERED = "test order: no usable answer"
ARCHIVING = "test order: about to archive"
ARCHIVED = "test order: archived"
NOT_ARCHIVED = "test order: not archived"
CHANGING = frozenset({SENDING, CREATED, UNANSWERED, ARCHIVING, ARCHIVED, NOT_ARCHIVED})
"""Events of requests that changed the store, or may have."""

_OPENS = frozenset({SENDING, CREATED, UNANSWERED, NOT_ARCHIVED})
_CLOSES = frozenset({REFUSED, ARCHIVED})


def open_since(events: Iterable[Mapping[str, Any]], tag: str) -> str:
    """Return since when an order with this tag may be in the store and not archived.

    Returns:
        When it was about to be created, ISO 8601 in UTC; empty when there is none.
    """
    since = ""
    for event in events:
        if event.get("external_order_id") != tag:
            continue
        if event.get("event") in _OPENS:
            since = since or str(event.get("at") or "unknown")
        elif event.get("event") in _CLOSES:
            since = ""
    return since


def may_be_open(events: Iterable[Mapping[str, Any]], tag: str) -> bool:
    """Tell whether an order with this tag may be in the store and not archived."""
    return bool(open_since(events, tag))
