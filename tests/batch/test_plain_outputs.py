"""What is taken without a look at the schema is what nbformat makes of it, and fits the schema."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from nbformat.v4 import output_from_msg

from cartproof.batch.forks.plain import plain_output

PICTURE = {"image/png": "aGk=", "text/plain": "<Figure>"}
PLAIN: tuple[tuple[str, dict[str, Any]], ...] = (
    ("stream", {"name": "stdout", "text": "a\nb"}),
    ("stream", {"name": "stderr", "text": ""}),
    ("display_data", {"data": {}, "metadata": {}}),
    ("display_data", {"data": PICTURE, "metadata": {"image/png": {"width": 2}}, "transient": {}}),
    ("display_data", {"data": {"application/json": [1, {"a": None}]}, "metadata": {}}),
    ("display_data", {"data": {"application/x+json": {"rows": [{"a": 1}]}}, "metadata": {}}),
    ("execute_result", {"data": {"text/plain": "1"}, "metadata": {}, "execution_count": 1}),
)
OTHERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("error", {"ename": "E", "evalue": "", "traceback": ["a"]}),
    ("stream", {"name": "stdout", "text": ["a", "b"]}),
    ("stream", {"name": 1, "text": "a"}),
    ("display_data", {"data": {"text/plain": ["a", "b"]}, "metadata": {}}),
    ("display_data", {"data": {"text/plain": 1}, "metadata": {}}),
    ("display_data", {"data": {"text/plain": "a"}, "metadata": []}),
    ("display_data", {"data": {"application/json5": {}}, "metadata": {}}),
    ("execute_result", {"data": {}, "metadata": {}, "execution_count": None}),
    ("execute_result", {"data": {}, "metadata": {}, "execution_count": True}),
    ("execute_result", {"data": {}, "metadata": {}, "execution_count": -1}),
    ("status", {"execution_state": "busy"}),
)


def message(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    """Return a message as a kernel sends it."""
    return {"header": {"msg_type": kind}, "msg_type": kind, "content": content}


@pytest.mark.parametrize(("kind", "content"), PLAIN)
def test_a_plain_output_is_what_nbformat_makes_of_it(kind: str, content: dict[str, Any]) -> None:
    """The same keys in the same order, of the same types, and right by the schema."""
    made, theirs = plain_output(message(kind, content)), output_from_msg(message(kind, content))
    assert made is not None
    assert list(made) == list(theirs)
    assert repr(made) == repr(theirs)
    nbformat.validate(made, ref=kind, version=4)


@pytest.mark.parametrize(("kind", "content"), OTHERS)
def test_anything_else_is_left_to_nbformat(kind: str, content: dict[str, Any]) -> None:
    """What is unusual, and what the schema refuses, is not taken at a glance."""
    assert plain_output(message(kind, content)) is None
