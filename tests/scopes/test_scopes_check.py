"""The check `scopes`: a runbook's rows against the x-ray."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fake_store import DENIED, FakeStore, denying, exchange, granting

from cartproof.checks import scopes
from cartproof.checks.context import CheckContext
from cartproof.errors import AnswersError
from cartproof.findings import Verdict
from cartproof.runbook.model import Account, Dialog, Runbook, Scope, Source
from cartproof.scopes.catalogue import ROWS
from cartproof.scopes.xray import xray
from cartproof.store.credentials import credentials_from_values
from cartproof.store.evidence import Exchange

_CREDENTIALS = credentials_from_values(
    {"ACCESS TOKEN": "t" * 31, "CLIENT ID": "c" * 31, "API PATH": "abc123"}
)


def _runbook(others: str, *rows: dict[str, Any]) -> Runbook:
    account = Account(
        menu=["Settings"],
        token_type="V2/V3 API token",
        others=others,
        scopes=[Scope(**row) for row in rows],
        dialog=Dialog(fields=["Client ID"]),
    )
    return Runbook(
        schema=1,
        id="small",
        title="Small",
        source=Source(title="An article", read_on=date(2026, 11, 21)),
        summary="For tests.",
        account=account,
        handover=[],
        steps=[],
    )


def _context(runbook: Runbook, store: FakeStore | None = None, **more: Any) -> CheckContext:
    return CheckContext(runbook, store or FakeStore(), _CREDENTIALS, **more)


_ORDERS = {"row": "orders", "level": "modify"}


def test_27_findings_come_in_the_screens_order() -> None:
    """One for each row, and the x-ray is kept for the report."""
    context = _context(_runbook("unstated", _ORDERS))
    findings = list(scopes.check(context))
    assert [finding.title for finding in findings] == [row.name for row in ROWS]
    assert context.facts["xray"].rows[6].level == "modify"
    assert findings[6].verdict is Verdict.PASS


def test_rows_that_others_none_leaves_out_are_wanted_at_none() -> None:
    """A token with everything is told to have more than asked for."""
    findings = list(scopes.check(_context(_runbook("none", _ORDERS))))
    verdicts = {finding.title: finding.verdict for finding in findings}
    assert verdicts["Products"] is Verdict.WARN
    assert verdicts["Checkout content"] is Verdict.INCONCLUSIVE
    assert Verdict.FAIL not in verdicts.values()


def test_conditions_choose_the_row_and_the_highest_level_counts() -> None:
    """`when` is held against the parameters; order in the file does not weaken a row."""
    rows = (
        Scope(row="Products", level="modify", when={"update_inventory": True}),
        Scope(row="Products", level="read-only"),
        Scope(row="Content", level="unstated"),
        Scope(row="Store Logs", level="read-only", when={"logs": True}),
    )
    on = scopes.wanted_rows(rows, {"update_inventory": True, "logs": False})
    off = scopes.wanted_rows(rows, {"update_inventory": False})
    assert {row: wanted.level for row, wanted in on.items()} == {
        "Products": "modify",
        "Content": "unstated",
    }
    assert off["Products"].level == "read-only"


def test_attested_rows_settle_what_the_x_ray_cannot() -> None:
    """The answers file's rows are found by any spelling."""
    answer = {"rows": {"customers Login": {"level": "none", "who": "Ada", "when": "2026-11-22"}}}
    runbook = _runbook("unstated", {"row": "Customers login", "level": "none"})
    findings = list(scopes.check(_context(runbook, answer=answer)))
    assert findings[3].verdict is Verdict.ATTESTED
    assert "Ada read None" in findings[3].message


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({"Shipping": {"level": "none"}}, "no row 'Shipping'"),
        ({"Orders": {"level": "full"}}, "has no level 'full'"),
        ({"Orders": {}}, "no level is given"),
    ],
)
def test_answers_that_name_no_row_or_level_are_refused(rows: Any, words: str) -> None:
    """The message says which entry, before anything is sent."""
    store = FakeStore()
    with pytest.raises(AnswersError, match=words):
        list(scopes.check(_context(_runbook("none"), store, answer={"rows": rows})))
    assert store.sent == []


def test_a_failed_baseline_comes_first_and_blocks_the_rows() -> None:
    """The credential trouble is one finding; no row is judged."""

    def answering(method: str, path: str) -> Exchange:
        return exchange(403, DENIED)

    findings = list(scopes.check(_context(_runbook("none", _ORDERS), FakeStore(answering))))
    assert (findings[0].title, findings[0].verdict) == ("Access token and store", Verdict.FAIL)
    assert {finding.verdict for finding in findings[1:]} == {Verdict.BLOCKED}
    assert len(findings) == 28


def test_the_credentials_checks_baseline_is_used_again() -> None:
    """No second request for the time in one run."""
    baseline = xray(FakeStore()).baseline
    store = FakeStore(denying)
    findings = list(
        scopes.check(_context(_runbook("none", _ORDERS), store, facts={"baseline": baseline}))
    )
    assert "GET /v2/time" not in store.sent
    assert findings[6].verdict is Verdict.FAIL


def test_a_foreign_client_id_is_one_warning_before_the_rows() -> None:
    """It blocks nothing and shows no client id."""

    def answering(method: str, path: str) -> Exchange:
        hooks = exchange(200, {"data": [{"client_id": "d" * 31}]})
        return hooks if path == "/v3/hooks" else granting(method, path)

    findings = list(scopes.check(_context(_runbook("unstated"), FakeStore(answering))))
    assert (findings[0].title, findings[0].verdict) == ("Client ID", Verdict.WARN)
    assert "ddd" not in str(findings[0])
    assert len(findings) == 28


def test_findings_are_plain_data() -> None:
    """Each finding carries row, level, wanted, possible and grade, and its evidence."""
    finding = list(scopes.check(_context(_runbook("none", _ORDERS))))[6]
    assert set(finding.data) == {"row", "level", "wanted", "possible", "grade"}
    assert len(finding.evidence) == 2
    assert replace(finding).as_json()["data"]["possible"] == ["modify"]
