"""Runs published without having been run: for tests of what is filed.

As a program it publishes one and is killed on the way:
python -m tests.audit.filed_runs OUT WHERE NUMBER
"""

from __future__ import annotations

import hashlib
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tests.audit.made_records import made_statement

from cartproof.audit import publishing
from cartproof.audit.keys import signing_key
from cartproof.audit.ledger import Ledger, Turn, ledger_of
from cartproof.audit.publishing import JOURNAL, NOTEBOOK, REPORT, Published, Unpublished
from cartproof.run.folders import run_folder

FILES = {
    NOTEBOOK: b'{"cells": []}\n',
    REPORT: b"<!doctype html><title>Report</title>\n",
    JOURNAL: b'{"event": "filed"}\n',
}


def made_run(out: Path, number: int = 1, **changed: Any) -> Unpublished:
    """Return a run that is ready to be published."""
    run_id = f"20261122T100000Z-{number:08x}"
    customer = str(changed.pop("customer", "Northwind Candles"))
    files = {**FILES, NOTEBOOK: f'{{"cells": [], "n": {number}}}\n'.encode()}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}

    def stated(head: Any) -> dict[str, Any]:
        chain = head and {"ledger": head.ledger, "after": head.number, "head": head.hash}
        made = made_statement(run_id, customer=customer, chain=chain, **changed)
        subject = [{"name": name, "digest": {"sha256": sha}} for name, sha in hashes.items()]
        return {**made, "subject": subject}

    place = run_folder(out, customer=customer, runbook_id="stone-edge", run_id=run_id)
    return Unpublished(run_id, place, files, stated)


def publish(
    out: Path, number: int = 1, *, ledger: Ledger | None = None, **changed: Any
) -> Published:
    """Publish a run."""
    run = made_run(out, number, **changed)
    return publishing.publish(run, ledger=ledger or ledger_of(out), signer=signing_key())


def _killed(real: Callable[..., Any], counted: list[str], at: int, *, before: bool) -> Any:
    """Return a function that is the real one, but at its n-th call of all the process ends."""

    def call(*given: Any, **named: Any) -> Any:
        counted.append(real.__name__)
        if before and len(counted) == at:
            os.kill(os.getpid(), signal.SIGKILL)
        done = real(*given, **named)
        if not before and len(counted) == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    return call


if __name__ == "__main__":
    out, when, at = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    killed = partial(_killed, counted=[], at=at, before=when == "before")
    publishing.write_new = killed(publishing.write_new)
    publishing.write_whole = killed(publishing.write_whole)
    publishing.sync_folder = killed(publishing.sync_folder)
    Path.rename = killed(Path.rename)  # type: ignore[method-assign]
    Turn.append = killed(Turn.append)  # type: ignore[method-assign]
    publish(out)
