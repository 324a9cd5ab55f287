"""Working copies: what a session opens and saves, so that the notebooks themselves never change."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cartproof.run.folders import write_whole
from cartproof.runbook.loader import load_runbook, load_with_digest, runbook_ids, runbooks_folder
from cartproof.runbook.vocabulary import FLEET_AUDIT, RESERVED_IDS, START_HERE

if TYPE_CHECKING:
    from pathlib import Path

OWN_WORDS = "operators-note"
"""Id of the one cell that is the person's to write in."""


@dataclass(frozen=True, slots=True)
class Copies:
    """The working copies of a session.

    Attributes:
        first: File name of the one that is opened first.
        digests: Digests of the built notebooks: a copy that has one may run by itself.
    """

    first: str
    digests: tuple[str, ...]


def make_copies(runbook_id: str, folder: Path) -> Copies:
    """Make the working copy of a runbook; without one, of all notebooks, the first page first.

    Args:
        runbook_id: A runbook's id, or `fleet-audit`; empty for all.
        folder: Where the copies go.

    Raises:
        RunbookError: There is no such runbook.
    """
    ids = [runbook_id] if runbook_id else [START_HERE, *runbook_ids(), FLEET_AUDIT]
    folder.mkdir(parents=True, exist_ok=True)
    made = [_copy(each, folder / f"{each.replace('-', '_')}.ipynb") for each in ids]
    return Copies(f"{ids[0].replace('-', '_')}.ipynb", tuple(made))


def digest(cells: list[dict[str, Any]]) -> str:
    """Return what tells a notebook's cells from any others, whatever their outputs.

    The browser computes the same of what it shows (`labextension/static/lab.js`), and runs by
    itself only a notebook that has the digest of the built one.
    """
    told = [
        [cell["cell_type"], cell["id"], "".join(cell["source"])]
        for cell in cells
        if cell["id"] != OWN_WORDS
    ]
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _copy(runbook_id: str, path: Path) -> str:
    """Write the working copy unless it is there, and return its digest.

    One that is there is kept, with its operator's note; one of other cells is put aside.
    """
    text = _built(runbook_id, path.name)
    wanted = digest(json.loads(text)["cells"])
    if _digest_at(path) != wanted:
        _put_aside(path)
        write_whole(path, text)
    return wanted


def _built(runbook_id: str, name: str) -> bytes:
    """Return a notebook's file: the checkout's where it is in step, which takes no time."""
    at_hand = runbooks_folder().parent / "notebooks" / name
    if runbook_id in RESERVED_IDS:
        return at_hand.read_bytes() if at_hand.is_file() else _of_no_runbook(runbook_id)
    return _in_step(runbook_id, at_hand) or _anew(runbook_id)


def _in_step(runbook_id: str, at_hand: Path) -> bytes:
    """Return a built notebook if it is of the runbook as that is now, nothing otherwise."""
    try:
        text = at_hand.read_bytes()
        built_from = json.loads(text)["metadata"]["cartproof"]["runbook_sha256"]
        runbook = (runbooks_folder() / f"{runbook_id}.yaml").read_bytes()
    except (OSError, ValueError, LookupError, TypeError):
        return b""
    return text if built_from == hashlib.sha256(runbook).hexdigest() else b""


def _anew(runbook_id: str) -> bytes:
    from cartproof.runbook.builder import as_text, build  # noqa: PLC0415 - only where need be

    return as_text(build(load_with_digest(runbook_id))).encode()


def _of_no_runbook(name: str) -> bytes:
    from cartproof.fleet.notebook import fleet_notebook  # noqa: PLC0415 - only where need be
    from cartproof.runbook.builder import as_text  # noqa: PLC0415 - only where need be
    from cartproof.runbook.start_here import start_here  # noqa: PLC0415 - only where need be

    if name == FLEET_AUDIT:
        return as_text(fleet_notebook()).encode()
    return as_text(start_here([load_runbook(each) for each in runbook_ids()])).encode()


def _digest_at(path: Path) -> str:
    try:
        return digest(json.loads(path.read_bytes())["cells"])
    except (OSError, ValueError, LookupError, TypeError):
        return ""


def _put_aside(path: Path) -> None:
    """Keep a notebook of other cells under another name."""
    number = 1
    while path.exists():
        aside = path.with_name(f"{path.stem}.before-{number}{path.suffix}")
        if not aside.exists():
            path.rename(aside)
        number += 1
