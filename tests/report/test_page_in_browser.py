"""What only a browser shows: no script, no request, no axe violation, all of it on paper."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import executed
import pytest

from cartproof.audit.changes import changes_since
from cartproof.audit.record import run_facts
from cartproof.report.page import render
from cartproof.run.reading import read_notebook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
RUNS = ("good", "failing", "interrupted", "hostile")
EDITIONS = ("internal", "merchant")
PAGES = tuple(f"{run}-{edition}" for run in RUNS for edition in EDITIONS)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write both editions of the reports of all runs into files."""
    folder = tmp_path_factory.mktemp("reports")
    readings = {name: read_notebook(getattr(executed, name)()) for name in RUNS}
    facts = {name: run_facts(reading) for name, reading in readings.items()}
    paths = {}
    for name in PAGES:
        run, edition = name.split("-")
        page = render(
            readings[run],
            files={"notebook.ipynb": "ab" * 32},
            edition=edition,
            changes=changes_since(facts["hostile" if run == "good" else "good"], facts[run]),
        )
        paths[name] = folder / f"{name}.html"
        paths[name].write_text(page, encoding="utf-8")
    return paths


def opened(browser: Browser, path: Path, **options: Any) -> tuple[Page, list[str], list[str]]:
    """Open a report; return the page, every request it made, and every console message."""
    page = browser.new_context(**options).new_page()
    requests: list[str] = []
    messages: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.goto(path.as_uri())
    page.wait_for_load_state("networkidle")
    return page, requests, messages


@pytest.mark.parametrize("name", PAGES)
def test_a_report_asks_for_nothing_and_runs_nothing(
    browser: Browser, reports: dict[str, Path], name: str
) -> None:
    """The one request is the file itself; the console stays empty; no script, no live handler."""
    page, requests, messages = opened(browser, reports[name])
    assert requests == [reports[name].as_uri()]
    assert messages == []
    assert page.title() != "owned"
    assert page.locator("script, img, iframe, object, form, base, link").count() == 0
    assert page.evaluate(
        "[...document.querySelectorAll('*')].every("
        "e => [...e.attributes].every(a => !a.name.startsWith('on')))"
    )
    page.context.close()


@pytest.fixture
def visits() -> Iterator[tuple[str, list[str]]]:
    """Serve on loopback; give the address, and the paths that were asked for."""
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("bypasses", [False, True])
def test_the_policy_stops_what_got_into_the_page(
    browser: Browser, tmp_path: Path, visits: tuple[str, list[str]], bypasses: bool
) -> None:
    """A script, a handler and a picture put in by hand do nothing, but for who lifts the policy."""
    address, asked = visits
    attack = (
        "<script>document.body.dataset.owned = 'script'</script>"
        f"<img alt='' src='{address}/x.png' onerror=\"document.body.dataset.owned = 'handler'\">"
    )
    path = tmp_path / "attacked.html"
    text = render(read_notebook(executed.good())).replace("</main>", f"{attack}</main>")
    path.write_text(text, encoding="utf-8")
    page, _, _ = opened(browser, path, bypass_csp=bypasses)
    assert page.locator("script").count() == 1
    assert page.evaluate("'owned' in document.body.dataset") is bypasses
    assert asked == (["/x.png"] if bypasses else [])
    page.context.close()


@pytest.mark.parametrize(
    ("name", "scheme", "width"),
    [
        *((name, scheme, 1280) for name in PAGES for scheme in ("light", "dark")),
        ("good-internal", "light", 390),
        ("failing-merchant", "dark", 390),
    ],
)
def test_axe_finds_no_violation(
    browser: Browser, reports: dict[str, Path], name: str, scheme: Any, width: int
) -> None:
    """axe-core finds nothing in light and dark, wide and narrow, with the evidence open."""
    from axe_playwright_python.sync_playwright import Axe

    size: Any = {"width": width, "height": 900}
    page, _, _ = opened(browser, reports[name], color_scheme=scheme, viewport=size)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found] == []
    page.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_of_a_narrow_screen(
    browser: Browser, reports: dict[str, Path], name: str
) -> None:
    """At 360 pixels the page itself does not scroll sideways; wide tables do so in their frame."""
    page, _, _ = opened(browser, reports[name], viewport={"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.context.close()


def test_a_report_shows_with_scripts_off_and_offline(
    browser: Browser, reports: dict[str, Path]
) -> None:
    """Verdict and tables are there without JavaScript and without a network."""
    page, _, _ = opened(browser, reports["good-internal"], java_script_enabled=False, offline=True)
    assert page.locator("main .verdict h2").inner_text() == "Verified"
    assert page.locator("table.scopes tbody tr").count() == 27
    page.locator("summary").click()
    assert page.get_by_text("GET /v2/time").is_visible()
    page.context.close()


def test_paper_shows_the_folded_evidence(browser: Browser, reports: dict[str, Path]) -> None:
    """In print the evidence is open, on white, even for who reads in dark."""
    page, _, _ = opened(browser, reports["good-internal"], color_scheme="dark")
    request = page.get_by_text("GET /v2/time")
    assert not request.is_visible()
    page.emulate_media(media="print")
    assert request.is_visible()
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour == "rgb(255, 255, 255)"
    page.context.close()
