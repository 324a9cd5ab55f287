"""The whole Stone Edge runbook as a trainee clicks it, and where its secrets went: nowhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from browser_leaks import leaks
from lab_driver import LabDriver
from playwright.sync_api import expect
from tests.find_browser import FLAGS, browser_path
from trainee import check, confirm, expect_state, make_account, read_off_the_screen

from cartproof.runbook.loader import load_runbook
from cartproof.scopes.catalogue import find_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lab_program import LabProgram
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

CUSTOMER = "Northwind Candles"
WANTED = {scope.row: scope.level.value for scope in load_runbook("stone-edge").account.scopes}
WIDGETS = "@jupyter-widgets/jupyterlab-manager:plugin"
SAVING = "@jupyterlab/docmanager-extension:plugin"


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """Return the folder of the engineer's browser profile."""
    return tmp_path / "profile"


@pytest.fixture
def engineer(browser: Browser, profile: Path) -> Iterator[LabDriver]:
    """Return the engineer's window; its profile stays on disk when it is closed."""
    context = browser.browser_type.launch_persistent_context(
        profile,
        executable_path=browser_path(),
        args=FLAGS,
        viewport={"width": 1280, "height": 900},
        permissions=["clipboard-read", "clipboard-write"],
    )
    yield LabDriver(context)
    context.close()


def opened(session: LabProgram, driver: LabDriver) -> None:
    """Open the notebook with widget state saved, and say for whom and by whom it is."""
    session.put_setting(WIDGETS, "saveState", True)
    session.put_setting(SAVING, "autosaveInterval", 3)
    driver.open(session.url)
    about = driver.other_panel("about")
    driver.fill("Customer", CUSTOMER, within=about)
    driver.fill("Your name", "Ada Okafor", within=about)
    driver.click("Save", within=about)


def account(merchant: LabDriver, driver: LabDriver, folder: Path, **changed: str) -> Path:
    """Have the merchant make an account on the page that the notebook names."""
    link = driver.other_panel("about").get_by_role("link", name="Create API account")
    merchant.page.goto(link.get_attribute("href") or "")
    levels = WANTED | {row.replace("_", " "): level for row, level in changed.items()}
    folder.mkdir(exist_ok=True)
    return make_account(merchant.page, levels, folder, name=f"{CUSTOMER} – Stone Edge")


def credentials_in(file: Path) -> dict[str, str]:
    """Return the values in BigCommerce's .txt file, by label."""
    return dict(line.split(": ", 1) for line in file.read_text("utf-8").splitlines())


def drop(driver: LabDriver, file: Path) -> None:
    """Drop the credentials' file on the panel, and wait until it is read."""
    panel = driver.panel("credentials")
    panel.locator(".drop").wait_for(state="attached")
    others = panel.get_by_text("Give other credentials")
    if others.count():
        others.click()
    driver.drop(panel.locator(".drop"), file)
    driver.wait_for_text(panel, "Taken")


def through_the_checks(driver: LabDriver) -> None:
    """Have everything asked that a program can ask; two rows only the screen tells."""
    check(driver, "store")
    check(driver, "scopes", comes_to="needs-attention")
    for row in ("Customers login", "Order transactions"):
        read_off_the_screen(driver, row, WANTED[row])
        driver.wait_for_text(driver.panel("scopes"), f"Saved: {row}")
    expect_state(driver, "scopes", "done")
    check(driver, "products")
    check(driver, "test-order")


def filed(driver: LabDriver) -> None:
    """Sign, file the record, open the report, and look whether it says what was done."""
    finish = driver.other_panel("finish")
    driver.wait_for_text(finish, "No required step is open")
    driver.click("Sign", within=finish)
    driver.click("File the record", within=finish)
    driver.wait_for_text(finish, "Filed: verified")
    with driver.page.context.expect_page() as opening:
        finish.get_by_role("link", name="Open the report").click()
    report = opening.value
    expect(report.locator("main .verdict h2")).to_have_text("Verified")
    expect(report.locator("main")).to_contain_text("Ada Okafor")
    report.close()


def test_the_whole_runbook_from_account_to_filed_record(
    lab: Callable[..., LabProgram],
    engineer: LabDriver,
    window: Callable[..., LabDriver],
    profile: Path,
    tmp_path: Path,
) -> None:
    """A row left out is found, a new account mends it, values are copied, the record is filed.

    Widget state is saved all the while, and the notebook every three seconds; afterwards no file
    of the session, of the run, of the home or of the browser holds a piece of any secret.
    """
    session = lab("stone-edge", "--sandbox", folder="desk")
    merchant = window()
    opened(session, engineer)
    confirm(engineer, "open-account-screen", "fill-in-account", "set-scopes")

    wrong = account(merchant, engineer, tmp_path / "downloads", Store_Inventory="none")
    drop(engineer, wrong)
    check(engineer, "scopes", comes_to="needs-attention")
    engineer.wait_for_text(engineer.panel("scopes"), "Store inventory")

    right = account(merchant, engineer, tmp_path / "downloads")
    confirm(engineer, "save-account", "account-listed")
    drop(engineer, right)
    through_the_checks(engineer)
    vendor = engineer.panel("send-to-vendor")
    engineer.click("Copy Client secret", within=vendor)
    engineer.wait_for_text(vendor, "Copied")
    copied = engineer.page.evaluate("() => navigator.clipboard.readText()")
    assert copied == credentials_in(right)["CLIENT SECRET"]
    confirm(engineer, "send-to-vendor", "receive-values", "add-cart", "import-orders")
    filed(engineer)
    engineer.save()
    assert engineer.console == []
    assert engineer.outside_requests() == []

    notebook = json.loads((session.copies / "stone_edge.ipynb").read_text("utf-8"))
    assert "widgets" not in notebook["metadata"]
    secrets = [
        credentials_in(file)[label]
        for file in (wrong, right)
        for label in ("ACCESS TOKEN", "CLIENT SECRET")
    ]
    private = session.private_folder()
    assert list(private.rglob("*.ipynb"))  # the checkpoint that JupyterLab keeps
    places = [session.folder, private, profile]
    assert list(leaks(secrets, places)) == []
    engineer.page.context.close()
    session.stop()
    assert list(leaks(secrets, places)) == []
    assert len(list(leaks(secrets, [tmp_path / "downloads"]))) == len({wrong, right})


def text_file(made: dict[str, str], path: Path) -> Path:
    """Write credentials as BigCommerce's .txt has them."""
    labels = {"ACCESS TOKEN": "access_token", "CLIENT ID": "client_id", "API PATH": "api_path"}
    labels["CLIENT SECRET"] = "client_secret"
    lines = [f"{label}: {made[name]}" for label, name in labels.items()]
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_a_restarted_kernel_goes_on_where_one_was(
    lab: Callable[..., LabProgram], window: Callable[..., LabDriver], tmp_path: Path
) -> None:
    """Settled steps are back, credentials are asked for again, and nothing is sent before."""
    session = lab("stone-edge", "--sandbox", "--customer", CUSTOMER)
    file = text_file(session.account(sandbox_levels()), tmp_path / "northwind.txt")
    driver = window(session.url)
    driver.fill("Your name", "Ada Okafor", within=driver.other_panel("about"))
    driver.click("Save", within=driver.other_panel("about"))
    confirm(driver, "open-account-screen", "fill-in-account")
    drop(driver, file)
    check(driver, "store")
    asked = len(session.get("/_sandbox/requests"))

    driver.restart_kernel()
    for step in ("open-account-screen", "fill-in-account", "store"):
        expect_state(driver, step, "done")
    driver.wait_for_text(driver.other_panel("about"), "No credentials")
    assert len(session.get("/_sandbox/requests")) == asked
    drop(driver, file)
    check(driver, "products")
    assert len(session.get("/_sandbox/requests")) > asked


def test_two_windows_and_a_closed_one_lose_nothing(
    lab: Callable[..., LabProgram], window: Callable[..., LabDriver]
) -> None:
    """What is confirmed in one window shows in the other, and in one that is opened later."""
    session = lab("stone-edge", "--customer", CUSTOMER)
    first, second = window(session.url), window(session.url)
    first.fill("Your name", "Ada Okafor", within=first.other_panel("about"))
    first.click("Save", within=first.other_panel("about"))
    second.wait_until_run()
    confirm(first, "open-account-screen")
    expect_state(second, "open-account-screen", "done")
    confirm(second, "fill-in-account")
    expect_state(first, "fill-in-account", "done")
    first.close()
    second.close()
    third = window(session.url)
    for step in ("open-account-screen", "fill-in-account"):
        expect_state(third, step, "done")
    answers = next(session.folder.glob(f"runs/{CUSTOMER}/stone-edge/answers.yaml"))
    assert answers.read_text("utf-8").count("attested") == 2


def sandbox_levels() -> dict[str, str]:
    """Return the levels that Stone Edge wants, in the sandbox's spelling of the rows."""
    return {find_row(row).name: level for row, level in WANTED.items()}
