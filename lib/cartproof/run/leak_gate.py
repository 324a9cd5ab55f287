"""The leak gate: before files are published, all of them are searched for the run's secrets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartproof.run.layers import UnsearchableError, layers
from cartproof.secrets import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cartproof.secrets import Secret


@dataclass(frozen=True, slots=True)
class Leak:
    """A place where a secret stands: which one by fingerprint, never its value.

    Attributes:
        line: Its number, 0 where there are none.
        secret: The secret's label and fingerprint, or why the file could not be searched.
        is_found: Whether a secret was found; else one may stand where nobody could look.
    """

    file: str
    line: int
    secret: str
    is_found: bool = True

    def __str__(self) -> str:
        if not self.is_found:
            return f"{self.file} could not be searched: {self.secret}"
        where = f"{self.file}, line {self.line}" if self.line else self.file
        return f"a secret stands in {where}: {self.secret}"


def leaks_in(files: Mapping[str, bytes], secrets: Iterable[Secret]) -> list[Leak]:
    """Search files, and their names, for secrets in every spelling, whole or in pieces.

    Texts are searched across line breaks; pictures, archives and base64 in them one level down.
    What cannot be searched counts as a leak.

    Args:
        files: Content by name.
        secrets: What must not stand in them.
    """
    redactor = Redactor(secrets)
    found: dict[Leak, None] = {}
    for number, (name, content) in enumerate(files.items(), start=1):
        in_name = redactor.spans(name)
        shown = f"file {number}" if in_name else name
        found.update((Leak(f"the name of {shown}", 0, span[2]), None) for span in in_name)
        found.update((leak, None) for leak in _leaks_of(shown, content, redactor))
    return list(found)


def _leaks_of(shown: str, content: bytes, redactor: Redactor) -> Iterator[Leak]:
    try:
        for place, text in layers(content):
            where = f"{shown}, {redactor.redact(place)}" if place else shown
            for start, _, secret in redactor.spans(text):
                yield Leak(where, text.count("\n", 0, start) + 1, secret)
    except UnsearchableError as error:
        yield Leak(shown, 0, str(error), is_found=False)
