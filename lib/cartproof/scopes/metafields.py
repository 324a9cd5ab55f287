"""What the store's metafields say of the row Metafields access: a hint of Full, never a proof.

Full "includes metafields that have app_only permissions"; so another app's private metafield in
the list makes Full likely. That none is there says nothing (FACTS.md b.5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartproof.scopes.client_id import value_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartproof.scopes.row_result import Answer

ROW = "Metafields access"


def full_hint(answers: Sequence[Answer], client_id: str | None) -> str:
    """Return a sentence on why Full is likely, empty when nothing says so."""
    given = value_of(client_id)
    foreign = any(_is_foreign(entry, given) for answer in answers for entry in _entries(answer))
    if not given or not foreign:
        return ""
    return "a private metafield of another app is visible to this token, so Full is likely"


def _entries(answer: Answer) -> Sequence[Any]:
    body = answer.exchange.body
    data = body.get("data") if isinstance(body, dict) else None
    return data if isinstance(data, list) else ()


def _is_foreign(entry: Any, client_id: str) -> bool:
    if not isinstance(entry, dict) or entry.get("permission_set") != "app_only":
        return False
    owner = entry.get("owner_client_id")
    return isinstance(owner, str) and bool(owner) and owner != client_id
