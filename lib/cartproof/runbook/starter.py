"""A new runbook: a commented file to fill in that works from its first minute."""

from __future__ import annotations

import re
from datetime import date
from importlib.resources import files
from pathlib import Path
from string import Template

from cartproof.errors import RunbookError
from cartproof.runbook.builder import notebook_name
from cartproof.runbook.vocabulary import RESERVED_IDS

_ID = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
_LONGEST_ID = 48


def write_new(runbook_id: str, folder: Path, *, today: date) -> Path:
    """Write a new runbook into a folder, and return its file.

    Args:
        runbook_id: Small letters, digits and dashes; the file is called after it.
        folder: The folder of the runbooks; made where it is not there.
        today: When the vendor's article is read.

    Raises:
        RunbookError: The id cannot be one, or its file or notebook is another's already.
    """
    _check_id(runbook_id)
    text = _text(runbook_id, today)
    path = folder / f"{runbook_id}.yaml"
    taken = [other.name for other in folder.glob("*.yaml") if _is_same(other.stem, runbook_id)]
    if taken:
        raise RunbookError(f"{folder / taken[0]} is there already; nothing was written")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as exc:
        raise RunbookError(f"{path} cannot be written: {exc.strerror}") from exc
    return path


def _check_id(runbook_id: str) -> None:
    if not _ID.fullmatch(runbook_id) or len(runbook_id) > _LONGEST_ID:
        raise RunbookError(
            f"{runbook_id!r} is not a runbook's id: small letters, digits and dashes, at most "
            f"{_LONGEST_ID}, as in order-time"
        )
    if any(_is_same(runbook_id, reserved) for reserved in RESERVED_IDS):
        raise RunbookError(f"{runbook_id!r} is the name of a notebook that is of no runbook")


def _is_same(one: str, other: str) -> bool:
    """Tell whether two ids would share a notebook."""
    return notebook_name(one) == notebook_name(other)


def _text(runbook_id: str, today: date) -> str:
    template = files("cartproof.runbook").joinpath("templates", "new.yaml")
    title = re.sub(r"[-_]", " ", runbook_id).capitalize()
    values = {"id": runbook_id, "title": title, "today": today.isoformat()}
    return Template(template.read_text(encoding="utf-8")).substitute(values)
