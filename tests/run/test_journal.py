"""The journal: whole lines, read again, and locked while its run lives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cartproof.run.journal import Journal, events_in
from cartproof.run.unfiled import keep_journal
from cartproof.secrets import Secret

ONE, TWO = "20261122T100000Z-0a1b2c3d", "20261122T110000Z-4e5f6a7b"


def test_events_are_read_again_also_after_a_restart(tmp_path: Path) -> None:
    """A line that a crash cut off is none; the file may even be gone from its folder."""
    path = tmp_path / "journal.jsonl"
    Journal(path).write("first", n=1)
    with path.open("ab") as file:
        file.write(b'{"event": "cut')
    journal = Journal(path)
    path.unlink()
    assert [event["event"] for event in journal.events()] == ["first"]


@pytest.mark.parametrize("place", [ONE, f".{ONE}.part", f"Customer/book/{ONE}", f"unfiled/{ONE}"])
@pytest.mark.parametrize("own", [TWO, f".{TWO}.part", f"Customer/book/{TWO}"])
def test_a_run_is_known_by_its_journal_wherever_it_may_be(
    place: str, own: str, tmp_path: Path
) -> None:
    """Going on while its process holds it, over when it lets go or says that it has finished."""
    out = tmp_path / "a" / "b"
    journal = Journal(out / own / "journal.jsonl")
    assert journal.is_running(ONE) is None
    other = Journal(out / place / "journal.jsonl")
    other.write("opened")
    assert journal.is_running(ONE) is True
    other.write("finished")
    assert journal.is_running(ONE) is False


def test_a_killed_process_lets_go_of_its_journal(tmp_path: Path) -> None:
    """SIGKILL leaves the journal without an end, and still the run is over."""
    program = (
        "import os, pathlib, sys\nfrom cartproof.run.journal import Journal\n"
        "Journal(pathlib.Path(sys.argv[1])).write('opened')\nprint(flush=True)\ninput()\n"
    )
    journal = Journal(tmp_path / TWO / "journal.jsonl")
    arguments = [sys.executable, "-c", program, tmp_path / ONE / "journal.jsonl"]
    with subprocess.Popen(arguments, stdin=-1, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert journal.is_running(ONE) is True
        process.kill()
        process.wait()
    assert journal.is_running(ONE) is False


def test_a_journal_of_changes_is_kept_without_secrets(tmp_path: Path) -> None:
    """Only where the store was changed, and never with a piece of a secret in it."""
    token = "q7w2k9x4m1z8c5v3b6n0a2s4d7f9g1h"
    secrets = [Secret("access_token", token)]
    opened = f'{{"event": "opened", "customer": "Shop {token}"}}\n'.encode()
    assert keep_journal(opened, out=tmp_path, run_id=ONE, secrets=secrets) is None
    changed = opened + b'{"event": "test order: created", "order_id": 5}\n'
    kept = keep_journal(changed, out=tmp_path, run_id=ONE, secrets=secrets)
    assert kept == tmp_path / "unfiled" / ONE / "journal.jsonl"
    assert [event["event"] for event in events_in(kept.read_bytes())][-1] == "test order: created"
    assert token[:10] not in kept.read_text()
