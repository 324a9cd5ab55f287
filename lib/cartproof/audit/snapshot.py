"""What of a record is compared from run to run: no times, no evidence, no wording.

Records come from files and are not trusted to have the right form: what cannot be read is absent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cartproof.findings import Verdict
from cartproof.run.payloads import Payload
from cartproof.scopes.catalogue import screen_word

ABSENT = "–"
_TROUBLE = frozenset({Verdict.FAIL, Verdict.WARN, Verdict.INCONCLUSIVE, Verdict.BLOCKED})
TEST_ORDER = "Test order"
_ORDER = {
    "order_id": TEST_ORDER,
    "status_id": "Status of the test order",
    "payment_method": "Payment of the test order",
    "total_inc_tax": "Total of the test order",
    "currency_code": "Currency of the test order",
    "channel_id": "Channel of the test order",
}
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class StepSeen:
    """A step, as far as it is compared.

    Attributes:
        trouble: What is not right about it, one text per finding.
        is_internal: Whether one of these is the support engineer's business.
        who: On whose word it stands; empty for none.
    """

    title: str
    verdict: str
    trouble: tuple[str, ...]
    is_internal: bool
    who: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A run, as far as it is compared; every text in it is short."""

    run_id: str
    filed_at: str
    verdict: str
    store: str
    runbook_sha256: str
    version: str
    key_id: str
    creates_orders: bool
    steps: Mapping[str, StepSeen]
    found: Mapping[str, str]
    wanted: Mapping[str, str]
    order: Mapping[str, str]
    settings: Mapping[str, str]
    fingerprints: Mapping[str, str]


def snapshot_of(told: Mapping[str, Any]) -> Snapshot:
    """Return what is compared of a record (`record.run_facts`)."""
    run = Payload.of(told)
    opened = Payload.of(run.get("opened"))
    parameters = Payload.of(opened.get("parameters"))
    steps = [Payload.of(step) for step in _list(run.get("steps"))]
    findings = [finding for step in steps for finding in _findings(step)]
    rows = [row for row in map(_data, findings) if row.text_or("row")]
    return Snapshot(
        run_id=run.text_or("run"),
        filed_at=run.text_or("filed_at"),
        verdict=run.text_or("verdict"),
        store=opened.text_or("store_hash") or ABSENT,
        runbook_sha256=run.text_or("runbook_sha256") or ABSENT,
        version=Payload.of(opened.get("versions")).text_or("cartproof") or ABSENT,
        key_id=opened.text_or("key_id"),
        creates_orders=parameters.get("create_test_order") is True,
        steps=dict(_steps(steps)),
        found={_short(row["row"]): _levels(row) for row in rows},
        wanted={_short(row["row"]): _word(row.get("wanted")) for row in rows},
        order=dict(_order(map(_data, findings))),
        settings={_short(name): _value(value) for name, value in parameters.items()},
        fingerprints=dict(_fingerprints(opened.get("fingerprints"))),
    )


def _steps(steps: list[Payload]) -> Iterator[tuple[str, StepSeen]]:
    for result in steps:
        step = Payload.of(result.get("step"))
        trouble = [f for f in _findings(result) if _is_trouble(f)]
        yield (
            _short(step.text_or("id")),
            StepSeen(
                title=_short(step.text_or("title")),
                verdict=_short(result.text_or("verdict")),
                trouble=tuple(_short(_told(finding)) for finding in trouble),
                is_internal=any(f.get("who") not in ("merchant", "vendor") for f in trouble),
                who=_short(Payload.of(result.get("attestation")).text_or("who")),
            ),
        )


def _is_trouble(finding: Payload) -> bool:
    return finding.get("verdict") in _TROUBLE and not _data(finding).text_or("row")


def _told(finding: Payload) -> str:
    return f"{finding.text_or('title')}: {finding.text_or('message')}"


def _order(facts: Iterator[Payload]) -> Iterator[tuple[str, str]]:
    for data in facts:
        if data.get("order_id") is not None:
            for key, what in _ORDER.items():
                if data.get(key) is not None:
                    number = "order " if what == TEST_ORDER else ""
                    yield what, f"{number}{_value(data[key])}"
            return


def _fingerprints(prints: Any) -> Iterator[tuple[str, str]]:
    for one in _list(prints):
        if isinstance(one, str):
            label, _, digest = one.rpartition(" ")
            yield _short(label).replace("_", " "), _short(digest)


def _levels(row: Payload) -> str:
    possible = _list(row.get("possible"))
    if row.get("level") is None and possible:
        return " or ".join(map(_word, possible[:10]))
    return _word(row.get("level"))


def _word(level: Any) -> str:
    return screen_word(_short(level)) if isinstance(level, str) else ABSENT


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(_value, value[:50])) or ABSENT
    if isinstance(value, Mapping) or value in ("", None):
        return ABSENT
    return _short(value if isinstance(value, str) else repr(value))


def _short(text: str) -> str:
    """Return a text cut to what is compared and shown, its end kept apart by its length."""
    rest = len(text) - _LONGEST
    return text if rest <= 0 else f"{text[:_LONGEST]}… (and {rest} more characters)"


def _findings(result: Payload) -> list[Payload]:
    return [Payload.of(finding) for finding in _list(result.get("findings"))]


def _data(finding: Payload) -> Payload:
    return Payload.of(finding.get("data"))


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []
