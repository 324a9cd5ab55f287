"""Take the README's pictures of the panels anew: `python tests/lab/take_pictures.py`.

A session on the sandbox, in which one scope was left out of the API account at first.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[2]))

from engineer import Engineer
from lab_driver import LabDriver
from lab_program import LabProgram
from PIL import Image
from playwright.sync_api import sync_playwright
from tests.find_browser import FLAGS, browser_path
from trainee import check, read_off_the_screen

if TYPE_CHECKING:
    from playwright.sync_api import Locator

PICTURES = Path(__file__).parents[2] / "pictures"
COLOURS = 64
MARGIN = 200


def take(panel: Locator, name: str, *, around: str = "", down_to: str = "") -> None:
    """Write the picture of a panel, small; where it is long, a part of it.

    Args:
        panel: What is shown.
        name: Of the picture.
        around: Selector of the one thing that is shown, with what is around it.
        down_to: Selector of the last thing that is shown, from the panel's head on.
    """
    panel.scroll_into_view_if_needed()
    picture = Image.open(io.BytesIO(panel.screenshot()))
    if around or down_to:
        whole, part = panel.bounding_box(), panel.locator(around or down_to).bounding_box()
        assert whole
        assert part
        top = int(part["y"] - whole["y"])
        end = top + int(part["height"])
        box = (top - MARGIN, end + MARGIN) if around else (0, end)
        picture = picture.crop((0, max(box[0], 0), picture.width, min(box[1], picture.height)))
    small = picture.convert("RGB").quantize(COLOURS)
    small.save(PICTURES / f"lab-{name}.png", optimize=True)


def story(engineer: Engineer, driver: LabDriver) -> None:
    """Work through Stone Edge, and take a picture wherever something is to be seen."""
    engineer.begin()
    for step in ("open-account-screen", "fill-in-account", "set-scopes", "save-account"):
        engineer.confirm(step)
    engineer.confirm("account-listed")
    engineer.drop(engineer.credentials(**{"Store inventory": "none"}))
    take(driver.panel("credentials"), "1-credentials")
    engineer.check("scopes", until="needs-attention")
    take(driver.panel("scopes"), "2-scopes", around="tr.fail")
    engineer.drop(engineer.credentials())
    check(driver, "scopes", comes_to="needs-attention")
    for row, level in (("Customers login", "none"), ("Order transactions", "modify")):
        read_off_the_screen(driver, row, level)
        driver.wait_for_text(driver.panel("scopes"), f"Saved: {row}")
    engineer.wait("scopes", "done")
    mail = {"first_name": "Ada", "last_name": "Okafor", "email": "ada.okafor@example.com"}
    ours = engineer.plant_order(age_hours=2, billing_address=mail)
    engineer.plant_order(age_hours=1)
    for step in ("store", "test-order"):
        engineer.check(step)
    orders = driver.panel("test-order")
    orders.get_by_role("button", name=f"Take order {ours} as the test order").click()
    driver.wait_for_text(orders, "chosen by")
    engineer.wait("test-order", "done")
    take(orders, "3-test-order", down_to=".orders tbody tr:nth-child(5)")
    engineer.wait("send-to-vendor", "ready")
    take(driver.panel("send-to-vendor"), "4-handover")
    engineer.settle()
    engineer.file().get_by_role("link", name="Open the report").wait_for()
    take(driver.other_panel("about"), "5-steps")
    take(driver.other_panel("finish"), "6-finish")


def main() -> None:
    """Take all of them."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        with LabProgram(Path(folder), ("stone-edge", "--sandbox")) as lab:
            driver = LabDriver.window(browser, viewport={"width": 1180, "height": 2600})
            driver.open(lab.url)
            story(Engineer(driver, lab, "stone-edge"), driver)
        browser.close()


if __name__ == "__main__":
    main()
