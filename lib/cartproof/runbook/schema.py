"""Compare a document with the format, and word what pydantic finds wrong."""

from __future__ import annotations

import copy
import re
from functools import partial
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from cartproof.runbook.document import Document, Place, Problem
from cartproof.runbook.model import Runbook
from cartproof.runbook.wording import closest, meant

_QUOTED = re.compile(r"'([^']*)'")


def validate(document: Document) -> Runbook | None:
    """Return the runbook a document holds, adding what is wrong to the document's problems.

    A slip with an obvious meaning (a misspelt key or word) is reported and read as it was meant,
    so that everything else that is wrong can be told at the same time.

    Returns:
        None when the document is too far from the format to look any further.
    """
    data = copy.deepcopy(document.data)
    told: set[Place] = set()
    for _ in range(4):
        try:
            return Runbook.model_validate(data)
        except ValidationError as exc:
            errors = _without_echoes(exc.errors())
            new = [error for error in errors if _place(error) not in told]
            told.update(map(_place, new))
            document.problems += [_problem(document, error) for error in new]
            mended = list(map(partial(_mend, data), errors))
            if not all(mended):
                return None
    return None


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a runbook, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Runbook.model_json_schema(by_alias=True),
    }


def _without_echoes(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out that a key is missing where it is there, only misspelt."""
    meant_keys = {
        (*_place(error)[:-1], closest(str(_place(error)[-1]), _keys(_place(error)[:-1])))
        for error in errors
        if error["type"] == "extra_forbidden"
    }
    return [e for e in errors if e["type"] != "missing" or _place(e) not in meant_keys]


def _place(error: ErrorDetails) -> Place:
    return tuple(part for part in error["loc"] if part != "[key]")


def _problem(document: Document, error: ErrorDetails) -> Problem:
    place = _place(error)
    return Problem(document.line(place), _message(error, place, document.data))


def _message(error: ErrorDetails, place: Place, data: Any) -> str:
    where, name = _shown(place[:-1]), str(place[-1]) if place else "the runbook"
    if error["type"] == "extra_forbidden":
        return f"unknown key {name!r}{where}{meant(name, _keys(place[:-1]))}"
    if error["type"] == "missing":
        return f"{name!r} is missing{where}"
    if error["type"] in ("literal_error", "enum"):
        known = _QUOTED.findall(error["ctx"]["expected"]) or [error["ctx"]["expected"]]
        return f"{error['input']!r} is no {name}{where}{meant(str(error['input']), known)}"
    if error["type"] == "string_pattern_mismatch" and "\n" in str(error["input"]).strip():
        return f"{name}{where}: must be a single line, not {_short(error['input'])}"
    if error["type"] == "string_pattern_mismatch":
        joint = "underscores" if place[0] == "parameters" else "dashes"
        return f"{name}{where}: {error['input']!r} is not small letters, digits and {joint}"
    return f"{name}{where}: {error['msg'].lower()}, not {_short(error['input'])}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}…"


def _shown(place: Place) -> str:
    named = [f"{part}" for part in place if isinstance(part, str)]
    return f" in {'.'.join(named)}" if named else ""


def _mend(data: Any, error: ErrorDetails) -> bool:
    """Put right in `data` what was clearly meant; tell whether that could be done."""
    place = _place(error)
    holder = _at(data, place[:-1])
    if not isinstance(holder, dict) or not place:
        return False
    key = place[-1]
    if error["type"] == "extra_forbidden":
        value = holder.pop(key, None)
        near = closest(str(key), _keys(place[:-1]))
        if near is not None and near not in holder:
            holder[near] = value
        return True
    if error["type"] in ("literal_error", "enum"):
        near = closest(str(holder.get(key)), _QUOTED.findall(error["ctx"]["expected"]))
        if near is not None:
            holder[key] = near
            return True
    return False


def _at(data: Any, place: Place) -> Any:
    for part in place:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _keys(place: Place) -> list[str]:
    """Return the keys that the format allows at a place."""
    model: Any = Runbook
    for part in place:
        if not _is_model(model):
            return []
        if isinstance(part, str) and part in model.model_fields:
            model = _inner(model.model_fields[part].annotation)
    return [field.alias or name for name, field in model.model_fields.items()]


def _inner(annotation: Any) -> Any:
    """Return the model inside `list[Model]`, `dict[str, Model]` or `Model`."""
    if _is_model(annotation):
        return annotation
    found = [_inner(argument) for argument in get_args(annotation)]
    return next((model for model in found if _is_model(model)), None)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
