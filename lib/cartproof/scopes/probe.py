"""The probe: a request that shows whether a token has a scope at a level, and changes nothing.

Why none of them can change anything (FACTS.md b.3): ids are counted up from small numbers, so the
largest int32 names nothing; a UUID of zeros names nothing; and the body is an empty object, so
that even if the target did exist, no field would be given to change, or required ones are missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

VOID_ID = "2147483647"
VOID_UUID = "00000000-0000-4000-8000-000000000000"
EMPTY_BODY: Mapping[str, object] = {}

Grade = Literal["A", "B", "C", "D"]


class Safety(StrEnum):
    """Why a probe cannot change the store."""

    READS = "it only reads"
    VOID = "it names a target that cannot exist, with an empty body"
    REJECTED = "required fields are missing, so it is refused"
    VOID_AND_REJECTED = "it names no existing target and its required fields are missing"
    COMPUTES = "it computes a quote and stores nothing, for an order that cannot exist"


@dataclass(frozen=True, slots=True)
class Probe:
    """One request, as data.

    Attributes:
        level: The level that an answer other than "denied" shows.
        granted: Statuses that show it, when they come with a JSON body.
        source: The spec file, or the recording [S48], that the statuses are from.
        grade: A both sides recorded on a live store, B both documented, C the granted side
            documented, D inferred.
        family: The resource family; two requests to one family are never under way at once.
        is_bare_404_known: The spec shows a 404 without a body here; such a 404 counts as granted
            once the route is known to exist.
        is_empty_200_granted: A 200 with empty `data` is documented for a target that is not there.
        is_fallback: Sent only when the main probe of its row and level found no usable route.
    """

    row: str
    level: str
    method: Literal["GET", "PUT", "POST"]
    path: str
    family: str
    source: str
    grade: Grade
    granted: frozenset[int]
    safety: Safety
    params: Mapping[str, str] = field(default_factory=dict)
    is_bare_404_known: bool = False
    is_empty_200_granted: bool = False
    is_fallback: bool = False

    @property
    def is_read(self) -> bool:
        """Tell whether it only reads."""
        return self.method == "GET"

    @property
    def body(self) -> Mapping[str, object] | None:
        """Return the body to send: none when reading, else an empty object."""
        return None if self.is_read else EMPTY_BODY


_READ_STATUSES = frozenset({200, 204, 400, 404, 422})


def read(
    row: str,
    path: str,
    *,
    family: str,
    source: str,
    grade: Grade,
    level: str = "read-only",
    params: Mapping[str, str] | None = None,
    is_bare_404_known: bool = False,
    is_fallback: bool = False,
) -> Probe:
    """Return a read probe; every read grants with 200, 204, or a JSON error about the resource."""
    return Probe(
        row,
        level,
        "GET",
        path,
        family,
        source,
        grade,
        _READ_STATUSES,
        Safety.READS,
        params=params or {},
        is_bare_404_known=is_bare_404_known,
        is_fallback=is_fallback,
    )


def write(
    row: str,
    request: str,
    *,
    family: str,
    source: str,
    grade: Grade,
    granted: set[int],
    safety: Safety,
    level: str = "modify",
    is_bare_404_known: bool = False,
    is_empty_200_granted: bool = False,
    is_fallback: bool = False,
) -> Probe:
    """Return a modify probe for a request in one string, `PUT /v2/orders/2147483647`."""
    method, path = request.split(" ", 1)
    return Probe(
        row,
        level,
        "PUT" if method == "PUT" else "POST",
        path,
        family,
        source,
        grade,
        frozenset(granted),
        safety,
        is_bare_404_known=is_bare_404_known,
        is_empty_200_granted=is_empty_200_granted,
        is_fallback=is_fallback,
    )
