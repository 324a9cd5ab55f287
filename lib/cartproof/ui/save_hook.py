"""The Jupyter server's pre-save hook: a notebook is saved without secrets and widget state.

    c.FileContentsManager.pre_save_hook = "cartproof.ui.save_hook.redact_before_save"

The server is never handed a value: kernels leave keyed hashes of their secrets' pieces in the
folder that the environment variable CARTPROOF_GUARD_DIR names. What cannot be searched is not
saved: any trouble becomes an HTTP error, since the server saves regardless after any other one.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from tornado.web import HTTPError

from cartproof.secrets.keyed import GUARD_DIR, SUFFIX, KeyedGrams, read_keyed
from cartproof.secrets.nested import redact_nested

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
HTML = "text/html"


def redact_before_save(model: dict[str, Any], path: str, contents_manager: Any, **_: Any) -> None:
    """Take secrets and widget state out of a notebook that is about to be saved.

    Args:
        model: The contents manager's model of what is saved; changed in place.
        path: Where it is saved.
        contents_manager: Keeps the hashes seen so far, for saves after a kernel has ended.

    Raises:
        HTTPError: The notebook could not be searched, so it is not saved.
    """
    try:
        _redact(model, path, contents_manager)
    except Exception as error:
        reason = f"{type(error).__name__} while it was searched for secrets"
        raise HTTPError(
            500, "%s", f"Not saved: {reason}.", reason=f"Notebook not saved: {reason}"
        ) from error


def _redact(model: dict[str, Any], path: str, contents_manager: Any) -> None:
    content = model.get("content")
    if model.get("type") == "notebook" and content is not None:
        model["content"] = _without_secrets(content, _known(contents_manager))
    elif path.endswith(".ipynb") and isinstance(content, str) and model.get("format") != "base64":
        notebook = _without_secrets(json.loads(content), _known(contents_manager))
        model["content"] = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _without_secrets(notebook: Any, known: list[KeyedGrams]) -> dict[str, Any]:
    if not isinstance(notebook, dict):
        raise TypeError("a notebook is a mapping")
    for cell in notebook.get("cells", []):
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if HTML in data:
                data.pop(WIDGET_VIEW, None)
    notebook.get("metadata", {}).pop("widgets", None)

    def redact(text: str) -> str:
        for grams in known:
            text = grams.redact(text)
        return text

    redacted: dict[str, Any] = redact_nested(notebook, redact)
    return redacted


def _known(contents_manager: Any) -> list[KeyedGrams]:
    """Return the hashes of all kernels seen so far, those that have ended included."""
    named = os.environ.get(GUARD_DIR)
    if not named:
        return []
    seen: dict[tuple[str, int, int], KeyedGrams] = contents_manager.__dict__.setdefault(
        "_cartproof_grams", {}
    )
    for path in sorted(Path(named).iterdir()):
        if path.name.endswith(SUFFIX) and not path.name.startswith("."):
            _see(path, seen)
    return list(seen.values())


def _see(path: Path, seen: dict[tuple[str, int, int], KeyedGrams]) -> None:
    try:
        facts = path.stat()
        name = (path.name, facts.st_mtime_ns, facts.st_ino)
        if name not in seen:
            seen[name] = read_keyed(path)
    except FileNotFoundError:
        return  # its kernel ended between two looks
