"""A checked row of a manifest, and the manifest as a whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One customer to run one runbook for.

    Attributes:
        place: Where it stands in the manifest: `row 7`.
        credentials: Reference; a relative file in it was read from the manifest's folder.
        answers: Absolute path, empty for none.
        parameters: Typed as the runbook declares them; those that were given.
        store: The store's hash where the credentials could be read here; else empty.
        key: Says which row it is when the manifest was changed: customer, runbook, which of them.
    """

    place: str
    customer: str
    runbook: str
    credentials: str
    store_hash: str
    answers: str
    parameters: Mapping[str, Any]
    tags: tuple[str, ...]
    store: str
    key: str = ""

    @property
    def digest(self) -> str:
        """Return a hash of all that decides what is run."""
        told = {**asdict(self), "place": "", "store": "", "key": ""}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    @property
    def shared(self) -> str:
        """Return what rows of one store have in common: its hash, else where its token is kept."""
        return self.store or self.credentials


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest that can be run.

    Attributes:
        notes: What is worth knowing and stops nothing: a shared store, credentials not there.
    """

    path: Path
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
