"""One authenticated call as a handler sees it, and the few things all handlers do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cartproof.sandbox.accounts import Account
from cartproof.sandbox.answers import Answer, v2_missing, v3_missing
from cartproof.sandbox.state import Data, Store


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose token may make it.

    Attributes:
        ids: The variable parts of the path, by name.
        query: The query's first value of each name.
        body: The parsed JSON body, None without one.
        has_file: Whether a multipart form with a `file` came.
    """

    store: Store
    account: Account
    ids: dict[str, str]
    query: dict[str, str]
    body: Any = None
    has_file: bool = False

    @property
    def fields(self) -> Data:
        """Return the body as an object, an empty one when it is anything else."""
        return self.body if isinstance(self.body, dict) else {}

    def one_v2(self, family: str, name: str = "id") -> Data:
        """Return the resource that the path names, or refuse as V2 does."""
        found = self.store.find(family, self.ids[name])
        if found is None:
            raise v2_missing()
        return found

    def one_v3(self, family: str, name: str = "id", key: str = "id") -> Data:
        """Return the resource that the path names, or refuse as V3 does."""
        found = self.store.find(family, self.ids[name], key)
        if found is None:
            raise v3_missing()
        return found


Handler = Callable[[Call], Answer]


def listed(text: str) -> list[str]:
    """Split a comma-separated filter value."""
    return [part.strip() for part in text.split(",")]


def keep(rows: list[Data], query: dict[str, str], **keys: str) -> list[Data]:
    """Filter rows by `name` and `name:in` of the query; keys maps query names to row keys."""
    for name, key in keys.items():
        for spelled in (name, f"{name}:in"):
            if spelled in query:
                wanted = listed(query[spelled]) if spelled.endswith(":in") else [query[spelled]]
                rows = [row for row in rows if str(row[key]) in wanted]
    return rows


def update(row: Data, fields: Data, *fixed: str) -> bool:
    """Write the given fields that a resource has, but the fixed ones; tell whether any came."""
    writable = {k: v for k, v in fields.items() if k in row and k not in ("id", *fixed)}
    row.update(writable)
    return bool(writable)
