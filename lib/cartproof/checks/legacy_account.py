"""Does a legacy API account still work, and in which form does its address go to the vendor?

Such an account signs in by Basic auth, with user name and token, on the store's own host
(`https://store-HASH.mybigcommerce.com/api/v2/`), and has no scopes. BigCommerce no longer issues
them. A store may answer on a domain of its own as well; no program can tell whose that is, so the
token goes to the store's own host of this run's store, or to this machine, and nowhere else.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

from cartproof.checks.context import CheckContext
from cartproof.checks.vendor_side import not_asked_for, of_two_worlds, opened, troubled, unusable
from cartproof.errors import CredentialsError, VendorError
from cartproof.findings import Finding, Verdict
from cartproof.secrets import Secret
from cartproof.store.evidence import Evidence
from cartproof.store.outside import Outside, OutsideAddress, parse_outside
from cartproof.vendors.credentials import API_TOKEN, API_URL, USERNAME, VendorCredentials
from cartproof.vendors.trouble import expect_json, refused, unexpected

TITLE = "Legacy API account"
ALLOWED = frozenset({("GET", "/time")})
NEW_SET_UP = (
    "BigCommerce no longer issues legacy accounts. Create a store-level API account (Settings > "
    "Store-level API accounts > Create API account) and take the vendor's new set-up."
)
_SYSTEM = "BigCommerce's legacy API"
_OWN_HOST = re.compile(r"https://store-([a-z0-9]+)\.mybigcommerce\.com")
_V2 = re.compile(r"(.*/api/v2)/*")


def check(context: CheckContext) -> Iterator[Finding]:
    """Ask the legacy API for the time, and look at the form of its address.

    The values are those of the run's vendor login: API URL, USERNAME, API TOKEN.
    """
    vendor = context.vendor
    if vendor is None:
        yield not_asked_for(context, TITLE)
        return
    try:
        login = _login(vendor)
        address = _address(vendor.text(API_URL), context.store.store_hash)
    except CredentialsError as error:
        yield unusable(TITLE, error, label=f"{API_URL}, {USERNAME} and {API_TOKEN}")
        return
    yield _form(vendor.text(API_URL), address)
    yield of_two_worlds(context, address, TITLE) or _asked(context, vendor, address, login)


def _login(vendor: VendorCredentials) -> Secret:
    """Return the header's value that signs a request."""
    _, name, token = vendor.need(API_URL, USERNAME, API_TOKEN)
    pair = f"{name.reveal()}:{token.reveal()}".encode()
    return Secret("authorization", f"Basic {base64.b64encode(pair).decode()}")


def _address(text: str, store_hash: str) -> OutsideAddress:
    """Return where the legacy API of this run's store answers.

    Raises:
        CredentialsError: It is another host, or another path than that of the V2 API.
    """
    given = parse_outside(text, label=API_URL)
    path = _V2.fullmatch(given.path)
    if path is None or (path[1] != "/api/v2" and not given.is_sandbox):
        raise CredentialsError(
            f"The {API_URL} leads not to /api/v2: it is not the path of a legacy account. A path "
            "with /stores/ belongs to a store-level account, and so to the new set-up."
        )
    host = _OWN_HOST.fullmatch(given.origin)
    if not given.is_sandbox and (host is None or host[1] != store_hash.lower()):
        raise CredentialsError(
            f"The {API_URL} is not on this store's own host, so it gets no token: whose another "
            f"domain is cannot be told. Give https://store-{store_hash}.mybigcommerce.com/api/v2."
        )
    return OutsideAddress(given.origin, path[1], given.is_sandbox)


def _form(given: str, address: OutsideAddress) -> Finding:
    shown = f"{address.origin}{address.path}"
    if not given.strip().endswith("/"):
        return Finding(Verdict.PASS, API_URL, f"It has no slash at its end: {shown}.")
    return Finding(
        Verdict.WARN,
        API_URL,
        "It ends in a slash, as BigCommerce shows it; with that slash the vendor gives an error.",
        remedy=f"Enter it at the vendor as {shown}.",
        who="engineer",
    )


def _asked(
    context: CheckContext, vendor: VendorCredentials, address: OutsideAddress, login: Secret
) -> Finding:
    with opened(context, vendor, address, ALLOWED) as outside:
        outside.learn(login)
        try:
            return _works(_time(outside, login))
        except CredentialsError as error:
            return unusable(TITLE, error, label=f"{USERNAME} and {API_TOKEN}")
        except VendorError as error:
            return troubled(TITLE, error)


def _time(outside: Outside, login: Secret) -> Evidence:
    exchange = outside.send("GET", "/time", headers={"Authorization": login})
    if exchange.status in (401, 403):
        raise refused(
            exchange,
            f"The store does not accept this user name and API token ({exchange.status}).",
            f"Compare both with where they were kept. {NEW_SET_UP}",
        )
    expect_json(_SYSTEM, exchange)
    if not isinstance(exchange.body, dict) or not isinstance(exchange.body.get("time"), int):
        raise unexpected(_SYSTEM, exchange, "the time")
    return exchange.evidence


def _works(evidence: Evidence) -> Finding:
    return Finding(
        Verdict.WARN,
        TITLE,
        "It still works. Such accounts are no longer issued, and this one has no scopes: whoever "
        "holds its token can do all that the old V2 API can.",
        remedy=f"{NEW_SET_UP} Delete the legacy account once that works.",
        who="engineer",
        evidence=(evidence,),
    )
