"""Markdown as a tree: what of it a browser builds, and what stays text."""

from __future__ import annotations

import json

import pytest

from cartproof.runbook.loader import load_runbook
from cartproof.ui.instructions import instructions_of
from cartproof.ui.markup import tree_of


def test_markdown_becomes_elements_of_the_closed_list() -> None:
    """Lists, bold, code, links to the web."""
    tree = tree_of("1. Click **Save** in `API`\n\n[help](https://example.com/a)")
    assert tree == [
        ["ol", [["li", [["p", ["Click ", ["strong", ["Save"]], " in ", ["code", ["API"]]]]]]]],
        ["p", [["a", ["help"], "https://example.com/a"]]],
    ]


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))"],
)
def test_html_and_scripts_stay_text(text: str) -> None:
    """No element and no address comes of them."""
    found = json.dumps(tree_of(text))
    assert '["script"' not in found
    assert '["img"' not in found
    assert '["a"' not in found


def test_a_customers_name_is_read_as_it_is() -> None:
    """Its marks are no Markdown, in instructions and in what is confirmed."""
    runbook = load_runbook("order-time")
    step = runbook.step("fill-in-account")
    assert step is not None
    made = instructions_of(
        step, runbook, customer="**Bold** [x](https://e.com) | _y_", parameters={}
    )
    flat = json.dumps(made.what)
    assert "**Bold** [x](https://e.com) | _y_" in _text(made.what)
    assert '"https://e.com"' not in flat


def _text(tree: object) -> str:
    if isinstance(tree, str):
        return tree
    assert isinstance(tree, list)
    inside = (
        tree[1]
        if len(tree) > 1 and isinstance(tree[0], str) and isinstance(tree[1], list)
        else tree
    )
    return "".join(_text(part) for part in inside)
