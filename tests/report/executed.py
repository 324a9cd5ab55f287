"""Executed notebooks for the tests, made without a kernel."""

from __future__ import annotations

import json
import zlib
from typing import Any

from cartproof.findings import Finding, Verdict
from cartproof.run.results import (
    FINISH_MIME,
    RUN_MIME,
    STEP_MIME,
    Attestation,
    HandedValue,
    StepResult,
)
from cartproof.store.evidence import Evidence

# fmt: off
ROWS = (
    ("Content", "none", "none"), ("Checkout content", "none", "none"),
    ("Customers", "read-only", "read-only"), ("Customers login", "none", None),
    ("Information & settings", "read-only", "read-only"), ("Marketing", "none", "none"),
    ("Orders", "modify", "modify"), ("Order transactions", "read-only", "read-only"),
    ("Create payments", "none", None), ("Get payment methods", "none", "none"),
    ("Stored payment instruments", "none", "none"), ("Products", "modify", "modify"),
    ("Themes", "none", "none"), ("Carts", "none", "none"), ("Checkouts", "none", "none"),
    ("Sites & routes", "none", "none"), ("Channel settings", "none", "none"),
    ("Channel listings", "none", "none"), ("Storefront API tokens", "none", "none"),
    ("Storefront API customer impersonation tokens", "none", "none"),
    ("Store logs", "none", "none"), ("Store locations", "read-only", "read-only"),
    ("Store inventory", "modify", "modify"), ("Fulfillment methods", "none", "none"),
    ("Order fulfillment", "none", "none"), ("Metafield ownership", "none", None),
    ("Metafields access", "standard", None),
)
# fmt: on
NEW_ACCOUNT = (
    "The scopes of an API account cannot be changed: create a new account with the right boxes, "
    "use its credentials everywhere, then delete the old one."
)
DECLARED = (
    ("credentials", "Credentials", "bigcommerce", True),
    ("store", "Store answers", "bigcommerce", True),
    ("scopes", "Scopes of the token", "bigcommerce", True),
    ("products", "Every product has a SKU", "bigcommerce", False),
    ("test-order", "A test order is there", "bigcommerce", True),
    ("enter-values", "Hand the API information to Stone Edge", "vendor", True),
    ("import-orders", "Import the test order", "vendor", True),
)


def evidence(
    path: str, *, status: int | None = 200, title: str = "", method: str = "GET"
) -> Evidence:
    """Return one request's evidence."""
    return Evidence(
        method, path, status, title=title, ms=104, content_type="application/json",
        body_sha256=f"{zlib.crc32(path.encode('utf-8', 'replace')):08x}" * 8, body_bytes=120,
        at="2026-11-22T01:16:14+00:00",
    )  # fmt: skip


def scope_finding(row: str, wanted: str, level: str | None, **changed: Any) -> Finding:
    """Return one row's finding."""
    verdict = Verdict.INCONCLUSIVE if level is None else Verdict.PASS
    verdict = Verdict.ATTESTED if level is None and wanted in {"none", "standard"} else verdict
    slug = row.lower().replace(" ", "_")
    values: dict[str, Any] = {
        "verdict": verdict,
        "title": row,
        "message": "As wanted." if level else "No REST request shows this row.",
        "data": {"row": row, "wanted": wanted, "level": level, "why": ""},
        "evidence": (
            evidence(f"/v2/{slug}?limit=1"),
            evidence(f"/v2/{slug}/2147483647", status=404, title="Not found", method="PUT"),
        ),
    }
    return Finding(**(values | changed))


def scope_findings(**levels: str) -> tuple[Finding, ...]:
    """Return the 27 rows; a keyword gives a row, by its first word, another level than wanted."""
    found = []
    for row, wanted, level in ROWS:
        other = levels.get(row.split()[0].lower() if row != "Order transactions" else "-")
        data = {"row": row, "wanted": wanted, "level": other or level, "why": ""}
        if other is None or other == wanted:
            found.append(scope_finding(row, wanted, level))
        elif wanted == "none":
            found.append(
                scope_finding(
                    row,
                    wanted,
                    other,
                    verdict=Verdict.WARN,
                    data=data,
                    message=f"The token may do more than wanted: {row} is {other}.",
                    remedy="When an account is next made, leave this row at None.",
                    who="merchant",
                )
            )
        else:
            found.append(scope_finding(row, wanted, other, verdict=Verdict.FAIL, data=data,
                message=f"{row} is {other}, and must be {wanted}.",
                remedy=f"Set {row} to {wanted}. {NEW_ACCOUNT}",
                who="merchant"))  # fmt: skip
    return tuple(found)


def result(step_id: str, verdict: Verdict = Verdict.PASS, **values: Any) -> StepResult:
    """Return a step's result, by default a pass."""
    known = {declared[0]: declared for declared in DECLARED}
    _, title, side, required = known.get(step_id, (step_id, step_id, "bigcommerce", True))
    times = {
        "started_at": "2026-11-22T01:16:14+00:00",
        "finished_at": "2026-11-22T01:16:16.400000+00:00",
    }
    return StepResult(step_id, title, side, verdict, **({"required": required} | times | values))


def header(**changed: Any) -> dict[str, Any]:
    """Return what the open-run cell writes."""
    return {
        "schema": 1,
        "run_id": "20261122T011612Z-1a2b3c4d",
        "runbook": {
            "id": "stone-edge",
            "title": "Stone Edge Order Manager",
            "sha256": "46a07b4229a5303b21950ca694ff35b4648a563deed9a1e3db28ae609d67ed9c",
            "source": {
                "title": "Setting up a BigCommerce Shopping Cart",
                "url": "https://stoneedge.com/kb/articles/setting-up-bigcommerce/",
                "read_on": "2026-11-21",
            },
            "steps": declared(),
            "account": {
                "name": "{customer} – Stone Edge",
                "scopes": [
                    {"row": row, "level": wanted, "why": "the integration works on order data"
                     if row == "Orders" else ""}
                    for row, wanted, _ in ROWS
                ],
            },
        },
        "customer": "Harbour Candles",
        "parameters": {"test_order_status": "Awaiting Fulfillment", "use_channels": True},
        "store": {"hash": "abc123de", "origin": "https://api.bigcommerce.com", "is_sandbox": False},
        "credentials": {
            "reference": "file:credentials/harbour.txt",
            "fingerprints": ["access_token sha256:1a2b3c4d5e6f", "client_id sha256:aabbccddeeff"],
            "key_id": "9f8e7d6c",
            "warnings": [],
        },
        "mode": "headless",
        "started_at": "2026-11-22T01:16:12+00:00",
        "versions": {"cartproof": "0.1.0", "python": "3.11.2"},
        "journal": "runs/journal.jsonl",
    } | changed  # fmt: skip


def declared() -> list[dict[str, Any]]:
    """Return the declared steps."""
    keys = ("id", "title", "side", "required")
    return [dict(zip(keys, step, strict=True)) for step in DECLARED]


def cell(source: str, *outputs: dict[str, Any], count: int | None = 1) -> dict[str, Any]:
    """Return a code cell."""
    return {
        "cell_type": "code",
        "id": f"c{zlib.crc32(source.encode('utf-8', 'replace'))}",
        "metadata": {},
        "source": source,
        "execution_count": count,
        "outputs": list(outputs),
    }


def shown(mime: str, payload: Any) -> dict[str, Any]:
    """Return an output with one of our MIME types."""
    return {
        "output_type": "execute_result",
        "execution_count": 1,
        "metadata": {},
        "data": {"text/plain": "…", mime: payload},
    }


def error(ename: str, evalue: str) -> dict[str, Any]:
    """Return an error output."""
    return {"output_type": "error", "ename": ename, "evalue": evalue, "traceback": []}


def step_cell(outcome: StepResult | Any, step_id: str = "") -> dict[str, Any]:
    """Return a step's cell, from a result or from any payload."""
    if isinstance(outcome, StepResult):
        return step_cell(outcome.as_json(), outcome.step_id)
    return cell(f'# Check\nrun.step("{step_id}")', shown(STEP_MIME, outcome))


def open_cell(opened: Any = None) -> dict[str, Any]:
    """Return the cell that opened the run."""
    return cell('run = cartproof.open_run("stone-edge")\nrun', shown(RUN_MIME, opened or header()))


def finish_cell(verdict: str) -> dict[str, Any]:
    """Return the cell that finished it."""
    finish = {
        "schema": 1,
        "verdict": verdict,
        "exit": {"verified": 0, "failed": 1}.get(verdict, 3),
        "finished_at": "2026-11-22T01:16:20+00:00",
        "requests": 61,
    }
    return cell("run.finish()", shown(FINISH_MIME, finish))


def notebook(*cells: dict[str, Any], declares: bool = True) -> dict[str, Any]:
    """Return a notebook with these code cells."""
    made = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "cartproof": {
                "schema": 1,
                "runbook": "stone-edge",
                "runbook_sha256": header()["runbook"]["sha256"],
                "steps": declared(),
            },
        },
        "cells": [
            {"cell_type": "markdown", "id": "t", "metadata": {}, "source": "# Stone Edge"},
            *cells,
        ],
    }
    if not declares:
        del made["metadata"]["cartproof"]
    return json.loads(json.dumps(made))


def credentials_step() -> StepResult:
    """Return a step that passed."""
    return result("credentials", findings=(
        Finding(Verdict.PASS, "API path", "The store hash is abc123de."),
        Finding(Verdict.PASS, "Access token", "It has the form of a V2/V3 token."),
    ))  # fmt: skip


def store_step() -> StepResult:
    """Return a step that passed, with a store in it."""
    return result("store", findings=(
        Finding(Verdict.PASS, "Store", "This is “Harbour Candles”, plan Standard, USD.",
                data={"plan": "Standard"}, evidence=(evidence("/v2/time"), evidence("/v2/store"))),
    ))  # fmt: skip


def order_step() -> StepResult:
    """Return a step that found a test order."""
    looked = (evidence("/v2/order_statuses"), evidence("/v2/orders?status_id=11&limit=10"))
    return result("test-order", findings=(
        Finding(Verdict.PASS, "Test order", "Order 118 is in “Awaiting Fulfillment”, by a guest, "
                "in channel 1, total 48.0000 USD, paid by Test Payment Gateway.",
                data={"order_id": 118, "status_id": 11, "payment_method": "Test Payment Gateway",
                      "date_created": "Sat, 21 Nov 2026 09:12:44 +0000", "channel_id": 1,
                      "total_inc_tax": "48.0000", "currency_code": "USD"}, evidence=looked),
        Finding(Verdict.PASS, "Lines", "Both lines carry a SKU that the catalogue knows.",
                data={"skus": ["CNDL-01", "CNDL-02-L"], "lines": 2},
                evidence=(evidence("/v2/orders/118/products"),)),
        Finding(Verdict.PASS, "Total", "The lines, shipping and tax add up to 48.00."),
    ))  # fmt: skip


def vendor_steps() -> tuple[StepResult, StepResult]:
    """Return two steps that a person attested, one with a handover."""
    word = Attestation("Jo Park", "2026-11-22T01:10:00+00:00", "sent through the vault", "")
    handed = (
        HandedValue("api-path", "API Path", "sha256:0011223344aa"),
        HandedValue("client-id", "Client ID", "sha256:aabbccddeeff"),
        HandedValue("token", "Access Token", "sha256:1a2b3c4d5e6f", "by the vault, not by mail"),
    )  # fmt: skip
    return (
        result("enter-values", Verdict.ATTESTED, attestation=word, handover=handed),
        result("import-orders", Verdict.ATTESTED, attestation=Attestation(
            "Jo Park", "2026-11-22T01:12:30+00:00", "order 118 arrived", "118")),
    )  # fmt: skip


def good() -> dict[str, Any]:
    """A run in which everything is right, with one warning."""
    steps = (
        credentials_step(), store_step(), result("scopes", findings=scope_findings()),
        result("products", Verdict.WARN, findings=(
            Finding(Verdict.WARN, "Products without a SKU",
                    "2 of 60 products have no SKU: Gift card, Sample box.",
                    remedy="Give each a SKU, or leave them out of the import.", who="merchant",
                    uri="https://support.bigcommerce.com/s/article/SKUs",
                    evidence=(evidence("/v3/catalog/products?limit=250"),)),)),
        order_step(), *vendor_steps(),
    )  # fmt: skip
    return notebook(open_cell(), *map(step_cell, steps), finish_cell("verified"))


def failing() -> dict[str, Any]:
    """A run with scopes missing and too wide, no test order, and an answer missing."""
    enter, _ = vendor_steps()
    findings = scope_findings(
        orders="read-only", products="read-only", themes="modify", carts="modify"
    )
    no_order = Finding(
        Verdict.FAIL, "Test order",
        "None of the newest 10 orders in “Awaiting Fulfillment” was paid by the test gateway.",
        remedy="Switch the Test Payment Gateway on under Settings > Payments, place an order, "
        "leave it in “Awaiting Fulfillment”, and run this again.", who="merchant",
        data={"status_id": 11}, evidence=(evidence("/v2/orders?status_id=11"),),
    )  # fmt: skip
    busy = Finding(
        Verdict.INCONCLUSIVE, "Store profile", "BigCommerce answered 503 three times.",
        remedy="Wait ten minutes and run this again.", who="engineer",
        evidence=(evidence("/v2/store", status=503, title="Service Unavailable"),),
    )  # fmt: skip
    steps = (
        credentials_step(),
        result("store", Verdict.INCONCLUSIVE, findings=(busy,)),
        result("scopes", Verdict.FAIL, findings=findings),
        result("products", Verdict.SKIPPED, reason="Does not apply: import_products is no."),
        result("test-order", Verdict.FAIL, findings=(no_order,)),
        result("enter-values", Verdict.BLOCKED, awaits_person=True, handover=enter.handover,
               reason="Nobody has confirmed this step yet."),
        result("import-orders", Verdict.BLOCKED, reason="It needs “A test order is there” first."),
    )  # fmt: skip
    opened = header(store={"hash": "abc123de", "origin": "http://127.0.0.1:9", "is_sandbox": True})
    return notebook(open_cell(opened), *map(step_cell, steps), finish_cell("failed"))


def interrupted() -> dict[str, Any]:
    """A run whose kernel died in the scope step, as papermill leaves it."""
    unrun = [cell(f'# Check\nrun.step("{step[0]}")', count=None) for step in DECLARED[2:]]
    for one in unrun:
        one["metadata"]["papermill"] = {"status": "completed", "exception": False}
    return notebook(
        open_cell(), step_cell(credentials_step()), step_cell(store_step()), *unrun,
        cell("run.finish()", count=None),
    )  # fmt: skip


HOSTILE = (
    '<script>document.title="owned"</script><img src=x onerror="document.title=\'owned\'">'
    '"\'><svg onload=document.title="owned">{{ 7*7 }} [x](javascript:alert(1)) ``` <!-- </style>'
    "</title> \x1b[31mred\x1b[0m \x1b]0;owned\x07 a\u202eb\u200bc\u2066d \ud800 ￾ \x00"
)


def hostile() -> dict[str, Any]:
    """A run in which every text that comes from outside is an attack."""
    bad, long = HOSTILE, "A" * 10_000_000
    finding = Finding(
        Verdict.FAIL, bad, bad + long, remedy=bad, who=bad, uri="javascript:document.title='owned'",
        data={"row": bad, "wanted": bad, "level": bad, "why": bad, "order_id": bad, bad: [bad]},
        evidence=(evidence(f"/v2/{bad}", title=bad, method=bad),),
    )  # fmt: skip
    word = Attestation(bad, bad, bad, bad)
    handed = (HandedValue(bad, bad, bad, bad),)
    steps = [
        result(step[0], Verdict.FAIL, reason=bad, findings=(finding,), attestation=word,
               handover=handed)
        for step in DECLARED
    ]  # fmt: skip
    opened = header(
        customer=bad, parameters={bad: bad, "list": [bad]}, mode=bad, started_at=bad, run_id=bad,
        store={"hash": bad, "origin": bad, "is_sandbox": False}, versions={bad: bad},
        credentials={"reference": bad, "fingerprints": [bad], "warnings": [bad]},
    )  # fmt: skip
    opened["runbook"] |= {
        "title": bad,
        "source": {"title": bad, "url": "data:text/html,x", "read_on": bad},
    }
    made = notebook(
        open_cell(opened), *map(step_cell, steps), cell(bad, error(bad, bad)), finish_cell(bad)
    )
    for step in made["metadata"]["cartproof"]["steps"]:
        step |= {"title": bad, "side": bad}
    return made
