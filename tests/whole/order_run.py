"""Run the steps of a test order in a process of its own, and kill it at a request's edge.

Run as a program: `order_run.py JOB`, JOB being JSON with the arguments of `run_steps` and
`kill`: `["before", n]`, `["after", n]` the n-th request (from 0), or null.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cartproof import open_run
from cartproof.run.run import Finish, Run
from cartproof.store.client import StoreClient

STEPS = ("credentials", "store", "test-order", "archive-test-order")


def opened(
    runbook: str,
    credentials: str,
    folder: str,
    customer: str = "Northwind Candles",
    at: str = "",
    mode: str = "headless",
    answers: str = "",
    **parameters: Any,
) -> Run:
    """Open a run that creates its test order."""
    moment = datetime.fromisoformat(at) if at else None
    return open_run(
        runbook,
        customer=customer,
        credentials=credentials,
        folder=folder,
        mode=mode,
        answers=answers,
        parameters={"create_test_order": True, **parameters},
        **({"now": lambda: moment} if moment else {}),
    )


def run_steps(**given: Any) -> tuple[Finish, dict[str, Any]]:
    """Run all steps that have to do with the test order, then finish."""
    run = opened(**given)
    results = {step: run.step(step) for step in STEPS}
    return run.finish(), results


def kill_at(edge: str, number: int) -> None:
    """Have this process killed right before or after its n-th request."""
    exchange = StoreClient.exchange
    seen = iter(range(10_000))

    def killing(self: StoreClient, *words: Any, **named: Any) -> Any:
        at = next(seen)
        if (edge, number) == ("before", at):
            os.kill(os.getpid(), signal.SIGKILL)
        answer = exchange(self, *words, **named)
        if (edge, number) == ("after", at):
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    StoreClient.exchange = killing  # type: ignore[method-assign]


def main() -> None:
    """Do the job given on the command line."""
    job = json.loads(sys.argv[1])
    kill = job.pop("kill", None)
    Path(job["folder"]).mkdir(parents=True, exist_ok=True)
    if kill:
        kill_at(*kill)
    finish, _ = run_steps(**job)
    print(json.dumps({"requests": finish.requests, "at": datetime.now(UTC).isoformat()}))


if __name__ == "__main__":
    main()
