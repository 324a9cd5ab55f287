"""A support engineer before the panels of one notebook, for browser tests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from cartproof.cli.demo.merchants import MERCHANTS, credentials_file, levels_for
from cartproof.runbook.loader import load_runbook

if TYPE_CHECKING:
    from lab_driver import LabDriver
    from lab_program import LabProgram
    from playwright.sync_api import Locator

CUSTOMER = "Northwind Candles"
NAME = "Ada Okafor"
OVER = ("done", "skipped", "waived")


class Engineer:
    """Works through a runbook in a window of `cartproof lab --sandbox`."""

    def __init__(self, driver: LabDriver, lab: LabProgram, runbook: str) -> None:
        self.driver, self.lab = driver, lab
        self.runbook = load_runbook(runbook)

    def begin(self) -> None:
        """Say for whom and who, at the head of the notebook."""
        self.driver.wait_until_run()
        self.introduce()

    def introduce(self) -> None:
        """Do that in a page that has run already, or runs as it is loaded."""
        about = self.driver.other_panel("about")
        self.driver.fill("Customer", CUSTOMER, within=about)
        self.driver.fill("Your name", NAME, within=about)
        self.driver.click("Save", within=about)
        self.driver.wait_for_text(about, f"The run for {CUSTOMER} is open")

    def set_parameters(self, **values: Any) -> None:
        """Set parameters of the runbook at the head of the notebook."""
        about = self.driver.other_panel("about")
        group = about.locator("details", has_text="Parameters of this runbook")
        if group.get_attribute("open") is None:
            group.locator("summary").click()
        for name, value in values.items():
            field = about.locator(f"[data-key='parameter-{name}']")
            if isinstance(value, bool):
                field.set_checked(value)
            elif isinstance(value, list):
                field.fill("\n".join(value))
            elif field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        self.driver.click("Save", within=about)
        self.driver.wait_for_text(about, "Changed: ")

    def credentials(
        self, parameters: dict[str, Any] | None = None, *, variant: str = "", **changed: str
    ) -> Path:
        """Make an API account on the sandbox; return its file as BigCommerce's page gives it."""
        levels = levels_for(self.runbook, MERCHANTS[0], parameters)
        made = self.lab.account({**levels, **changed}, CUSTOMER, variant)
        path = self.lab.folder / f"BigCommerceAPI-credentials-{made['client_id']}.txt"
        path.write_text(credentials_file(MERCHANTS[0], made), encoding="utf-8")
        self.made = made
        return path

    def plant_order(self, **order: Any) -> int:
        """Have a buyer place an order in the merchant's store; return its number."""
        path = f"/_sandbox/stores/{self.made['store_hash']}/orders"
        return int(self.lab.post(path, order)["id"])

    def drop(self, path: Path) -> None:
        """Drop the file on the credentials panel, and wait until its token is checked."""
        panel = self.driver.panel("credentials")
        others = panel.locator("summary", has_text="Give other credentials")
        if others.count():
            others.click()
        self.driver.drop(panel.locator(".drop"), path)
        self.wait("credentials", "done")

    def wait(self, step: str, *states: str) -> Locator:
        """Wait until a step is in one of some states, and return its panel."""
        panel = self.driver.page.locator(f'.cartproof[data-step="{step}"]')
        choice = ", ".join(f'.cartproof[data-step="{step}"][data-state="{one}"]' for one in states)
        self.driver.page.locator(choice).wait_for()
        return panel

    def state(self, step: str) -> str:
        """Return a step's state as its panel has it now."""
        return self.driver.panel(step).get_attribute("data-state") or ""

    def check(self, step: str, *, until: str = "done") -> None:
        """Have a step checked, and wait for what it is to come to."""
        self.driver.panel(step).locator(".check button.main, .check button").first.click()
        self.wait(step, until)

    def confirm(self, step: str) -> None:
        """Confirm a step of one's own."""
        self.driver.click("Confirm", within=self.driver.panel(step))
        self.wait(step, "done")

    def settle(self, *, but: tuple[str, ...] = ()) -> None:
        """Do every step in the runbook's order that is not over yet."""
        for step in self.runbook.steps:
            if step.id in but or self.state(step.id) in OVER:
                continue
            self.wait(step.id, "ready")
            if step.is_for_a_person:
                self.confirm(step.id)
            else:
                self.check(step.id)

    def file(self) -> Locator:
        """Sign, file the record, and return the last panel once it says what came of it."""
        finish = self.driver.other_panel("finish")
        self.driver.click("Sign", within=finish)
        self.driver.wait_for_text(finish, f"Signed by {NAME}")
        self.driver.click("File the record", within=finish)
        expect(finish.locator(".filed")).to_contain_text("Filed: ")
        return finish
