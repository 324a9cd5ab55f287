"""The desk: what a person's clicks come to, and what a new kernel takes up again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cartproof.errors import CartproofError, UsageError
from cartproof.run.opening import Opening
from cartproof.ui.desk import Desk
from cartproof.ui.looks import about_look, finish_look, step_look
from cartproof.ui.state import State

from .conftest import AtOnce, Shop

MakeDesk = Callable[..., Desk]
MakeShop = Callable[..., Shop]


def state(desk: Desk, step_id: str) -> State:
    """Return the state of a step."""
    return desk.state(desk.step_of(step_id))


def give(desk: Desk, made: Shop) -> None:
    """Give the shop's credentials as their file's text."""
    desk.vault.take_text(made.credentials.read_text())


def kept(tmp_path: Path) -> dict[str, str]:
    """Return every file below the runs' folder, by its path."""
    return {str(p): p.read_text() for p in (tmp_path / "runs").rglob("*") if p.is_file()}


def test_without_a_customer_every_step_says_what_is_missing(desk: MakeDesk) -> None:
    """The panels are there, and the first thing to do is to give the name."""
    made = desk(customer="")
    assert made.run is None
    look = step_look(made, "scopes")
    assert look["state"] == "blocked"
    assert look["sentences"] == ["Give the customer's name first, at the top."]
    made.about(customer="Northwind Candles", engineer="Ada Okafor")
    assert state(made, "open-account-screen") is State.READY
    assert about_look(made)["customer"] == "Northwind Candles"


def test_credentials_are_checked_at_once_and_name_the_store(desk: MakeDesk, shop: MakeShop) -> None:
    """Before anything else; and no panel's look holds one of them."""
    made, there = desk(), shop("order-time")
    assert "Waits for the credentials" in step_look(made, "scopes")["sentences"][-1]
    give(made, there)
    assert state(made, "credentials") is State.DONE
    look = step_look(made, "credentials")
    assert look["store"]["kind"] == "sandbox"
    assert there.made["store_hash"] in look["store"]["name"]
    shown = json.dumps([step_look(made, s.id) for s in made.runbook.steps] + [finish_look(made)])
    for name in ("access_token", "client_id", "client_secret"):
        assert there.made[name][:10] not in shown


def test_a_wrong_paste_is_a_sentence_and_changes_nothing(desk: MakeDesk, shop: MakeShop) -> None:
    """Looked at without being kept; refused without being kept."""
    made, there = desk(), shop("order-time")
    fields = {"api_path": there.made["api_path"], "access_token": there.made["client_secret"]}
    assert any("client secret" in line for line in made.vault.look_at(fields))
    with pytest.raises(CartproofError, match="no access token"):
        made.vault.take_fields({"api_path": there.made["api_path"], "access_token": " "})
    assert made.run is not None and made.run.stage.credentials is None


def test_steps_unlock_by_their_needs_and_panels_hear_of_it(desk: MakeDesk, shop: MakeShop) -> None:
    """A step that comes after another is ready as soon as that one is done."""
    made, there = desk(), shop("order-time")
    give(made, there)
    heard: list[Any] = []
    made.observe(lambda change: heard.append(change["new"][1]), "changed")
    assert state(made, "test-order") is State.TO_DO
    made.checks.begin("store")
    assert (state(made, "store"), state(made, "test-order")) == (State.DONE, State.READY)
    assert "" in heard


def test_a_check_that_fails_blocks_what_needs_it(desk: MakeDesk, shop: MakeShop) -> None:
    """With the name of the step in the way."""
    made, there = desk(), shop("order-time")
    give(made, there)
    there.revoke()
    made.checks.begin("store")
    assert state(made, "store") is State.NEEDS_ATTENTION
    look = step_look(made, "test-order")
    assert look["state"] == "blocked"
    assert look["sentences"] == ["Waits for “Store answers”, which needs attention."]


def test_running_cells_again_is_harmless_and_keeps_both_evidences(
    desk: MakeDesk, shop: MakeShop
) -> None:
    """Run All twice: no step is lost, and the first result stands behind the second."""
    made, there = desk(), shop("order-time")
    give(made, there)
    for _ in range(2):
        for step in made.runbook.steps:
            made.checks.show(step.id)
    assert state(made, "scopes") is State.DONE
    assert len(step_look(made, "scopes")["earlier"]) == 1
    assert step_look(made, "scopes")["earlier"][0]["findings"]


def test_run_all_never_changes_a_store(desk: MakeDesk, shop: MakeShop) -> None:
    """The step that creates an order waits for a click, even on the sandbox."""
    made, there = (
        desk(parameters={"create_test_order": True}),
        shop("order-time", changed={"Orders": "modify"}),
    )
    give(made, there)
    before = there.state()
    for step in made.runbook.steps:
        made.checks.show(step.id)
    assert there.state() == before
    assert step_look(made, "test-order")["consent"]["creates"]


def test_a_click_on_its_panel_archives_the_order_without_another_word(
    desk: MakeDesk, shop: MakeShop
) -> None:
    """Its cell, and the cell of the finish, leave it in the store for the vendor to import."""
    made, there = (
        desk(parameters={"create_test_order": True}),
        shop("order-time", changed={"Orders": "modify"}),
    )
    give(made, there)
    for step_id in ("credentials", "store", "test-order"):
        made.checks.begin(step_id)
    assert made.run.has_open_order
    made.checks.show("archive-test-order")
    made.run.finish()
    assert made.run.has_open_order
    made.checks.begin("archive-test-order")
    assert not made.run.has_open_order


def test_the_name_is_asked_once(desk: MakeDesk) -> None:
    """Later words are theirs without asking; without any name there is no word."""
    made = desk()
    with pytest.raises(UsageError, match="your name"):
        made.words.attest("open-account-screen", who="")
    made.words.attest("open-account-screen", who="Ada Okafor", note="on the phone")
    made.words.attest("fill-in-account", who="")
    word = step_look(made, "fill-in-account")["result"]["word"]
    assert word["who"] == "Ada Okafor"


def test_words_are_taken_back_and_waivers_need_reasons(desk: MakeDesk) -> None:
    """A step goes back to ready; a waiver without a reason is none."""
    made = desk()
    made.words.attest("open-account-screen", who="Ada")
    made.words.take_back("open-account-screen")
    assert state(made, "open-account-screen") is State.READY
    with pytest.raises(UsageError, match="reason"):
        made.words.waive("open-account-screen", who="Ada", note=" ")
    made.words.waive("open-account-screen", who="Ada", note="done by the agency")
    made.words.waive("scopes", who="Ada", note="read off the screen together")
    assert state(made, "open-account-screen") is State.WAIVED
    assert state(made, "scopes") is State.WAIVED


def test_a_step_out_of_turn_is_not_confirmed(desk: MakeDesk) -> None:
    """What it comes after is named."""
    made = desk()
    with pytest.raises(UsageError, match="Comes after"):
        made.words.attest("save-cart", who="Ada")


def test_a_new_kernel_has_every_settled_step_back_and_sends_nothing(
    desk: MakeDesk, shop: MakeShop, tmp_path: Path
) -> None:
    """Words, results, parameters, run id; credentials are asked for again."""
    cell = {"sales_orders_before": "", "update_inventory": False}
    first, there = desk(customer="", parameters=cell), shop("order-time")
    first.about(
        customer="Northwind Candles", engineer="Ada", parameters={"update_inventory": False}
    )
    first.about(parameters={"sales_orders_before": "12"})
    give(first, there)
    first.checks.begin("store")
    first.words.attest("open-account-screen", who="")
    second = desk(customer="", parameters=cell)
    assert second.running_for == "Northwind Candles"
    assert second.engineer == "Ada"
    assert second.run is not None and first.run is not None
    assert second.run.run_id == first.run.run_id
    assert second.run.stage.parameters["sales_orders_before"] == "12"
    done = [s.id for s in second.runbook.steps if second.state(s) is State.DONE]
    assert done == [s.id for s in first.runbook.steps if first.state(s) is State.DONE]
    assert {"credentials", "store", "open-account-screen"} <= set(done)
    assert second.run.stage.credentials is None
    assert second.run.stage.requests == 0
    with pytest.raises(UsageError, match="credentials"):
        second.checks.begin("scopes")
    text = json.dumps(kept(tmp_path))
    for name in ("access_token", "client_id", "client_secret"):
        assert there.made[name][:10] not in text


def test_other_credentials_put_out_of_date_what_was_found_with_the_first(
    desk: MakeDesk, shop: MakeShop
) -> None:
    """Checks, and what was handed over of them; other people's words stay."""
    first, there = desk(), shop("order-time")
    give(first, there)
    first.checks.begin("store")
    first.words.attest("open-account-screen", who="Ada")
    second = desk()
    give(second, there)
    assert state(second, "store") is State.DONE
    give(second, shop("order-time"))
    assert state(second, "store") is State.READY
    assert state(second, "credentials") is State.DONE
    assert state(second, "open-account-screen") is State.DONE
    assert step_look(second, "store")["earlier"]


def test_a_changed_parameter_puts_what_depended_on_it_out_of_date(
    desk: MakeDesk, shop: MakeShop
) -> None:
    """The x-ray and the word on the boxes go, the store's answer stays; conditions follow."""
    made, there = desk(), shop("order-time")
    give(made, there)
    made.checks.begin("store")
    made.checks.begin("scopes")
    made.words.attest("set-scopes", who="Ada")
    assert state(made, "legacy-account") is State.SKIPPED
    made.about(parameters={"update_inventory": True, "legacy": True})
    assert state(made, "scopes") is State.READY
    assert state(made, "set-scopes") is State.READY
    assert state(made, "store") is State.DONE
    assert state(made, "legacy-account") is State.READY
    rows = {row["row"]: row for row in step_look(made, "scopes")["scopes"]["rows"]}
    assert rows["Products"]["wanted"] == "Modify"
    made.checks.begin("scopes")
    assert state(made, "scopes") is State.NEEDS_ATTENTION
    assert "Set Products to Modify" in finish_look(made)["message"]
    reread = desk()
    assert state(reread, "set-scopes") is State.READY


def test_a_parameter_of_the_wrong_kind_changes_nothing(desk: MakeDesk) -> None:
    """It is named, with what it takes."""
    made = desk()
    with pytest.raises(UsageError, match="sales_orders_before"):
        made.about(parameters={"sales_orders_before": "many"})
    assert made.run is not None
    assert made.run.stage.parameters["sales_orders_before"] == ""


def test_running_the_open_cell_again_takes_only_what_changed_in_it(
    desk: MakeDesk, shop: MakeShop
) -> None:
    """Parameters of the panel stay, a parameter changed in the cell counts."""
    made, there = desk(parameters={"legacy": False}), shop("order-time")
    give(made, there)
    made.about(parameters={"update_inventory": True})
    made.reopened(
        Opening("order-time", "Northwind Candles", mode="interactive", parameters={"legacy": True})
    )
    assert made.run is not None
    assert made.run.stage.parameters["update_inventory"] is True
    assert made.run.stage.parameters["legacy"] is True
    assert state(made, "credentials") is State.DONE


def test_two_windows_on_one_run_lose_nothing_of_each_other(desk: MakeDesk, tmp_path: Path) -> None:
    """Each click is added to what the other wrote; the later word on one step wins."""
    one, two = desk(), desk()
    one.words.attest("open-account-screen", who="Ada")
    two.words.attest("fill-in-account", who="Ben")
    one.words.attest("set-scopes", who="Ada")
    two.words.attest("open-account-screen", who="Ben", note="saw it as well")
    third = desk()
    words = {
        s: step_look(third, s)["result"]["word"]["who"]
        for s in ("open-account-screen", "fill-in-account", "set-scopes")
    }
    assert words == {"open-account-screen": "Ben", "fill-in-account": "Ben", "set-scopes": "Ada"}
    journals = [text for path, text in kept(tmp_path).items() if path.endswith("journal.jsonl")]
    assert sum(text.count('"step": "open-account-screen", "answer"') for text in journals) == 2


def test_a_check_is_stopped_before_its_next_request(
    desk: MakeDesk, shop: MakeShop, worker: AtOnce
) -> None:
    """It comes to inconclusive, with what to do; nothing of it reaches the store."""
    made, there = desk(), shop("order-time")
    give(made, there)
    assert made.run is not None
    sent = made.run.stage.requests
    worker.before = lambda: made.checks.cancel("scopes")
    made.checks.begin("scopes")
    assert made.run.stage.requests == sent
    assert state(made, "scopes") is State.NEEDS_ATTENTION
    finding = step_look(made, "scopes")["result"]["findings"][0]
    assert finding["message"] == "Stopped by hand before it was done."


def test_while_a_check_runs_it_shows_how_far_it_is_and_nothing_is_pulled_from_under_it(
    desk: MakeDesk, shop: MakeShop, worker: AtOnce
) -> None:
    """Rows are told as they settle; credentials and parameters wait."""
    made, there = desk(), shop("order-time")
    give(made, there)
    worker.late = []
    made.checks.begin("scopes")
    assert state(made, "scopes") is State.RUNNING
    for refused in (made.vault.forget, lambda: made.about(parameters={"legacy": True})):
        with pytest.raises(UsageError, match="being checked"):
            refused()
    told: list[Any] = []
    made.observe(lambda _: told.append(made.checks.running.get("scopes")), "changed")
    worker.catch_up()
    assert max(one.done for one in told if one) > 20
    assert state(made, "scopes") is State.DONE


def test_rows_that_no_program_sees_are_read_off_the_screen(desk: MakeDesk, shop: MakeShop) -> None:
    """The word is judged at once, and nothing more is sent."""
    made, there = desk("stone-edge"), shop("stone-edge")
    give(made, there)
    made.checks.begin("scopes")
    assert state(made, "scopes") is State.NEEDS_ATTENTION
    assert made.run is not None
    sent = made.run.stage.requests
    open_rows = [
        r for r in step_look(made, "scopes")["scopes"]["rows"] if r["verdict"] == "inconclusive"
    ]
    assert open_rows
    for row in open_rows:
        levels = [one["level"] for one in row["levels"]]
        wanted = next(level for level in levels if level.capitalize() == row["wanted"])
        made.words.read_row("scopes", row=row["row"], level=wanted, who="Ada")
    assert state(made, "scopes") is State.DONE
    assert made.run.stage.requests == sent


def test_no_secret_is_kept_in_a_note(desk: MakeDesk, shop: MakeShop) -> None:
    """A token pasted into a note is refused in words; so is a note without end."""
    made, there = desk(), shop("order-time")
    give(made, there)
    with pytest.raises(UsageError, match="one of the credentials"):
        made.words.attest(
            "open-account-screen", who="Ada", note=f"it is {there.made['access_token']}"
        )
    with pytest.raises(UsageError, match="at most 2000"):
        made.words.attest("open-account-screen", who="Ada", note="x" * 3000)


def test_no_vendors_password_is_kept_in_a_note(desk: MakeDesk, tmp_path: Path) -> None:
    """The login of the vendor's side is looked for as well."""
    login = tmp_path / "vendor.txt"
    login.write_text("API KEY: 7f3c9a1be02d4485\nEMAIL: ada@example.com\nPASSWORD: qT8#vLm2xWz\n")
    made = desk(parameters={"check_vendor_side": True, "vendor_credentials": f"file:{login}"})
    with pytest.raises(UsageError, match="one of the credentials"):
        made.words.attest("open-account-screen", who="Ada", note="the password is qT8#vLm2xWz")


def test_a_run_is_signed_and_reviewed_by_two(desk: MakeDesk) -> None:
    """The reviewer is another, however the name is written."""
    made = desk()
    made.words.attest("open-account-screen", who="Ada Okafor")
    with pytest.raises(UsageError, match="nobody has signed"):
        made.words.sign("reviewed", who="Ben")
    made.words.sign("signed", who="")
    with pytest.raises(UsageError, match="a second person"):
        made.words.sign("reviewed", who=" ada  OKAFOR ")
    made.words.sign("reviewed", who="Ben", note="looked at all of it")
    look = finish_look(made)
    assert (look["signed"]["who"], look["reviewed"]["who"]) == ("Ada Okafor", "Ben")


def test_beginning_anew_keeps_what_was_there_under_its_run(desk: MakeDesk, tmp_path: Path) -> None:
    """No step is done any more, and the old answers still lie there."""
    made = desk()
    assert made.run is not None
    before = made.run.run_id
    made.words.attest("open-account-screen", who="Ada")
    made.start_over()
    assert made.run.run_id != before
    assert state(made, "open-account-screen") is State.READY
    assert any(f"answers-{before}.yaml" in path for path in kept(tmp_path))


def test_another_customer_is_another_run(desk: MakeDesk) -> None:
    """Nothing of the first one's goes over; the first one's is still there."""
    made = desk()
    made.words.attest("open-account-screen", who="Ada")
    made.about(customer="Bramble & Oak")
    assert state(made, "open-account-screen") is State.READY
    made.about(customer="Northwind Candles")
    assert state(made, "open-account-screen") is State.DONE
