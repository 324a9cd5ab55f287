"""One run in a kernel that was begun ahead: true when cut off, and cheap to ask for help."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from batch.test_executor import job, wait_until
from batch.test_forks import statuses
from cartproof.batch.forks.alone import kernel_ahead
from cartproof.batch.forks.system import can_fork
from cartproof.batch.headless import run_headless
from whole.conftest import Shop

MakeShop = Callable[..., Shop]
pytestmark = pytest.mark.skipif(not can_fork(), reason="forks need Linux")
HEAVY = {"pandas", "pydantic", "requests", "nbformat", "papermill", "IPython", "sqlalchemy", "rich"}


def test_a_run_ahead_is_a_run(shop: MakeShop, tmp_path: Path) -> None:
    """Verified, filed, and its kernel's process is gone."""
    before = set(psutil.Process().children())
    with kernel_ahead() as execute:
        filed = run_headless(job(shop(), tmp_path), execute=execute)
    assert filed.verdict == "verified"
    assert filed.folder is not None
    assert set(statuses(str(filed.folder))) == {"completed"}
    assert set(psutil.Process().children()) <= before


@pytest.mark.parametrize(
    ("limit", "words"), [("cell_timeout_s", "The cell"), ("timeout_s", "The notebook")]
)
def test_its_time_is_kept(limit: str, words: str, shop: MakeShop, tmp_path: Path) -> None:
    """What takes too long is ended and filed, and the report says what it was."""
    slow = shop()
    slow.fault(kind="slow", seconds=60)
    with kernel_ahead() as execute:
        filed = run_headless(job(slow, tmp_path, **{limit: 2}), execute=execute)
    assert filed.verdict == "incomplete"
    assert f"{words} took longer than 2 s" in filed.reading.interruption


def test_a_killed_kernel_is_told(shop: MakeShop, tmp_path: Path) -> None:
    """Its run is incomplete, and no cell that did not run says that it did."""
    slow = shop()
    slow.fault(kind="slow", seconds=60)
    with kernel_ahead() as execute:
        known = set(psutil.Process().children())
        (kernel,) = (p for p in known if "cartproof.batch.forks.alone" in p.cmdline())

        def kill() -> None:
            wait_until(lambda: list(tmp_path.glob(".*.part/journal.jsonl")))
            os.kill(kernel.pid, signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        filed = run_headless(job(slow, tmp_path), execute=execute)
        killer.join()
    assert filed.verdict == "incomplete"
    told = statuses(str(filed.folder))
    assert "failed" in told
    assert told[-1] == "pending"


def test_help_imports_nothing_heavy() -> None:
    """`cartproof run --help` loads what it prints with, and no more."""
    asked = "import sys\nsys.argv = ['cartproof', 'run', '--help']\n"
    told = (
        "from cartproof.cli import main\ntry:\n    main()\n"
        f"except SystemExit:\n    print('loaded', *({HEAVY!r} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked + told], capture_output=True, text=True, check=True
    )
    assert "--fresh" in done.stdout
    assert done.stdout.splitlines()[-1] == "loaded"


def test_filing_imports_no_cloud() -> None:
    """What signs looks for boto3, whose import takes longer than all the rest; it finds none."""
    pytest.importorskip("boto3")
    told = "import sys, cartproof.filing; print('boto3' in sys.modules); import boto3"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
