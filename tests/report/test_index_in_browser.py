"""The batch's index in a browser: found, sorted, filtered; whole without scripts; safe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import index_rows
import pytest

from cartproof.report.index import render_index

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the index of 200 rows into a file."""
    path = tmp_path_factory.mktemp("index") / "index.html"
    path.write_text(render_index(index_rows.rows(), index_rows.FACTS), encoding="utf-8")
    return path


def opened(browser: Browser, path: Path, **options: Any) -> tuple[Page, list[str]]:
    """Open a page; return it with every request, console message and error."""
    page = browser.new_context(**options).new_page()
    page.set_default_timeout(PATIENCE_MS)
    heard: list[str] = []
    page.on("request", lambda request: heard.append(request.url))
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.goto(path.as_uri())
    return page, heard


def shown(page: Page) -> list[str]:
    """Return the numbers of the rows that can be seen, in their order."""
    return page.locator("#table tbody tr:visible td:first-child").all_inner_texts()


def told(page: Page, sentence: str) -> None:
    """Wait until the page says how many rows it shows."""
    page.locator("#shown", has_text=sentence).wait_for()


def test_rows_are_found_filtered_and_sorted(browser: Browser, index: Path) -> None:
    """Find, four filters, and a click on a column's name; nothing is asked for."""
    page, heard = opened(browser, index)
    rows = index_rows.rows()
    told(page, "200 runs")
    page.get_by_label("Verdict").select_option("failed")
    failed = [str(row.number) for row in rows if row.verdict == "failed"]
    told(page, f"{len(failed)} of 200 runs")
    assert shown(page) == failed
    page.get_by_label("Cause").select_option("Orders is None")
    page.get_by_label("Integration").select_option("Order Time")
    both = [r for r in rows if "Orders is None" in r.causes and r.integration == "Order Time"]
    told(page, f"{len(both)} of 200 runs")
    page.get_by_role("button", name="Show all").click()
    told(page, "200 runs")
    page.get_by_label("Tag").select_option("vip")
    page.locator("#find").fill("  copper KETTLE ")
    vip = [r for r in rows if "vip" in r.tags and "Copper Kettle" in r.customer]
    found = [str(row.number) for row in vip]
    told(page, f"{len(found)} of 200 runs")
    assert sorted(shown(page)) == sorted(found)
    page.get_by_role("button", name="Show all").click()
    page.get_by_role("button", name="Customer").click()
    head = page.locator("th[aria-sort]")
    assert head.inner_text().startswith("Customer")
    assert head.get_attribute("aria-sort") == "ascending"
    page.get_by_role("button", name="Time").click()
    page.get_by_role("button", name="Time").click()
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"
    seconds = {str(row.number): row.seconds for row in rows}
    times = [seconds[number] for number in shown(page)]
    assert times == sorted(times, reverse=True)
    assert heard == [index.as_uri()]
    assert page.title() != "owned"
    page.context.close()


def test_it_is_whole_without_scripts(browser: Browser, index: Path) -> None:
    """All rows, causes and groups are there; what needs the script is not shown."""
    page, _ = opened(browser, index, java_script_enabled=False, offline=True)
    assert page.locator("#table tbody tr:visible").count() == 200
    assert not page.locator("#tools").is_visible()
    assert page.locator("#table thead button").count() == 0
    group = page.locator(".groups > li").first
    assert group.locator("summary").inner_text().strip() == "19 customers: Products is read-only"
    group.locator("summary").click()
    assert group.locator("a").count() == 19
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_no_violation(browser: Browser, index: Path, scheme: Any, width: int) -> None:
    """With every group and reason open, and nothing sticks out of the page."""
    from axe_playwright_python.sync_playwright import Axe

    size: Any = {"width": width, "height": 900}
    page, _ = opened(browser, index, color_scheme=scheme, viewport=size)
    told(page, "200 runs")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    violations = Axe().run(page).response["violations"]
    found = [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in violations]
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


@pytest.mark.parametrize("bypasses", [False, True])
def test_the_policy_runs_our_script_and_no_other(
    browser: Browser, tmp_path: Path, index: Path, bypasses: bool
) -> None:
    """A script put in by hand does nothing, but for who lifts the policy; ours goes on."""
    attack = "<script>document.body.dataset.owned = 'yes'</script>"
    path = tmp_path / "attacked.html"
    path.write_text(index.read_text("utf-8").replace("</main>", f"{attack}</main>"), "utf-8")
    page, _ = opened(browser, path, bypass_csp=bypasses)
    told(page, "200 runs")
    assert page.locator("#tools").is_visible()
    assert page.evaluate("'owned' in document.body.dataset") is bypasses
    page.context.close()
