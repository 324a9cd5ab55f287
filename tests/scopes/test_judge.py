"""Judging a row: what is possible against what is wanted."""

from __future__ import annotations

import pytest

from cartproof.findings import Verdict
from cartproof.scopes.catalogue import find_row
from cartproof.scopes.judge import RECREATE, judge
from cartproof.scopes.row_result import Cause, RowResult
from cartproof.scopes.wanted import Attested, Others, wanted_row


def _result(possible: str, row: str = "Orders", cause: Cause | None = None) -> RowResult:
    levels = tuple(possible.split())
    given = cause or (Cause.SETTLED if len(levels) == 1 else Cause.BEYOND_REST)
    return RowResult(row, levels, "seen so", given, grade="C")


def _attested(level: str) -> Attested:
    return Attested(level, "Ada Okafor", "2026-11-22T10:00:00Z", "screenshot filed")


@pytest.mark.parametrize(
    ("possible", "wanted", "verdict"),
    [
        ("modify", "modify", "pass"),
        ("read-only", "modify", "fail"),
        ("none", "read-only", "fail"),
        ("none read-only", "modify", "fail"),
        ("modify", "read-only", "warn"),
        ("read-only", "none", "warn"),
        ("read-only modify", "none", "warn"),
        ("none", "none", "pass"),
        ("none read-only", "none", "inconclusive"),
        ("none read-only modify", "read-only", "inconclusive"),
        ("read-only modify", "modify", "inconclusive"),
        ("read-only modify", "read-only", "pass"),
        ("none", "unstated", "fail"),
        ("read-only", "unstated", "pass"),
        ("read-only modify", "unstated", "pass"),
        ("none read-only", "unstated", "inconclusive"),
    ],
)
def test_what_is_possible_is_held_against_what_is_wanted(
    possible: str, wanted: str, verdict: str
) -> None:
    """A row fails only when nothing possible reaches what is wanted."""
    finding = judge(_result(possible), wanted_row("Orders", wanted))
    assert finding.verdict == verdict


@pytest.mark.parametrize(
    ("possible", "verdict"),
    [("none", "skipped"), ("none read-only", "skipped"), ("read-only", "pass"), ("modify", "pass")],
)
def test_a_row_that_is_only_perhaps_meant_is_never_missing(possible: str, verdict: str) -> None:
    """Without a level and by our reading alone: it is shown, and the vendor is to be asked."""
    wanted = wanted_row("Orders", "unstated", status="inferred")
    finding = judge(_result(possible), wanted, "unstated")
    assert finding.verdict == verdict
    assert "ask the vendor" in finding.message


def test_a_pass_by_our_reading_says_whose_reading_it_is() -> None:
    """What a picture hid is never presented as the article's word."""
    finding = judge(_result("modify"), wanted_row("Orders", "modify", status="inferred"))
    assert finding.verdict == "pass"
    assert "as our reading of the article wants" in finding.message


@pytest.mark.parametrize(
    ("possible", "others", "verdict", "wanted"),
    [
        ("none", "none", "pass", "none"),
        ("modify", "none", "warn", "none"),
        ("none read-only", "none", "inconclusive", "none"),
        ("none", "unstated", "skipped", None),
        ("none read-only", "unstated", "skipped", None),
        ("read-only", "unstated", "warn", None),
        ("read-only modify", "unstated", "warn", None),
        ("modify", "unasked", "pass", None),
        ("none read-only", "unasked", "inconclusive", None),
    ],
)
def test_a_row_that_is_not_mentioned_never_fails(
    possible: str, others: Others, verdict: str, wanted: str | None
) -> None:
    """It is wanted at None, or skipped, or only told, as the runbook says of the others."""
    finding = judge(_result(possible), None, others)
    assert (finding.verdict, finding.data["wanted"]) == (verdict, wanted)


def test_metafields_access_at_standard_cannot_be_told() -> None:
    """Standard is the least that the row offers, and Full looks the same from outside."""
    result = _result("standard full", "Metafields access")
    assert judge(result, wanted_row("Metafields Access", "standard")).verdict == "inconclusive"
    assert judge(result, None, "unstated").verdict == "skipped"


def test_a_missing_scope_names_the_box_and_the_new_account() -> None:
    """The remedy says what to tick, and that scopes of an account cannot be edited."""
    finding = judge(_result("read-only"), wanted_row("orders", "modify", why="writes shipments"))
    assert finding.message == (
        "Wanted is Modify; the token has Read-only. Needed because: writes shipments."
    )
    assert finding.remedy == f"Set Orders to Modify. {RECREATE}"
    assert "delete the old one" in RECREATE
    assert finding.who == "merchant"
    assert finding.data == {
        "row": "Orders",
        "level": "read-only",
        "wanted": "modify",
        "possible": ["read-only"],
        "grade": "C",
    }


def test_more_than_wanted_says_what_it_lets_an_app_do() -> None:
    """The warning carries the row's power and why to recreate."""
    finding = judge(_result("modify"), wanted_row("Orders", "read-only", status="minimum"))
    assert "wanted is at least Read-only" in finding.message
    assert find_row("Orders").power in finding.message
    assert finding.remedy.startswith("Set Orders to Read-only, since a leaked token")


def test_what_cannot_be_told_says_what_was_seen_and_who_can_look() -> None:
    """A row beyond REST is read off the screen; one without answers is asked again first."""
    beyond = judge(_result("none read-only"), wanted_row("Orders", "read-only"))
    unanswered = judge(
        _result("none read-only", cause=Cause.UNANSWERED), wanted_row("Orders", "read-only")
    )
    assert "(seen so)" in beyond.message
    assert beyond.remedy.startswith("Read Orders off the account's screen")
    assert unanswered.remedy.startswith("Run this again. If it stays, read Orders off")
    assert beyond.who == "engineer"


def test_a_pass_that_leaves_more_open_says_so() -> None:
    """At least what is wanted is proven, and more cannot be excluded."""
    finding = judge(_result("read-only modify"), wanted_row("Orders", "read-only"))
    assert "More cannot be excluded: seen so." in finding.message
    assert finding.remedy == ""


def test_a_blocked_row_stays_blocked() -> None:
    """Without a baseline nothing is judged, not even by a person's word."""
    result = _result("none read-only modify", cause=Cause.BLOCKED)
    finding = judge(result, wanted_row("Orders", "modify"), attested=_attested("modify"))
    assert finding.verdict is Verdict.BLOCKED


@pytest.mark.parametrize(
    ("possible", "wanted", "attested", "verdict"),
    [
        ("none read-only", "read-only", "read-only", "attested"),
        ("none read-only", "read-only", "none", "fail"),
        ("none read-only", "none", "none", "attested"),
        ("none read-only", "none", "read-only", "warn"),
        ("none read-only", "unstated", "read-only", "attested"),
        ("none read-only", "read-only", "modify", "inconclusive"),
        ("read-only", "read-only", "read-only", "pass"),
        ("read-only", "read-only", "modify", "inconclusive"),
        ("none", "modify", "modify", "inconclusive"),
        ("none", "modify", "none", "fail"),
        ("read-only modify", "read-only", "read-only", "pass"),
        ("read-only modify", "read-only", "modify", "warn"),
    ],
)
def test_a_persons_word_settles_only_what_is_open(
    possible: str, wanted: str, attested: str, verdict: str
) -> None:
    """It never overrides what the answers proved; a contradiction is inconclusive."""
    finding = judge(_result(possible), wanted_row("Orders", wanted), attested=_attested(attested))
    assert finding.verdict == verdict


def test_an_attested_row_names_who_and_when_and_claims_no_level() -> None:
    """The level stays untold by REST; message and data carry the person's word."""
    finding = judge(
        _result("none login", "Customers login"),
        wanted_row("Customers login", "login"),
        attested=_attested("login"),
    )
    assert finding.verdict is Verdict.ATTESTED
    assert "Ada Okafor read Login off the screen." in finding.message
    assert finding.data["attested"]["when"] == "2026-11-22T10:00:00Z"
    assert (finding.data["level"], finding.data["possible"]) == (None, ["none", "login"])


def test_a_contradiction_names_both_sides() -> None:
    """The person's word and what was proven stand in one message."""
    finding = judge(
        _result("read-only"), wanted_row("Orders", "modify"), attested=_attested("modify")
    )
    assert "read Modify off the screen" in finding.message
    assert "the token has Read-only" in finding.message


def test_a_skipped_row_stays_skipped() -> None:
    """A word on a row that nobody asked about changes nothing."""
    finding = judge(_result("none read-only"), None, "unstated", attested=_attested("none"))
    assert finding.verdict is Verdict.SKIPPED
