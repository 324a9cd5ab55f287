"""Does the cart's Script URL answer as a SETI script, and does it take the cart's login?

Untested against Connect2Cart: see `cartproof.vendors.connect2cart`. The password is sent only to
an address that has shown itself to be a SETI script.
"""

from __future__ import annotations

from collections.abc import Iterator

from cartproof.checks.context import CheckContext
from cartproof.checks.vendor_side import not_asked_for, of_two_worlds, opened, unusable
from cartproof.errors import CredentialsError
from cartproof.findings import Finding, Verdict
from cartproof.store.outside import parse_outside
from cartproof.vendors.connect2cart import (
    ALLOWED,
    ORDER_COUNT,
    SEND_VERSION,
    UNTESTED,
    SetiAnswer,
    SetiOutcome,
    SetiScript,
)
from cartproof.vendors.credentials import CART_ID, CART_PASSWORD, SCRIPT_URL

SCRIPT, LOGIN = "Script URL", "Cart ID and Cart Password"
_COMPARE = "Compare the Script URL letter by letter with the one that Stone Edge gave."
_TROUBLE: dict[SetiOutcome, tuple[str, str]] = {
    SetiOutcome.ERROR: (
        "The script answers with an error of its own: “{said}”.",
        "Ask Stone Edge what their script means by it.",
    ),
    SetiOutcome.NOT_A_SCRIPT: (
        "A web page answers at the Script URL, not a SETI script.",
        f"{_COMPARE} If it is right, Connect2Cart may not speak SETI: go on with the import.",
    ),
    SetiOutcome.UNREADABLE: (
        "What answers at the Script URL is none of SETI's known answers. {said}",
        f"{_COMPARE} If it is right, Connect2Cart may not speak SETI: go on with the import.",
    ),
    SetiOutcome.REDIRECT: (
        "The Script URL leads elsewhere (a redirect). It was not followed.",
        f"{_COMPARE} If it is right, ask Stone Edge for the address that it leads to.",
    ),
    SetiOutcome.REFUSED: (
        "The Script URL answers with an error of the web server: {said}.",
        f"{_COMPARE} If it is right, try again later and ask Stone Edge.",
    ),
    SetiOutcome.NO_ANSWER: (
        "Nothing answers at the Script URL: {said}.",
        f"{_COMPARE} Check network and firewall, then run this again.",
    ),
}


def check(context: CheckContext) -> Iterator[Finding]:
    """Ask for the script's version, then with the cart's login for the number of orders."""
    vendor = context.vendor
    if vendor is None:
        yield not_asked_for(context, SCRIPT)
        return
    try:
        vendor.need(SCRIPT_URL, CART_ID, CART_PASSWORD)
        address = parse_outside(vendor.text(SCRIPT_URL), label=SCRIPT)
    except CredentialsError as error:
        yield unusable(SCRIPT, error, label="the three values of the cart")
        return
    mixed = of_two_worlds(context, address, SCRIPT)
    if mixed is not None:
        yield mixed
        return
    with opened(context, vendor, address, ALLOWED) as outside:
        cart_id, password = vendor.need(CART_ID, CART_PASSWORD)
        yield from _asked(SetiScript(outside, cart_id=cart_id, cart_password=password))


def _asked(script: SetiScript) -> Iterator[Finding]:
    version = script.ask(SEND_VERSION)
    if version.outcome is not SetiOutcome.ANSWERED:
        yield _troubled(SCRIPT, version)
        return
    yield _good(SCRIPT, version, f"A SETI script answers, version {version.value} ({UNTESTED}).")
    count = script.ask(ORDER_COUNT)
    if count.outcome is SetiOutcome.ANSWERED:
        yield _good(
            LOGIN, count, f"The script takes them and counts {count.value} orders ({UNTESTED})."
        )
        return
    yield _troubled(LOGIN, count)


def _good(title: str, answer: SetiAnswer, message: str) -> Finding:
    evidence = (answer.evidence,) if answer.evidence else ()
    data = {"value": answer.value, "note": UNTESTED}
    return Finding(Verdict.PASS, title, message, data=data, evidence=evidence)


def _troubled(title: str, answer: SetiAnswer) -> Finding:
    """Return the finding of any other answer; only a refused login is surely wrong."""
    is_denied = answer.outcome is SetiOutcome.DENIED and title == LOGIN
    message, remedy = _TROUBLE.get(answer.outcome, _TROUBLE[SetiOutcome.ERROR])
    if is_denied:
        message = "The script refuses the cart's login: “{said}”."
        remedy = (
            "Compare Cart ID/Username and Cart Password with those that Stone Edge gave. Do not "
            "try many times: the login may be locked."
        )
    return Finding(
        Verdict.FAIL if is_denied else Verdict.INCONCLUSIVE,
        title,
        f"{message.replace('{said}', answer.said).strip()} ({UNTESTED})",
        remedy=remedy,
        who="engineer",
        data={"outcome": str(answer.outcome), "note": UNTESTED},
        evidence=(answer.evidence,) if answer.evidence else (),
    )
