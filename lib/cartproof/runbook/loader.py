"""Find and load runbooks; everything wrong with a file is told at once, line by line."""

from __future__ import annotations

import functools
import os
import re
from dataclasses import dataclass
from pathlib import Path

from cartproof.errors import RunbookError
from cartproof.runbook import document, rules, schema
from cartproof.runbook.document import Document, Problem
from cartproof.runbook.model import Runbook
from cartproof.runbook.wording import meant

_SUFFIXES = (".yaml", ".yml")
_ID = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, eq=False)
class LoadedRunbook:
    """A runbook with the file it came from; each load of the same bytes gives the same one.

    Attributes:
        sha256: Digest of the file's bytes, in hex; records name a runbook's version by it.
    """

    runbook: Runbook
    path: Path
    sha256: str


def runbooks_folder() -> Path:
    """Return where runbooks are: `CARTPROOF_RUNBOOKS`, else the checkout's, else the package's."""
    named = os.environ.get("CARTPROOF_RUNBOOKS")
    if named:
        return Path(named)
    checkout = _PACKAGE.parents[1] / "runbooks"
    is_checkout = _PACKAGE.parent.name == "lib" and checkout.is_dir()
    return checkout if is_checkout else _PACKAGE / "_runbooks"


def runbook_ids() -> list[str]:
    """Return the ids of the runbooks there are, in alphabetical order."""
    stems = (path.stem for path in runbooks_folder().glob("*.yaml"))
    return sorted(stem for stem in stems if _ID.fullmatch(stem))


def load_runbook(id_or_path: str | Path) -> Runbook:
    """Load a runbook.

    Args:
        id_or_path: An id, `stone-edge`; or the path of a file that ends in `.yaml`.

    Raises:
        RunbookError: There is none, or it is not valid; the message holds every problem, each as
            `file:line: what is wrong`.
    """
    return load_with_digest(id_or_path).runbook


def load_with_digest(id_or_path: str | Path) -> LoadedRunbook:
    """Load a runbook and say which bytes it was read from; otherwise as `load_runbook`."""
    path, wanted_id = _located(id_or_path)
    return _loaded(path, wanted_id, document.content_of(path))


@functools.lru_cache(maxsize=32)
def _loaded(path: Path, wanted_id: str, content: bytes) -> LoadedRunbook:
    """Load a runbook from its file's bytes: the same bytes make the same runbook."""
    read = document.of_bytes(content, path)
    runbook = schema.validate(read)
    if runbook is not None:
        broken = list(rules.broken(runbook))
        read.problems += [Problem(read.line(place), message) for place, message in broken]
        if wanted_id and runbook.id != wanted_id:
            message = f"the id is {runbook.id!r}, but the file is called {path.name}"
            read.problems.append(Problem(read.line(("id",)), message))
    if read.problems or runbook is None:
        raise RunbookError(_told(read))
    return LoadedRunbook(runbook, path, read.sha256)


def _told(read: Document) -> str:
    lines = dict.fromkeys(
        f"{read.path}:{problem.line}: {problem.message}" for problem in sorted(read.problems)
    )
    return "\n".join(lines)


def _located(id_or_path: str | Path) -> tuple[Path, str]:
    """Return the file, and the id it must hold (empty when a file was named)."""
    if isinstance(id_or_path, Path) or id_or_path.endswith(_SUFFIXES):
        path = Path(id_or_path)
        if path.suffix not in _SUFFIXES:
            raise RunbookError(f"{path}: a runbook's file name ends in .yaml")
        return path, ""
    if not _ID.fullmatch(id_or_path):
        raise RunbookError(
            f"{id_or_path!r} is not a runbook's id (small letters, digits, dashes); "
            f"to name a file, give a path that ends in .yaml"
        )
    path = runbooks_folder() / f"{id_or_path}.yaml"
    if not path.is_file():
        raise RunbookError(f"there is no runbook {id_or_path!r}{meant(id_or_path, runbook_ids())}")
    if not path.resolve().is_relative_to(runbooks_folder().resolve()):
        raise RunbookError(f"{path}: leads out of the runbooks folder")
    return path, id_or_path
