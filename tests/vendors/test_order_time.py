"""Order Time's side: one count, before and after the test order."""

from __future__ import annotations

import json
from typing import Any

import pytest
from vendor_side import ORDER_TIME_KEYS, found, pieces, settled, vendor

TITLE = "Order Time sales orders"


def login(made: dict[str, str], *left_out: str, **changed: str) -> Any:
    """Return an Order Time login, parts of it left out or changed."""
    kept = {key: made[key] for key in ("base_url", *ORDER_TIME_KEYS) if key not in left_out}
    return vendor(**{**kept, **changed})


@pytest.mark.parametrize("left_out", ["password", "dev_key"])
def test_the_count_is_recorded_with_either_login(left_out: str, side) -> None:
    """Password or DevKey will do; the number stands in message and data."""
    findings = found("order_time_count", login(side("order-time", sales_orders=41), left_out))
    assert settled(findings) == [("pass", TITLE)]
    assert findings[0].data["count"] == 41
    assert "41" in findings[0].message


@pytest.mark.parametrize(
    ("now", "more", "verdict", "words"),
    [
        (42, {"options": {"earlier": "41"}}, "pass", "1 more"),
        (41, {"options": {"earlier": "41"}}, "fail", "has not arrived"),
        (40, {"options": {"earlier": "41"}}, "inconclusive", "fewer"),
        (42, {"options": {"earlier": "many"}}, "inconclusive", "no whole number"),
        (42, {"options": {"earlier": "9" * 5000}}, "inconclusive", "no whole number"),
        (42, {"options": {"compare": True}}, "inconclusive", "not known"),
        (42, {"answer": {"value": "41"}}, "pass", "1 more"),
        (42, {"options": {"compare": True}, "facts": {"order_time_count": 41}}, "pass", "1 more"),
        (42, {"options": {"earlier": "{n}"}, "parameters": {"n": "41"}}, "pass", "1 more"),
    ],
)
def test_before_and_after_are_compared(
    now: int, more: dict, verdict: str, words: str, side
) -> None:
    """More passes, the same fails, anything that cannot be compared is inconclusive."""
    made = side("order-time", sales_orders=now)
    finding = found("order_time_count", login(made), **more)[0]
    assert (str(finding.verdict), words in finding.message) == (verdict, True)
    assert finding.remedy or verdict == "pass"


def test_a_count_is_kept_for_a_later_step_of_the_run(side) -> None:
    """The first step records, the second compares with it."""
    made, facts = side("order-time", sales_orders=41), {}
    found("order_time_count", login(made), facts=facts)
    again = found("order_time_count", login(made), facts=facts, options={"compare": True})
    assert settled(again) == [("fail", TITLE)]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"api_key": "0" * 32}, "does not accept"),
        ({"email": "other@example.com"}, "does not accept"),
        ({"dev_key": "0" * 32}, "does not accept"),
        ({"dev_key": "line\nbreak-in-it"}, "cannot be sent"),
        ({"api_key": "schlüssel-mit-ümlaut"}, "cannot be sent"),
    ],
)
def test_a_wrong_login_fails(changed: dict, words: str, side) -> None:
    """One failing finding that says what to compare, and no value."""
    findings = found("order_time_count", login(side("order-time"), **changed))
    assert settled(findings) == [("fail", TITLE)]
    assert words in findings[0].message
    assert not any(value in findings[0].message for value in changed.values())


def test_a_role_without_the_right_is_said(side) -> None:
    """403 is about the role, not the password."""
    findings = found("order_time_count", login(side("order-time", may_list=False)))
    assert settled(findings) == [("fail", TITLE)]
    assert "role" in findings[0].remedy


def test_missing_values_are_named(side) -> None:
    """Neither DevKey nor password: the label that lacks is in the message."""
    findings = found("order_time_count", login(side("order-time"), "password", "dev_key"))
    assert settled(findings) == [("fail", TITLE)]
    assert "PASSWORD" in findings[0].message


@pytest.mark.parametrize("body", [True, -1, "41", 4.5, [41], {"count": 41}, None])
def test_anything_but_a_plain_number_is_inconclusive(body: Any, programmed) -> None:
    """Order Time's page says a plain integer; nothing else is taken for a count."""
    programmed.answers = [(200, {"Content-Type": "application/json"}, body)]
    made = {"base_url": f"{programmed.origin}/api/", "api_key": "k" * 12, "email": "e@x.org"}
    findings = found("order_time_count", vendor(**made, password="p" * 12))
    assert settled(findings) == [("inconclusive", TITLE)]
    seen = programmed.received[0]
    assert (seen.method, seen.path, json.loads(seen.body)) == ("PUT", "/api/list", {"Type": 7})
    assert (seen.headers["apiKey"], seen.headers["password"]) == ("k" * 12, "p" * 12)


@pytest.mark.parametrize("kind", ["disconnect", "malformed_json", "rate_limit", "status"])
def test_faults_are_inconclusive_and_hold_no_secret(kind: str, side, fault) -> None:
    """One request, one finding, no piece of key or password in it."""
    made = side("order-time")
    fault("order-time", kind=kind)
    findings = found("order_time_count", login(made))
    assert settled(findings) == [("inconclusive", TITLE)]
    assert findings[0].evidence[0].attempts == 1
    text = json.dumps([finding.as_json() for finding in findings])
    secret = pieces(*(made[key] for key in ORDER_TIME_KEYS))
    assert not [piece for piece in secret if piece in text]
