"""The Script URL: two SETI calls, and one finding for each thing that may be wrong."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vendor_side import found, pieces, settled, vendor

from cartproof.errors import UsageError
from cartproof.secrets import Secret
from cartproof.store.outside import Outside, parse_outside
from cartproof.vendors.connect2cart import (
    ALLOWED,
    FUNCTIONS,
    UNTESTED,
    SetiOutcome,
    SetiScript,
    parse_seti,
)

PASSWORD = "Korb-Passwort-9471-geheim"
WRONG = "wrong-Password-3856-planted"


def login(made: dict[str, str], **changed: str) -> Any:
    """Return the three values of a cart, some of them changed."""
    wanted = ("script_url", "cart_id", "cart_password")
    return vendor(**{**{key: made[key] for key in wanted}, **changed})


def test_a_right_script_passes_with_version_and_count(side, state) -> None:
    """Two calls, in this order, and both findings say that it is untested against Connect2Cart."""
    made = side("connect2cart", orders=7)
    findings = found("connect2cart", login(made))
    assert settled(findings) == [("pass", "Script URL"), ("pass", "Cart ID and Cart Password")]
    assert [finding.data["value"] for finding in findings] == ["5.500", "7"]
    assert all(UNTESTED in finding.message for finding in findings)
    assert state("connect2cart", made)["calls"] == list(FUNCTIONS)


@pytest.mark.parametrize(
    ("trouble", "changed", "expected", "calls"),
    [
        ({}, {"cart_password": WRONG}, ("fail", "refuses the cart's login"), 2),
        ({"answers": "xml"}, {"cart_password": WRONG}, ("fail", "refuses the cart's login"), 2),
        ({}, {"cart_id": "another"}, ("fail", "refuses the cart's login"), 2),
        ({"answers": "html"}, {}, ("inconclusive", "A web page answers"), 0),
        ({"answers": "redirect"}, {}, ("inconclusive", "redirect"), 0),
        ({"answers": "error"}, {}, ("inconclusive", "an error of its own"), 1),
    ],
    ids=["password", "password, XML", "cart id", "web page", "redirect", "other error"],
)
def test_each_thing_wrong_is_its_own_finding(
    trouble: dict, changed: dict, expected: tuple[str, str], calls: int, side, state
) -> None:
    """The last finding names it with a remedy; the password goes to no page that is no script."""
    made = side("connect2cart", **trouble)
    findings = found("connect2cart", login(made, **changed))
    last = findings[-1]
    assert (str(last.verdict), expected[1] in last.message) == (expected[0], True)
    assert last.remedy
    assert len(state("connect2cart", made)["calls"]) == calls
    assert [f.verdict for f in findings[:-1]] == ["pass"] * (len(findings) - 1)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"kind": "status", "status": 500}, "HTTP 500"),
        ({"kind": "html_403"}, "HTTP 403"),
        ({"kind": "disconnect"}, "connection cut"),
        ({"kind": "malformed_json"}, "none of SETI's known answers"),
        ({"kind": "rate_limit"}, "HTTP 429"),
    ],
    ids=lambda value: str(value.get("kind")) if isinstance(value, dict) else "",
)
def test_faults_are_told_and_nothing_is_sent_twice(
    broken: dict, words: str, side, fault, sandbox
) -> None:
    """A script that does not answer is inconclusive after one request, without a retry."""
    made = side("connect2cart")
    fault("connect2cart", path=f"/{made['cart_id']}", **broken)
    findings = found("connect2cart", login(made))
    assert settled(findings) == [("inconclusive", "Script URL")]
    assert words in findings[0].message
    assert findings[0].evidence[0].attempts == 1


def test_a_redirect_is_not_followed_and_gets_no_password(programmed) -> None:
    """One request, to the address itself, without the cart's login."""
    programmed.answers = [(302, {"Location": f"{programmed.origin}/stolen"}, b"")]
    made = {"script_url": f"{programmed.origin}/s", "cart_id": "shop", "cart_password": PASSWORD}
    assert settled(found("connect2cart", login(made))) == [("inconclusive", "Script URL")]
    assert [(seen.method, seen.path) for seen in programmed.received] == [("POST", "/s")]
    assert b"password" not in programmed.received[0].body


def test_what_is_sent_is_the_documented_form(programmed) -> None:
    """POST with SETI's fields in the body, nothing of the login in the address."""
    programmed.answers = [
        (200, {}, b"\xef\xbb\xbf setiresponse: VERSION=6.000\n"),
        (200, {}, b"SETIResponse: ordercount=0"),
    ]
    made = {"script_url": f"{programmed.origin}/x.php?a=1", "cart_id": "shop"}
    findings = found("connect2cart", login({**made, "cart_password": PASSWORD}))
    assert [str(finding.verdict) for finding in findings] == ["pass", "pass"]
    bodies = [parse_qs(r.body.decode(), keep_blank_values=True) for r in programmed.received]
    assert bodies[0] == {"setifunction": ["sendversion"], "omversion": ["7.732"]}
    assert bodies[1] == {
        "setifunction": ["ordercount"], "omversion": ["7.732"], "setiuser": ["shop"],
        "password": [PASSWORD], "code": [""], "lastorder": ["All"], "lastdate": ["All"],
    }  # fmt: skip
    assert {r.path for r in programmed.received} == {"/x.php?a=1"}
    kind = programmed.received[1].headers["Content-Type"]
    assert kind == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    "function",
    ["downloadorders", "updatestatus", "qohreplace", "invupdate", "downloadcustomers",
     "downloadprods", "getproductscount", "SENDVERSION", ""],
)  # fmt: skip
def test_other_functions_are_refused_before_sending(function: str, programmed) -> None:
    """The list is closed: nothing reaches the server."""
    secret = Secret("cart_password", PASSWORD)
    with Outside(parse_outside(programmed.origin, label="Script URL"), allowed=ALLOWED) as outside:
        script = SetiScript(outside, cart_id=secret, cart_password=secret)
        with pytest.raises(UsageError, match="never sent"):
            script.ask(function)
        with pytest.raises(UsageError, match="none of the requests"):
            outside.send("GET", "")
    assert programmed.received == []


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://carts.example.com/x", "in the clear"),
        ("ftp://carts.example.com/x", "no web address"),
        ("https://user:secretword@carts.example.com/x", "no web address"),
        ("https://carts.example.com /x", "no web address"),
        ("", "SCRIPT URL"),
    ],
)
def test_addresses_that_get_no_password_are_refused(address: str, words: str) -> None:
    """One failing finding with a remedy; the address itself is not repeated."""
    values = {"cart_id": "shop", "cart_password": PASSWORD}
    given = {"script_url": address} if address else {}
    findings = found("connect2cart", vendor(**values, **given), is_sandbox=False)
    assert settled(findings) == [("fail", "Script URL")]
    assert words in findings[0].message
    assert findings[0].remedy
    assert "secretword" not in findings[0].message


def test_a_sandbox_proves_nothing_of_a_live_store(programmed) -> None:
    """A script on this machine for a LIVE store is not asked at all."""
    made = {"script_url": f"{programmed.origin}/s", "cart_id": "shop", "cart_password": PASSWORD}
    findings = found("connect2cart", login(made), is_sandbox=False)
    assert settled(findings) == [("inconclusive", "Script URL")]
    assert programmed.received == []


def test_a_script_that_repeats_the_password_puts_it_in_no_finding(programmed) -> None:
    """Errors are cut and cleaned; neither finding nor evidence holds a piece of the password."""
    echo = f"SETIError: Access denied for {PASSWORD} of mona@example.com <b>{'x' * 900}"
    programmed.answers = [(200, {}, b"SETIResponse: version=5.500"), (200, {}, echo.encode())]
    made = {"script_url": f"{programmed.origin}/s", "cart_id": "shop", "cart_password": PASSWORD}
    findings = found("connect2cart", login(made))
    text = json.dumps([finding.as_json() for finding in findings])
    assert str(findings[-1].verdict) == "fail"
    assert not [piece for piece in pieces(PASSWORD, "mona@example.com") if piece in text]
    assert len(findings[-1].message) < 400


def test_without_a_login_it_is_skipped_or_blocked_where_asked_for() -> None:
    """Not asked for is skipped; asked for without a reference is blocked, never passed over."""
    assert settled(found("connect2cart", None)) == [("skipped", "Script URL")]
    asked = found("connect2cart", None, parameters={"check_vendor_side": True})
    assert settled(asked) == [("blocked", "Script URL")]


@given(st.sampled_from(FUNCTIONS), st.text())
def test_any_text_is_read_without_a_fault(function: str, text: str) -> None:
    """Whatever a server says, the outcome is one of the listed, words short and on one line."""
    answer = parse_seti(function, text)
    assert answer.outcome in SetiOutcome
    assert len(answer.said) <= 200
    assert answer.said.isprintable() or not answer.said
    assert bool(answer.value) == (answer.outcome is SetiOutcome.ANSWERED)


@given(
    st.integers(0, 10**9),
    st.sampled_from(["SETIResponse", "SetiResponse", "setiresponse"]),
    st.sampled_from(["", " ", "\r\n", "\ufeff", "\n\t"]),
)
def test_every_spelling_of_a_count_is_read(count: int, word: str, blank: str) -> None:
    """Case and blanks around do not matter, and the number comes back as it was."""
    answer = parse_seti(
        "ordercount", f"{blank}{word}:{blank.strip(chr(0xFEFF))}ordercount={count}{blank}"
    )
    assert (answer.outcome, answer.value) == (SetiOutcome.ANSWERED, str(count))


@given(st.sampled_from(["SETIError: ", "setierror:", " SetiError:\n"]), st.text())
def test_an_error_is_never_a_good_answer(head: str, words: str) -> None:
    """What begins with SETIError is denied or an error, whatever follows."""
    outcome = parse_seti("ordercount", head + words).outcome
    assert outcome in (SetiOutcome.DENIED, SetiOutcome.ERROR)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("SETIResponse: ordercount=" + "9" * 5000, SetiOutcome.UNREADABLE),
        ("SETIResponse: version=5.500", SetiOutcome.UNREADABLE),
        ("<!DOCTYPE html><html>SETIResponse: ordercount=1", SetiOutcome.NOT_A_SCRIPT),
        ("<SETIOrders><Response><ResponseCode>2</ResponseCode>", SetiOutcome.UNREADABLE),
        ("<SETIError><Response><ResponseCode>3</ResponseCode>", SetiOutcome.ERROR),
        ("", SetiOutcome.UNREADABLE),
    ],
)
def test_answers_that_only_look_good_are_not_taken(text: str, outcome: SetiOutcome) -> None:
    """A number too long, another call's answer, a page around it: none is a count."""
    assert parse_seti("ordercount", text).outcome is outcome
