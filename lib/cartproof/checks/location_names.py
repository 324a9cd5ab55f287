"""Locations as people name them: by code, by label, or by number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Location:
    """A location of the store.

    Attributes:
        id: Its number, as text.
        kind: BigCommerce's `type_id`, `PHYSICAL` or `VIRTUAL`.
    """

    id: str
    code: str
    label: str
    is_enabled: bool
    kind: str = ""

    def __str__(self) -> str:
        return f"{self.label} ({self.code})" if self.code else self.label or f"location {self.id}"


def called(name: str, locations: Iterable[Location]) -> list[Location]:
    """Return the locations that a name means; a code goes before a label, a label before an id."""
    every = list(locations)
    wanted = _plain(name)
    for exact in (
        [place for place in every if _plain(place.code) == wanted],
        [place for place in every if _plain(place.label) == wanted],
        [place for place in every if place.id == wanted],
    ):
        if exact and wanted:
            return exact
    return []


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
