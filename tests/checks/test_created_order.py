"""The test order's parts: tag, trail, plan; and the whole under any sequence of mishaps."""

from __future__ import annotations

import string
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cartproof.checks import archive_test_order
from cartproof.checks.context import CheckContext, NoLog
from cartproof.checks.created_order import create, orphans, tag, trail
from cartproof.checks.created_order.archive import archive
from cartproof.checks.created_order.form import form_of
from cartproof.checks.created_order.transaction import transact
from cartproof.errors import ParameterError, UsageError
from cartproof.findings import Finding, Verdict
from cartproof.run.folders import new_run_id

from .flaky_store import GOOD, REFUSED, FlakyStore

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
RUN, NEXT = "20261122T100000Z-0a1b2c3d", "20261122T110000Z-4e5f6a7b"
STATUS = {"id": 11, "system_label": "Awaiting Fulfillment"}


class Log:
    """A journal in memory, and what is known of other runs."""

    def __init__(self, *, running: bool | None = False) -> None:
        self.written: list[Mapping[str, Any]] = []
        self.running = running

    def write(self, event: str, **facts: Any) -> None:
        self.written.append({"event": event, **facts})

    def events(self) -> list[Mapping[str, Any]]:
        return self.written

    def is_running(self, run_id: str) -> bool | None:
        return self.running


def context(store: FlakyStore, log: Any, *, run_id: str = RUN, **more: Any) -> CheckContext:
    """Return what a step of a run would get."""
    return CheckContext(
        runbook=None,  # type: ignore[arg-type]
        store=store,  # type: ignore[arg-type]
        credentials=None,  # type: ignore[arg-type]
        run_id=run_id,
        journal=log,
        **{"now": lambda: NOW, **more},
    )


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(create, "sleep_for", lambda _: None)


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))
def test_every_run_id_makes_a_tag_that_is_known_again(moment: datetime) -> None:
    """Short enough for any field, and back to the run's id."""
    run_id = new_run_id(moment.replace(tzinfo=UTC))
    made = tag.tag_of(run_id)
    assert len(made) == 35
    assert tag.tag_in({"external_order_id": made}) == made
    assert tag.run_id_in(made) == run_id


@given(st.one_of(st.none(), st.integers(), st.text(), st.text(string.ascii_lowercase + "-")))
def test_no_other_order_is_taken_for_ours(value: object) -> None:
    """Not even one that only begins as ours do."""
    assert tag.tag_in({"external_order_id": value}) == ""
    assert tag.tag_in({"external_order_id": f"cartproof-{value}"}) == ""


@pytest.mark.parametrize("run_id", ["", "x", f"{RUN}0", "20261122T100000Z-0A1B2C3D", f"{RUN}\n"])
def test_a_run_whose_id_is_not_ours_creates_nothing(run_id: str) -> None:
    """Its order could not be told from others, so nothing is sent."""
    store = FlakyStore([])
    with pytest.raises(ParameterError, match="Nothing was sent"):
        list(transact(context(store, Log(), run_id=run_id), STATUS))
    assert store.evidence == []


def test_without_a_journal_nothing_is_created() -> None:
    """The store may be changed only after a line on disk says so."""
    store = FlakyStore([])
    with pytest.raises(UsageError, match="journal"):
        list(transact(context(store, NoLog()), STATUS))
    assert store.posts == 0


@pytest.mark.parametrize(
    ("options", "price", "channel"),
    [
        ({}, "1.00", None),
        ({"price": 0}, "0.00", None),
        ({"price": "1", "channel_id": 3}, "1.00", 3),
    ],
)
def test_the_order_is_as_the_options_say(options: dict, price: str, channel: int | None) -> None:
    """Price 0 or 1, the channel only when it is given; read-only fields are never sent."""
    form = form_of(context(FlakyStore([]), Log(), options=options), STATUS)
    assert (form.price, form.channel_id) == (Decimal(price), channel)
    body = form.body()
    assert ("channel_id" in body) == (channel is not None)
    assert not {"id", "status", "order_source", "payment_status", "total_tax"} & set(body)


@pytest.mark.parametrize("options", [{"price": 2}, {"price": "-1"}, {"channel_id": "first"}])
def test_options_that_cannot_be_used_are_refused_before_anything_is_sent(options: dict) -> None:
    """The message names the option."""
    store = FlakyStore([])
    with pytest.raises(ParameterError, match=next(iter(options))):
        list(transact(context(store, Log(), options=options), STATUS))
    assert store.evidence == []


@pytest.mark.parametrize(
    ("events", "is_open"),
    [
        ([], False),
        ([trail.PLANNED], False),
        ([trail.SENDING], True),
        ([trail.SENDING, trail.REFUSED], False),
        ([trail.SENDING, trail.UNANSWERED], True),
        ([trail.SENDING, trail.CREATED, trail.ARCHIVING], True),
        ([trail.SENDING, trail.CREATED, trail.ARCHIVING, trail.ARCHIVED], False),
        ([trail.SENDING, trail.CREATED, trail.ARCHIVING, trail.NOT_ARCHIVED], True),
        ([trail.SENDING, trail.CREATED, trail.ARCHIVED, trail.SENDING], True),
    ],
)
def test_the_trail_tells_whether_an_order_may_be_open(events: list[str], is_open: bool) -> None:
    """Whatever is not surely over may be open; another order's events count for nothing."""
    written = [{"event": event, "external_order_id": "cartproof-x"} for event in events]
    assert trail.may_be_open(written, "cartproof-x") is is_open
    assert not trail.may_be_open(written, "cartproof-y")


def is_whole(finding: Finding) -> bool:
    """Tell whether a finding that is not well says what to do and who must do it."""
    fine = finding.verdict in {Verdict.PASS, Verdict.SKIPPED}
    return bool(finding.message and (fine or (finding.remedy and finding.who)))


FATES = st.lists(st.one_of(st.just(GOOD), st.integers(0, REFUSED)), max_size=24)


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FATES)
def test_whatever_happens_to_any_request_no_order_is_doubled_or_left(fates: list[int]) -> None:
    """One POST per run at most; a run that is well afterwards leaves no order of ours open."""
    store, log = FlakyStore(fates), Log()
    first = context(store, log)
    findings = [*transact(first, STATUS), *archive_test_order.check(first)]
    assert store.posts <= 1
    assert all(is_whole(finding) for finding in findings)
    still_open = [o for o in store.orders if not o["is_deleted"]]
    if still_open:
        assert trail.may_be_open(log.written, tag.tag_of(RUN))
        assert any(f.verdict in {Verdict.FAIL, Verdict.INCONCLUSIVE} for f in findings)
    store._fates = iter([GOOD] * 99)
    second = context(store, Log(), run_id=NEXT)
    findings = [*transact(second, STATUS), *archive_test_order.check(second)]
    assert {f.verdict for f in findings} == {Verdict.PASS}
    assert all(order["is_deleted"] for order in store.orders)
    tags = [order["external_order_id"] for order in store.orders]
    assert len(tags) == len(set(tags)) == len(store.orders) <= 2


@pytest.mark.parametrize(
    ("running", "hours", "is_archived"),
    [(True, 99, False), (False, 0, True), (None, 11, False), (None, 13, True)],
)
def test_an_orphan_is_archived_only_when_its_run_is_over(
    running: bool | None, hours: int, is_archived: bool
) -> None:
    """The journal decides where it is at hand, else twelve hours do."""
    store = FlakyStore([])
    list(transact(context(store, Log()), STATUS))
    later = context(
        store, Log(running=running), run_id=NEXT, now=lambda: NOW + timedelta(hours=hours)
    )
    list(orphans.clear_away(later))
    assert [order["is_deleted"] for order in store.orders] == [is_archived]


@pytest.mark.parametrize("wanted", ["", "cartproof-", "other", f"cartproof-{NEXT}"])
def test_archive_touches_no_order_without_exactly_its_tag(wanted: str) -> None:
    """Not one of another run, and not one without a tag when none is asked for."""
    store = FlakyStore([])
    list(transact(context(store, Log()), STATUS))
    store.orders.append({"id": 7, "is_deleted": False, "external_order_id": wanted, "products": []})
    ident = 7 if not tag.tag_in(store.orders[-1]) else 100
    finding = archive(context(store, Log()), ident, wanted)
    assert finding.verdict is Verdict.FAIL
    assert not any(order["is_deleted"] for order in store.orders)
    assert "DELETE" not in {evidence.method for evidence in store.evidence}
