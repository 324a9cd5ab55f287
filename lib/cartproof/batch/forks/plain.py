"""Outputs that are seen to be right at a glance, so that no schema has to be asked about each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode

if TYPE_CHECKING:
    from collections.abc import Mapping

_JSON = re.compile(r"application/(.*\+)?json$")


def plain_output(message: Mapping[str, Any]) -> NotebookNode | None:
    """Return a message as nbformat's `output_from_msg` does; None where that should look at it.

    What is returned fits the schema of notebooks (nbformat.v4.5.schema.json, definitions).
    """
    content, kind = message["content"], message["header"]["msg_type"]
    make = _MADE.get(kind)
    fields = make(content) if make else None
    if fields is None:
        return None
    node = NotebookNode(output_type=kind)
    node.update(fields)
    return node


def _stream(content: Mapping[str, Any]) -> dict[str, Any] | None:
    name, text = content.get("name"), content.get("text")
    is_plain = isinstance(name, str) and isinstance(text, str)
    return {"name": name, "text": text} if is_plain else None


def _display(content: Mapping[str, Any]) -> dict[str, Any] | None:
    metadata, data = content.get("metadata"), content.get("data")
    if not isinstance(metadata, dict) or not isinstance(data, dict):
        return None
    is_plain = all(isinstance(value, str) or _JSON.match(kind) for kind, value in data.items())
    return {"metadata": metadata, "data": data} if is_plain else None


def _result(content: Mapping[str, Any]) -> dict[str, Any] | None:
    count, fields = content.get("execution_count"), _display(content)
    if fields is None or type(count) is not int or count < 0:
        return None
    return fields | {"execution_count": count}


_MADE = {"stream": _stream, "display_data": _display, "execute_result": _result}
