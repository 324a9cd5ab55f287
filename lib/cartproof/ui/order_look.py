"""What the test order's panel shows: the orders found, or what creating one consists of."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cartproof.checks.created_order.form import form_of
from cartproof.checks.created_order.plan import (
    CONSEQUENCES,
    made,
    requests_to_archive,
    requests_to_create,
    to_type,
)
from cartproof.checks.created_order.tag import tag_of
from cartproof.checks.wanted_status import status_name
from cartproof.errors import ParameterError
from cartproof.run.steps import context_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartproof.checks.context import CheckContext
    from cartproof.checks.created_order.plan import Planned
    from cartproof.runbook.model import Step
    from cartproof.ui.desk import Desk


def found_orders(desk: Desk, step: Step) -> dict[str, Any] | None:
    """Return the orders that may be the test; None for a step that looks for none."""
    if step.check != "test_order" or desk.checks.changes_store(step) or desk.run is None:
        return None
    result = desk.run.results.get(step.id)
    last = [*desk.run.earlier.get(step.id, []), *([result] if result else [])][-1:]
    listed = (finding.data.get("candidates") for one in last for finding in one.findings)
    word = desk.run.stage.answers.step(step.id).order
    return {
        "rows": next((rows for rows in listed if isinstance(rows, list)), None),
        "chosen": word.id if word else None,
        "who": word.who if word else "",
    }


def consent(desk: Desk, step: Step, *, is_live: bool) -> dict[str, Any] | None:
    """Return what is to be agreed to; None for a step that changes nothing."""
    if not desk.checks.changes_store(step) or desk.run is None:
        return None
    context = context_of(step, desk.run.stage)
    if context is None:
        return None
    creates = step.check == "test_order"
    try:
        planned = _to_create(context) if creates else _to_archive(context)
    except ParameterError as error:
        return {"creates": creates, "trouble": str(error)}
    is_made = desk.run.has_open_order
    return {"creates": creates, "is_live": is_live, "is_made": is_made, "trouble": "", **planned}


def _to_create(context: CheckContext) -> dict[str, Any]:
    form = form_of(context, {"name": status_name(context)})
    body = {**form.body(), "status_id": f"the number of “{form.status}”"}
    what, text = ("", "") if context.store.is_sandbox else to_type(context)
    return {
        "made": f"{made(form)}.",
        "requests": _listed(requests_to_create(form)),
        "afterwards": _listed(requests_to_archive(form.tag)),
        "body": json.dumps(body, indent=2, ensure_ascii=False),
        "consequences": list(CONSEQUENCES),
        "type": {"what": what, "text": text},
    }


def _to_archive(context: CheckContext) -> dict[str, Any]:
    tag = tag_of(context.run_id)
    own = [e for e in context.journal.events() if e.get("external_order_id") == tag]
    ids = [e["order_id"] for e in own if isinstance(e.get("order_id"), int)]
    requests = requests_to_archive(tag, ids[-1] if ids else None)
    return {"requests": _listed(requests), "consequences": [], "type": {"what": "", "text": ""}}


def _listed(requests: Iterable[Planned]) -> list[dict[str, Any]]:
    return [{**asdict(one), "changes": one.changes_store} for one in requests]
