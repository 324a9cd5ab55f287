"""Drift: what is otherwise in a customer's last run than in the one before."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

COLUMNS = ("customer", "integration", "what", "before", "now", "since")


def drift_frame(facts: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return one line for each change between the last two runs of a customer and integration.

    Of a batch, its last run counts: what was run again within one is no change between two.
    """
    runs: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for one in facts:
        of_customer = runs[one["customer"], one["runbook"]]
        if of_customer and one["batch"] and of_customer[-1]["batch"] == one["batch"]:
            of_customer.pop()
        of_customer.append(one)
    lines = [line for pair in runs.values() if len(pair) > 1 for line in _changes(*pair[-2:])]
    return pd.DataFrame(lines, columns=list(COLUMNS))


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    then, today = dict(_settings(before)), dict(_settings(now))
    for what in dict.fromkeys((*then, *today)):
        old, new = then.get(what, "not there"), today.get(what, "not there")
        if old != new:
            yield {
                "customer": now["customer"],
                "integration": now["runbook"],
                "what": what,
                "before": old,
                "now": new,
                "since": before["filed_at"][:10],
            }


def _settings(one: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "verdict", one["verdict"]
    yield "store", one["store_hash"]
    for scope in one["scopes"]:
        yield f"scope {scope['row']}", scope["found"] or " or ".join(scope["possible"])
    for step in one["steps"]:
        yield f"step {step['id']}", step["verdict"]
