"""A batch of 200 rows as its index shows it: some verified, some in trouble, some hostile."""

from __future__ import annotations

from cartproof.report.index import IndexFacts, IndexRow

FACTS = IndexFacts(
    "20261128T210000Z-1a2b3c4d",
    "customers.csv",
    "2026-11-28T21:00:00.000Z",
    "2026-11-28T21:14:02.000Z",
)
HOSTILE = (
    "<script>document.title='owned'</script>",
    "\u202egnp.exe \u200b zero",
    "\x1b[31mred\x1b[0m",
    "x" * 200,
    '"><img src=x onerror="document.title=\'owned\'">',
)
CAUSES = {
    "failed": (("Products is read-only",), ("Products is read-only", "Orders is None"),
               ("Access token and store: BigCommerce does not know this access token",)),
    "incomplete": (("It took too long",), ("The store is not available now",)),
    "not-run": ((),),
    "verified": ((),),
}  # fmt: skip
_NAMES = (
    "Northwind Candles",
    "Bramble & Oak",
    "Copper Kettle Co.",
    "Dune Surf Supply",
    "Élan Optique",
)
_SYSTEMS = (
    ("stone-edge", "Stone Edge Order Manager (Connect2Cart)"),
    ("order-time", "Order Time"),
    ("dropstream", "DropStream"),
)


def rows(count: int = 200) -> list[IndexRow]:
    """Return the rows."""
    return [_row(number) for number in range(1, count + 1)]


def _row(number: int) -> IndexRow:
    verdict = "verified"
    if number % 7 == 0:
        verdict = "failed"
    elif number % 11 == 0:
        verdict = "incomplete"
    elif number % 50 == 0:
        verdict = "not-run"
    kinds = CAUSES[verdict]
    causes = kinds[number % len(kinds)]
    name = f"{_NAMES[number % len(_NAMES)]} {number}"
    if number <= len(HOSTILE):
        name = HOSTILE[number - 1]
    runbook, integration = _SYSTEMS[number % 3]
    has_run = verdict != "not-run"
    return IndexRow(
        number=number,
        customer=name,
        runbook=runbook,
        integration=integration,
        verdict=verdict,
        tags=(("vip",) if number % 9 == 0 else ()) + (("europe",) if number % 4 == 0 else ()),
        report=f"Customer%20{number}/{runbook}/20261128T2100{number % 60:02}Z-0a1b2c3d/report.html"
        if has_run else "",
        reasons=tuple(f"{cause}: wanted is Modify; the token has less. Needed because of orders." for cause in causes)
        or (() if has_run else ("It waits for its run: the batch did not come to its end.",)),
        causes=causes,
        finished=f"2026-11-28T21:{number % 60:02}:10.000Z" if has_run else "",
        changes=("The run: verified before, failed now.", "Scope Orders: Modify before, Read-only now.")
        if number % 13 == 0 else (),
        seconds=1 + (number * 37 % 100) / 10 if has_run else 0.0,
    )  # fmt: skip
