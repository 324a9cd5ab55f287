"""The handover: values in the form the vendor wants, shown here by fingerprint alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartproof.run.results import HandedValue
from cartproof.runbook.formats import render, slots
from cartproof.secrets import fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping

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
