"""A person before JupyterLab, for browser tests: opens, waits, clicks, fills in, drops, reads.

Panels are found by what they say of themselves: the root of a step's panel has `data-step="<id of
the step>"`, any other panel `data-panel="<its name>"`. Everything waits for what it needs, long
enough for a machine that is busy; nothing waits for a fixed time.
"""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

PATIENCE_MS = int(os.environ.get("CARTPROOF_PATIENCE_MS", "180000"))

_READY = """() => {
  const widget = window.jupyterapp?.shell?.currentWidget;
  return !!(widget?.context?.isReady && widget?.sessionContext?.isReady);
}"""

_DROP = """([name, text]) => {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, { type: "text/plain" }));
  return carried;
}"""


_OWN = re.compile(r"(https?|wss?)://(127\.0\.0\.1|localhost)[:/]|(data|blob|about):")


class LabDriver:
    """One browser window on a notebook.

    Attributes:
        page: Playwright's page, for what is not here.
        requests: Addresses of all requests of this window.
        answered: Of those that were not stopped by the page's own policy.
        console: What was written to the console as an error, and uncaught errors.
    """

    def __init__(self, context: BrowserContext) -> None:
        context.set_default_timeout(PATIENCE_MS)
        context.set_default_navigation_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        self.page: Page = context.new_page()
        self.requests: list[str] = []
        self.answered: list[str] = []
        self.console: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", lambda response: self.answered.append(response.url))
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.console.append(str(error)))

    @classmethod
    def window(cls, browser: Browser, **options: Any) -> LabDriver:
        """Return a new window, in a profile of its own."""
        size = {"width": 1280, "height": 900}
        return cls(browser.new_context(**{"viewport": size, "accept_downloads": True} | options))

    def _failed(self, request: Any) -> None:
        if request.failure != "csp":
            self.answered.append(request.url)

    def _heard(self, message: Any) -> None:
        if message.type == "error":
            self.console.append(message.text)

    def open(self, url: str) -> None:
        """Open a notebook, and wait until it and its kernel are there."""
        self.page.goto(url, wait_until="commit")
        self.page.wait_for_function(_READY)

    def wait_until_run(self) -> None:
        """Wait until the notebook has run by itself, to its end or to a cell that failed."""
        self.page.locator("[data-cartproof=run]").wait_for()

    def reload(self) -> None:
        """Load the page anew, and wait until the notebook is there again."""
        self.page.reload(wait_until="commit")
        self.page.wait_for_function(_READY)

    def panel(self, step: str) -> Locator:
        """Return the panel of a step, once it shows."""
        return self._shown(f'[data-step="{step}"]')

    def other_panel(self, name: str) -> Locator:
        """Return a panel that is none of a step, once it shows."""
        return self._shown(f'[data-panel="{name}"]')

    def _shown(self, selector: str) -> Locator:
        found = self.page.locator(selector).locator("visible=true").first
        found.wait_for()
        found.scroll_into_view_if_needed()
        return found

    def click(self, name: str, *, within: Locator | None = None) -> None:
        """Click a button by its name."""
        (within or self.page).get_by_role("button", name=name, exact=True).first.click()

    def fill(self, label: str, text: str, *, within: Locator | None = None) -> None:
        """Fill in a field by its label."""
        (within or self.page).get_by_label(label, exact=True).first.fill(text)

    def drop(self, target: Locator, path: Path, *, name: str = "") -> None:
        """Drop a file on something, as from the system's file manager."""
        content = base64.b64encode(path.read_bytes()).decode()
        carried = self.page.evaluate_handle(_DROP, [name or path.name, content])
        for kind in ("dragenter", "dragover", "drop"):
            target.dispatch_event(kind, {"dataTransfer": carried})

    def wait_for_text(self, place: Locator, words: str) -> None:
        """Wait until a place says something (a regular expression)."""
        expect(place).to_contain_text(re.compile(words))

    def save(self) -> None:
        """Save the notebook as Ctrl+S does, and wait until it is written."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
        self.page.wait_for_function(
            "() => !window.jupyterapp.shell.currentWidget.context.model.dirty"
        )

    def restart_kernel(self) -> None:
        """Restart the kernel as the menu does, and wait until its notebook has run again."""
        self.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
        )
        self.wait_until_run()

    def in_kernel(self, code: str) -> None:
        """Have the notebook's kernel execute something, and wait until it has."""
        self.page.evaluate(
            """async code => {
              const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
              const answer = await kernel.requestExecute({ code, silent: true }).done;
              if (answer.content.status !== "ok") throw new Error(answer.content.evalue);
            }""",
            code,
        )

    def use_scheme(self, scheme: str) -> None:
        """Have the system ask for `light` or `dark`, and wait until JupyterLab's theme is that."""
        self.page.emulate_media(color_scheme=scheme)
        self.page.wait_for_function(
            "is_light => document.body.dataset.jpThemeLight === is_light",
            arg=str(scheme == "light").lower(),
        )

    def outside_requests(self) -> list[str]:
        """Return the addresses of all requests that were to leave this machine."""
        return [url for url in self.requests if not _OWN.match(url)]

    def arrived_from_outside(self) -> list[str]:
        """Return those that did leave it: the page's policy stops the others."""
        return [url for url in self.answered if not _OWN.match(url)]

    def close(self) -> None:
        """Close the window and its profile."""
        self.page.context.close()
