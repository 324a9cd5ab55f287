"""Shops and fleets on a sandbox, as the tests of whole runs have them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from benchmarks.fleet import make_fleet

from whole.conftest import sandbox, shop

__all__ = ["fleet", "sandbox", "shop"]
_firsts = itertools.count(1000, 100)


@pytest.fixture
def fleet(sandbox: str, tmp_path: Path) -> Callable[..., Path]:
    """Make a fleet with stores of its own: `fleet(6, troubles=…)`; returns its manifest."""

    def made(count: int, **more: Any) -> Path:
        return make_fleet(sandbox, tmp_path / "in", count, first=next(_firsts), **more)

    return made
