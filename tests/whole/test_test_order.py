"""The test order as a transaction, against the sandbox: right, refused, lost, killed."""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cartproof.findings import Verdict
from cartproof.run.journal import events_in
from cartproof.run.run import Run
from cartproof.runbook.loader import load_runbook

from . import order_run
from .conftest import Shop, call

MakeShop = Callable[..., Shop]
SCRIPT = Path(order_run.__file__)
CREATE, VERIFY, ARCHIVE = "Test order created", "Test order read back", "Test order archived"


def new_folder(tmp_path: Path) -> str:
    """Return a folder named as a run's."""
    return str(tmp_path / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}")


def given(shop: Shop, tmp_path: Path, **more: Any) -> dict[str, Any]:
    """Return what opens a run that creates an order."""
    return {
        "runbook": shop.runbook,
        "credentials": shop.reference,
        "folder": new_folder(tmp_path),
        **more,
    }


def state(shop: Shop) -> dict[str, Any]:
    """Return the state of the shop's store."""
    return json.loads(shop.state())


def ours(shop: Shop) -> list[dict[str, Any]]:
    """Return the orders in the store that carry a tag of ours, archived or not."""
    orders = state(shop)["orders"]
    return [o for o in orders if str(o["external_order_id"]).startswith("cartproof-")]


def open_ones(shop: Shop) -> list[int]:
    """Return the ids of the orders of ours that are not archived."""
    return [order["id"] for order in ours(shop) if not order["is_deleted"]]


def asked(shop: Shop) -> list[str]:
    """Return the shop's requests that are no reading."""
    url = f"{shop.sandbox}/_sandbox/requests?store_hash={shop.made['store_hash']}"
    seen = call(url, method="GET")
    return [f"{s['method']} {s['path']}" for s in seen if s["method"] not in ("GET", "HEAD")]


def by_title(result: Any, title: str) -> Any:
    """Return a step's one finding with that title."""
    (found,) = [finding for finding in result.findings if finding.title == title]
    return found


def assert_only_archived_orders_were_added(
    before: dict[str, Any], after: dict[str, Any], count: int
) -> None:
    """Hold that two states differ by archived orders of ours, and the numbers given to them."""
    added = [o for o in after["orders"] if o not in before["orders"]]
    assert len(added) == count
    assert all(o["is_deleted"] and o["external_order_id"][:10] == "cartproof-" for o in added)
    after["orders"] = [o for o in after["orders"] if o not in added]
    # The store's counters of ids that were given out: the orders' and their lines'.
    lines = [line for order in added for line in order["_products"]]
    for name, rows in (("orders", added), ("order_lines", lines)):
        assert after["last_ids"].pop(name) == max(row["id"] for row in rows)
        before["last_ids"].pop(name, None)
    assert after == before


@pytest.mark.parametrize("runbook", ["stone-edge", "dropstream", "starshipit"])
def test_the_store_differs_by_the_archived_order_alone(
    runbook: str, shop: MakeShop, tmp_path: Path
) -> None:
    """Created, read back, archived: all else in the store's state is as before."""
    right = shop(runbook)
    before = state(right)
    finish, results = order_run.run_steps(**given(right, tmp_path))
    assert {key: str(result.verdict) for key, result in results.items()} == dict.fromkeys(
        order_run.STEPS, "pass"
    )
    assert finish.late is None
    assert_only_archived_orders_were_added(before, state(right), 1)
    (order,) = ours(right)
    assert order["billing_address"]["email"].endswith("@example.com")
    assert (order["status_id"], order["total_inc_tax"]) == (11, "1.0000")


def test_the_plan_comes_first_with_every_consequence(shop: MakeShop, tmp_path: Path) -> None:
    """It stands before the creation in the findings, and in the journal before the request."""
    right = shop()
    wanted = given(right, tmp_path)
    _, results = order_run.run_steps(**wanted)
    plan = results["test-order"].findings[0]
    assert plan.title == "Plan of the test order"
    for word in ("Webhooks", "mail", "plan's price", "Avalara", "Promotions", "archived", "twice"):
        assert word in plan.message
    events = list(events_in((Path(wanted["folder"]) / "journal.jsonl").read_bytes()))
    names = [e["event"] for e in events if str(e["event"]).startswith("test order")]
    assert names == [
        "test order planned",
        "test order: about to create",
        "test order: created",
        "test order: about to archive",
        "test order: archived",
    ]


def test_the_plan_names_every_request_that_is_sent(shop: MakeShop, tmp_path: Path) -> None:
    """In their order, with an order of an earlier run to be archived as well."""
    right = shop("dropstream")
    long_ago = datetime.now(UTC) - timedelta(hours=13)
    orphan = f"cartproof-{long_ago:%Y%m%dT%H%M%SZ}-1a2b3c4d"
    address = {"first_name": "Cartproof", "email": "cartproof-test-order@example.com"}
    url = f"{right.sandbox}/_sandbox/stores/{right.made['store_hash']}/orders"
    call(url, {"external_order_id": orphan, "billing_address": address, "age_hours": 13})
    _, results = order_run.run_steps(**given(right, tmp_path))
    planned = results["test-order"].findings[0].data["requests"]
    paths = [line.split(": ")[0] for line in planned]
    seen = call(
        f"{right.sandbox}/_sandbox/requests?store_hash={right.made['store_hash']}", method="GET"
    )
    sent = [re.sub(r"\d+", "{id}", f"{s['method']} {s['path']}") for s in seen]
    begins = sent.index("GET /v{id}/order_statuses")
    bare = [path.split("?")[0].replace("/v2", "/v{id}") for path in paths]
    bare.insert(2, "GET /v{id}/orders/{id}")  # an order of an earlier run is read before it goes
    assert sent[begins:] == bare


def live(run: Run) -> Run:
    """Make a run take the sandbox for a live store."""
    assert run._stage.store is not None
    run._stage.store.is_sandbox = False
    return run


@pytest.mark.parametrize(
    ("mode", "confirm_store", "confirm", "is_created"),
    [
        ("headless", "", "", False),
        ("headless", "other", "", False),
        ("headless", "", "{hash}", False),
        ("headless", " {hash}", "", False),
        ("headless", "{hash}", "", True),
        ("interactive", "", "", False),
        ("interactive", "{hash}", "", False),
        ("interactive", "", "{name}x", False),
        ("interactive", "", "{name}", True),
    ],
)
def test_a_live_store_wants_to_be_confirmed(
    mode: str,
    confirm_store: str,
    confirm: str,
    is_created: bool,
    shop: MakeShop,
    tmp_path: Path,
) -> None:
    """Headless by its hash, else by its name typed in full; without it the plan stands alone."""
    right = shop("dropstream")
    name = {"hash": right.made["store_hash"], "name": state(right)["store"]["name"]}
    wanted = given(right, tmp_path, mode=mode, confirm_store=confirm_store.format(**name))
    run = live(order_run.opened(**wanted))
    run.step("credentials")
    run.step("store")
    result = run.step("test-order", confirm=confirm.format(**name))
    assert asked(right) == (["POST /v2/orders"] if is_created else [])
    assert result.verdict is (Verdict.PASS if is_created else Verdict.BLOCKED)
    assert result.findings[0].title == "Plan of the test order"
    if not is_created:
        assert result.awaits_person
        assert "LIVE" in result.reason
    run.step("archive-test-order", confirm="archive")
    run.finish()
    assert open_ones(right) == []


def test_where_the_name_cannot_be_read_the_hash_is_typed(shop: MakeShop, tmp_path: Path) -> None:
    """Stone Edge's token may not read the store's name; the sentence asks for the hash then."""
    right = shop("stone-edge")
    run = live(order_run.opened(**given(right, tmp_path, mode="interactive")))
    run.step("credentials")
    run.step("store")
    blocked = run.step("test-order")
    assert right.made["store_hash"] in blocked.reason
    assert run.step("test-order", confirm=right.made["store_hash"]).verdict is Verdict.PASS
    run.step("archive-test-order", confirm="archive")
    assert open_ones(right) == []


LOST = [
    {"kind": "disconnect", "where": "before"},
    {"kind": "disconnect", "where": "mid_body"},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 504},
    {"kind": "malformed_json"},
]


@pytest.mark.parametrize("fault", LOST, ids=lambda f: "-".join(map(str, f.values())))
def test_an_order_whose_answer_was_lost_is_found_by_its_tag(
    fault: dict[str, Any], shop: MakeShop, tmp_path: Path, slept: list[float]
) -> None:
    """It was created, so it is looked for and taken; the request is sent once."""
    right = shop()
    right.fault(**fault, count=1, path="/v2/orders", method="POST", carried_out=True)
    before = state(right)
    _, results = order_run.run_steps(**given(right, tmp_path))
    assert results["test-order"].verdict is Verdict.PASS
    assert "lost" in by_title(results["test-order"], CREATE).message
    assert asked(right).count("POST /v2/orders") == 1
    assert_only_archived_orders_were_added(before, state(right), 1)


@pytest.mark.parametrize("fault", LOST, ids=lambda f: "-".join(map(str, f.values())))
def test_an_order_that_never_came_to_be_is_not_sent_again(
    fault: dict[str, Any], shop: MakeShop, tmp_path: Path, slept: list[float]
) -> None:
    """Nobody knows; so the step is inconclusive, says so, and the store is as it was."""
    right = shop()
    right.fault(**fault, count=1, path="/v2/orders", method="POST")
    before = right.state()
    finish, results = order_run.run_steps(**given(right, tmp_path))
    found = by_title(results["test-order"], CREATE)
    assert (found.verdict, found.who) == (Verdict.INCONCLUSIVE, "engineer")
    assert "run anew" in found.remedy
    assert asked(right) == ["POST /v2/orders"]
    assert right.state() == before
    assert finish.verdict != "verified"


def test_an_order_that_shows_late_is_archived_at_the_end(
    shop: MakeShop, tmp_path: Path, slept: list[float]
) -> None:
    """The list lagged behind at every look; the last step finds it by its tag all the same."""
    right = shop()
    right.fault(kind="disconnect", count=1, path="/v2/orders", method="POST", carried_out=True)
    run = order_run.opened(**given(right, tmp_path))
    run.step("credentials")
    run.step("store")
    lag = {"kind": "status", "status": 500, "method": "GET", "path": "/v2/orders"}
    right.fault(**lag, after=3, count=12)  # statuses, orphans, first look; then every later look
    result = run.step("test-order")
    assert result.verdict is Verdict.INCONCLUSIVE
    assert len(open_ones(right)) == 1
    right.fault(kind="none")
    assert run.step("archive-test-order").verdict is Verdict.PASS
    assert open_ones(right) == []
    assert asked(right).count("POST /v2/orders") == 1


def test_a_429_is_waited_out(shop: MakeShop, tmp_path: Path, slept: list[float]) -> None:
    """It was surely not carried out, so it may be sent again; one order comes of it."""
    right = shop()
    right.fault(kind="rate_limit", count=1, path="/v2/orders", method="POST")
    before = state(right)
    _, results = order_run.run_steps(**given(right, tmp_path))
    assert results["test-order"].verdict is Verdict.PASS
    assert_only_archived_orders_were_added(before, state(right), 1)


@pytest.mark.parametrize(
    ("level", "title_has"), [("read-only", "at Modify"), ("none", "read orders")]
)
def test_a_token_that_may_not_is_told_apart(
    level: str, title_has: str, shop: MakeShop, tmp_path: Path
) -> None:
    """The finding names the row and the level, and the store is as it was."""
    right = shop(changed={"Orders": level})
    before = right.state()
    _, results = order_run.run_steps(**given(right, tmp_path))
    assert results["test-order"].verdict in {Verdict.FAIL, Verdict.INCONCLUSIVE}
    last = results["test-order"].findings[-1]
    assert title_has in last.message
    assert "Orders at" in last.remedy
    assert last.who == "merchant"
    assert not [request for request in asked(right) if request.startswith("DELETE")]
    assert right.state() == before


def test_a_refused_order_is_told_in_bigcommerces_words(shop: MakeShop, tmp_path: Path) -> None:
    """A 400 means that there is no order; the last step looks once more and archives nothing."""
    right = shop()
    right.fault(kind="status", status=400, count=1, path="/v2/orders", method="POST")
    before = right.state()
    _, results = order_run.run_steps(**given(right, tmp_path))
    found = by_title(results["test-order"], CREATE)
    assert found.verdict is Verdict.FAIL
    assert "Fault asked for by a test" in found.message
    assert found.remedy
    assert "none to archive" in results["archive-test-order"].findings[0].message
    assert asked(right) == ["POST /v2/orders"]
    assert right.state() == before


def test_an_archive_that_fails_once_is_done_by_the_end(
    shop: MakeShop, tmp_path: Path, slept: list[float]
) -> None:
    """The step says how to do it by hand; the finish tries again, and its result counts."""
    right = shop()
    right.fault(kind="status", status=500, count=3, path="/v2/orders/", method="DELETE")
    finish, results = order_run.run_steps(**given(right, tmp_path))
    failed = by_title(results["archive-test-order"], ARCHIVE)
    assert failed.verdict is Verdict.FAIL
    assert "by hand" in failed.remedy
    assert finish.late is not None
    assert finish.late.verdict is Verdict.PASS
    assert open_ones(right) == []
    bundle = finish._repr_mimebundle_()
    assert bundle["application/vnd.cartproof.step+json"]["verdict"] == "pass"


def test_an_archive_whose_answer_was_lost_is_known_by_reading(
    shop: MakeShop, tmp_path: Path, slept: list[float]
) -> None:
    """Carried out, three times no answer, read back as archived: it passes."""
    right = shop()
    right.fault(kind="disconnect", count=3, path="/v2/orders/", method="DELETE", carried_out=True)
    finish, results = order_run.run_steps(**given(right, tmp_path))
    assert results["archive-test-order"].verdict is Verdict.PASS
    assert finish.late is None
    assert open_ones(right) == []


def test_finish_archives_where_nobody_ran_the_last_step(shop: MakeShop, tmp_path: Path) -> None:
    """The result of the last step stands in the finish cell then."""
    right = shop()
    run = order_run.opened(**given(right, tmp_path))
    for step in order_run.STEPS[:-1]:
        run.step(step)
    assert len(open_ones(right)) == 1
    finish = run.finish()
    assert finish.late is not None
    assert (finish.late.step_id, finish.late.verdict) == ("archive-test-order", Verdict.PASS)
    assert open_ones(right) == []


def run_all_in_lab(shop: Shop, tmp_path: Path, **parameters: Any) -> tuple[Run, Any]:
    """Click Run All: every cell of a notebook in interactive mode, its last one too.

    The answers file is of an earlier call, and says that another order arrived.
    """
    answers = str(shop.answers)
    wanted = given(shop, tmp_path, mode="interactive", answers=answers, **parameters)
    run = order_run.opened(**wanted)
    results = {step.id: run.step(step.id) for step in load_runbook(shop.runbook).steps}
    run.finish()
    return run, results["archive-test-order"]


@pytest.mark.parametrize(
    ("runbook", "arrival", "parameters"),
    [
        ("stone-edge", "import-orders", {}),
        ("dropstream", "order-arrived", {}),
        ("starshipit", "order-arrived", {}),
        ("salesorder", "look-among-cash-sales", {"scopes_read_off": ["Orders: modify"]}),
        ("order-time", "order-arrived", {"update_order_status": True}),
    ],
)
def test_run_all_keeps_the_order_until_the_vendor_has_seen_it(
    runbook: str, arrival: str, parameters: dict, shop: MakeShop, tmp_path: Path
) -> None:
    """The last step waits, the finish cell too; a person's word on the arrival lets it go."""
    right = shop(runbook, parameters)
    run, waiting = run_all_in_lab(right, tmp_path, **parameters)
    assert (waiting.verdict, waiting.awaits_person) == (Verdict.BLOCKED, True)
    title = next(s.title for s in load_runbook(runbook).steps if s.id == arrival)
    assert title in waiting.reason
    assert len(open_ones(right)) == 1
    run.attest(arrival, who="Ada")
    assert run.step("archive-test-order").verdict is Verdict.PASS
    assert open_ones(right) == []


def test_an_order_that_waits_for_its_arrival_is_no_orphan(shop: MakeShop, tmp_path: Path) -> None:
    """All cells were run, the last too, and the kernel lives: another run leaves the order alone."""
    right = shop()
    run, _waiting = run_all_in_lab(right, tmp_path)
    (order,) = open_ones(right)
    order_run.run_steps(**given(right, tmp_path))
    assert open_ones(right) == [order]
    run._archive_at_exit()
    assert open_ones(right) == []


def test_where_no_step_sees_the_arrival_it_waits_for_the_click(
    shop: MakeShop, tmp_path: Path
) -> None:
    """A fulfilment provider sets DropStream up: nobody here sees the order there."""
    right = shop("dropstream")
    run, waiting = run_all_in_lab(right, tmp_path, configured_by="fulfillment_provider")
    assert waiting.verdict is Verdict.BLOCKED
    assert 'confirm="archive"' in waiting.reason
    assert run.step("archive-test-order", confirm=" Archive ").verdict is Verdict.PASS
    assert open_ones(right) == []


def test_an_order_that_is_no_longer_ours_is_never_archived(shop: MakeShop, tmp_path: Path) -> None:
    """Somebody took the tag off: it is read right before, left alone, and told of."""
    right = shop()
    run = order_run.opened(**given(right, tmp_path))
    for step in order_run.STEPS[:-1]:
        run.step(step)
    (order,) = open_ones(right)
    token = {"X-Auth-Token": right.made["access_token"], "Content-Type": "application/json"}
    url = f"{right.made['api_path'].removesuffix('/v3/')}/v2/orders/{order}"
    body = b'{"external_order_id": "the merchant\'s own"}'
    urllib.request.urlopen(urllib.request.Request(url, body, token, method="PUT"), timeout=120)
    result = run.step("archive-test-order")
    assert result.verdict is Verdict.FAIL
    assert "not touched" in result.findings[-1].message
    assert [s for s in asked(right) if s.startswith("DELETE")] == []


def test_running_the_step_twice_creates_one_order(shop: MakeShop, tmp_path: Path) -> None:
    """Also after a restart of the kernel in the same folder: the order is found by its tag."""
    right = shop()
    wanted = given(right, tmp_path)
    for _ in range(2):
        run = order_run.opened(**wanted)
        for step in (*order_run.STEPS[:-1], "test-order"):
            result = run.step(step)
        assert "was there already" in by_title(result, CREATE).message
    assert asked(right).count("POST /v2/orders") == 1
    assert run.step("archive-test-order").verdict is Verdict.PASS
    assert open_ones(right) == []


def test_a_run_that_goes_on_keeps_its_order(shop: MakeShop, tmp_path: Path) -> None:
    """Two runs at once: the second leaves the first one's order alone, though it sees it."""
    right = shop()
    first = order_run.opened(**given(right, tmp_path))
    for step in order_run.STEPS[:-1]:
        first.step(step)
    (order,) = open_ones(right)
    _, results = order_run.run_steps(**given(right, tmp_path))
    assert results["test-order"].verdict is Verdict.PASS
    assert open_ones(right) == [order]
    assert first.step("archive-test-order").verdict is Verdict.PASS
    assert open_ones(right) == []


@pytest.mark.parametrize(("hours", "is_archived"), [(0, False), (11, False), (13, True)])
def test_an_order_of_a_run_elsewhere_is_archived_when_it_is_old(
    hours: int, is_archived: bool, shop: MakeShop, tmp_path: Path
) -> None:
    """Without its journal nobody knows whether its run goes on: twelve hours are waited."""
    right = shop()
    tag = "cartproof-20261122T000000Z-0a1b2c3d"
    planted = {
        "external_order_id": tag,
        "billing_address": {"email": "cartproof-test-order@example.com"},
    }
    url = f"{right.sandbox}/_sandbox/stores/{right.made['store_hash']}/orders"
    call(url, {**planted, "age_hours": hours, "test_gateway": False})
    _, results = order_run.run_steps(**given(right, tmp_path))
    assert open_ones(right) == ([] if is_archived else [ours(right)[0]["id"]])
    said = [f for f in results["test-order"].findings if tag in f.message]
    assert [f.verdict for f in said] == [Verdict.PASS if is_archived else Verdict.WARN]


def test_a_run_that_only_looks_tells_of_an_orphan_and_leaves_it(
    shop: MakeShop, tmp_path: Path
) -> None:
    """Nobody allowed it to change the store; the warning says how to archive by hand."""
    right = shop()
    killed(given(right, tmp_path), "after", POST_AT)
    before = right.state()
    wanted = given(right, tmp_path, create_test_order=False)
    _, results = order_run.run_steps(**wanted)
    warned = by_title(results["test-order"], "Left-over test orders")
    assert warned.verdict is Verdict.WARN
    assert "by hand" in warned.remedy
    assert right.state() == before
    assert results["archive-test-order"].verdict is Verdict.SKIPPED


POST_AT = 6
"""Which request creates the order, from 0: those of the two steps before, statuses, orphans, look."""
REQUESTS = 12


def killed(wanted: dict[str, Any], edge: str, number: int) -> None:
    """Run the steps in a process that is killed at a request's edge."""
    job = json.dumps({**wanted, "kill": [edge, number]})
    ran = subprocess.run(
        [sys.executable, SCRIPT, job], check=False, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == -signal.SIGKILL, ran.stdout + ran.stderr


def test_the_kills_below_reach_every_request(shop: MakeShop, tmp_path: Path) -> None:
    """The numbers that the next tests count with are those of a run that nobody kills."""
    right = shop()
    finish, _ = order_run.run_steps(**given(right, tmp_path))
    assert finish.requests == REQUESTS
    url = f"{right.sandbox}/_sandbox/requests?store_hash={right.made['store_hash']}"
    methods = [seen["method"] for seen in call(url, method="GET")]
    assert methods.index("POST") == POST_AT


@pytest.mark.parametrize("number", range(REQUESTS))
@pytest.mark.parametrize("edge", ["before", "after"])
def test_after_a_kill_at_any_request_the_next_run_leaves_nothing_of_ours(
    edge: str, number: int, shop: MakeShop, tmp_path: Path
) -> None:
    """SIGKILL between any two requests; the next run archives the orphan and makes one order."""
    right = shop()
    before = state(right)
    killed(given(right, tmp_path), edge, number)
    made = len(ours(right))
    assert made == int((number, edge) != (POST_AT, "before") and number >= POST_AT)
    finish, results = order_run.run_steps(**given(right, tmp_path))
    assert results["test-order"].verdict is Verdict.PASS
    assert results["archive-test-order"].verdict is Verdict.PASS
    assert finish.late is None
    tags = [order["external_order_id"] for order in ours(right)]
    assert len(tags) == len(set(tags)) == made + 1
    assert_only_archived_orders_were_added(before, state(right), made + 1)


@pytest.mark.parametrize("number", [POST_AT, POST_AT + 1, REQUESTS - 1])
def test_after_a_kill_the_same_run_goes_on_in_its_folder(
    number: int, shop: MakeShop, tmp_path: Path
) -> None:
    """A kernel restarted with the same folder takes the order that it made before."""
    right = shop()
    wanted = given(right, tmp_path)
    killed(wanted, "before" if number == REQUESTS - 1 else "after", number)
    order_run.run_steps(**wanted)
    assert open_ones(right) == []
    assert len(ours(right)) == 1


def test_another_machine_finds_the_orphan_a_day_later(shop: MakeShop, tmp_path: Path) -> None:
    """No journal is at hand there; the tag and the order's age are enough."""
    right = shop()
    killed(given(right, tmp_path / "here"), "after", POST_AT)
    tomorrow = (datetime.now(UTC) + timedelta(hours=13)).isoformat()
    order_run.run_steps(**given(right, tmp_path / "there" / "far" / "off" / "now", at=tomorrow))
    assert (len(ours(right)), open_ones(right)) == (2, [])


@pytest.mark.parametrize("mode", ["headless", "interactive"])
def test_a_process_that_ends_early_archives_on_its_way_out(
    mode: str, shop: MakeShop, tmp_path: Path
) -> None:
    """An exception after the creation ends the program; the order is archived at its exit."""
    right = shop()
    job = given(right, tmp_path, mode=mode)
    program = (
        "import json, sys\nfrom tests.whole import order_run\n"
        "run = order_run.opened(**json.loads(sys.argv[1]))\n"
        "[run.step(step) for step in order_run.STEPS[:-1]]\nraise SystemExit(7)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, json.dumps(job)],
        check=False,
        cwd=SCRIPT.parents[2],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=60,
    )
    assert ran.returncode == 7
    assert (len(ours(right)), open_ones(right)) == (1, [])
