"""Which locations has the store, and are the chosen ones there and enabled?"""

from __future__ import annotations

from collections.abc import Iterator

from cartproof.checks.context import CheckContext
from cartproof.checks.location_names import Location, called
from cartproof.checks.options import list_option
from cartproof.checks.refused import refused_finding
from cartproof.checks.shown import counted, named, shown
from cartproof.errors import MissingScope
from cartproof.findings import Finding, Verdict
from cartproof.store.evidence import Evidence, StoreApi

TITLE = "Locations"


def check(context: CheckContext) -> Iterator[Finding]:
    """List the locations and look for the chosen ones; the token needs to read Store locations.

    Options:
        locations: Codes, labels or numbers of the chosen locations, a list or a text with commas,
            which may hold `{parameter}`; empty: they are only listed.
    """
    before = len(context.store.evidence)
    try:
        known = list(_locations(context.store))
    except MissingScope as refused:
        yield refused_finding(TITLE, "Store locations", refused)
        return
    evidence = tuple(context.store.evidence[before:])
    yield _known(known, evidence)
    for name in list_option(context, "locations"):
        yield _chosen(name, known, evidence)


def _locations(store: StoreApi) -> Iterator[Location]:
    for page in store.pages_v3("/v3/inventory/locations"):
        for entry in page:
            yield Location(
                id=str(entry.get("id")),
                code=shown(str(entry.get("code") or "")),
                label=shown(str(entry.get("label") or "")),
                is_enabled=entry.get("enabled") is True,
                kind=shown(str(entry.get("type_id") or "")),
            )


def _known(known: list[Location], evidence: tuple[Evidence, ...]) -> Finding:
    if not known:
        return Finding(
            Verdict.WARN,
            TITLE,
            "BigCommerce lists no location.",
            remedy="In BigCommerce, open Settings > Inventory > Locations and add one.",
            who="merchant",
            evidence=evidence,
        )
    return Finding(
        Verdict.PASS,
        TITLE,
        f"The store has {counted(len(known), 'location')}: {named(map(_described, known))}.",
        data={
            "columns": ["id", "code", "label", "enabled", "type"],
            "rows": [[p.id, p.code, p.label, p.is_enabled, p.kind] for p in known],
        },
        evidence=evidence,
    )


def _described(place: Location) -> str:
    kind = f", {place.kind.lower()}" if place.kind else ""
    return f"{place}{kind}, {'enabled' if place.is_enabled else 'disabled'}"


def _chosen(name: str, known: list[Location], evidence: tuple[Evidence, ...]) -> Finding:
    title = f"Location {shown(name)}"
    found = called(name, known)
    if len(found) != 1:
        said = (
            f"fits {len(found)} of the locations" if found else "is none of the store's locations"
        )
        return Finding(
            Verdict.FAIL,
            title,
            f"{shown(name)} {said}.",
            remedy=f"Give the code of one of these: {named(map(str, known)) or 'none is there'}.",
            who="engineer",
            evidence=evidence,
        )
    if not found[0].is_enabled:
        return Finding(
            Verdict.FAIL,
            title,
            f"{found[0]} is there, but disabled.",
            remedy="In BigCommerce, open Settings > Inventory > Locations and enable it, or "
            f"choose an enabled one: {named(str(p) for p in known if p.is_enabled) or 'none is'}.",
            who="merchant",
            evidence=evidence,
        )
    return Finding(Verdict.PASS, title, f"{found[0]} is there and enabled.", evidence=evidence)
