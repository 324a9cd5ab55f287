"""Charts as SVG that prints: bars told apart by pattern and number, not by colour alone."""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

SHOWN = 25
_GOOD, _BAD, _DOUBT, _OTHER = (
    ("#0072b2", ""),
    ("#d55e00", "///"),
    ("#f0c05a", "\\\\\\"),
    ("#9a9a9a", "xxx"),
)
"""Colours that the colour-blind tell apart, and patterns for who prints in black and white."""
_LOOKS = {
    "verified": _GOOD,
    "failed": _BAD,
    "incomplete": _DOUBT,
    "missing": _BAD,
    "more than wanted": _DOUBT,
    "cannot be told": _OTHER,
}
_LONGEST_LABEL = 48
_PROLOG = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: its SVG, and the same in words."""

    svg: str
    words: str

    def __repr__(self) -> str:
        """Return what the chart shows, in words."""
        return self.words

    def _repr_svg_(self) -> str | None:
        return self.svg or None


def bars(frame: pd.DataFrame, *, title: str, unit: str, empty: str) -> Chart:
    """Return a chart of stacked bars: one bar for each line, one part for each column.

    Args:
        frame: Numbers; the index names the bars, the columns the parts.
        title: What is shown.
        unit: What is counted or measured.
        empty: What it means that there is no line.
    """
    shown = frame.head(SHOWN)
    if shown.empty:
        return Chart("", f"{title}: {empty}")
    words = "; ".join(
        f"{name}: " + ", ".join(f"{value:g} {part}" for part, value in line.items() if value)
        for name, line in shown.iterrows()
    )
    more = f" The first {SHOWN} of {len(frame)}." if len(frame) > SHOWN else ""
    return Chart(_drawn(shown, title, unit, words), f"{title} ({unit}). {words}.{more}")


def _drawn(frame: pd.DataFrame, title: str, unit: str, words: str) -> str:
    from matplotlib import rc_context  # noqa: PLC0415 - matplotlib takes long to import
    from matplotlib.figure import Figure  # noqa: PLC0415 - the same

    settings: Any = {"svg.fonttype": "none", "svg.hashsalt": title, "hatch.linewidth": 0.6}
    with rc_context({**settings, "font.family": "sans-serif", "text.parse_math": False}):
        figure = Figure(figsize=(8, 1.3 + 0.36 * len(frame)), layout="constrained")
        axes = figure.subplots()
        _draw(axes, frame)
        axes.set_title(title, loc="left", fontweight="bold")
        axes.set_xlabel(unit)
        if len(frame.columns) > 1:
            figure.legend(loc="outside lower center", ncols=4, frameon=False)
        made = io.StringIO()
        figure.savefig(made, format="svg", metadata={"Date": None})
    return _told(made.getvalue(), title, words)


def _draw(axes: Axes, frame: pd.DataFrame) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - matplotlib takes long to import

    places = list(range(len(frame)))[::-1]
    left = [0.0] * len(frame)
    for name, column in frame.items():
        colour, hatch = _LOOKS.get(str(name), _GOOD)
        widths = [float(value) for value in column]
        made = axes.barh(
            places, widths, left=left, label=str(name), color=colour, hatch=hatch, edgecolor="white"
        )
        axes.bar_label(
            made,
            labels=[f"{width:g}" if width else "" for width in widths],
            label_type="center",
            bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"},
            fontsize=8,
        )
        left = [before + width for before, width in zip(left, widths, strict=True)]
    axes.set_yticks(places, [_short(str(name)) for name in frame.index])
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(y=0.02)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=len(frame.columns) > 1))


def _told(svg: str, title: str, words: str) -> str:
    """Return the SVG for a page, with its title and description for who does not see it."""
    bare = _METADATA.sub("", _PROLOG.sub("", svg))
    number = f"c{zlib.crc32(title.encode('utf-8', 'replace')):x}"
    told = (
        f'<title id="{number}t">{escape(title)}</title><desc id="{number}d">{escape(words)}</desc>'
    )
    head, _, rest = bare.partition(">")
    return f'{head} role="img" aria-labelledby="{number}t {number}d">{told}{rest}'


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_LABEL else f"{text[: _LONGEST_LABEL - 1]}…"
