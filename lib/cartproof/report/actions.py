"""What is to be done after a run, by whom; and what is only to be known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cartproof.findings import Finding, Verdict
from cartproof.report.text import quoted
from cartproof.report.wording import WHO_WORDS

if TYPE_CHECKING:
    from cartproof.run.reading import RunReading
    from cartproof.run.results import StepResult

OPEN = frozenset({Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.BLOCKED, Verdict.NOT_RUN})
MOST_SHOWN = 300
"""Entries of one list that are shown; a note says how many were left out."""

_ANSWER = (
    "Open the notebook in JupyterLab and answer there, or add the answers to the answers file; "
    "then run it again."
)
_RUN_AGAIN = "Run the notebook again from its first cell."
_WAIT = "Nothing yet: this follows when the rest is done and the notebook is run again."
_LOOK = "Look at the evidence below, then run the notebook again."


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was found.

    Attributes:
        do: What is to be done about this one, where the action's remedy is for several.
    """

    verdict: Verdict
    title: str
    message: str
    uri: str = ""
    do: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do, and all that it settles."""

    remedy: str
    items: tuple[Item, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class ToDo:
    """What one person has to do.

    Attributes:
        who: `merchant`, `engineer` or `vendor`.
    """

    who: str
    heading: str
    where: str
    actions: tuple[Action, ...]


_Open = tuple[str, str, Item]  # who, remedy, item


def to_do(reading: RunReading) -> tuple[ToDo, ...]:
    """Return what keeps required steps open, grouped by who must act and by what to do."""
    entries = list(_open_entries([step for step in reading.steps if step.required]))
    return tuple(
        ToDo(who, heading, where, tuple(_grouped((r, i) for w, r, i in entries if w == who)))
        for who, (heading, where) in WHO_WORDS.items()
        if any(entry[0] == who for entry in entries)
    )


def warnings(reading: RunReading, *, but: str = "") -> tuple[Action, ...]:
    """Return what holds no verdict up but should be looked at.

    Args:
        reading: The run.
        but: Whose warnings are left out; empty for nobody's.
    """
    found = [finding for finding in _warned(reading) if not but or finding.who != but]
    entries = [(finding.remedy, _item_of(finding)) for finding in found]
    if reading.header:
        entries += [
            ("", Item(Verdict.WARN, "The form of the credentials", text))
            for text in reading.header.credentials_warnings
        ]
    return tuple(_grouped(entries))


def count_for_engineer(reading: RunReading) -> tuple[int, int]:
    """Return how many things the support engineer has to do, and how many warnings to look at."""
    required = [step for step in reading.steps if step.required]
    ours = [remedy for who, remedy, _ in _open_entries(required) if who == "engineer"]
    looks = [finding for finding in _warned(reading) if finding.who == "engineer"]
    return sum(remedy != _WAIT for remedy in ours), len(looks)


def _warned(reading: RunReading) -> Iterator[Finding]:
    for step in reading.steps:
        for finding in step.findings:
            is_open = finding.verdict in OPEN and not step.required
            if finding.verdict is Verdict.WARN or is_open:
                yield finding


def _open_entries(steps: list[StepResult]) -> Iterator[_Open]:
    for step in steps:
        if step.verdict in {Verdict.WAIVED, Verdict.SKIPPED}:
            continue
        found = [finding for finding in step.findings if finding.verdict in OPEN]
        for finding in found:
            who = finding.who if finding.who in WHO_WORDS else "engineer"
            yield who, finding.remedy or _LOOK, _item_of(finding)
        if not found and step.verdict in OPEN - {Verdict.NOT_RUN} and not _only_waits(step):
            remedy = _ANSWER if step.awaits_person else _LOOK
            yield "engineer", remedy, Item(step.verdict, step.title, step.reason)
    yield from _together([s for s in steps if s.verdict is Verdict.NOT_RUN], _RUN_AGAIN)
    yield from _waiting([s for s in steps if _only_waits(s)])


def _only_waits(step: StepResult) -> bool:
    is_bare = not any(finding.verdict in OPEN for finding in step.findings)
    return step.verdict is Verdict.BLOCKED and not step.awaits_person and is_bare


def _together(steps: list[StepResult], remedy: str) -> Iterator[_Open]:
    by_reason: dict[str, list[StepResult]] = {}
    for step in steps:
        if not any(finding.verdict in OPEN for finding in step.findings):
            by_reason.setdefault(step.reason, []).append(step)
    for reason, same in by_reason.items():
        titles = quoted([step.title for step in same], 20)
        yield "engineer", remedy, Item(same[0].verdict, titles, reason)


def _waiting(steps: list[StepResult]) -> Iterator[_Open]:
    if steps:
        reason = steps[0].reason if len(steps) == 1 else "They wait for what stands above."
        titles = quoted([step.title for step in steps], 20)
        yield "engineer", _WAIT, Item(Verdict.BLOCKED, titles, reason)


def _item_of(finding: Finding) -> Item:
    return Item(finding.verdict, finding.title, finding.message, finding.uri)


def _grouped(entries: Iterable[tuple[str, Item]]) -> Iterator[Action]:
    """Yield one action per remedy, and one for remedies that differ in their first sentence."""
    by_end: dict[str, list[tuple[str, Item]]] = {}
    for remedy, item in entries:
        by_end.setdefault(parted(remedy)[1] or remedy, []).append((remedy, item))
    for end, same in by_end.items():
        remedies = {remedy for remedy, _ in same}
        items = [item for _, item in same]
        if len(remedies) > 1:
            items = [replace(i, do=parted(remedy)[0]) for remedy, i in same]
        remedy = end if len(remedies) > 1 else remedies.pop()
        yield Action(remedy, tuple(items[:MOST_SHOWN]), max(len(items) - MOST_SHOWN, 0))


def parted(remedy: str) -> tuple[str, str]:
    """Return a remedy's first sentence, and the rest."""
    first, dot, rest = remedy.partition(". ")
    return f"{first}." if dot else first, rest
