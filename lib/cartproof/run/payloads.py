"""The JSON that a run left in its notebook, read back into what it was written from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from cartproof.findings import INTERNAL, Finding, Verdict
from cartproof.run.results import Attestation, HandedValue, StepResult
from cartproof.store.evidence import Evidence

T = TypeVar("T")


class UnreadableError(ValueError):
    """Say which part of a stored payload has not the form that cartproof writes."""


class Payload(dict[str, Any]):
    """A JSON object whose fields are asked for by type."""

    @classmethod
    def of(cls, value: Any) -> Payload:
        """Return the object; an empty one when the value is none."""
        return cls(value) if isinstance(value, Mapping) else cls()

    def text(self, key: str, default: str | None = "") -> str:
        """Return a text; `default` when absent, None meaning that it must be there."""
        return self._typed(key, str, default)

    def text_or(self, key: str, default: str = "") -> str:
        """Return a text; `default` when it is absent or something else."""
        value = self.get(key)
        return value if isinstance(value, str) else default

    def number(self, key: str, default: int = 0) -> int:
        """Return a whole number."""
        return self._typed(key, int, default)

    def flag(self, key: str, default: bool | None = False) -> bool:
        """Return true or false."""
        return self._typed(key, bool, default)

    def part(self, key: str) -> Payload:
        """Return an object, empty when absent."""
        return Payload(self._typed(key, dict, {}))

    def texts(self, key: str) -> dict[str, str]:
        """Return an object of texts; what is no text in it is left out."""
        return {name: v for name, v in self.part(key).items() if isinstance(v, str)}

    def each(self, key: str, read: Callable[[Payload], T]) -> tuple[T, ...]:
        """Return a list of objects, each read by `read`."""
        values = self._typed(key, list, [])
        if not all(isinstance(value, Mapping) for value in values):
            raise UnreadableError(f"{key} holds something that is no object")
        return tuple(read(Payload(value)) for value in values)

    def _typed(self, key: str, kind: type[T], default: T | None) -> T:
        value = self.get(key, default)
        is_bool_for_int = kind is int and isinstance(value, bool)
        if not isinstance(value, kind) or is_bool_for_int:
            raise UnreadableError(f"{key} is no {kind.__name__}" if key in self else f"no {key}")
        return value


@dataclass(frozen=True, slots=True)
class DeclaredStep:
    """A step as the runbook declares it."""

    id: str
    title: str
    side: str
    required: bool


@dataclass(frozen=True, slots=True)
class WantedScope:
    """A row of the account screen, and the level the vendor's article wants there."""

    row: str
    level: str
    why: str


@dataclass(frozen=True, slots=True)
class RunHeader:
    """What a run was opened with.

    Attributes:
        store_origin: Where the API was asked, `https://api.bigcommerce.com`.
        credentials_reference: Where the credentials came from (`file:…`), never what they are.
        fingerprints: `access_token sha256:…`, one per secret.
        key_id: Name of the key behind the fingerprints; they compare under equal names only.
        credentials_warnings: What looked odd about the credentials' form.
        mode: `headless` or `interactive`.
        started_at: ISO 8601, UTC.
    """

    run_id: str
    runbook_id: str
    runbook_title: str
    runbook_sha256: str
    customer: str
    store_hash: str
    store_origin: str = field(metadata=INTERNAL)
    is_sandbox: bool
    mode: str = field(metadata=INTERNAL)
    started_at: str
    source: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[DeclaredStep, ...] = ()
    account_name: str = ""
    scopes: tuple[WantedScope, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict, metadata=INTERNAL)
    credentials_reference: str = field(default="", metadata=INTERNAL)
    fingerprints: tuple[str, ...] = field(default=(), metadata=INTERNAL)
    key_id: str = ""
    credentials_warnings: tuple[str, ...] = field(default=(), metadata=INTERNAL)
    versions: Mapping[str, str] = field(default_factory=dict)
    journal: str = field(default="", metadata=INTERNAL)


@dataclass(frozen=True, slots=True)
class Finish:
    """What the finish cell wrote."""

    verdict: str
    exit: int
    finished_at: str
    requests: int
    signed: Attestation | None = None
    reviewed: Attestation | None = None


def _schema_1(payload: Any) -> Payload:
    found = Payload.of(payload)
    if found.get("schema") != 1:
        raise UnreadableError("its schema is not 1")
    return found


def header_from(payload: Any) -> RunHeader:
    """Read what the open-run cell wrote.

    Raises:
        UnreadableError: It has not the form that cartproof writes.
    """
    found = _schema_1(payload)
    runbook, store = found.part("runbook"), found.part("store")
    credentials, account = found.part("credentials"), runbook.part("account")
    return RunHeader(
        run_id=found.text("run_id", None),
        runbook_id=runbook.text("id", None),
        runbook_title=runbook.text("title"),
        runbook_sha256=runbook.text("sha256"),
        customer=found.text("customer", None),
        store_hash=store.text("hash", None),
        store_origin=store.text("origin"),
        is_sandbox=store.flag("is_sandbox", None),
        mode=found.text("mode"),
        started_at=found.text("started_at"),
        source=runbook.texts("source"),
        steps=declared_steps(runbook.get("steps"), ()),
        account_name=account.text("name"),
        scopes=account.each("scopes", _wanted_from),
        parameters=found.part("parameters"),
        credentials_reference=credentials.text("reference"),
        fingerprints=_texts(credentials.get("fingerprints")),
        key_id=credentials.text("key_id"),
        credentials_warnings=_texts(credentials.get("warnings")),
        versions=found.texts("versions"),
        journal=found.text("journal"),
    )


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()


def _wanted_from(scope: Payload) -> WantedScope:
    return WantedScope(scope.text("row"), scope.text("level"), scope.text("why"))


def declared_steps(value: Any, more: tuple[DeclaredStep, ...]) -> tuple[DeclaredStep, ...]:
    """Read the declared steps, and add those of `more` that are not among them.

    An entry that cannot be read stays a required step, so that it can only hold a verdict up.
    """
    entries = value if isinstance(value, list) else []
    read = [_declared_from(Payload.of(entry), n) for n, entry in enumerate(entries, start=1)]
    steps: dict[str, DeclaredStep] = {}
    for step in (*read, *more):
        known = steps.setdefault(step.id, step)
        steps[step.id] = replace(known, required=known.required or step.required)
    return tuple(steps.values())


def _declared_from(entry: Payload, number: int) -> DeclaredStep:
    step_id = entry.text_or("id") or f"unreadable-{number}"
    return DeclaredStep(
        id=step_id,
        title=entry.text_or("title") or step_id,
        side=entry.text_or("side"),
        required=entry.get("required") is not False,
    )


def finish_from(payload: Any) -> Finish:
    """Read what the finish cell wrote.

    Raises:
        UnreadableError: It has not the form that cartproof writes.
    """
    found = _schema_1(payload)
    return Finish(
        verdict=found.text("verdict", None),
        exit=found.number("exit", 3),
        finished_at=found.text("finished_at"),
        requests=found.number("requests"),
        signed=_word_from(found, "signed"),
        reviewed=_word_from(found, "reviewed"),
    )


def _word_from(found: Payload, key: str) -> Attestation | None:
    return None if found.get(key) is None else _attestation_from(found.part(key))


def step_from(payload: Any) -> StepResult:
    """Read what a step cell wrote, the inverse of `StepResult.as_json`.

    Raises:
        UnreadableError: It has not the form that cartproof writes.
    """
    found = _schema_1(payload)
    step = found.part("step")
    attestation = found.get("attestation")
    return StepResult(
        step_id=step.text("id", None),
        title=step.text("title"),
        side=step.text("side"),
        required=step.flag("required", True),
        verdict=_verdict_from(found),
        reason=found.text("reason"),
        awaits_person=found.flag("awaits_person"),
        findings=found.each("findings", _finding_from),
        attestation=None if attestation is None else _attestation_from(found.part("attestation")),
        handover=found.each("handover", _handed_from),
        started_at=found.text("started_at"),
        finished_at=found.text("finished_at"),
        run_id=found.text("run_id"),
    )


def _verdict_from(found: Payload) -> Verdict:
    word = found.text("verdict", None)
    try:
        return Verdict(word)
    except ValueError as exc:
        raise UnreadableError(f"{word[:40]!r} is no verdict") from exc


def _finding_from(found: Payload) -> Finding:
    return Finding(
        verdict=_verdict_from(found),
        title=found.text("title"),
        message=found.text("message"),
        remedy=found.text("remedy"),
        who=found.text("who"),
        uri=found.text("uri"),
        data=found.part("data"),
        evidence=found.each("evidence", _evidence_from),
    )


def _attestation_from(found: Payload) -> Attestation:
    return Attestation(
        who=found.text("who", None),
        when=found.text("when", None),
        note=found.text("note"),
        value=found.text("value"),
    )


def _handed_from(found: Payload) -> HandedValue:
    return HandedValue(
        id=found.text("id", None),
        label=found.text("label"),
        fingerprint=found.text("fingerprint"),
        note=found.text("note"),
    )


def _evidence_from(found: Payload) -> Evidence:
    return Evidence(
        method=found.text("method", None),
        path=found.text("path", None),
        status=None if found.get("status") is None else found.number("status"),
        title=found.text("title"),
        failure=found.text("failure"),
        ms=found.number("ms"),
        attempts=found.number("attempts", 1),
        content_type=found.text("content_type"),
        headers=found.texts("headers"),
        body_sha256=found.text("body_sha256"),
        body_bytes=found.number("body_bytes"),
        at=found.text("at"),
    )
