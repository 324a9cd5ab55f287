"""What to do at a step, in the runbook's words, with this run's own values filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cartproof.runbook.account_screen import rows_by_level
from cartproof.runbook.formats import describe
from cartproof.runbook.markdown import joined, labels_of, menu_lines, table
from cartproof.runbook.parameters import applies
from cartproof.ui.markup import Tree, tree_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartproof.runbook.model import Runbook, Step

_SPECIAL = "\\`*_[]<>|#"


@dataclass(frozen=True, slots=True)
class Instructions:
    """A step's texts, ready for its panel.

    Attributes:
        what: What to do.
        good: What good looks like.
        warnings: What to beware of.
        confirm: What a person confirms.
        says_more: Whether something is filled in that the notebook's own text cannot say.
    """

    what: Tree
    good: Tree
    warnings: tuple[Tree, ...]
    confirm: str
    says_more: bool


def instructions_of(
    step: Step, runbook: Runbook, *, customer: str, parameters: Mapping[str, Any]
) -> Instructions:
    """Return what a step's panel says, with customer and parameters filled in.

    Args:
        step: The step.
        runbook: Its runbook, scopes filled in.
        customer: The merchant's name; empty as long as nobody gave it.
        parameters: The run's parameters as they are now.
    """
    labels = _labels(runbook, customer, parameters)
    plain = {name: text.replace("\\", "").replace("*", "") for name, text in labels.items()}
    generic = labels_of(runbook)
    texts = (step.do, *(field.value for field in step.fields))
    parts = [
        menu_lines(step.menu, step.menu_today, origin=step.origin),
        describe(step.do, labels),
        _scopes(step, runbook, parameters),
        _fields(step, labels),
        _returned(step, runbook),
    ]
    return Instructions(
        tree_of(joined(parts)),
        tree_of(describe(step.good, labels)),
        tuple(tree_of(warning) for warning in step.warnings),
        describe(step.confirm or step.title, plain).rstrip("."),
        step.shows == "scopes"
        or any(describe(text, labels) != describe(text, generic) for text in texts),
    )


def _labels(runbook: Runbook, customer: str, parameters: Mapping[str, Any]) -> dict[str, str]:
    known = {name: _shown(value) for name, value in parameters.items() if value not in ("", None)}
    labels = labels_of(runbook) | known
    if customer:
        labels["customer"] = _escaped(customer)
        labels["account_name"] = describe(
            runbook.account.name, {**labels, "customer": _escaped(customer)}
        )
    return labels


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return _escaped(", ".join(map(str, value))) or "none"
    return _escaped(str(value))


def _escaped(text: str) -> str:
    """Return outside text as it is to be read: none of its marks are Markdown."""
    line = " ".join(text.split())
    return "".join(f"\\{mark}" if mark in _SPECIAL else mark for mark in line)


def _scopes(step: Step, runbook: Runbook, parameters: Mapping[str, Any]) -> str:
    if step.shows != "scopes":
        return ""
    scopes = [s for s in runbook.account.scopes if applies(s.when, parameters)]
    return rows_by_level([scope.model_copy(update={"when": {}}) for scope in scopes])


def _fields(step: Step, labels: dict[str, str]) -> str:
    rows = [(f.label, describe(f.value, labels), f.note) for f in step.fields]
    return table(("Field", "What goes in", "Note"), rows) if rows else ""


def _returned(step: Step, runbook: Runbook) -> str:
    values = [value for value in runbook.returned if value.id in step.returned]
    rows = [(value.label, "yes" if value.secret else "no", value.note) for value in values]
    return table(("Value you are given", "Secret", "Note"), rows) if rows else ""
