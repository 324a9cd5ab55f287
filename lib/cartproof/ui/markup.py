"""The runbook's Markdown as a tree of elements, for a browser that builds them one by one.

No HTML goes to the browser: what is no element of the closed list is text.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markdown_it.token import Token

_ELEMENTS = frozenset(
    {"p", "ul", "ol", "li", "strong", "em", "code", "a", "br", "blockquote", "table"}
    | {"thead", "tbody", "tr", "th", "td", "pre", "h3", "h4"}
)
Tree = list[Any]
"""Texts, and elements as `[name, children]` or `[name, children, address]` for a link."""


@lru_cache(maxsize=1024)
def tree_of(markdown: str) -> Tree:
    """Return a Markdown text as a tree; links lead to https or http addresses alone."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    return _tree(iter(parser.parse(markdown)))


def _tree(tokens: Iterator[Token]) -> Tree:
    made: Tree = []
    for token in tokens:
        if token.nesting < 0:
            return made
        if token.type == "inline":
            made += _tree(iter(token.children or ()))
        elif token.nesting > 0:
            made.append(_element(token, _tree(tokens)))
        else:
            made += _leaf(token)
    return made


def _element(token: Token, children: Tree) -> Any:
    name = token.tag if token.tag in _ELEMENTS else "p"
    if name != "a":
        return [name, children]
    address = str(token.attrGet("href") or "")
    is_web = address.startswith(("https://", "http://"))
    return ["a", children, address] if is_web else ["span", children]


def _leaf(token: Token) -> Iterable[Any]:
    if token.type in ("softbreak", "hardbreak"):
        return [" "] if token.type == "softbreak" else [["br", []]]
    if token.type in ("code_inline", "code_block", "fence"):
        return [["code", [token.content]]]
    return [token.content] if token.content else []
