"""The panels in light and dark: contrast, names and roles by axe, and where the keyboard is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from engineer import Engineer
from test_order_panel import SEEN_AS_LIVE

if TYPE_CHECKING:
    from lab_driver import LabDriver

pytestmark = pytest.mark.browser

SCHEMES = ("light", "dark")
KEYS = 60
ENOUGH = 3.0
"""Contrast of the mark of focus against what is around it (WCAG 2.2, 1.4.11)."""

_FOCUS = """() => {
  const here = document.activeElement;
  const panel = here?.closest(".cartproof");
  if (!panel) return null;
  const light = (text) => {
    const parts = text.match(/[0-9.]+/g).slice(0, 3).map((part) => part / 255);
    const linear = parts.map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const style = getComputedStyle(here);
  const [one, other] = [light(style.outlineColor), light(getComputedStyle(panel).backgroundColor)];
  const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  const width = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
  return { what: here.outerHTML.slice(0, 120), width, contrast };
}"""


_ALL_IN_SIGHT = {"width": 1280, "height": 24_000}
_UNFOLDED = """() => {
  document.querySelectorAll(".cartproof details").forEach((one) => { one.open = true; });
  document.body.style.height = "100vh";  // it has none, so axe takes all in it for clipped
}"""
_ASKED = {"resultTypes": ["violations", "passes"]}
LOOKED_AT = 200
"""Texts of which axe must have measured the contrast, lest it takes them all for hidden again."""


def faults(driver: LabDriver) -> list[Any]:
    """Return what axe finds in our own markup, everything unfolded, in light and dark."""
    from axe_playwright_python.sync_playwright import Axe

    driver.page.set_viewport_size(_ALL_IN_SIGHT)
    driver.page.evaluate(_UNFOLDED)
    found = []
    for scheme in SCHEMES:
        driver.use_scheme(scheme)
        told = Axe().run(driver.page, context=".cartproof", options=_ASKED).response
        for rule in told["violations"]:
            found.append((scheme, rule["id"], [node["html"][:200] for node in rule["nodes"]]))
        (contrast,) = [rule for rule in told["passes"] if rule["id"] == "color-contrast"]
        measured = [node for node in contrast["nodes"] if node["any"][0]["data"].get("fgColor")]
        assert len(measured) > LOOKED_AT
    return found


def test_axe_finds_nothing_in_our_markup(lab: Any, window: Any) -> None:
    """All panels: empty at first, then some done, one red, values handed over."""
    session = lab("order-time", "--sandbox")
    driver = window(session.url)
    driver.wait_until_run()
    assert faults(driver) == []
    engineer = Engineer(driver, session, "order-time")
    engineer.begin()
    engineer.drop(engineer.credentials(Orders="none"))
    engineer.confirm("open-account-screen")
    engineer.check("scopes", until="needs-attention")
    values = driver.panel("enter-values")
    values.get_by_role("button", name="Show or hide API Key").click()
    assert faults(driver) == []


def test_axe_finds_nothing_where_orders_are_chosen_or_made_in_a_live_store(
    lab: Any, window: Any
) -> None:
    """The list of orders with one taken; then the plan, the refusal of a name, and what was made."""
    session = lab("dropstream", "--sandbox")
    driver = window(session.url)
    engineer = Engineer(driver, session, "dropstream")
    engineer.begin()
    driver.in_kernel(SEEN_AS_LIVE)
    engineer.drop(engineer.credentials(Orders="modify"))
    engineer.plant_order()
    engineer.check("store")
    engineer.check("test-order")
    assert faults(driver) == []
    engineer.set_parameters(create_test_order=True)
    panel = engineer.wait("test-order", "ready")
    assert faults(driver) == []
    typed = panel.get_by_label("Type the store's name in full to confirm")
    typed.fill("another")
    driver.click("Create the test order in the LIVE store", within=panel)
    engineer.wait("test-order", "blocked")
    assert faults(driver) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_where_the_keyboard_is_can_be_seen(scheme: str, lab: Any, window: Any) -> None:
    """Each thing that Tab comes to in a panel has a mark around it, in light and dark."""
    session = lab("order-time", "--customer", "Northwind Candles")
    driver = window(session.url, color_scheme=scheme)
    driver.wait_until_run()
    driver.other_panel("about").get_by_label("Customer").focus()
    seen = {}
    for _ in range(KEYS):
        driver.page.keyboard.press("Tab")
        mark = driver.page.evaluate(_FOCUS)
        if mark:
            seen[mark["what"]] = (mark["width"] >= 2, mark["contrast"] >= ENOUGH)
    assert len(seen) > KEYS // 3
    assert [what for what, is_marked in seen.items() if is_marked != (True, True)] == []
