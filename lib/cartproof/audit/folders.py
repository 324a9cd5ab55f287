"""The folders of filed runs against their entries: altered, missing, extra, not in the ledger."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartproof.audit.envelope import opened
from cartproof.audit.facts import facts_of
from cartproof.audit.misfit import Misfit
from cartproof.audit.publishing import RECORD
from cartproof.errors import LedgerError

if TYPE_CHECKING:
    from cartproof.audit.ledger import Entry, Head

LARGEST_RECORD = 50_000_000
_DEPTH = 3
_BLOCK = 1 << 20


def misfits_of_folder(entry: Entry, facts: Mapping[str, Any], out: Path) -> Iterator[Misfit]:
    """Yield what is wrong with the files of an entry's run."""
    run, place = entry.columns["run"], _inside(out, facts.get("folder", ""))
    if place is None or not place.is_dir():
        yield Misfit("missing", f"Its folder {facts.get('folder')} is gone.", entry.number, run)
        return
    wanted = {**facts["files"], RECORD: entry.record_sha256}
    for name, sha256 in wanted.items():
        found = sha256_of(place / name)
        if found is None:
            yield Misfit("missing", f"Its file {name} is gone.", entry.number, run)
        elif found != sha256:
            yield Misfit("altered", f"Its file {name} was changed.", entry.number, run)
    for path in sorted(place.iterdir()):
        if path.name not in wanted:
            yield Misfit("extra", f"{path.name} lies in its folder.", entry.number, run)


def misfits_outside(
    runs: Mapping[str, str], number_of: Mapping[str, int], last: Head, out: Path
) -> Iterator[Misfit]:
    """Yield the filed runs that are in no entry.

    Args:
        runs: Folder by run id, of all entries.
        number_of: Number of an entry by its hash.
        last: The last entry.
        out: Folder of the filed runs.
    """
    listed = set(runs.values())
    for path in records_below(out):
        folder = path.parent.relative_to(out).as_posix()
        if folder not in listed:
            yield _outside(path, folder, runs, number_of, last)


def records_below(out: Path) -> Iterator[Path]:
    """Yield the record files at the depth at which runs are filed; no link is followed."""
    for found, folders, files in os.walk(out):
        depth = len(Path(found).relative_to(out).parts)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if depth >= _DEPTH:
            folders.clear()
            if RECORD in files:
                yield Path(found) / RECORD


def sha256_of(path: Path) -> str | None:
    """Return the sha256 of a file in hex; None when it cannot be read."""
    made = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                made.update(block)
    except OSError:
        return None
    return made.hexdigest()


def _inside(out: Path, folder: str) -> Path | None:
    """Return a run's folder; None where it would lie elsewhere than below `out`."""
    parts = Path(folder).parts
    is_below = bool(parts) and ".." not in parts and not Path(folder).is_absolute()
    return out / folder if is_below else None


def _outside(
    path: Path, folder: str, runs: Mapping[str, str], number_of: Mapping[str, int], last: Head
) -> Misfit:
    try:
        if path.stat().st_size > LARGEST_RECORD:
            return Misfit("extra", "Its record is too large to be one.", run=folder)
        record = path.read_bytes()
        facts = facts_of(record)
        chain = opened(record)["predicate"]["cartproof"].get("chain")
    except (OSError, LedgerError) as error:
        return Misfit("extra", f"Its record cannot be read: {error}", run=folder)
    if facts["run"] in runs:
        told = f"The run {facts['run']} is filed at {runs[facts['run']]}; this is a copy of it."
        return Misfit("extra", told, run=folder)
    if isinstance(chain, Mapping) and number_of.get(str(chain.get("head"))) is None:
        told = (
            f"This run follows entry {chain.get('after')}, and the ledger ends with "
            f"{last.number}: its end was cut off, or the run belongs to another ledger."
        )
        return Misfit("truncated", told, run=folder)
    told = (
        "This run is filed, but not in the ledger: it was cut off in between, or its entry was "
        "taken out. `cartproof audit append` appends it."
    )
    return Misfit("unlisted", told, run=folder)
