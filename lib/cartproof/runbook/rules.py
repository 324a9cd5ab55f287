"""What a valid runbook must hold to beyond its form: everything it names must be there."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cartproof.errors import ParameterError, RunbookError, UsageError
from cartproof.runbook.document import Place
from cartproof.runbook.filled_in import scopes_of
from cartproof.runbook.formats import FORMATS, slots
from cartproof.runbook.model import Level, Parameter, Runbook, Step, When
from cartproof.runbook.parameters import checked
from cartproof.runbook.vocabulary import (
    CHECKS,
    RESERVED_IDS,
    RESERVED_NAMES,
    SECRET_VALUES,
    VALUES,
    VENDOR_CREDENTIALS,
)
from cartproof.runbook.wording import meant
from cartproof.scopes.catalogue import find_row

Broken = Iterator[tuple[Place, str]]
LINE_WIDTH = 100
"""A parameter's line in the notebook, with its help, must fit in this many columns."""


def broken(runbook: Runbook) -> Broken:
    """Yield the place and message of every rule that a runbook breaks."""
    for rule in _RULES:
        yield from rule(runbook)


def _free_id(runbook: Runbook) -> Broken:
    if runbook.id.replace("_", "-") in RESERVED_IDS:
        yield ("id",), f"{runbook.id!r} is the name of a notebook that is of no runbook"


def _unique_ids(runbook: Runbook) -> Broken:
    for part in ("steps", "handover", "returned"):
        seen: set[str] = set()
        for at, entry in enumerate(getattr(runbook, part)):
            if entry.id in seen:
                yield (part, at, "id"), f"id {entry.id!r} stands twice in {part}"
            seen.add(entry.id)
    for at, value in enumerate(runbook.returned):
        if value.id in {*VALUES, *runbook.parameters}:
            yield ("returned", at, "id"), f"{value.id!r} is already the name of another value"


def _scope_rows(runbook: Runbook) -> Broken:
    seen: set[str] = set()
    for at, scope in enumerate(runbook.account.scopes):
        place: Place = ("account", "scopes", at)
        try:
            row = find_row(scope.row)
        except UsageError as exc:
            yield (*place, "row"), f"unknown scope row: {exc}"
            continue
        if scope.level is not Level.UNSTATED and scope.level not in row.levels:
            offered = ", ".join(map(str, row.levels))
            yield (*place, "level"), f"{row.name} has no level {scope.level}; offered: {offered}"
        if row.name in seen and not scope.when:
            yield (*place, "row"), f"scope row {scope.row!r} stands twice; give one a `when`"
        seen.add(row.name)
        yield from _when(runbook, scope.when, place)


def _scopes_from(runbook: Runbook) -> Broken:
    name, place = runbook.account.scopes_from, ("account", "scopes_from")
    parameter = runbook.parameters.get(name)
    if name and parameter is None:
        near = meant(name, runbook.parameters)
        yield place, f"scopes_from names unknown parameter {name!r}{near}"
    elif parameter and parameter.type != "list":
        yield place, f"scopes_from needs a list parameter; {name!r} is a {parameter.type}"
    elif parameter and isinstance(parameter.default, list):
        try:
            scopes_of(name, map(str, parameter.default))
        except ParameterError as exc:
            yield ("parameters", name, "default"), f"default of {exc}"


def _parameters(runbook: Runbook) -> Broken:
    used = set(_names_used(runbook))
    for name, parameter in runbook.parameters.items():
        place = ("parameters", name)
        if name in RESERVED_NAMES or keyword.iskeyword(name):
            yield place, f"parameter {name!r} has a name that is taken"
        elif name not in used:
            yield place, f"parameter {name!r} is never used, in no text, option or `when`"
        yield from _one_parameter(name, parameter, place)


def _one_parameter(name: str, parameter: Parameter, place: Place) -> Broken:
    try:
        re.compile(parameter.pattern)
    except re.error as exc:
        yield (*place, "pattern"), f"{parameter.pattern!r} is not a regular expression: {exc}"
        return
    if parameter.choices and parameter.type not in ("str", "list"):
        yield (*place, "choices"), f"choices are for str and list, not {parameter.type}"
    if parameter.default is not None:
        try:
            checked(name, parameter, parameter.default)
        except ParameterError as exc:
            yield (*place, "default"), f"default of {exc}"
    line = f"{name}: {parameter.type} = {parameter.default!r}  # {parameter.help}"
    if len(line) > LINE_WIDTH:
        over = len(line) - LINE_WIDTH
        yield (*place, "help"), f"help of {name!r} is {over} characters too long for the notebook"


def _steps(runbook: Runbook) -> Broken:
    if not runbook.steps:
        yield ("steps",), "a runbook has at least one step"
    for at, step in enumerate(runbook.steps):
        place: Place = ("steps", at)
        yield from _settled(step, place)
        yield from _named(runbook, step, place)
        yield from _when(runbook, step.when, place)


def _settled(step: Step, place: Place) -> Broken:
    if step.check and step.collect:
        yield (*place, "collect"), f"step {step.id!r} has both check and collect; make it two"
    if step.is_for_a_person and not step.confirm:
        yield place, f"nothing settles step {step.id!r}: give it check, collect or confirm"
    known = CHECKS.get(step.check)
    if step.check and known is None:
        yield (*place, "check"), f"unknown check {step.check!r}{meant(step.check, CHECKS)}"
    allowed = known.options if known else ()
    for option in step.options if known or not step.check else ():
        if option not in allowed:
            yield (*place, "options", option), f"unknown option {option!r}{meant(option, allowed)}"


def _vendor_login(runbook: Runbook) -> Broken:
    parameter = runbook.parameters.get(VENDOR_CREDENTIALS)
    if parameter is not None and parameter.type == "str":
        return
    for at, step in enumerate(runbook.steps):
        if step.check in CHECKS and CHECKS[step.check].needs_vendor_login:
            yield (
                ("steps", at, "check"),
                f"check {step.check!r} needs the parameter {VENDOR_CREDENTIALS!r} of type str",
            )


def _named(runbook: Runbook, step: Step, place: Place) -> Broken:
    for part in ("handover", "returned"):
        known = [entry.id for entry in getattr(runbook, part)]
        for at, name in enumerate(getattr(step, part)):
            if name not in known:
                yield (*place, part, at), f"{part} value {name!r} is unknown{meant(name, known)}"


def _archiving(runbook: Runbook) -> Broken:
    """Hold that what a step may create, a later one archives, whatever became of the others."""
    archiving = [at for at, s in enumerate(runbook.steps) if s.check == "archive_test_order"]
    for at, step in enumerate(runbook.steps):
        if step.options.get("create") and not any(later > at for later in archiving):
            place = ("steps", at, "options", "create")
            yield place, f"step {step.id!r} creates an order, no later one archives it"
        if at in archiving and step.needs:
            yield ("steps", at, "needs"), f"step {step.id!r} archives, so it waits for none"
        if at in archiving:
            yield from _arrival(runbook, at)


def _arrival(runbook: Runbook, archiving: int) -> Broken:
    """Hold that the arrival of the order is seen by a person, before it is archived."""
    place: Place = ("steps", archiving, "options", "arrival")
    named = runbook.steps[archiving].options.get("arrival", [])
    if not isinstance(named, list):
        yield place, "arrival is a list of ids of steps"
        return
    seen = [step.id for step in runbook.steps[:archiving] if step.is_for_a_person]
    for name in named:
        if name not in seen:
            yield place, f"{name!r} is no earlier step for a person{meant(str(name), seen)}"


def _unused_values(runbook: Runbook) -> Broken:
    for part in ("handover", "returned"):
        named = {name for step in runbook.steps for name in getattr(step, part)}
        for at, entry in enumerate(getattr(runbook, part)):
            if entry.id not in named:
                yield (part, at), f"{part} value {entry.id!r} stands in no step"


def _needs(runbook: Runbook) -> Broken:
    position = {step.id: at for at, step in enumerate(runbook.steps)}
    for at, step in enumerate(runbook.steps):
        for which, name in enumerate(step.needs):
            place = ("steps", at, "needs", which)
            circle = _circle(runbook, step, name)
            if name not in position:
                yield place, f"needs unknown step {name!r}{meant(name, position)}"
            elif circle:
                yield place, f"needs goes in a circle: {' → '.join(circle)}"
            elif position[name] > at:
                yield place, f"step {step.id!r} needs {name!r}, which comes only after it"


def _circle(runbook: Runbook, start: Step, through: str) -> list[str]:
    """Return the way from a step through one of its needs back to itself, empty if none."""
    ways = [[start.id, through]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        if way[-1] == start.id:
            return way
        step = runbook.step(way[-1])
        if step is not None and step.id not in seen:
            seen.add(step.id)
            ways += [[*way, name] for name in step.needs]
    return []


def _when(runbook: Runbook, when: When, place: Place) -> Broken:
    for name, value in when.items():
        parameter = runbook.parameters.get(name)
        if parameter is None:
            message = f"`when` names unknown parameter {name!r}{meant(name, runbook.parameters)}"
            yield (*place, "when", name), message
            continue
        try:
            checked(name, parameter, value)
        except ParameterError as exc:
            yield (*place, "when", name), f"`when`: {exc}"


def _templates(runbook: Runbook) -> Broken:
    returned = {value.id for value in runbook.returned}
    common = {*VALUES, *runbook.parameters} - SECRET_VALUES
    for place, text in _texts(runbook):
        known = common
        if place[0] == "handover":
            known = {*common, *SECRET_VALUES}
        elif place[0] == "steps":
            known = {*common, *returned}
        yield from _template(place, text, known)


def _template(place: Place, text: str, known: set[str]) -> Broken:
    try:
        found = slots(text)
    except RunbookError as exc:
        yield place, str(exc)
        return
    for slot in found:
        if slot.name in SECRET_VALUES - known:
            yield place, f"{{{slot.name}}} is a secret: only a handover value may hold it"
        elif slot.name not in known:
            yield place, f"unknown value {{{slot.name}}}{meant(slot.name, sorted(known))}"
        if slot.format and slot.format not in FORMATS:
            yield place, f"unknown format {slot.format!r}{meant(slot.format, FORMATS)}"


def _texts(runbook: Runbook) -> Iterator[tuple[Place, str]]:
    """Yield every text in which `{name}` stands for a value."""
    yield ("account", "name"), runbook.account.name
    for at, value in enumerate(runbook.handover):
        yield ("handover", at, "value"), value.value
    for at, step in enumerate(runbook.steps):
        for key in ("do", "good", "confirm"):
            yield ("steps", at, key), getattr(step, key)
        for which, field in enumerate(step.fields):
            yield ("steps", at, "fields", which, "value"), field.value
        yield from _option_texts(("steps", at, "options"), step.options)


def _option_texts(place: Place, options: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    for name, value in options.items():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str):
                yield (*place, name), text


def _names_used(runbook: Runbook) -> Iterator[str]:
    yield runbook.account.scopes_from
    for scope in runbook.account.scopes:
        yield from scope.when
    for step in runbook.steps:
        yield from step.when
        if step.check in CHECKS and CHECKS[step.check].needs_vendor_login:
            yield VENDOR_CREDENTIALS
    for _, text in _texts(runbook):
        try:
            yield from (slot.name for slot in slots(text))
        except RunbookError:
            continue


def _account_name(runbook: Runbook) -> Broken:
    if "{account_name" in runbook.account.name:
        yield ("account", "name"), "the account's name cannot be made from itself"


_RULES: tuple[Callable[[Runbook], Broken], ...] = (
    _free_id,
    _unique_ids,
    _scope_rows,
    _scopes_from,
    _parameters,
    _steps,
    _vendor_login,
    _needs,
    _archiving,
    _unused_values,
    _templates,
    _account_name,
)
