"""Which of a run's parameters a step depends on: when one changes, its result is out of date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartproof.runbook.formats import slots
from cartproof.runbook.vocabulary import CHECK_VENDOR_SIDE, CHECKS, VENDOR_CREDENTIALS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartproof.runbook.model import Runbook, Step


def parameters_of(step: Step, runbook: Runbook) -> frozenset[str]:
    """Return the names of the parameters whose change makes what a step came to out of date."""
    names = {slot.name for text in _templates(step, runbook) for slot in slots(text)}
    names |= set(step.when)
    if step.check == "scopes" or step.shows == "scopes":
        account = runbook.account
        names |= {name for scope in account.scopes for name in scope.when} | {account.scopes_from}
    if step.check and CHECKS[step.check].needs_vendor_login:
        names |= {VENDOR_CREDENTIALS, CHECK_VENDOR_SIDE}
    return frozenset(names) & frozenset(runbook.parameters)


def uses_credentials(step: Step) -> bool:
    """Tell whether what a step came to holds for the credentials alone with which it was made."""
    return not step.is_for_a_person or bool(step.handover)


def _templates(step: Step, runbook: Runbook) -> Iterator[str]:
    yield from (step.do, step.good, step.confirm)
    yield from (field.value for field in step.fields)
    yield from (value.value for value in runbook.handover if value.id in step.handover)
    yield from _texts(step.options)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
