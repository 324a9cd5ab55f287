"""YAML text as nodes: by libyaml's parser where it can, which is thirty times as fast as Python.

Only the parsing is libyaml's. What a plain word means is YAML 1.2's, as ruamel.yaml resolves it,
and where libyaml finds fault, ruamel.yaml has the last word and its message.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import yaml as libyaml
from ruamel.yaml import YAML
from ruamel.yaml.error import StringMark
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

if TYPE_CHECKING:
    from collections.abc import Iterator

_STR, _MAP, _SEQ = (f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq"))
_MAY_BE_OTHER = re.compile(r"[-+.0-9~=<nNtTfF]|$")
"""How a plain word begins that may stand for something else than itself."""


class _OddError(Exception):
    """Report something that ruamel.yaml is to look at instead: an anchor, an alias, a tag."""


def composed(yaml: YAML, text: str) -> Node | None:
    """Return the node of a text's one document, None for an empty text.

    Args:
        yaml: Resolves plain words, and composes what libyaml does not.
        text: The YAML.

    Raises:
        YAMLError: It is not YAML 1.2, or more than one document (ruamel.yaml's own error).
    """
    if hasattr(libyaml, "CLoader"):
        with suppress(libyaml.YAMLError, _OddError, RecursionError):
            return _Composer(yaml, text).document()
    node: Node | None = yaml.compose(text)
    return node


def plain_data(yaml: YAML, text: str) -> Any:
    """Return what a text holds, as `yaml.load` does."""
    node = composed(yaml, text)
    return None if node is None else yaml.constructor.construct_document(node)


class _Composer:
    """Builds ruamel.yaml's nodes from libyaml's events."""

    def __init__(self, yaml: YAML, text: str) -> None:
        self._resolve = yaml.resolver.resolve
        self._events: Iterator[Any] = libyaml.parse(text, Loader=libyaml.CLoader)

    def document(self) -> Node | None:
        """Return the one document's node."""
        next(self._events)  # the stream's beginning
        if isinstance(next(self._events), libyaml.StreamEndEvent):
            return None
        node = self._node(next(self._events))
        next(self._events)  # the document's end
        if not isinstance(next(self._events), libyaml.StreamEndEvent):
            raise _OddError
        return node

    def _node(self, event: Any) -> Node:
        if isinstance(event, libyaml.AliasEvent) or event.anchor or event.tag:
            raise _OddError
        if isinstance(event, libyaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, libyaml.MappingStartEvent):
            return self._mapping(event)
        return self._sequence(event)

    def _scalar(self, event: Any) -> Node:
        tag, value = _STR, event.value
        if event.implicit[0] and _MAY_BE_OTHER.match(value):
            tag = self._resolve(ScalarNode, value, event.implicit)
        style = event.style or None
        start, end = _mark(event.start_mark), _mark(event.end_mark)
        return ScalarNode(tag, value, start, end, style=style)

    def _mapping(self, event: Any) -> Node:
        items: list[tuple[Node, Node]] = []
        while not isinstance(key := next(self._events), libyaml.MappingEndEvent):
            items.append((self._node(key), self._node(next(self._events))))
        return MappingNode(
            _MAP, items, _mark(event.start_mark), _mark(key.end_mark), flow_style=event.flow_style
        )

    def _sequence(self, event: Any) -> Node:
        items: list[Node] = []
        while not isinstance(item := next(self._events), libyaml.SequenceEndEvent):
            items.append(self._node(item))
        return SequenceNode(
            _SEQ, items, _mark(event.start_mark), _mark(item.end_mark), flow_style=event.flow_style
        )


def _mark(mark: Any) -> StringMark:
    return StringMark("", mark.index, mark.line, mark.column, None, None)
