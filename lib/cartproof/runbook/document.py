"""Read a YAML file into plain data, remembering on which line each value stands."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from cartproof.errors import RunbookError
from cartproof.runbook.composed import composed

MAX_BYTES = 500_000
Place = tuple[str | int, ...]
"""Where a value stands: keys and list positions from the top, `("steps", 3, "title")`."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with a file, on one of its lines."""

    line: int
    message: str


@dataclass(slots=True)
class Document:
    """What a file holds.

    Attributes:
        lines: Line of each value, counted from 1, by its place.
        problems: What the reading itself found wrong: a key twice, an anchor, an odd tag.
    """

    path: Path
    sha256: str
    data: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    is_empty: bool = False

    def line(self, place: Place) -> int:
        """Return the line of a value, or of the nearest thing around it that has one."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read(path: Path) -> Document:
    """Read one YAML 1.2 file.

    Raises:
        RunbookError: The file cannot be read, is too large, is not text, or is not YAML.
    """
    return of_bytes(content_of(path), path)


def of_bytes(raw: bytes, path: Path) -> Document:
    """Return the mapping that the bytes of one YAML 1.2 file hold.

    Raises:
        RunbookError: They are not text, or not YAML.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise RunbookError(f"{path}: this is not a text file (not UTF-8)") from exc
    document = parsed(text, path)
    document.sha256 = hashlib.sha256(raw).hexdigest()
    if not isinstance(document.data, dict):
        found = "empty" if document.is_empty else _KINDS.get(type(document.data), "a single value")
        raise RunbookError(f"{path}:1: a runbook is a mapping of keys to values; this is {found}")
    return document


def parsed(text: str, path: Path, *, noun: str = "runbook") -> Document:
    """Return what a YAML 1.2 text holds, whatever that is.

    Args:
        text: The text.
        path: Where it was read from, for messages.
        noun: What it should be, for messages.

    Raises:
        RunbookError: It is not YAML, or nested too deeply.
    """
    yaml = YAML(typ="safe", pure=True)
    document = Document(path, "")
    try:
        root = _composed(yaml, text, path)
        document.is_empty = root is None
        document.data = None if root is None else _Walk(yaml, document, noun).value(root, ())
    except RecursionError as exc:
        raise RunbookError(f"{path}:1: this is nested too deeply to be a {noun}") from exc
    return document


_KINDS: dict[type, str] = {list: "a list"}


def content_of(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        RunbookError: It cannot be read, or is too large.
    """
    try:
        if not path.is_file():
            raise RunbookError(f"{path}: there is no such file")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise RunbookError(f"{path}: {size:,} bytes; a runbook has at most {MAX_BYTES:,}")
        return path.read_bytes()
    except (OSError, ValueError) as exc:
        if isinstance(exc, RunbookError):
            raise
        raise RunbookError(f"{path}: cannot be read: {exc}") from exc


def _composed(yaml: YAML, text: str, path: Path) -> Node | None:
    try:
        node = composed(yaml, text)
    except MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        line = mark.line + 1 if mark else 1
        what = exc.problem or exc.context or "cannot be parsed"
        raise RunbookError(f"{path}:{line}: this is not YAML: {what}") from exc
    except YAMLError as exc:
        raise RunbookError(f"{path}:1: this is not YAML: {str(exc).splitlines()[0]}") from exc
    else:
        return node


class _Walk:
    """Turn nodes into data; what is not allowed in a runbook becomes a problem."""

    def __init__(self, yaml: YAML, document: Document, noun: str) -> None:
        self._constructor = yaml.constructor
        self._noun = noun
        self._document = document
        self._seen: set[int] = set()

    def value(self, node: Node, place: Place) -> Any:
        line = node.start_mark.line + 1
        self._document.lines.setdefault(place, line)
        if node.anchor is not None or id(node) in self._seen:
            if id(node) not in self._seen:
                said = f"anchors and aliases (&, *) have no place in a {self._noun}"
                self._problem(line, said)
            self._seen.add(id(node))
            return None
        self._seen.add(id(node))
        if isinstance(node, MappingNode):
            return {key: self.value(item, (*place, key)) for key, item in self._items(node, place)}
        if isinstance(node, SequenceNode):
            return [self.value(item, (*place, at)) for at, item in enumerate(node.value)]
        return self._scalar(node, line)

    def _items(self, node: MappingNode, place: Place) -> Iterator[tuple[str, Node]]:
        first: dict[str, int] = {}
        for key_node, item in node.value:
            line = key_node.start_mark.line + 1
            key = key_node.value
            if not isinstance(key, str):
                self._problem(line, "a key must be a word")
            elif key in first:
                self._problem(line, f"key {key!r} stands here again; first on line {first[key]}")
            else:
                first[key] = self._document.lines[(*place, key)] = line
                yield key, item

    def _scalar(self, node: Node, line: int) -> Any:
        try:
            return self._constructor.construct_object(node)
        except (YAMLError, ValueError, RecursionError):
            self._problem(line, f"{node.tag} {str(node.value)[:40]!r} cannot be read")
            return None

    def _problem(self, line: int, message: str) -> None:
        self._document.problems.append(Problem(line, message))
