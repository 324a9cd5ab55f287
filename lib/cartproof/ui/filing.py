"""The filing of a desk's run: begun by a click, done beside the kernel, its page read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartproof.errors import UsageError
from cartproof.ui.record import REPORT, order_for, start

if TYPE_CHECKING:
    from cartproof.ui.desk import Desk


class Filing:
    """Files the record of a desk's run.

    Attributes:
        state: `running`, and what came of it: `verdict`, `folder`, `exit` or `trouble`.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.state: dict[str, Any] = {}

    def file(self) -> str:
        """Have the record filed by the notebook run headless, in a process of its own.

        Raises:
            UsageError: It cannot be filed yet.
        """
        run = self._desk.opened()
        self._desk.checks.refuse_while_running()
        if self.state.get("running"):
            raise UsageError("It is being filed.")
        order = order_for(
            run,
            answers=self._desk.keeping.answers(run),
            out=self._desk.keeping.out,
            confirmed_store=self._desk.checks.confirmed_store,
        )
        self.state = {"running": True}
        start(order, lambda came: self._desk.home(lambda: self._filed(came)))
        self._desk.touch()
        return "It is being filed: the notebook runs anew, with the answers. Go on as you like."

    def report(self) -> str:
        """Return the page of the record that was filed last.

        Raises:
            UsageError: None was filed here.
        """
        folder = self.state.get("folder")
        if not folder:
            raise UsageError("No record was filed here.")
        return (Path(folder) / REPORT).read_text(encoding="utf-8")

    def _filed(self, came: dict[str, Any]) -> None:
        self.state = {**came, "running": False}
        self._desk.touch()
