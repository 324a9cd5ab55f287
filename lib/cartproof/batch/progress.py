"""How a batch tells of itself: a bar in a terminal, one plain line a row elsewhere."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from cartproof.batch.executor import Outcome

STYLES = {"verified": "green", "failed": "red", "incomplete": "yellow"}
_MARKS = {"verified": "✓", "failed": "✗", "incomplete": "?"}
_LONGEST = 160


class Rate:
    """How long the rest may take, from how long the rows so far took."""

    def __init__(self, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._total = total
        self._clock = clock
        self._began = clock()
        self.done = 0

    def count(self) -> None:
        """Count one more row as settled."""
        self.done += 1

    def rest(self) -> str:
        """Return it in words; empty before anything is known and when all is done."""
        left = self._total - self.done
        if not self.done or not left:
            return ""
        seconds = (self._clock() - self._began) / self.done * left
        if seconds < 90:
            return f"about {max(1, round(seconds))} s left"
        minutes = round(seconds / 60)
        return (
            f"about {minutes} min left" if minutes < 90 else f"about {round(minutes / 60)} h left"
        )


class PlainProgress:
    """Prints a line for each row, for logs and CI."""

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._total = total
        self._rate = Rate(total)

    def __enter__(self) -> PlainProgress:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def settled(self, outcome: Outcome) -> None:
        """Print the row's line."""
        self._rate.count()
        rest = self._rate.rest()
        end = f"  ({rest})" if rest else ""
        count = f"{self._rate.done:>{len(str(self._total))}}/{self._total}"
        self._say(f"  {count}  {outcome.verdict:<10}  {row_line(outcome)}{end}")

    def told(self, sentence: str) -> None:
        """Print a sentence."""
        self._say(sentence)

    def _say(self, line: str) -> None:
        self._console.print(line, highlight=False, markup=False, soft_wrap=True)


class BarProgress:
    """Draws a bar with counts by verdict, and prints each row's line above it."""

    def __init__(self, console: Console, total: int) -> None:
        self._rate = Rate(total)
        self._counts: Counter[str] = Counter()
        self._progress = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[counts]}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[rest]}"),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("", total=total, counts="", rest="")

    def __enter__(self) -> BarProgress:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def settled(self, outcome: Outcome) -> None:
        """Print the row's line and move the bar on."""
        self._rate.count()
        self._counts[outcome.verdict] += 1
        style, mark = STYLES[outcome.verdict], _MARKS[outcome.verdict]
        line = f"  [{style}]{mark} {outcome.verdict:<10}[/] {escape(row_line(outcome))}"
        self._progress.print(line, highlight=False, soft_wrap=True)
        counts = "  ".join(
            f"[{STYLES[verdict]}]{mark} {self._counts[verdict]}[/]"
            for verdict, mark in _MARKS.items()
            if self._counts[verdict]
        )
        rest = self._rate.rest()
        self._progress.update(self._task, completed=self._rate.done, counts=counts, rest=rest)

    def told(self, sentence: str) -> None:
        """Print a sentence above the bar."""
        self._progress.print(sentence, highlight=False, markup=False, soft_wrap=True)


@contextmanager
def shown(console: Console, total: int) -> Iterator[BarProgress | PlainProgress]:
    """Show a batch's progress in the form that the console can show."""
    kind = BarProgress if console.is_terminal else PlainProgress
    with kind(console, total) as progress:
        yield progress


def row_line(outcome: Outcome) -> str:
    """Return one line on a row that cannot steer a terminal."""
    more = f" (and {len(outcome.causes) - 1} more)" if len(outcome.causes) > 1 else ""
    why = f": {outcome.cause}{more}" if outcome.cause else ""
    line = f"{outcome.customer}, {outcome.runbook}{why}"
    plain = "".join(character if character.isprintable() else "�" for character in line)
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"
