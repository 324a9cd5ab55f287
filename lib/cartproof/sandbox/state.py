"""The stores: what a request reads and changes, and their canonical form."""

from __future__ import annotations

import json
import threading
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cartproof.sandbox import seed

if TYPE_CHECKING:
    from collections.abc import Callable

Data = dict[str, Any]


class Families(dict[str, Any]):
    """What is a store's own, by family; all else is the shop's, which many stores share.

    Asking for a family makes it the store's own: a copy. To look at it, there is `seen`.
    """

    def __init__(self, shop: Data, texts: dict[str, str]) -> None:
        super().__init__()
        self._shop, self._texts = shop, texts

    def __missing__(self, family: str) -> Any:
        self[family] = json.loads(self._texts[family])
        return self[family]

    def seen(self, family: str) -> Any:
        """Return a family to be read only: it may be that of every store."""
        return self[family] if family in self else self._shop[family]

    def whole(self) -> Data:
        """Return all families, to be read only."""
        return {**self._shop, **self}


@dataclass(slots=True)
class Store:
    """One store: lists of resources by family, all of it JSON.

    Attributes:
        is_read: Nothing of it will be changed, so nothing has to be its own.
    """

    store_hash: str
    data: Families
    clock: Callable[[], float] = field(repr=False)
    is_read: bool = False

    def to_read(self) -> Store:
        """Return the same store for a request that changes nothing."""
        return replace(self, is_read=True)

    def rows(self, family: str) -> list[Data]:
        """Return the resources of a family."""
        found: list[Data] = self.data.seen(family) if self.is_read else self.data[family]
        return found

    def find(self, family: str, ident: Any, key: str = "id") -> Data | None:
        """Return the resource whose key equals ident as text, None when there is none."""
        at = (i for i, row in enumerate(self.data.seen(family)) if str(row[key]) == str(ident))
        place = next(at, None)
        return None if place is None else self.rows(family)[place]

    def next_id(self, family: str) -> int:
        """Return an id that was never used in a family."""
        taken = [int(row["id"]) for row in self.rows(family)]
        return self.next_number(family, max(taken, default=0))

    def next_number(self, name: str, floor: int) -> int:
        """Count a number up, from the floor or the last one given out, and return it."""
        number = max(floor, int(self.data["last_ids"].get(name, 0))) + 1
        self.data["last_ids"][name] = number
        return number

    def new_uuid(self, kind: str) -> str:
        """Return a UUID that depends on the store and on how many of its kind there were."""
        number = self.next_number(kind, 0)
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.store_hash}/{kind}/{number}"))

    def now_v2(self) -> str:
        """Return the time as V2 writes it, RFC 2822."""
        return format_datetime(datetime.fromtimestamp(int(self.clock()), UTC))

    def now_v3(self) -> str:
        """Return the time as V3 writes it, ISO 8601."""
        return datetime.fromtimestamp(int(self.clock()), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class World:
    """Every store of the sandbox; a store is seeded when something first asks for it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self._born = clock()
        self._stores: dict[str, Store] = {}
        self._planned: dict[str, Data] = {}

    def plan(self, store_hash: str, *, name: str = "", variant: str = "") -> None:
        """Register a store, to be seeded at its first use; a known one is left as it is."""
        with self.lock:
            if store_hash not in self._stores:
                self._planned.setdefault(store_hash, {"name": name, "variant": variant})

    def knows(self, store_hash: str) -> bool:
        """Tell whether there is such a store."""
        return store_hash in self._stores or store_hash in self._planned

    def store(self, store_hash: str) -> Store:
        """Return a store, seeding it when this is its first use."""
        with self.lock:
            if store_hash not in self._stores:
                planned = self._planned.pop(store_hash, {"name": "", "variant": ""})
                self._stores[store_hash] = self._seeded(store_hash, **planned)
            return self._stores[store_hash]

    def _seeded(self, store_hash: str, *, name: str, variant: str) -> Store:
        data = Families(*_shop(self._born))
        seed.personalise(data, store_hash, name=name)
        if variant:
            seed.vary(data, seed.VARIANTS[variant])
        return Store(store_hash, data, self.clock)

    def canonical(self, store_hash: str | None = None) -> str:
        """Return the state as canonical JSON: of one store, or of all there are."""
        with self.lock:
            if store_hash is not None:
                return _dumps(self.store(store_hash).data.whole())
            for planned in list(self._planned):
                self.store(planned)
            stores = {key: each.data.whole() for key, each in self._stores.items()}
            return _dumps({"stores": stores})

    def clear(self) -> None:
        """Forget every store; the next use seeds it again."""
        with self.lock:
            self._stores.clear()
            self._planned.clear()


@lru_cache(maxsize=4)
def _shop(born: float) -> tuple[Data, dict[str, str]]:
    """Return the shop of a moment, of which every store is a copy, and each family as text."""
    texts = {family: json.dumps(rows) for family, rows in seed.blueprint(born).items()}
    return {family: json.loads(text) for family, text in texts.items()}, texts


def _dumps(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
