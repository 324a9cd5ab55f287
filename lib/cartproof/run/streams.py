"""Printed text, message by message: a secret that goes over two messages is found as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartproof.secrets.spans import replaced

if TYPE_CHECKING:
    from cartproof.secrets import Redactor

_REMEMBERED = 2000
"""Characters: the longest spelling of a client secret, with room for what stands in between."""


class Streams:
    """Redacts the messages of standard output and standard error.

    Nothing is held back: each message is searched together with the end of what its stream said
    before. Of a secret that comes in bits, fewer characters get out than give it away.
    """

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._before: dict[str, str] = {}
        self._goes_on: dict[str, bool] = {}

    def redact(self, content: Any) -> Any:
        """Return a stream message's content with its text redacted."""
        match content:
            case {"name": str(name), "text": str(text)}:
                return {**content, "text": self._redacted(name, text)}
        return content

    def _redacted(self, name: str, text: str) -> str:
        before = self._before.get(name, "")
        seen = before + text
        self._before[name] = seen[-_REMEMBERED:]
        spans = [
            (start - len(before), end - len(before), shown)
            for start, end, shown in self._redactor.spans(seen)
            if end > len(before)
        ]
        is_told, self._goes_on[name] = self._goes_on.get(name, False), False
        if not spans:
            return text
        self._goes_on[name] = spans[-1][1] == len(text)
        if spans[0][0] < 0 and is_told:
            rest = spans[0][1]
            return replaced(text[rest:], [(s - rest, e - rest, shown) for s, e, shown in spans[1:]])
        return replaced(text, [(max(start, 0), end, shown) for start, end, shown in spans])
