"""What a panel shows, as JSON values: all of the desk that its browser needs, and no secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartproof.run.display import SHAPES as VERDICT_SHAPES
from cartproof.runbook.parameters import accepted
from cartproof.ui.instructions import instructions_of
from cartproof.ui.merchant import message_for_merchant, open_points
from cartproof.ui.order_look import consent, found_orders
from cartproof.ui.scope_rows import rows_of, to_click
from cartproof.ui.state import SHAPES, State, standing_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartproof.findings import Finding
    from cartproof.run.results import Attestation, StepResult
    from cartproof.runbook.model import Step
    from cartproof.ui.desk import Desk

_SIDES = {"bigcommerce": "BigCommerce", "vendor": "Vendor"}
SHOWN_EARLIER = 5
SHOWN_EVIDENCE = 40


def rail(desk: Desk) -> list[dict[str, Any]]:
    """Return all steps with their states, in order; made once for each change of the desk."""
    made, kept = desk.rail
    if made != desk.changed[0] or not kept:
        kept = _rail(desk)
        desk.rail = (desk.changed[0], kept)
    return kept


def _rail(desk: Desk) -> list[dict[str, Any]]:
    return [
        {"id": step.id, "number": number, "title": step.title, **_state(desk, step)}
        for number, step in enumerate(desk.runbook.steps, start=1)
    ]


def store(desk: Desk) -> dict[str, str]:
    """Return which store is asked, in words, and whether it is the sandbox or LIVE."""
    credentials = desk.run.stage.credentials if desk.run else None
    if credentials is None or desk.run is None:
        return {"kind": "none", "words": "No credentials yet", "name": ""}
    address = credentials.address
    facts = desk.run.stage.facts.get("store") or {}
    return {
        "kind": "sandbox" if address.is_sandbox else "live",
        "words": "SANDBOX – nothing here is real" if address.is_sandbox else "LIVE store",
        "name": " · ".join(filter(None, [str(facts.get("name", "")), address.store_hash])),
        "origin": address.origin,
    }


def common(desk: Desk) -> dict[str, Any]:
    """Return what every panel shows."""
    return {
        "rail": rail(desk),
        "store": store(desk),
        "customer": desk.running_for,
        "engineer": desk.engineer,
        "runbook": desk.runbook.title,
        "practise": desk.seat.account_page if desk.seat else "",
    }


def _offer(desk: Desk) -> dict[str, str] | None:
    if desk.offer is None:
        return None
    return {"customer": desk.offer.customer, "engineer": desk.offer.engineer}


def step_look(desk: Desk, step_id: str) -> dict[str, Any]:
    """Return what the panel of one step shows."""
    step = desk.step_of(step_id)
    run = desk.run
    parameters = run.stage.parameters if run else {}
    texts = instructions_of(step, desk.runbook, customer=desk.running_for, parameters=parameters)
    number = 1 + [one.id for one in desk.runbook.steps].index(step_id)
    result = run.results.get(step_id) if run else None
    earlier = run.earlier.get(step_id, []) if run else []
    return {
        **common(desk),
        "kind": "step",
        "step": {
            "id": step.id,
            "number": number,
            "title": step.title,
            "side": "Checked by program" if step.check else f"{_SIDES[step.side]} side",
            "required": step.required,
            "is_person": step.is_for_a_person,
            "is_credentials": bool(step.collect),
            "is_order": step.check == "test_order",
            "changes_store": desk.checks.changes_store(step),
            "good": texts.good,
            "what": texts.what,
            "says_more": texts.says_more,
            "warnings": list(texts.warnings),
            "confirm": texts.confirm,
        },
        **_state(desk, step),
        "sentences": list(standing_of(step, run, desk.checks.running).sentences),
        "result": result_look(result) if result and result.verdict != "blocked" else None,
        "earlier": [earlier_look(one) for one in reversed(earlier[-SHOWN_EARLIER:])],
        "progress": _progress(desk, step_id),
        "handover": _handover(desk, step),
        "scopes": _scopes(desk, step, result),
        "credentials": _credentials(desk) if step.collect else None,
        "practises": bool(step.collect or step.shows or step.menu),
        "orders": found_orders(desk, step),
        "consent": consent(desk, step, is_live=store(desk)["kind"] == "live"),
    }


def _state(desk: Desk, step: Step) -> dict[str, str]:
    state = desk.state(step)
    words = str(state)
    result = desk.run.results.get(step.id) if desk.run else None
    if state is State.DONE and result and result.verdict == "warn":
        words = "done, with warnings"
    return {"state": str(state).replace(" ", "-"), "words": words, "shape": SHAPES[state]}


def result_look(result: StepResult) -> dict[str, Any]:
    """Return what a step came to."""
    return {
        "verdict": str(result.verdict),
        "shape": VERDICT_SHAPES[result.verdict],
        "reason": result.reason,
        "at": result.finished_at,
        "word": _word(result.attestation),
        "findings": [_finding(finding) for finding in result.findings],
    }


def earlier_look(result: StepResult) -> dict[str, Any]:
    """Return an earlier result in one line, with its findings behind it."""
    return {**result_look(result), "count": len(result.findings)}


def _word(word: Attestation | None) -> dict[str, str] | None:
    if word is None:
        return None
    return {"who": word.who, "when": word.when, "note": word.note, "value": word.value}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "verdict": str(finding.verdict),
        "shape": VERDICT_SHAPES[finding.verdict],
        "title": finding.title,
        "message": finding.message,
        "remedy": finding.remedy,
        "who": finding.who,
        "evidence": [
            f"{entry.method} {entry.path} → {entry.status or entry.failure}"
            + (f" ({entry.ms} ms)" if entry.ms else "")
            + (f": {entry.title}" if entry.title else "")
            for entry in finding.evidence[:SHOWN_EVIDENCE]
        ],
    }


def _progress(desk: Desk, step_id: str) -> dict[str, Any] | None:
    found = desk.checks.running.get(step_id)
    return {"what": found.what, "done": found.done, "of": found.of} if found else None


def _handover(desk: Desk, step: Step) -> list[dict[str, str]] | None:
    if not step.handover:
        return None
    if desk.run is None:
        return []
    values = desk.run.handover(step.id).values
    return [
        {"id": v.id, "label": v.label, "fingerprint": v.fingerprint, "note": v.note} for v in values
    ]


def _scopes(desk: Desk, step: Step, result: StepResult | None) -> dict[str, Any] | None:
    if step.check != "scopes":
        return None
    parameters = desk.run.stage.parameters if desk.run else {}
    return {
        "rows": rows_of(desk.runbook, parameters, result),
        "click": to_click(desk.runbook, parameters),
    }


def _credentials(desk: Desk) -> dict[str, Any]:
    held = desk.run.stage.credentials if desk.run else None
    if held is None:
        return {"held": False, "trouble": desk.vault.trouble}
    reference = desk.run.stage.reference if desk.run else ""
    return {
        "held": True,
        "trouble": desk.vault.trouble,
        "from": reference or "typed or dropped here; in this kernel's memory alone",
        "account": held.account_name,
        "warnings": list(held.warnings),
        "fingerprints": sorted({str(secret) for secret in held.secrets()}),
    }


def about_look(desk: Desk) -> dict[str, Any]:
    """Return what the panel at the head of the notebook shows."""
    run = desk.run
    values = run.stage.parameters if run else desk.opening.parameters
    return {
        **common(desk),
        "kind": "about",
        "trouble": desk.trouble,
        "offer": _offer(desk),
        "offered_engineer": desk.seat.engineer if desk.seat else "",
        "run_id": run.run_id if run else "",
        "verdict": str(run.verdict) if run else "",
        "parameters": [
            {
                "name": name,
                "type": parameter.type,
                "help": parameter.help,
                "choices": parameter.choices,
                "takes": accepted(parameter),
                "value": values.get(name, parameter.default),
            }
            for name, parameter in desk.declared.parameters.items()
        ],
    }


def finish_look(desk: Desk) -> dict[str, Any]:
    """Return what the last panel shows."""
    run = desk.run
    answers = run.stage.answers if run else None
    return {
        **common(desk),
        "kind": "finish",
        "verdict": str(run.verdict) if run else "incomplete",
        "counts": _counts(desk),
        "open": open_points(desk),
        "message": message_for_merchant(desk),
        "signed": _sign_off(answers.signed if answers else None),
        "reviewed": _sign_off(answers.reviewed if answers else None),
        "has_credentials": bool(run and run.stage.credentials),
        "makes_order": bool(run and run.stage.parameters.get("create_test_order")),
        "open_order": bool(run and run.has_open_order),
        "filing": dict(desk.filing.state),
    }


def _counts(desk: Desk) -> list[dict[str, Any]]:
    states = [desk.state(step) for step in desk.runbook.steps]
    return [
        {"words": str(state), "shape": SHAPES[state], "count": states.count(state)}
        for state in State
        if state in states
    ]


def _sign_off(word: Any) -> dict[str, str] | None:
    if word is None:
        return None
    found: Mapping[str, str] = word.model_dump(mode="json")
    return {"who": found["who"], "when": found["when"], "note": found["note"]}
