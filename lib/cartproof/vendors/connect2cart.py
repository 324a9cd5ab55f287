"""Connect2Cart's Script URL, asked in the SETI protocol. Untested against Connect2Cart.

That Connect2Cart speaks SETI is inferred from the fields of Stone Edge's form; the calls and
answers are those of public implementations (Stone Edge's Magento script, Interspire, Southern
Exposure). Of SETI's functions only two counts of nothing personal are ever sent: `downloadorders`
is a read that writes, others write or hand out personal data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from cartproof.errors import UsageError
from cartproof.store.answers import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartproof.secrets import Secret
    from cartproof.store.evidence import Evidence, Exchange
    from cartproof.store.outside import Outside

UNTESTED = "untested against Connect2Cart"
SEND_VERSION, ORDER_COUNT = "sendversion", "ordercount"
FUNCTIONS = (SEND_VERSION, ORDER_COUNT)
"""The only SETI functions that are ever sent."""
ALLOWED = frozenset({("POST", "")})
OM_VERSION = "7.732"
"""The Order Manager version from which the Cart Type is Connect2Cart."""

_GOOD: Mapping[str, re.Pattern[str]] = {
    SEND_VERSION: re.compile(r"(?is)^\s*setiresponse:\s*version=([\d.]+)"),
    ORDER_COUNT: re.compile(r"(?is)^\s*setiresponse:\s*ordercount=(\d+)"),
}
_ERROR = re.compile(r"(?is)^\s*setierror:\s*(.*)")
_XML = re.compile(r"(?is)^\s*(?:<\?xml[^>]*>\s*)?<seti(?:orders|error|products|customers)\b")
_XML_CODE = re.compile(r"(?is)<responsecode>\s*(\d{1,4})\s*<")
_XML_WORDS = re.compile(r"(?is)<responsedescription>(.*?)<")
_HTML = re.compile(r"(?is)<(?:!doctype|html|head|body)\b")
_DENIED = re.compile(
    r"(?i)access denied|invalid|incorrect|password|user ?name|store code|log ?in|authori[sz]"
)
_LONGEST_NUMBER = 12


class SetiOutcome(StrEnum):
    """What a SETI call came to.

    `answered` with the value asked for · `denied` a SETI error about the login · `error` another
    SETI error · `not-a-script` HTML · `unreadable` none of SETI's forms · `redirect` not followed
    · `refused` an HTTP error · `no-answer` time-out, cut or no connection.
    """

    ANSWERED = "answered"
    DENIED = "denied"
    ERROR = "error"
    NOT_A_SCRIPT = "not-a-script"
    UNREADABLE = "unreadable"
    REDIRECT = "redirect"
    REFUSED = "refused"
    NO_ANSWER = "no-answer"


@dataclass(frozen=True, slots=True)
class SetiAnswer:
    """One answer of a SETI script.

    Attributes:
        value: The version or the count; empty unless `answered`.
        said: The script's own words on an error, cut and cleaned; else empty.
    """

    outcome: SetiOutcome
    value: str = ""
    said: str = ""
    evidence: Evidence | None = None


def parse_seti(function: str, text: str) -> SetiAnswer:
    """Read the text of an answer, whatever it is, to one of FUNCTIONS."""
    bare = text.replace("\ufeff", "").strip()
    good = _GOOD[function].match(bare)
    if good and len(good[1]) <= _LONGEST_NUMBER:
        return SetiAnswer(SetiOutcome.ANSWERED, good[1])
    error = _ERROR.match(bare)
    if error:
        return _error(error[1])
    if _XML.match(bare):
        return _parse_xml(bare)
    return SetiAnswer(SetiOutcome.NOT_A_SCRIPT if _HTML.search(bare) else SetiOutcome.UNREADABLE)


def _error(words: str) -> SetiAnswer:
    said = plain(words)
    return SetiAnswer(SetiOutcome.DENIED if _DENIED.search(said) else SetiOutcome.ERROR, said=said)


def _parse_xml(text: str) -> SetiAnswer:
    """Read SETI's XML errors by pattern: it comes from outside, no XML parser touches it."""
    code, words = _XML_CODE.search(text), _XML_WORDS.search(text)
    said = words[1] if words else ""
    if code and code[1] == "3":
        return _error(said)
    return SetiAnswer(SetiOutcome.UNREADABLE, said=plain(said))


class SetiScript:
    """A cart's script, asked for its version and its number of orders."""

    def __init__(self, outside: Outside, *, cart_id: Secret, cart_password: Secret) -> None:
        """Take an open session with the script, and the cart's login."""
        self._outside = outside
        self._cart_id, self._cart_password = cart_id, cart_password

    def ask(self, function: str) -> SetiAnswer:
        """Send one of FUNCTIONS, once.

        Raises:
            UsageError: The function is none of them; nothing was sent.
        """
        if function not in FUNCTIONS:
            raise UsageError(
                f"The SETI function {function!r} is never sent; {' and '.join(FUNCTIONS)} are."
            )
        exchange = self._outside.send(
            "POST",
            "",
            shown=f"Script URL, {function}",
            headers={"Accept": "*/*"},
            body=urlencode(self._fields(function), errors="surrogateescape").encode(),
            content_type="application/x-www-form-urlencoded",
            is_text=True,
        )
        return replace(_read(function, exchange), evidence=exchange.evidence)

    def _fields(self, function: str) -> dict[str, str]:
        fields = {"setifunction": function, "omversion": OM_VERSION}
        if function == SEND_VERSION:
            return fields
        return fields | {
            "setiuser": self._cart_id.reveal(),
            "password": self._cart_password.reveal(),
            "code": "",
            "lastorder": "All",
            "lastdate": "All",
        }


def _read(function: str, exchange: Exchange) -> SetiAnswer:
    """Read an answer: its body first, for scripts answer 200 to errors, too."""
    if exchange.status is None:
        return SetiAnswer(SetiOutcome.NO_ANSWER, said=exchange.evidence.failure)
    if 300 <= exchange.status < 400:
        return SetiAnswer(SetiOutcome.REDIRECT)
    answer = parse_seti(function, exchange.text)
    is_seti = answer.outcome in (SetiOutcome.ANSWERED, SetiOutcome.DENIED, SetiOutcome.ERROR)
    if is_seti or exchange.status < 300:
        return answer
    return SetiAnswer(SetiOutcome.REFUSED, said=f"HTTP {exchange.status}")
