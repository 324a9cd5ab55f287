"""The x-ray against the sandbox: random accounts, and everything that can go wrong."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sandbox_accounts import Account, create_account

from cartproof.findings import Verdict
from cartproof.scopes.catalogue import ROWS
from cartproof.scopes.classify import AnswerClass, classify
from cartproof.scopes.judge import judge
from cartproof.scopes.probes import PROBES, never_reason
from cartproof.scopes.wanted import Wanted
from cartproof.scopes.xray import XRay, xray

NewAccount = Callable[[dict[str, str]], Account]
_NEVER_TOLD = ("Customers login", "Metafield ownership", "Metafields access")


def _tellable(row: str, levels: dict[str, str]) -> bool:
    """Say whether safe REST can settle a row of such an account: FACTS.md b.5, written anew."""
    if row in _NEVER_TOLD:
        return False
    if row == "Stored payment instruments":
        return levels[row] == "none"
    if row == "Order transactions":
        return levels["Orders"] != "modify" or levels[row] == "none"
    if row == "Checkout content":
        hidden = {"none": (), "read-only": ("none", "read-only"), "modify": None}[levels["Content"]]
        return hidden is not None and levels[row] not in hidden
    return True


_LEVELS = st.fixed_dictionaries({row.name: st.sampled_from(row.levels) for row in ROWS})


@settings(
    max_examples=50,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(accounts=st.lists(_LEVELS, min_size=4, max_size=4))
def test_rows_are_right_or_left_open_and_nothing_changes(
    new_account: NewAccount, accounts: list[dict[str, str]]
) -> None:
    """What REST can settle is right, nothing else is claimed, and the store stays as it is.

    Four accounts at a time, each of a store of its own, so 200 in all.
    """
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda levels: _assert_right(new_account(levels), levels), accounts))


def _assert_right(account: Account, levels: dict[str, str]) -> None:
    before = account.state()
    with account.client() as client:
        made = xray(client)
    assert account.state() == before
    for row in made.rows:
        expected = levels[row.row] if _tellable(row.row, levels) else None
        assert (row.row, row.level) == (row.row, expected)
        assert levels[row.row] in row.possible
    _assert_polite(account, made)


def _assert_polite(account: Account, made: XRay) -> None:
    asked = account.requests()
    assert not [seen for seen in asked if never_reason(seen["method"], seen["path"])]
    assert not [seen for seen in asked if seen["status"] == 429]
    assert len(asked) == made.requests <= 50
    stats = account.stats()
    assert stats["max_concurrency"] <= 8
    assert set(stats["max_concurrency_by_family"].values()) == {1}


def test_every_probe_of_an_all_powerful_token_leaves_the_store_as_it_was(
    full_account: Account,
) -> None:
    """Fallbacks too are sent, are granted, and change nothing."""
    before = full_account.state()
    with full_account.client() as client:
        for probe in PROBES:
            answer = client.exchange(
                probe.method, probe.path, params=probe.params or None, body=probe.body
            )
            kind = classify(probe, answer, is_route_known=True)
            assert (probe.path, kind) == (probe.path, AnswerClass.GRANTED)
    assert full_account.state() == before


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500, "count": 40},
        {"kind": "status", "status": 500, "count": 40, "after": 5},
        {"kind": "status", "status": 423, "after": 3},
        {"kind": "malformed_json", "after": 1},
        {"kind": "malformed_json"},
        {"kind": "slow", "seconds": 30, "after": 40},
        {"kind": "disconnect", "after": 4, "count": 30},
        {"kind": "disconnect", "where": "mid_body", "after": 4},
        {"kind": "rate_limit", "after": 6, "count": 60},
        {"kind": "rate_limit", "headers": False, "after": 6},
        {"kind": "rate_limit", "headers": False},
        {"kind": "html_403", "after": 1},
        {"kind": "html_403"},
        {"kind": "suspended", "after": 10},
        {"kind": "suspended"},
        {"kind": "revoked", "after": 10},
    ],
    ids=lambda fault: "-".join(str(part) for part in fault.values()),
)
def test_no_fault_makes_a_scope_look_missing(full_account: Account, fault: dict[str, Any]) -> None:
    """The account has everything, so no row may fail or be told below what it is."""
    full_account.fault(**fault)
    with full_account.client(patience_s=0.5) as client:
        made = xray(client)
    assert made.incident is None
    for row, known in zip(made.rows, ROWS, strict=True):
        assert known.levels[-1] in row.possible
        finding = judge(row, Wanted(known.name, known.levels[-1]))
        assert finding.verdict is not Verdict.FAIL


def test_trouble_from_the_start_blocks_and_trouble_midway_leaves_rows_open(
    full_account: Account,
) -> None:
    """A suspended store is told as such, and a revoked token as such."""
    full_account.fault(kind="suspended")
    with full_account.client() as client:
        made = xray(client)
    assert made.baseline.verdict is Verdict.INCONCLUSIVE
    assert "suspended" in made.baseline.message
    full_account.fault(kind="none")
    full_account.fault(kind="revoked", after=12)
    with full_account.client() as client:
        revoked = xray(client)
    assert revoked.baseline.verdict is Verdict.FAIL
    assert "not any more" in revoked.baseline.message


def test_a_token_of_another_store_is_told_as_such(
    new_account: NewAccount, sandbox_url: str
) -> None:
    """Its 403 on a request without a scope means hash and token do not belong together."""
    mine, other = new_account({"Orders": "modify"}), new_account({})
    given = {**mine.given, "api_path": mine.given["api_path"].replace(*_hashes(mine, other))}
    with Account(sandbox_url, given).client() as client:
        made = xray(client)
    assert made.baseline.verdict is Verdict.FAIL
    assert "different stores" in made.baseline.message
    assert made.requests == 1


def _hashes(mine: Account, other: Account) -> tuple[str, str]:
    return mine.store_hash, other.store_hash


def test_the_tokens_of_a_live_recording_read_as_recorded(sandbox_url: str) -> None:
    """Token N has Store logs alone, token F everything with Customers at Read-only (FACTS b.1)."""
    nothing = create_account(sandbox_url, {"Store logs": "read-only"}, "recorded0n")
    full = {row.name: row.levels[-1] for row in ROWS} | {"Customers": "read-only"}
    everything = create_account(sandbox_url, full, "recorded0f")
    with nothing.client() as client:
        rows_n = {row.row: row.level for row in xray(client).rows}
    with everything.client() as client:
        rows_f = {row.row: row.level for row in xray(client).rows}
    assert rows_n["Store logs"] == "read-only"
    assert rows_n["Information & settings"] == "none"
    assert rows_f["Customers"] == "read-only"
    assert rows_f["Themes"] == "modify"
