"""The leak gate: before files are published, all of them are searched for the run's secrets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartproof.secrets import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cartproof.secrets import Secret


@dataclass(frozen=True, slots=True)
class Leak:
    """A place where a secret stands: which one by fingerprint, never its value."""

    file: str
    line: int
    secret: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.secret}"


def leaks_in(files: Mapping[str, bytes], secrets: Iterable[Secret]) -> list[Leak]:
    """Search files, and their names, for secrets in every spelling, whole or in pieces.

    Args:
        files: Content by name.
        secrets: What must not stand in them.
    """
    redactor = Redactor(secrets)
    found: list[Leak] = []
    for number, (name, content) in enumerate(files.items(), start=1):
        shown = f"file {number}" if redactor.spans(name) else name
        found += [Leak(f"the name of {shown}", 0, secret) for _, _, secret in redactor.spans(name)]
        for line_number, line in enumerate(content.decode("utf-8", "replace").split("\n"), start=1):
            found += [Leak(shown, line_number, secret) for _, _, secret in redactor.spans(line)]
    return found
