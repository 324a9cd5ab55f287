"""The handover: values in the form the vendor wants, shown here by fingerprint alone."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from cartproof.errors import ParameterError
from cartproof.findings import Verdict
from cartproof.run.display import badge, table_html
from cartproof.run.mode import Mode
from cartproof.run.pasted_back import why_wrong
from cartproof.run.results import HandedValue
from cartproof.runbook.formats import render, slots
from cartproof.runbook.vocabulary import VALUES
from cartproof.secrets import Secret, fingerprint

if TYPE_CHECKING:
    from cartproof.run.steps import Stage
    from cartproof.runbook.model import HandoverValue, Step


def values_of(stage: Stage) -> dict[str, Any]:
    """Return every value that a handover may name and this run has."""
    credentials = stage.credentials
    values: dict[str, Any] = {**stage.parameters, "customer": stage.customer}
    if credentials:
        values |= {
            "store_hash": credentials.address.store_hash,
            "api_path": credentials.address.api_path,
            "access_token": credentials.access_token,
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
            "account_name": credentials.account_name,
        }
    return {name: value for name, value in values.items() if value not in (None, "")}


def _handed(value: HandoverValue, values: Mapping[str, Any]) -> HandedValue:
    missing = [slot.name for slot in slots(value.value) if slot.name not in values]
    if missing:
        note = f"not in the credentials: {', '.join(missing)}"
        return HandedValue(id=value.id, label=value.label, fingerprint="", note=note)
    made = render(value.value, values)
    reveal = getattr(made, "reveal", None)
    shown = fingerprint(reveal() if reveal else made)
    return HandedValue(id=value.id, label=value.label, fingerprint=shown, note=value.note)


def handed_values(step: Step, stage: Stage) -> tuple[HandedValue, ...]:
    """Return the values that a step hands over, as a record may show them."""
    values = values_of(stage)
    declared = {value.id: value for value in stage.runbook.handover}
    return tuple(_handed(declared[name], values) for name in step.handover if name in declared)


@dataclass(frozen=True, slots=True)
class PastedBack:
    """Whether a value that was pasted back is right; holds sentences, no value.

    Attributes:
        reasons: Why it is wrong, a sentence each; empty when it is right.
    """

    label: str
    reasons: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """Return `pass` or `fail`."""
        return Verdict.FAIL if self.reasons else Verdict.PASS

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        reasons = self.reasons or ("It is the value to hand over.",)
        listed = "".join(f"<li>{escape(reason)}</li>" for reason in reasons)
        return {
            "text/plain": "\n".join([f"{self.verdict}: {self.label}", *reasons]),
            "text/html": f"<p>{badge(self.verdict)} {escape(self.label)}</p><ul>{listed}</ul>",
        }


@dataclass(frozen=True, slots=True)
class Handover:
    """The values that a step hands over: shown by fingerprint, revealed one at a time.

    Attributes:
        values: What may be shown of each.
    """

    values: tuple[HandedValue, ...]
    _reveal: Callable[[str], str] = field(default=str, repr=False)
    _others: Mapping[str, str] = field(default_factory=dict, repr=False)

    def reveal(self, value_id: str) -> str:
        """Return a value itself; every caller of this is a place to review.

        Raises:
            KeyError: The step hands over no such value, or the credentials do not hold it.
        """
        self._one(value_id)
        return self._reveal(value_id)

    def check(self, value_id: str, pasted: str) -> PastedBack:
        """Compare what a person pasted back with a value.

        Raises:
            KeyError: As for `reveal`.
        """
        label = self._one(value_id).label
        right = self._reveal(value_id)
        return PastedBack(label, tuple(why_wrong(right, pasted, others=self._others)))

    def _one(self, value_id: str) -> HandedValue:
        for value in self.values:
            if value.id == value_id and value.fingerprint:
                return value
        raise KeyError(value_id)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        rows = {value.label: value.fingerprint or value.note for value in self.values}
        return {
            "text/plain": "\n".join(f"{label}: {value}" for label, value in rows.items()),
            "text/html": table_html({label: escape(value) for label, value in rows.items()}),
        }


def handover_of(step: Step, stage: Stage) -> Handover:
    """Return what a step hands over."""
    return _handover(handed_values(step, stage), stage)


def checked_paste(stage: Stage, value_id: str, pasted: str | None) -> PastedBack:
    """Compare what a person pasted back with one of the runbook's handover values.

    Raises:
        ParameterError: There is no such value, or it is None and nobody can be asked.
    """
    values = values_of(stage)
    handed = tuple(_handed(value, values) for value in stage.runbook.handover)
    known = [value.id for value in handed if value.fingerprint]
    if value_id not in known:
        raise ParameterError(
            f"There is no handover value {value_id!r} to compare with; there are: "
            f"{', '.join(known) or 'none without credentials'}."
        )
    if pasted is None:
        if stage.mode is not Mode.INTERACTIVE:
            raise ParameterError("Nobody sits here to paste anything: the run is headless.")
        pasted = getpass.getpass(f"{value_id}, as pasted: ")
    return _handover(handed, stage).check(value_id, pasted)


def _handover(handed: tuple[HandedValue, ...], stage: Stage) -> Handover:
    values = values_of(stage)
    templates = {value.id: value.value for value in stage.runbook.handover}

    def revealed(value_id: str) -> str:
        made = render(templates[value_id], values)
        return made.reveal() if isinstance(made, Secret) else made

    others = {name: values[name] for name in VALUES if isinstance(values.get(name), str)}
    return Handover(handed, revealed, others)
