"""The runbooks against the vendors' own articles, where these are at hand."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from small_runbook import ROOT

from cartproof.runbook.loader import load_runbook

SEEDS = ROOT.parent / "shared" / "seeds"
pytestmark = pytest.mark.skipif(
    not SEEDS.is_dir(), reason="the vendors' articles are not beside this checkout"
)
LEVELS = "none|read-only|modify|login|standard"


def _rows(seed: str) -> Iterator[tuple[str, str]]:
    """Yield row and level as the article prints them: `- **Row: level**` or `Row Level`."""
    for line in (SEEDS / seed).read_text(encoding="utf-8").splitlines():
        plain = line.strip().removeprefix("- ").strip("*")
        found = re.fullmatch(rf"(.+?):? ({LEVELS})", plain, flags=re.IGNORECASE)
        if found:
            yield found[1], found[2].lower()


@pytest.mark.parametrize("runbook_id", ["stone-edge", "dropstream"])
def test_the_scope_rows_equal_the_articles_row_for_row(runbook_id: str) -> None:
    """Twenty-five rows each, in the article's order and spelling, with its levels."""
    stated = list(_rows(f"{runbook_id}.txt"))
    scopes = load_runbook(runbook_id).account.scopes
    assert len(stated) == 25
    assert [(scope.row, str(scope.level)) for scope in scopes] == stated


def test_stone_edges_bold_rows_are_those_above_none() -> None:
    """The account's note says so; this is where it comes from."""
    text = (SEEDS / "stone-edge.txt").read_text(encoding="utf-8")
    bold = re.findall(r"^- \*\*(.+?): ", text, flags=re.MULTILINE)
    scopes = load_runbook("stone-edge").account.scopes
    assert bold == [scope.row for scope in scopes if scope.level != "none"]
    assert len(bold) == 12


@pytest.mark.parametrize("runbook_id", ["stone-edge", "dropstream"])
def test_each_picture_of_the_article_is_named(runbook_id: str) -> None:
    """A picture tells the engineer which screen the article means."""
    text = (SEEDS / f"{runbook_id}.txt").read_text(encoding="utf-8")
    named = {name for step in load_runbook(runbook_id).steps for name in step.pictures}
    assert named == set(re.findall(r"[\w-]+\.png", text))
