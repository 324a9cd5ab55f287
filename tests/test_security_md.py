"""SECURITY.md names tests; each of them is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "SECURITY.md").read_text("utf-8"))


def test_each_test_that_security_md_names_is_there() -> None:
    """A promise whose test was renamed or dropped is noticed."""
    assert len(NAMED) >= 20
    for file, name in NAMED:
        tree = ast.parse((ROOT / file).read_text("utf-8"))
        names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert name in names, f"{file} has no {name}"


def test_each_threat_has_its_test() -> None:
    """No line of the table stands without one."""
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    [table] = re.findall(r"\| threat \| held by \|\n\|[-|]+\n(.*?)\n\n", text, re.S)
    assert all("::test_" in line for line in table.splitlines())
