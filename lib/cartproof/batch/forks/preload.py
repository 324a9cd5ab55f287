"""What the fork server imports before it forks, and what must not come along."""

from __future__ import annotations

import gc
import importlib
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cartproof.errors import CartproofError
from cartproof.imports import without

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

KERNEL = (
    "IPython.core.logger",
    "bdb",
    "ipykernel.debugger",
    "cartproof.batch.forks.kernel",
    "cartproof.batch.forks.connections",
)
"""What a kernel needs."""
BATCH = (
    *KERNEL,
    "cartproof.run.opening",
    "cartproof.batch.forks.notebook",
    "cartproof.batch.carry_out",
    "cartproof.filing",
    "sqlalchemy.dialects.sqlite",
)
"""What a run needs from its notebook to its report."""

SETS = {"kernel": KERNEL, "batch": BATCH}

_FORMATS = ("fqdn", "isoduration", "rfc3987", "rfc3987_syntax", "uri_template", "webcolors")
_LEFT_OUT = ("debugpy", *_FORMATS, "boto3")
"""A debugger; formats that no notebook's schema has, of which one builds a grammar for a second;
and what papermill would reach buckets with."""


def preload(modules: Iterable[str]) -> None:
    """Import modules, without those that a notebook does without.

    The garbage collector would look through all of them again and again, and find nothing.
    """
    with without(_LEFT_OUT), _no_collecting():
        for name in modules:
            importlib.import_module(name)
        if modules is BATCH:
            from cartproof.batch.forks.warm import warm  # noqa: PLC0415 - after what is hidden

            warm()


@contextmanager
def _no_collecting() -> Iterator[None]:
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def preload_more(modules: Iterable[str]) -> None:
    """Import what some notebooks need as well, before the first of them is forked."""
    missing = [name for name in modules if name not in sys.modules]
    if missing:
        preload(missing)
        settle()


class ThreadsError(CartproofError):
    """Report that something imported began a thread, so that this process must not be forked."""


def check_threads() -> None:
    """See that this process can be forked.

    Raises:
        ThreadsError: More than one thread runs here.
    """
    tasks = Path("/proc/self/task")
    count = len(list(tasks.iterdir())) if tasks.is_dir() else 1
    if count != 1:
        raise ThreadsError(
            f"{count} threads run in the process that is to be forked, one may. Run with --fresh."
        )


def settle() -> None:
    """Make memory ready to be shared with children: what is there now is never looked through.

    Nothing is collected before: children would fill the gaps, and each get a page of its own.
    """
    check_threads()
    gc.freeze()
