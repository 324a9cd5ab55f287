"""A run's parameters, typed as the runbook declares them; nothing is guessed."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from copy import copy
from typing import Any

from cartproof.errors import ParameterError
from cartproof.runbook.model import Parameter, Runbook
from cartproof.runbook.wording import meant

_EMPTY: dict[str, Any] = {"str": "", "list": [], "bool": False, "int": None, "float": None}
_NUMBERS = {
    "int": re.compile(r"-?(0|[1-9][0-9]{0,17})"),
    "float": re.compile(r"-?[0-9]{1,17}(\.[0-9]{1,17})?"),
}
_TRUE_FALSE = {"true": True, "false": False}
_AS_TEXT_HINT = (
    "papermill's -p reads what looks like a number as one (12e4567890 becomes inf, 00123 becomes "
    "123); give it with -r NAME VALUE, or in a file with -f"
)


def applies(when: Mapping[str, Any], parameters: Mapping[str, Any]) -> bool:
    """Tell whether a `when:` holds: each named parameter has the value given."""
    return all(parameters.get(name) == value for name, value in when.items())


def typed(
    runbook: Runbook, given: Mapping[str, object], *, from_text: bool = False
) -> dict[str, Any]:
    """Return the runbook's parameters with their values, defaults filled in.

    Args:
        runbook: What declares them.
        given: Value by name.
        from_text: Read bool, int, float and list from text, as a command line gives them.

    Raises:
        ParameterError: Everything that is wrong, one line each: unknown, missing, empty, of the
            wrong type, not among the choices, not of the pattern.
    """
    values, wrong = judged(runbook, given, from_text=from_text)
    if wrong:
        between = "\n  " if len(wrong) > 1 else " "
        lines = [message for _, message in wrong]
        raise ParameterError(between.join([f"parameters of {runbook.id}:", *lines]))
    return values


def judged(
    runbook: Runbook, given: Mapping[str, object], *, from_text: bool = False
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Return the values that are right, and the name of each other one with what is wrong.

    Args:
        runbook: What declares them.
        given: Value by name.
        from_text: As in `typed`.
    """
    values: dict[str, Any] = {}
    known = runbook.parameters
    unknown = [name for name in given if name not in known]
    wrong = [(name, f"unknown parameter {name!r}{meant(name, known)}") for name in unknown]
    for name, parameter in known.items():
        try:
            values[name] = _value(name, parameter, given, from_text=from_text)
        except ParameterError as exc:
            wrong.append((name, str(exc)))
    return values, wrong


def starting_value(parameter: Parameter) -> Any:
    """Return the value a parameter has where none is given: its default, else an empty one."""
    return copy(_EMPTY[parameter.type] if parameter.default is None else parameter.default)


def accepted(parameter: Parameter) -> str:
    """Say in words which values a parameter takes."""
    if parameter.choices:
        return ("any of " if parameter.type == "list" else "") + " or ".join(parameter.choices)
    words = {
        "str": "text",
        "bool": "true or false",
        "int": "a whole number",
        "float": "a number",
        "list": "a list of texts",
    }[parameter.type]
    return f"{words} of the form {parameter.pattern}" if parameter.pattern else words


def _value(name: str, parameter: Parameter, given: Mapping[str, object], *, from_text: bool) -> Any:
    value = given.get(name)
    if value is None:
        value = starting_value(parameter)
    elif from_text and isinstance(value, str):
        value = _read(parameter, value)
    if _is_empty(value):
        if parameter.required:
            raise ParameterError(f"{name!r} is required and empty; accepted: {accepted(parameter)}")
        if parameter.default is None:
            return value
    return checked(name, parameter, value)


def _is_empty(value: object) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def checked(name: str, parameter: Parameter, value: Any) -> Any:
    """Return a value that fits a parameter.

    Raises:
        ParameterError: It does not; the message names the parameter and what it takes.
    """
    if not _has_type(parameter, value):
        hint = f". {_AS_TEXT_HINT}" if _was_text(parameter, value) else ""
        raise ParameterError(f"{name!r} takes {accepted(parameter)}, not {value!r}{hint}")
    for text in value if isinstance(value, list) else [value]:
        if parameter.choices and text not in parameter.choices:
            raise ParameterError(
                f"{name!r} takes {accepted(parameter)}, not {text!r}"
                f"{meant(str(text), parameter.choices) if text else ''}"
            )
        if parameter.pattern and not re.fullmatch(parameter.pattern, str(text)):
            raise ParameterError(f"{name!r} takes {accepted(parameter)}, not {text!r}")
    return float(value) if parameter.type == "float" else value


def _has_type(parameter: Parameter, value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return {
        "str": isinstance(value, str),
        "bool": isinstance(value, bool),
        "int": is_number and isinstance(value, int),
        "float": is_number and math.isfinite(value),
        "list": isinstance(value, list) and all(isinstance(item, str) for item in value),
    }[parameter.type]


def _was_text(parameter: Parameter, value: Any) -> bool:
    return parameter.type == "str" and isinstance(value, int | float)


def _read(parameter: Parameter, text: str) -> Any:
    """Read a command line's text; what cannot be read stays text, and is refused by its type."""
    stripped = text.strip()
    if parameter.type == "bool":
        return _TRUE_FALSE.get(stripped.lower(), text)
    if parameter.type == "list":
        return _read_list(stripped)
    if parameter.type in _NUMBERS and _NUMBERS[parameter.type].fullmatch(stripped):
        return int(stripped) if parameter.type == "int" else float(stripped)
    return text


def _read_list(text: str) -> Any:
    if text.startswith("["):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return [part.strip() for part in text.split(",") if part.strip()]
