"""JupyterLab made calm: what its settings are here, and which of its plugins stay out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

AUTOSAVE_S = 30
_TOOLBAR = ("insert", "cut", "copy", "paste", "run", "interrupt", "restart-and-run", "cellType")
_CELL_TOOLBAR = (
    "duplicate-cell",
    "move-cell-up",
    "move-cell-down",
    "insert-cell-above",
    "insert-cell-below",
    "delete-cell",
)

DISABLED = (
    "@jupyterlab/apputils-extension:announcements",
    "@jupyterlab/apputils-extension:splash",
    "@jupyterlab/apputils-extension:licenses-plugin",
    "@jupyterlab/apputils-extension:licenses-client",
    "@jupyterlab/audio-extension",
    "@jupyterlab/celltags-extension",
    "@jupyterlab/completer-extension",
    "@jupyterlab/console-extension",
    "@jupyterlab/csvviewer-extension",
    "@jupyterlab/debugger-extension",
    "@jupyterlab/extensionmanager-extension",
    "@jupyterlab/fileeditor-extension",
    "@jupyterlab/help-extension:jupyter-forum",
    "@jupyterlab/htmlviewer-extension",
    "@jupyterlab/hub-extension",
    "@jupyterlab/imageviewer-extension",
    "@jupyterlab/inspector-extension",
    "@jupyterlab/javascript-extension",
    "@jupyterlab/json-lines-extension",
    "@jupyterlab/launcher-extension",
    "@jupyterlab/logconsole-extension",
    "@jupyterlab/lsp-extension",
    "@jupyterlab/markdownviewer-extension",
    "@jupyterlab/mathjax-extension",
    "@jupyterlab/mermaid-extension",
    "@jupyterlab/metadataform-extension",
    "@jupyterlab/notebook-extension:active-cell-tool",
    "@jupyterlab/notebook-extension:code-console",
    "@jupyterlab/notebook-extension:completer",
    "@jupyterlab/notebook-extension:language-server",
    "@jupyterlab/notebook-extension:log-output",
    "@jupyterlab/notebook-extension:metadata-editor",
    "@jupyterlab/notebook-extension:tools",
    "@jupyterlab/notebook-extension:update-raw-mimetype",
    "@jupyterlab/pdf-extension",
    "@jupyterlab/running-extension",
    "@jupyterlab/settingeditor-extension",
    "@jupyterlab/terminal-extension",
    "@jupyterlab/tooltip-extension",
    "@jupyterlab/vega5-extension",
    "@jupyterlab/video-extension",
    "@jupyterlab/workspaces-extension",
)
"""Plugins that a runbook has no use for: what they ask for, show or load is left out."""


def overrides() -> dict[str, dict[str, Any]]:
    """Return JupyterLab's settings, by plugin, where ours differ from its own."""
    return {
        "@jupyterlab/apputils-extension:notification": {
            "checkForUpdates": False,
            "doNotDisturbMode": True,
            "fetchNews": "false",
        },
        "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},
        "@jupyterlab/docmanager-extension:plugin": {
            "autosave": True,
            "autosaveInterval": AUTOSAVE_S,
        },
        "@jupyterlab/notebook-extension:panel": _without("Notebook", _TOOLBAR),
        "@jupyterlab/cell-toolbar-extension:plugin": _without("Cell", _CELL_TOOLBAR),
        "@jupyterlab/notebook-extension:tracker": {
            "scrollPastEnd": False,
            "windowingMode": "contentVisibility",
        },
        "@jupyterlab/statusbar-extension:plugin": {"visible": False},
        "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": False},
    }


def _without(factory: str, names: tuple[str, ...]) -> dict[str, Any]:
    return {"toolbar": [{"name": name, "disabled": True} for name in names]}


def write_settings(folder: Path) -> None:
    """Write settings and plugins into the folder that `LabServerApp.app_settings_dir` names."""
    (folder / "overrides.json").write_text(json.dumps(overrides()), encoding="utf-8")
    page = {"disabledExtensions": list(DISABLED)}
    (folder / "page_config.json").write_text(json.dumps(page), encoding="utf-8")
