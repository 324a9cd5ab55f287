"""BigCommerce's OpenAPI files as JSON Schema: found, converted and kept for the session."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / os.environ.get("CARTPROOF_SPECS", "../shared/bigcommerce/specs")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def spec(name: str) -> dict[str, Any]:
    """Return one file, its schemas converted from OpenAPI 3.0 to JSON Schema."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    converted = _converted(yaml.load(text, Loader=_LOADER))  # a safe loader
    assert isinstance(converted, dict)
    return converted


def _converted(node: Any) -> Any:
    """Return a node with nullable as a type, and without keys that are no JSON Schema."""
    if isinstance(node, list):
        return [_converted(each) for each in node]
    if not isinstance(node, dict):
        return node
    made = {str(key): _converted(value) for key, value in node.items()}
    if "required" in made and not isinstance(made["required"], list | dict):
        del made["required"]
    if made.pop("nullable", None) is True:
        made = {"anyOf": [made, {"type": "null"}]}
    return made


def schema_pointer(name: str, path: str, method: str, status: int) -> str | None:
    """Return where the schema of an answer stands in its file, None when there is none."""
    answers = spec(name)["paths"][path][method.lower()]["responses"]
    steps = ["paths", path, method.lower(), "responses", str(status)]
    answer = answers.get(str(status))
    if answer is None:
        return None
    if "$ref" in answer:
        steps = answer["$ref"].removeprefix("#/").split("/")
        answer = spec(name)
        for step in steps:
            answer = answer[step]
    content = answer.get("content", {})
    kind = next((kind for kind in content if "json" in kind and "schema" in content[kind]), None)
    if kind is None:
        return None
    steps = [*steps, "content", kind, "schema"]
    return "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)


def faults_of(name: str, pointer: str, body: Any) -> list[str]:
    """Return what is wrong with a body, each with its place."""
    resource = DRAFT202012.create_resource(spec(name))
    registry: Registry[Any] = Registry().with_resource("urn:spec", resource)
    validator = Draft202012Validator({"$ref": f"urn:spec#/{pointer}"}, registry=registry)
    found = []
    for error in validator.iter_errors(body):
        deepest = max([error, *_below(error)], key=lambda e: len(e.absolute_path))
        place = "/".join(str(part) for part in deepest.absolute_path)
        found.append(f"{place}: {deepest.message[:200]}")
    return sorted(set(found))


def _below(error: Any) -> list[Any]:
    return [each for child in error.context or [] for each in (child, *_below(child))]
