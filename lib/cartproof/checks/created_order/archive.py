"""Archiving an order of ours, and none but ours (FACTS d.6: archived orders can be restored)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from cartproof.checks.context import CheckContext
from cartproof.checks.created_order import trail
from cartproof.checks.created_order.tag import is_archived, tag_in
from cartproof.errors import NotFound, StorageError, StoreError
from cartproof.findings import Finding, Verdict
from cartproof.store.evidence import StoreApi

TITLE = "Test order archived"


def archive(context: CheckContext, ident: int, tag: str) -> Finding:
    """Archive one order if, read just now, it carries this tag; never raise for the store.

    Args:
        context: The step's.
        ident: The order's id.
        tag: The tag that it must carry, which must be one of ours.
    """
    before = len(context.store.evidence)
    try:
        order = _read(context.store, ident)
    except StoreError as error:
        return _failed(context, ident, tag, str(error), before)
    if order is not None and (not tag or tag_in(order) != tag):
        return _not_ours(context, ident, tag, before)
    if order is None or is_archived(order):
        return _done(context, ident, tag, before, "was archived already")
    with suppress(StorageError):  # a full disk must not keep an order of ours in the store
        _write(context, trail.ARCHIVING, ident, tag)
    exchange = context.store.exchange("DELETE", f"/v2/orders/{ident}")
    if exchange.status == 204 or _is_gone(context.store, ident):
        return _done(context, ident, tag, before, "is archived")
    seen = exchange.evidence
    said = " ".join(str(part) for part in (seen.status, seen.title, seen.failure) if part)
    return _failed(context, ident, tag, f"BigCommerce answered: {said or 'nothing'}.", before)


def _read(store: StoreApi, ident: int) -> Mapping[str, Any] | None:
    """Return an order, None when the store has none with that id."""
    try:
        body = store.get(f"/v2/orders/{ident}").body
    except NotFound:
        return None
    return body if isinstance(body, dict) else {}


def _is_gone(store: StoreApi, ident: int) -> bool:
    """Tell whether an order is archived although the answer to the request did not say so."""
    try:
        order = _read(store, ident)
    except StoreError:
        return False
    return order is None or is_archived(order)


def _write(context: CheckContext, event: str, ident: int, tag: str) -> None:
    context.journal.write(
        event,
        run=context.run_id,
        order_id=ident,
        external_order_id=tag,
        store_hash=context.store.store_hash,
    )


def _done(context: CheckContext, ident: int, tag: str, before: int, how: str) -> Finding:
    with suppress(StorageError):  # the store itself tells the next run
        _write(context, trail.ARCHIVED, ident, tag)
    return Finding(
        Verdict.PASS,
        TITLE,
        f"Order {ident}, external_order_id {tag}, {how}.",
        data={"order_id": ident, "external_order_id": tag},
        evidence=tuple(context.store.evidence[before:]),
    )


def _failed(context: CheckContext, ident: int, tag: str, why: str, before: int) -> Finding:
    with suppress(StorageError):
        _write(context, trail.NOT_ARCHIVED, ident, tag)
    return Finding(
        Verdict.FAIL,
        TITLE,
        f"Order {ident}, external_order_id {tag}, is not archived. {why}",
        remedy=by_hand([ident]) + " Or run this again: the next run finds it by its tag.",
        who="engineer",
        data={"order_id": ident, "external_order_id": tag},
        evidence=tuple(context.store.evidence[before:]),
    )


def _not_ours(context: CheckContext, ident: int, tag: str, before: int) -> Finding:
    return Finding(
        Verdict.FAIL,
        TITLE,
        f"Order {ident} does not carry external_order_id {tag} (any more), so it is not touched.",
        remedy=f"Look at order {ident} in BigCommerce; archive it by hand if it is the test.",
        who="engineer",
        data={"order_id": ident},
        evidence=tuple(context.store.evidence[before:]),
    )


def by_hand(idents: list[int]) -> str:
    """Return how a person archives orders in BigCommerce's control panel."""
    these = ", ".join(map(str, idents))
    return (
        f"Archive it by hand: in BigCommerce, Orders > View, tick order {these}, choose the "
        "action “Archive selected”, and confirm."
    )
