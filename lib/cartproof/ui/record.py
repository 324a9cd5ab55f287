"""“File the record”: the same notebook headless with the answers, in a process of its own.

Credentials that were typed or dropped have no reference. They reach the child in its environment
alone, never by disk, command line or notebook; its kernel reads them by `env:` as anyone's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cartproof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from cartproof.run.live import LiveRun
    from cartproof.store.credentials import Credentials

REPORT = "report.html"
PREFIX = "TYPED_IN_PANEL"
"""What the record names as the place of credentials that a person typed or dropped."""

_PROGRAM = "import sys; from cartproof.cli import main; sys.exit(main())"
_LONGEST_TALE = 1000
_MOST_LINES = 8
"""Of what the child said last; more is a traceback, whose last line alone is for a person."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run: the command's words, and what stands in its environment besides."""

    words: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False, default_factory=dict)


def order_for(run: LiveRun, *, answers: Path, out: Path, confirmed_store: str = "") -> Order:
    """Return how a run's record is filed.

    Args:
        run: The run, with credentials.
        answers: Its answers file.
        out: Folder of all runs.
        confirmed_store: The live store whose name was typed to let a test order be created there.

    Raises:
        UsageError: It has no credentials, or an order of its own is still in the store.
    """
    stage = run.stage
    if stage.credentials is None:
        raise UsageError("Give the credentials again first: filing checks everything anew.")
    if run.has_open_order:
        raise UsageError("The test order is still in the store: do the step that archives it.")
    values = dict(stage.parameters)
    if confirmed_store and "confirm_store" in values:
        values["confirm_store"] = confirmed_store
    reference = stage.reference or f"env:{PREFIX}"
    words = [
        "run",
        stage.runbook.id,
        f"--customer={stage.customer}",
        f"--credentials={reference}",
        f"--out={out}",
        "--json",
        *([f"--answers={answers}"] if answers.exists() else []),
        *(f"-p{name}={_as_text(value)}" for name, value in values.items() if value is not None),
    ]
    environment = {} if stage.reference else _variables(stage.credentials)
    hash_needed = [f"--store-hash={stage.credentials.store_hash}"] if stage.reference else []
    return Order((*words, *hash_needed), environment)


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value)


def _variables(credentials: Credentials) -> dict[str, str]:
    found = {
        "ACCESS_TOKEN": credentials.access_token,
        "CLIENT_ID": credentials.client_id,
        "CLIENT_SECRET": credentials.client_secret,
    }
    known = {f"{PREFIX}_{name}": secret.reveal() for name, secret in found.items() if secret}
    named = {f"{PREFIX}_CLIENT_NAME": credentials.account_name} if credentials.account_name else {}
    return {**known, **named, f"{PREFIX}_API_PATH": credentials.address.api_path}


def carry_out(order: Order) -> dict[str, Any]:
    """Run it to its end, and return what came of it.

    Returns:
        `verdict`, `folder` and `exit`; `trouble` where it came to nothing.
    """
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _PROGRAM, *order.words],
        env={**os.environ, **order.environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.strip().splitlines()
    try:
        last = json.loads(lines[-1])
        return {"verdict": last["verdict"], "folder": last["folder"] or "", "exit": done.returncode}
    except (IndexError, ValueError, KeyError, TypeError):
        told = (done.stderr or done.stdout).strip().splitlines()
        tale = "\n".join(told if len(told) < _MOST_LINES else told[-1:])[-_LONGEST_TALE:]
        return {"trouble": tale or f"It ended with status {done.returncode}.", "exit": 3}


def start(order: Order, told: Callable[[dict[str, Any]], None]) -> None:
    """Carry an order out in a thread; `told` is called there with what came of it."""
    thread = threading.Thread(target=lambda: told(carry_out(order)), name="filing", daemon=True)
    thread.start()
