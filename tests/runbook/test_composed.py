"""YAML by libyaml: the same data on the same lines as ruamel.yaml finds, and its messages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml as libyaml

from cartproof.errors import RunbookError
from cartproof.runbook import document
from cartproof.runbook.loader import runbooks_folder

ODD = {
    "plain words": "a: yes\nb: no\nc: on\nd: null\ne: ~\nf: True\ng: 0o17\nh: 012\ni: 1_000\n",
    "numbers": "a: 12e4567890\nb: .5\nc: -1\nd: 1:30\ne: 0x1F\nf: .inf\ng: 1e3\nh: +7\ni: 00123\n",
    "dates": "a: 2026-11-22\nb: 2026-11-22T10:00:00Z\nc: 12:30:45\n",
    "blocks": "a: |-\n  one\n  two: three\nb: >\n  four\n  five\nc: |+\n  six\n\n",
    "flow": "{a: [1, two, {b: c}], d: 'e: f', g: \"h\\n\", i: http://x/y?z#w}\n",
    "empty values": "a:\nb: ''\nc: []\nd: {}\n",
    "a key twice": "a: 1\nb: 2\na: 3\n",
    "an anchor": "a: &x 1\nb: *x\n",
    "a tag": "a: !!str 1\nb: !odd 2\n",
    "two documents": "a: 1\n---\nb: 2\n",
    "cut off": "a: [1, 2\n",
    "a tab": "a:\n\t- 1\n",
    "a list key": "? [a]\n: 1\n",
    "a marker": "%YAML 1.2\n---\na: yes\n...\n",
    "equals and less": "a: =\nb: <\nc: <<\n",
    "comments": "# one\na: 1 # two\n# three\nb: '#four'\n",
}


def read(path: Path) -> Any:
    """Return all that a file holds, or what is wrong with it."""
    try:
        found = document.read(path)
    except RunbookError as error:
        return str(error)
    return found.data, found.lines, found.problems


def both(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """Read a file with libyaml and without."""
    fast = read(path)
    with monkeypatch.context() as context:
        context.delattr(libyaml, "CLoader")
        return fast, read(path)


@pytest.mark.parametrize("path", sorted(runbooks_folder().glob("*.yaml")), ids=lambda p: p.stem)
def test_runbooks_read_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each runbook has the same data, lines and problems."""
    fast, slow = both(path, monkeypatch)
    assert fast == slow
    assert isinstance(fast, tuple)


@pytest.mark.parametrize("name", ODD)
def test_odd_texts_read_the_same(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So do texts in which YAML 1.1 and 1.2 differ, and those that are wrong."""
    path = tmp_path / "odd.yaml"
    path.write_text(ODD[name], encoding="utf-8")
    fast, slow = both(path, monkeypatch)
    assert repr(fast) == repr(slow)


def test_libyaml_is_what_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """ruamel.yaml's own parser is not asked for a good runbook."""
    monkeypatch.setattr("ruamel.yaml.YAML.compose", None)
    assert document.read(runbooks_folder() / "stone-edge.yaml").data["id"] == "stone-edge"
