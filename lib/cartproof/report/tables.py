"""The report's tables: scope matrix, test order, steps, people's words, requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cartproof.findings import WORST_FIRST, Finding, Verdict
from cartproof.report.actions import MOST_SHOWN, parted
from cartproof.report.text import brief, duration
from cartproof.report.wording import LEVEL_WORDS, SIDE_WORDS
from cartproof.scopes.catalogue import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartproof.run.payloads import RunHeader, WantedScope
    from cartproof.run.reading import RunReading
    from cartproof.run.results import StepResult
    from cartproof.store.evidence import Evidence

MOST_REQUESTS = 500
_LONGEST_WORD = 30
"""Characters of a level or a side, whose columns do not wrap."""
_ORDER_FACTS = (
    "order_id",
    "date_created",
    "status_id",
    "payment_method",
    "total_inc_tax",
    "currency_code",
)
"""What is told of a test order first; the notebook's JSON is sorted by name."""
_PLACES = {row.name: place for place, row in enumerate(ROWS)}
"""Where a row stands on the account screen."""


@dataclass(frozen=True, slots=True)
class ScopeRow:
    """One row of BigCommerce's account screen: what is wanted, what the token has.

    Attributes:
        remedy: The first sentence of what to do; all of it stands under `What to do next`.
    """

    row: str
    wanted: str
    found: str
    verdict: Verdict
    why: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """One declared step as the table shows it; what has a table of its own is not repeated."""

    step: StepResult
    side: str
    reason: str
    duration: str
    findings: tuple[Finding, ...]
    left_out: int
    scope_counts: tuple[tuple[Verdict, int], ...]
    is_order: bool
    earlier: int


@dataclass(frozen=True, slots=True)
class StepEvidence:
    """The requests behind one step's findings, each once."""

    title: str
    requests: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A person's word, on a step or on one row of the account screen."""

    what: str
    verdict: Verdict
    who: str
    when: str
    note: str
    value: str


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """The test order: all findings of the step that found it, and the facts of the order."""

    findings: tuple[Finding, ...]
    facts: tuple[tuple[str, Any], ...]


def level_word(value: Any) -> str:
    """Return a level as BigCommerce's screen writes it."""
    known = LEVEL_WORDS.get(value) if isinstance(value, str) else "Cannot be told"
    return known or brief(value, _LONGEST_WORD)


def found_word(data: Mapping[str, Any]) -> str:
    """Return the level that was found, or all that are possible: `None or Login`."""
    possible = data.get("possible")
    if data.get("level") is None and isinstance(possible, list) and possible:
        return " or ".join(level_word(level) for level in possible[:10])
    return level_word(data.get("level"))


def account_name(header: RunHeader | None) -> str:
    """Return the name that the API account should have been given."""
    return header.account_name.replace("{customer}", header.customer) if header else ""


def verdict_counts(reading: RunReading) -> tuple[tuple[Verdict, int], ...]:
    """Return how many required steps came to which verdict, the gravest first."""
    verdicts = [step.verdict for step in reading.steps if step.required]
    return tuple((v, verdicts.count(v)) for v in WORST_FIRST if v in verdicts)


def words(reading: RunReading) -> tuple[Word, ...]:
    """Return the names under the run, then what people vouched for or waived, step by step."""
    found = [word for step in reading.steps for word in _words_on(step)]
    return tuple([*_names_under(reading), *found][:MOST_SHOWN])


def _names_under(reading: RunReading) -> Iterator[Word]:
    finish = reading.finish
    told = {"Signed": finish.signed, "Reviewed": finish.reviewed} if finish else {}
    for how, said in told.items():
        if said:
            yield Word(
                f"{how}: the whole run", Verdict.ATTESTED, said.who, said.when, said.note, ""
            )


def _words_on(step: StepResult) -> Iterator[Word]:
    said = step.attestation
    if said:
        yield Word(step.title, step.verdict, said.who, said.when, said.note, said.value)
    for finding in step.findings:
        read = finding.data.get("attested")
        if isinstance(read, Mapping):
            who, when, note, level = (read.get(key) for key in ("who", "when", "note", "level"))
            value = level_word(level) if isinstance(level, str) else ""
            what = f"Scope {finding.title}"
            yield Word(what, finding.verdict, _text(who), _text(when), _text(note), value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def scope_rows(reading: RunReading) -> tuple[ScopeRow, ...]:
    """Return the scope matrix; where scopes were not looked at, the rows that are wanted."""
    wanted = {
        scope.row.casefold(): scope for scope in (reading.header.scopes if reading.header else ())
    }
    found = [
        _scope_row(finding, wanted)
        for step in reading.steps
        for finding in step.findings
        if _is_scope(finding)
    ]
    if found:
        found.sort(key=lambda row: _PLACES.get(row.row, len(_PLACES)))
        return tuple(found[:MOST_SHOWN])
    return tuple(
        ScopeRow(s.row, level_word(s.level), "Not asked", Verdict.NOT_RUN, s.why, "", "")
        for s in list(wanted.values())[:MOST_SHOWN]
    )


def _is_scope(finding: Finding) -> bool:
    return isinstance(finding.data.get("row"), str)


def _scope_row(finding: Finding, declared: dict[str, WantedScope]) -> ScopeRow:
    row = finding.data["row"]
    known = declared.get(row.casefold())
    wanted = finding.data.get("wanted") or (known.level if known else "")
    why = finding.data.get("why") or (known.why if known else "")
    return ScopeRow(
        row=row,
        wanted=level_word(wanted) if wanted else "Not listed",
        found=found_word(finding.data),
        verdict=finding.verdict,
        why=why if isinstance(why, str) and why not in finding.message else "",
        message="" if finding.verdict is Verdict.PASS else finding.message,
        remedy=parted(finding.remedy)[0],
    )


def order_facts(reading: RunReading) -> OrderFacts | None:
    """Return what was found about the test order, None when none was found."""
    step = next((step for step in reading.steps if _named_orders(step)), None)
    if step is None:
        return None
    facts = {
        _spoken(name): value
        for finding in _named_orders(step)
        for name, value in finding.data.items()
        if _is_fact(value)
    }
    first = [name for name in map(_spoken, _ORDER_FACTS) if name in facts]
    ordered = {name: facts[name] for name in (*first, *facts)}
    return OrderFacts(step.findings[:MOST_SHOWN], tuple(ordered.items())[:40])


def _named_orders(step: StepResult) -> tuple[Finding, ...]:
    return tuple(f for f in step.findings if f.data.get("order_id") is not None)


def _is_fact(value: Any) -> bool:
    parts = value if isinstance(value, list) else [value]
    return (
        bool(parts)
        and all(part not in ("", None) for part in parts)
        and not any(isinstance(part, list | dict) for part in parts)
    )


def _spoken(name: str) -> str:
    words = name[:60].replace("_", " ").strip()
    return words[:1].upper() + words[1:].replace(" id", " ID")


def step_rows(reading: RunReading) -> tuple[StepRow, ...]:
    """Return all declared steps, in declared order."""
    return tuple(_step_row(step, reading) for step in reading.steps)


def _step_row(step: StepResult, reading: RunReading) -> StepRow:
    is_order = bool(_named_orders(step))
    plain = [] if is_order else [f for f in step.findings if not _is_scope(f)]
    scopes = [finding.verdict for finding in step.findings if _is_scope(finding)]
    return StepRow(
        step=step,
        side=SIDE_WORDS.get(step.side) or brief(step.side, _LONGEST_WORD),
        reason=step.reason.removesuffix(reading.interruption).rstrip(),
        duration=duration(step.started_at, step.finished_at),
        findings=tuple(plain[:MOST_SHOWN]),
        left_out=max(len(plain) - MOST_SHOWN, 0),
        scope_counts=tuple((v, scopes.count(v)) for v in Verdict if v in scopes),
        is_order=is_order,
        earlier=len(reading.earlier.get(step.step_id, ())),
    )


def step_evidence(reading: RunReading) -> tuple[StepEvidence, ...]:
    """Return every request once, under the first step that leans on it."""
    seen: set[tuple[Any, ...]] = set()
    groups = []
    for step in reading.steps:
        fresh = tuple(_fresh(step, seen))
        if fresh:
            groups.append(StepEvidence(step.title, fresh))
    return tuple(groups)


def _fresh(step: StepResult, seen: set[tuple[Any, ...]]) -> Iterator[Evidence]:
    for finding in step.findings:
        for entry in finding.evidence:
            key = (entry.method, entry.path, entry.status, entry.at, entry.body_sha256)
            if key not in seen and len(seen) < MOST_REQUESTS:
                seen.add(key)
                yield entry
