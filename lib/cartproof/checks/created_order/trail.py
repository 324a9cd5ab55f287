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


def may_be_open(events: Iterable[Mapping[str, Any]], tag: str) -> bool:
    """Tell whether an order with this tag may be in the store and not archived."""
    is_open = False
    for event in events:
        if event.get("external_order_id") != tag:
            continue
        if event.get("event") in _OPENS:
            is_open = True
        elif event.get("event") in _CLOSES:
            is_open = False
    return is_open
