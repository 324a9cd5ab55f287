"""The README's pictures: there, small, and each of them used."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
MOST_BYTES = 120_000


def test_every_picture_is_used_small_and_said_in_words() -> None:
    """The README names each, with a text for who cannot see it; none is missing or large."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = dict(re.findall(r'<img src="(pictures/[^"]+)"[^>]* alt="([^"]+)"', readme))
    named |= {
        file: words for words, file in re.findall(r"!\[([^]]+)\]\((pictures/[^)]+)\)", readme)
    }
    there = {path.relative_to(ROOT).as_posix(): path for path in (ROOT / "pictures").glob("*.png")}
    assert set(named) == set(there)
    assert all(path.stat().st_size < MOST_BYTES for path in there.values())
    assert all(len(words) > 20 for words in named.values())
