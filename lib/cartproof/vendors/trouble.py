"""What is the matter with an answer of a vendor's API, in plain words, with what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartproof.errors import VendorError

if TYPE_CHECKING:
    from cartproof.store.evidence import Exchange

AGAIN = "Run this step again in a few minutes; if it stays so, ask {0}'s support."
_BUSY = "has had too many requests"


def refused(
    exchange: Exchange, message: str, remedy: str, *, is_refusal: bool = True
) -> VendorError:
    """Return the error of a vendor that understood and said no."""
    said = f" It says: “{exchange.evidence.title}”." if exchange.evidence.title else ""
    return VendorError(
        f"{message}{said}", evidence=exchange.evidence, remedy=remedy, is_refusal=is_refusal
    )


def expect_json(vendor: str, exchange: Exchange) -> None:
    """Pass an answer 200 with JSON.

    Raises:
        VendorError: It is anything else; whether the vendor or the way to it, could not be told.
    """
    message, remedy = _told(vendor, exchange)
    if message:
        raise refused(exchange, message, remedy, is_refusal=False)


def _told(vendor: str, exchange: Exchange) -> tuple[str, str]:
    """Return what is the matter and what to do; empty when nothing is."""
    status, again = exchange.status, AGAIN.format(vendor)
    if status == 200:
        if exchange.is_json:
            return "", ""
        return f"What answered is not {vendor}'s API: no JSON came.", (
            f"Check proxy and firewall. {again}"
        )
    if status is None:
        return f"{vendor} gave no answer: {exchange.evidence.failure}.", (
            f"Check network, proxy and firewall. {again}"
        )
    if 300 <= status < 400:
        return f"{vendor} answered with a redirect ({status}), which is not followed.", (
            f"Ask {vendor}'s support whether their API has moved."
        )
    words = "has a fault of its own" if status >= 500 else "gave an answer that is not documented"
    return f"{vendor} {_BUSY if status == 429 else words} ({status}).", again


def unexpected(vendor: str, exchange: Exchange, wanted: str) -> VendorError:
    """Return the error of an answer whose form is not the documented one."""
    return VendorError(
        f"{vendor} answered in a form other than its documentation's: {wanted} was expected.",
        evidence=exchange.evidence,
        remedy=f"Look in {vendor} itself; tell whoever keeps cartproof.",
    )
