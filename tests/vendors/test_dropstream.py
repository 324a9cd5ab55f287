"""DropStream's side: store, connection and test order, and one finding for each thing wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from vendor_side import TEST_ORDER, call, found, pieces, settled, vendor

from cartproof.errors import UsageError
from cartproof.store.outside import Outside, parse_outside
from cartproof.vendors.dropstream import ALLOWED, DropStream

LATER, BEFORE = "2026-11-21T11:00:00Z", "2026-11-20T10:00:00Z"
RIGHT = {"orders": [1201], "order_imported_at": LATER}
GOOD = [
    ("pass", "DropStream login"),
    ("pass", "DropStream store"),
    ("pass", "DropStream connection"),
]


def login(made: dict[str, str], **changed: str) -> Any:
    """Return a DropStream user's login, some of it changed."""
    wanted = ("base_url", "username", "password")
    return vendor(**{**{key: made[key] for key in wanted}, **changed})


def asked(made: dict[str, str], *, order: Any = TEST_ORDER, **changed: str) -> list:
    """Return what the check finds when the run knows a test order."""
    facts = {"test_order": order} if order else {}
    return found("dropstream_side", login(made, **changed), facts=facts)


@pytest.mark.parametrize("known_by", ["external_display_id", "external_id"])
def test_a_test_order_that_arrived_passes(known_by: str, side, sandbox) -> None:
    """By its display id, else by its id; orders are always asked for with a filter."""
    made = side("dropstream", **RIGHT, orders_known_by=known_by)
    findings = asked(made)
    assert settled(findings) == [*GOOD, ("pass", "Test order")]
    assert "pending_shipment" in findings[-1].message
    seen = call(f"{sandbox}/_sandbox/requests?store_hash=dropstream", method="GET")
    queries = [request["query"] for request in seen if request["path"] == "/orders"]
    assert queries
    assert all("store_id=901" in query and "1201" in query for query in queries)
    assert {(r["method"], r["path"]) for r in seen} <= ALLOWED


@pytest.mark.parametrize(
    ("trouble", "expected", "words"),
    [
        ({"store_enabled": False}, ("fail", "DropStream store"), "disabled"),
        ({"platform": "shopify"}, ("fail", "DropStream store"), "no BigCommerce store"),
        ({"connection_enabled": False}, ("fail", "DropStream connection"), "disabled"),
        ({"has_connection": False}, ("fail", "DropStream connection"), "No connection"),
        ({"orders": []}, ("fail", "Test order"), "not there"),
        (
            {"orders": [], "order_imported_at": BEFORE},
            ("inconclusive", "DropStream order import"),
            "not since",
        ),
        (
            {"orders": [], "order_imported_at": None},
            ("inconclusive", "DropStream order import"),
            "not since",
        ),
        ({"may_read": False}, ("fail", "DropStream login"), "does not let"),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else "",
)
def test_each_thing_wrong_is_its_own_finding(
    trouble: dict, expected: tuple[str, str], words: str, side
) -> None:
    """Exactly one finding is red, and it says what to do."""
    findings = asked(side("dropstream", **{**RIGHT, **trouble}))
    bad = [finding for finding in findings if finding.verdict != "pass"]
    assert settled(bad) == [expected]
    assert words in bad[0].message
    assert bad[0].remedy


def test_a_wrong_password_is_said_and_nothing_more_is_asked(side) -> None:
    """One failing finding on the login."""
    findings = asked(side("dropstream", **RIGHT), password="wrong-Password-3856")
    assert settled(findings) == [("fail", "DropStream login")]
    assert "does not accept" in findings[0].message


def test_without_a_known_test_order_it_cannot_tell(side) -> None:
    """Store and connection are judged, the order is inconclusive."""
    findings = asked(side("dropstream", **RIGHT), order=None)
    assert settled(findings) == [*GOOD, ("inconclusive", "Test order")]


@pytest.mark.parametrize("path", ["/auth/token", "/stores", "/connections", "/orders"])
@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"kind": "status", "status": 500}, "fault of its own (500)"),
        ({"kind": "disconnect"}, "gave no answer"),
        ({"kind": "malformed_json"}, "no JSON"),
        ({"kind": "rate_limit"}, "429"),
        ({"kind": "status", "status": 302}, "redirect"),
        ({"kind": "status", "status": 418}, "418"),
    ],
    ids=lambda value: str(value.get("kind")) if isinstance(value, dict) else "",
)
def test_faults_at_each_call_are_inconclusive(
    path: str, broken: dict, words: str, side, fault
) -> None:
    """Never a traceback, never a failure that is not the merchant's."""
    made = side("dropstream", **RIGHT)
    fault("dropstream", path=path, **broken)
    last = asked(made)[-1]
    assert (str(last.verdict), words in last.message) == ("inconclusive", True)
    assert last.remedy


@pytest.mark.parametrize("body", [{}, [], [1], {"orders": {}}, "x", None, 5])
def test_answers_of_another_form_are_inconclusive(body: Any, programmed) -> None:
    """JSON that is not the documented one is told as such."""
    token = (200, {"Content-Type": "application/json"}, {"access_token": "j" * 40})
    programmed.answers = [token, (200, {"Content-Type": "application/json"}, body)]
    made = {"base_url": programmed.origin, "username": "u", "password": "p" * 12}
    last = asked(made)[-1]
    is_empty_list = body == []
    assert str(last.verdict) == ("fail" if is_empty_list else "inconclusive")


def test_login_and_token_stand_nowhere(side, fault) -> None:
    """Findings, evidence and what is learned by the guard: no piece of password or token."""
    learned: list = []
    made = side("dropstream", **RIGHT)
    findings = found(
        "dropstream_side", login(made), facts={"test_order": TEST_ORDER}, learn=learned.extend
    )
    token = learned[0].reveal()
    text = json.dumps([finding.as_json() for finding in findings])
    secret = pieces(made["password"], token, f"{made['username']}:{made['password']}")
    assert token.startswith("eyJ")
    assert not [piece for piece in secret if piece in text]


def test_a_token_that_dropstream_repeats_in_an_error_is_redacted(programmed) -> None:
    """Its own words are kept, the token in them is not."""
    token, kind = "tok3n-" + "xyzw9876" * 5, {"Content-Type": "application/json"}
    echo = {"message": f"token {token} may not read this"}
    programmed.answers = [(200, kind, {"access_token": token}), (403, kind, echo)]
    made = {"base_url": programmed.origin, "username": "u", "password": "p" * 12}
    text = json.dumps([finding.as_json() for finding in asked(made)])
    assert "may not read this" in text
    assert not [piece for piece in pieces(token) if piece in text]


def test_an_order_answer_s_personal_data_is_not_kept(programmed) -> None:
    """Names and addresses in DropStream's answers reach neither finding nor evidence."""

    def ok(body: Any) -> Any:
        return (200, {"Content-Type": "application/json"}, body)

    programmed.answers = [
        ok({"access_token": "j" * 40}),
        ok([{"id": 1, "name": "Shop", "platform": "big_commerce", "enabled_at": "x"}]),
        ok([{"id": 2, "name": "C", "store_id": 1, "enabled_at": "x"}]),
        ok({"orders": [{"external_display_id": "1201", "ship_to": "Mona Itoldyou"}]}),
    ]
    made = {"base_url": programmed.origin, "username": "u", "password": "p" * 12}
    findings = asked(made)
    assert settled(findings)[-1] == ("pass", "Test order")
    assert "Mona" not in json.dumps([finding.as_json() for finding in findings])
    headers = [seen.headers.get("Authorization", "") for seen in programmed.received]
    assert headers[0].startswith("Basic ")
    assert headers[1:] == [f"Bearer {'j' * 40}"] * 3


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/stores"),
        ("PATCH", "/stores"),
        ("POST", "/connections"),
        ("DELETE", "/orders"),
        ("GET", "/orders/1"),
    ],
)
def test_writes_are_refused_before_sending(method: str, path: str, programmed) -> None:
    """The list of requests is closed."""
    address = parse_outside(programmed.origin, label="BASE URL")
    with Outside(address, allowed=ALLOWED) as outside:
        DropStream(outside)
        with pytest.raises(UsageError, match="none of the requests"):
            outside.send(method, path)
    assert programmed.received == []


def test_a_base_url_elsewhere_gets_no_password() -> None:
    """Only the vendor's own host and this machine are asked."""
    given = vendor(base_url="https://evil.example.com", username="u", password="p" * 12)
    findings = found("dropstream_side", given, is_sandbox=False)
    assert settled(findings) == [("fail", "DropStream login")]
    assert "gets no password" in findings[0].message
