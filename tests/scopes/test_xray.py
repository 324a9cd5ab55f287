"""The x-ray's course: baseline first, families side by side, and when it stops."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from fake_store import DENIED, FakeStore, denying, exchange, granting

from cartproof.findings import Verdict
from cartproof.scopes.prober import families
from cartproof.scopes.probes import PROBES
from cartproof.scopes.row_result import Cause, RowResult
from cartproof.scopes.xray import xray
from cartproof.secrets import Secret
from cartproof.store.evidence import Exchange


def _instead(request: str, answer: Callable[[], Exchange]) -> Callable[[str, str], Exchange]:
    def answering(method: str, path: str) -> Exchange:
        return answer() if f"{method} {path}" == request else granting(method, path)

    return answering


def _level(rows: tuple[RowResult, ...], row: str) -> str | None:
    return next(result.level for result in rows if result.row == row)


def test_a_token_with_everything_is_told_row_by_row() -> None:
    """All 27 rows come back in the screen's order, at their highest level where REST can tell."""
    made = xray(FakeStore())
    assert made.baseline.verdict is Verdict.PASS
    assert len(made.rows) == 27
    assert {row.row for row in made.rows if row.level is None} == {
        "Checkout content",
        "Customers login",
        "Order transactions",
        "Stored payment instruments",
        "Metafield ownership",
        "Metafields access",
    }
    assert _level(made.rows, "Create payments") == "create"


def test_a_token_with_nothing_is_none_everywhere() -> None:
    """A refusal counts, since the baseline passed."""
    made = xray(FakeStore(denying))
    told = {row.level for row in made.rows}
    assert told == {"none", None}
    assert made.requests == 45


@pytest.mark.parametrize(
    ("status", "body", "verdict", "words"),
    [
        (401, {"status": 401, "title": "Unauthorized"}, "fail", "does not know this access token"),
        (403, DENIED, "fail", "different stores"),
        (403, None, "inconclusive", "firewall"),
        (404, None, "inconclusive", "Nothing answers at this API path"),
        (423, None, "inconclusive", "not available"),
        (429, {"status": 429}, "inconclusive", "quota"),
        (503, {"status": 503, "title": "Service Unavailable"}, "inconclusive", "suspended"),
        (200, None, "inconclusive", "not the BigCommerce API"),
        (200, {"hello": "world"}, "inconclusive", "not the BigCommerce API"),
        (302, None, "inconclusive", "not the BigCommerce API"),
        (None, None, "inconclusive", "no answer"),
    ],
)
def test_without_a_baseline_no_probe_is_sent(
    status: int | None, body: Any, verdict: str, words: str
) -> None:
    """The credential trouble is told, and every row is blocked at no level."""
    store = FakeStore(_instead("GET /v2/time", lambda: exchange(status, body)))
    made = xray(store)
    assert (made.baseline.verdict, made.requests) == (verdict, 1)
    assert words in made.baseline.message
    assert made.baseline.remedy
    assert store.sent == ["GET /v2/time"]
    assert {(row.cause, row.level) for row in made.rows} == {(Cause.BLOCKED, None)}


def test_a_baseline_asked_before_is_not_asked_again() -> None:
    """A run's credentials check and its x-ray share one control."""
    first = xray(FakeStore()).baseline
    store = FakeStore()
    xray(store, baseline=first)
    assert "GET /v2/time" not in store.sent


def test_an_answer_that_looks_like_a_change_stops_everything() -> None:
    """A 201 on a modify probe is an incident: nothing is concluded, nothing more is sent."""
    store = FakeStore(
        _instead("PUT /v2/orders/2147483647", lambda: exchange(201, {"id": 2147483647}))
    )
    made = xray(store, workers=1)
    assert made.incident is not None
    assert made.incident.exchange.body == {"id": 2147483647}
    assert made.baseline.verdict is Verdict.FAIL
    assert "INCIDENT" in made.baseline.message
    assert store.sent == ["GET /v2/time", "GET /v2/orders/count", "PUT /v2/orders/2147483647"]
    assert {row.cause for row in made.rows} == {Cause.UNANSWERED}


def test_a_token_revoked_midway_is_a_credential_problem() -> None:
    """After a 401 no row is judged, and the control request tells why."""
    asked: list[str] = []

    def answering(method: str, path: str) -> Exchange:
        asked.append(path)
        return granting(method, path) if len(asked) < 5 else exchange(401, {"status": 401})

    made = xray(FakeStore(answering), workers=1)
    assert made.baseline.verdict is Verdict.FAIL
    assert "not any more" in made.baseline.message
    assert len(asked) == 6
    assert {row.cause for row in made.rows} == {Cause.UNANSWERED}


def test_a_single_401_of_a_valid_token_is_no_verdict_on_the_token() -> None:
    """The token still tells the time, so it is inconclusive rather than failed."""
    made = xray(FakeStore(_instead("GET /v3/themes", lambda: exchange(401, {"status": 401}))))
    assert made.baseline.verdict is Verdict.INCONCLUSIVE
    assert "still valid" in made.baseline.message


def test_a_missing_route_is_made_up_for_by_its_fallback() -> None:
    """Where the main probe's route is gone, the alternative decides."""
    gone = exchange(404, text="The route is not found", content_type="text/plain")
    store = FakeStore(_instead("GET /v2/orders/count", lambda: gone))
    made = xray(store)
    assert "GET /v2/order_statuses" in store.sent
    assert _level(made.rows, "Orders") == "modify"


def test_fallbacks_are_not_sent_without_need() -> None:
    """A clear answer of the main probe is enough."""
    store = FakeStore()
    xray(store)
    spare = {f"{probe.method} {probe.path}" for probe in PROBES if probe.is_fallback}
    assert not spare & set(store.sent)


def test_the_refund_quote_is_not_sent_when_orders_may_be_modified() -> None:
    """It could say nothing then."""
    store = FakeStore()
    xray(store)
    assert not [request for request in store.sent if "refund_quotes" in request]
    denied = FakeStore(denying)
    xray(denied)
    assert [request for request in denied.sent if "refund_quotes" in request]


def test_families_run_side_by_side_and_each_one_request_at_a_time() -> None:
    """Eight requests are under way at once and never more, one for each resource family."""
    first_eight = threading.Barrier(8)
    waited: list[str] = []

    def answering(method: str, path: str) -> Exchange:
        if path != "/v2/time" and len(waited) < 8:
            waited.append(path)
            first_eight.wait(timeout=120)
        return granting(method, path)

    store = FakeStore(answering)
    known = {(probe.method, probe.path): probe.family for probe in PROBES}
    store.family_of = lambda method, path: known.get((method, path), path)
    xray(store, workers=50)
    assert store.most_at_once == 8
    assert set(store.most_of_family.values()) == {1}


def test_the_longest_chain_is_short() -> None:
    """The slowest family sends seven requests after the baseline at most (FACTS c.2)."""
    mains = [probe for probe in PROBES if not probe.is_fallback]
    lengths = [sum(probe.row in rows for probe in mains) for rows in families()]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] <= 7
    assert sum(lengths) == 43


def test_paths_of_one_resource_share_a_family() -> None:
    """Two probes whose paths begin alike, V2 or V3, are never sent at once."""
    by_head: dict[str, set[str]] = {}
    for probe in PROBES:
        by_head.setdefault(probe.path.split("/")[2].split("_")[0], set()).add(probe.family)
    assert all(len(found) == 1 for found in by_head.values())


def test_the_deadline_leaves_rows_open_and_says_so() -> None:
    """What was not asked in time is inconclusive for that reason, never none."""
    now = [0.0]

    def answering(method: str, path: str) -> Exchange:
        now[0] += 1
        return granting(method, path)

    made = xray(FakeStore(answering), workers=1, deadline_s=6, clock=lambda: now[0])
    late = [row for row in made.rows if "no answer within the x-ray's time" in row.reason]
    assert len(late) > 15
    assert all(row.cause is Cause.UNANSWERED and len(row.possible) > 1 for row in late)
    assert _level(made.rows, "Orders") == "modify"


def test_rows_are_told_as_they_settle() -> None:
    """The caller hears of every row that has a probe, once."""
    heard: list[str] = []
    xray(FakeStore(), on_row=lambda row: heard.append(row.row))
    assert len(heard) == len(set(heard)) == 25


def test_an_interruption_ends_the_sending() -> None:
    """Ctrl-C passes through, and what is queued is not sent any more."""
    store = FakeStore()

    def interrupt(_row: RowResult) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        xray(store, on_row=interrupt, workers=1)
    assert len(store.sent) < 20


def test_a_foreign_client_id_is_a_warning_that_blocks_nothing() -> None:
    """The account's webhooks carry its client id; a secret one is compared by value."""
    hooks = exchange(200, {"data": [{"client_id": "a" * 31, "store_hash": "abc123"}]})
    store = FakeStore(_instead("GET /v3/hooks", lambda: hooks))
    verdicts = [
        made.client_id.verdict
        for given in (Secret("client_id", "a" * 31), Secret("client_id", "b" * 31), None)
        if (made := xray(store, client_id=given)).client_id is not None
    ]
    assert verdicts == ["pass", "warn", "inconclusive"]


def test_another_apps_private_metafield_hints_at_full_and_settles_nothing() -> None:
    """The hint stands in the reason; the level stays open."""
    body = {"data": [{"permission_set": "app_only", "owner_client_id": "someone"}]}
    store = FakeStore(_instead("GET /v3/store/metafields", lambda: exchange(200, body)))
    row = xray(store, client_id="me").rows[26]
    assert "Full is likely" in row.reason
    assert row.level is None
    assert "likely" not in xray(store, client_id="someone").rows[26].reason
