"""Where results go that are no folder here: any place that fsspec reaches, `s3://…`, `gs://…`.

Such places know no rename. A run's record is put there last, so that a run without one is not
whole yet; every other file is one object, which appears whole or not at all.
"""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartproof.errors import CartproofError, UsageError
from cartproof.filing import RECORD

if TYPE_CHECKING:
    from collections.abc import Iterator

_AT_ONCE = 4


class ShelfError(CartproofError):
    """Report a place that cannot be read from or written to."""


class Shelf:
    """A place for files, named by a URL; safe to use from several threads."""

    def __init__(self, url: str) -> None:
        """Name a place; nothing is asked of it yet.

        Raises:
            UsageError: No file system of fsspec's reads such a URL, or its package is missing.
        """
        import fsspec  # noqa: PLC0415 - local batches need none

        self.url = url.rstrip("/")
        try:
            self._files, root = fsspec.core.url_to_fs(self.url)
        except (ValueError, ImportError) as error:
            raise UsageError(
                f"{url}: {error}. Install what reads it, as in pip install 'cartproof[s3]'."
            ) from error
        self._root = root.rstrip("/")

    def put(self, name: str, content: bytes) -> None:
        """Put a file there, in place of the one of that name.

        Raises:
            ShelfError: The place refuses.
        """
        with self._told(name):
            self._files.pipe_file(f"{self._root}/{name}", content)

    def send(self, place: Path, name: str) -> None:
        """Put a run's folder there under a name, its record last.

        Raises:
            ShelfError: The place refuses.
        """
        files = [path for path in sorted(place.iterdir()) if path.name != RECORD]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for sent in [pool.submit(self._send, path, name) for path in files]:
                sent.result()
        self._send(place / RECORD, name)

    def _send(self, path: Path, name: str) -> None:
        self.put(f"{name}/{path.name}", path.read_bytes())

    def fetch(self, name: str, place: Path) -> bool:
        """Bring a run's folder here, if it is whole there; tell whether it was.

        Raises:
            ShelfError: The place refuses.
        """
        with self._told(name):
            self._files.invalidate_cache()
            if not self._files.exists(f"{self._root}/{name}/{RECORD}"):
                return False
            found: list[Any] = self._files.ls(f"{self._root}/{name}", detail=False)
            place.mkdir(parents=True, exist_ok=True)
            for path in found:
                (place / path.rsplit("/", 1)[-1]).write_bytes(self._files.cat_file(path))
            return True

    @contextmanager
    def _told(self, name: str) -> Iterator[None]:
        try:
            yield
        except CartproofError:
            raise
        except Exception as error:
            kind = getattr(error, "strerror", None) or type(error).__name__
            raise ShelfError(f"{self.url}/{name} cannot be reached: {kind}.") from error


def is_url(out: str) -> bool:
    """Tell whether results are to go to a place that fsspec reaches."""
    return "://" in out


def scratch() -> Path:
    """Return this user's folder for runs that are on their way to such a place.

    Raises:
        UsageError: It belongs to somebody else.
    """
    user = os.getuid() if hasattr(os, "getuid") else os.getlogin()
    folder = Path(tempfile.gettempdir()) / f"cartproof-runs-{user}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if hasattr(os, "getuid") and (folder.is_symlink() or folder.stat().st_uid != os.getuid()):
        raise UsageError(f"{folder} belongs to somebody else. Set TMPDIR to a folder of yours.")
    return folder
