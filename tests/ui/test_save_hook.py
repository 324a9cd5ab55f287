"""The pre-save hook, under jupyter_server's own contents manager."""

from __future__ import annotations

import base64
import copy
import json
import stat
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from tornado.web import HTTPError

from cartproof.secrets import Redactor, Secret
from cartproof.secrets.keyed import SUFFIX, as_keyed, write_keyed
from cartproof.ui import save_hook

TOKEN = "q7w2k9x4m1z8c5v3b6n0a2s4d7f9g1h"
HEX_SECRET = "5f1c09d3a7b24e86" * 4
SECRETS = (Secret("access_token", TOKEN), Secret("client_secret", HEX_SECRET))


@pytest.fixture
def hashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Hashes as a kernel leaves them, in the folder that the server knows."""
    folder = tmp_path / "guard"
    folder.mkdir()
    monkeypatch.setenv("CARTPROOF_GUARD_DIR", str(folder))
    write_keyed(folder / f"kernel{SUFFIX}", SECRETS)
    return folder / f"kernel{SUFFIX}"


@pytest.fixture
def manager(tmp_path: Path, hashes: Path) -> LargeFileManager:
    """JupyterLab's contents manager, with the hook as the server's configuration sets it."""
    root = tmp_path / "root"
    root.mkdir()
    return LargeFileManager(
        root_dir=str(root), pre_save_hook="cartproof.ui.save_hook.redact_before_save"
    )


def leaking_notebook() -> nbformat.NotebookNode:
    """Return a notebook that holds secrets wherever one can stand."""
    v4 = nbformat.v4
    cell = v4.new_code_cell(f"token = {TOKEN!r}\nsecret = {HEX_SECRET!r}")
    cell.outputs = [
        v4.new_output("stream", text=f"a\nX-Auth-Token: {TOKEN}\n"),
        v4.new_output(
            "display_data",
            {
                "text/html": f"<b>{TOKEN[:20]}</b>",
                save_hook.WIDGET_VIEW: {"model_id": "1"},
                "application/json": {"a": [{TOKEN: HEX_SECRET[3:30]}]},
            },
        ),
        v4.new_output("display_data", {save_hook.WIDGET_VIEW: {"model_id": "2"}}),
        v4.new_output("error", ename="KeyError", evalue=TOKEN, traceback=[TOKEN[:9], TOKEN[9:]]),
    ]
    attached = v4.new_markdown_cell("![a](attachment:a.txt)")
    attached["attachments"] = {
        "a.txt": {"text/plain": base64.b64encode(b"x" + TOKEN.encode()).decode()}
    }
    notebook = v4.new_notebook(cells=[cell, attached])
    notebook.metadata["papermill"] = {"parameters": {"token": TOKEN}}
    notebook.metadata["widgets"] = {"state": {"buffers": ["anything"]}}
    return notebook


def save(manager: LargeFileManager, notebook: Any, **model: Any) -> str:
    """Save a notebook, and return what then stands in its file."""
    asked = {"type": "notebook", "format": "json", "content": notebook, **model}
    manager.save(asked, "a.ipynb")
    return (Path(manager.root_dir) / "a.ipynb").read_text(encoding="utf-8")


def test_a_saved_notebook_and_its_checkpoint_hold_no_secret(manager: LargeFileManager) -> None:
    """Source, streams, displays, errors, attachments and metadata are searched; the rest stays."""
    text = save(manager, leaking_notebook())
    assert not Redactor(SECRETS).spans(text)
    assert "widgets" not in json.loads(text)["metadata"]
    assert "X-Auth-Token: [access_token sha256:" in text
    assert json.loads(text)["cells"][0]["source"][0].startswith("token = ")
    checkpoints = list(Path(manager.root_dir).rglob("*checkpoint.ipynb"))
    assert checkpoints
    assert all(path.read_text("utf-8") == text for path in checkpoints)


def test_a_widget_gives_way_to_its_picture_in_html(manager: LargeFileManager) -> None:
    """Where HTML stands beside a widget the HTML is kept, so that it shows when opened again."""
    outputs = json.loads(save(manager, leaking_notebook()))["cells"][0]["outputs"]
    assert set(outputs[1]["data"]) == {"text/html", "application/json"}
    assert set(outputs[2]["data"]) == {save_hook.WIDGET_VIEW}


def test_a_notebook_without_secrets_is_saved_as_it_is(manager: LargeFileManager) -> None:
    """The hook changes nothing else, on the second save neither."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1  # – ✓\n'a'")])
    first = save(manager, copy.deepcopy(notebook))
    assert nbformat.reads(first, 4).cells == notebook.cells
    assert save(manager, copy.deepcopy(notebook)) == first


def test_a_notebook_edited_as_text_is_searched_too(manager: LargeFileManager) -> None:
    """JupyterLab can open a notebook as a text file."""
    text = save(manager, nbformat.writes(leaking_notebook()), type="file", format="text")
    assert not Redactor(SECRETS).spans(text)


def test_other_files_are_left_alone(manager: LargeFileManager) -> None:
    """The downloaded credentials, opened and saved in JupyterLab, stay what they were."""
    manager.save({"type": "file", "format": "text", "content": f"ACCESS TOKEN: {TOKEN}"}, "c.txt")
    assert TOKEN in (Path(manager.root_dir) / "c.txt").read_text()


def test_a_save_after_the_kernel_ended_is_searched_all_the_same(
    manager: LargeFileManager, hashes: Path
) -> None:
    """The server remembers the hashes it has seen; the file goes with its kernel."""
    save(manager, nbformat.v4.new_notebook())
    hashes.unlink()
    assert not Redactor(SECRETS).spans(save(manager, leaking_notebook()))


def test_secrets_that_a_kernel_learns_later_are_seen(
    manager: LargeFileManager, hashes: Path
) -> None:
    """A value typed after a save is found at the next one."""
    late = Secret("password", "a9b8c7d6e5f4g3h2i1")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(late.reveal())])
    assert late.reveal() in save(manager, copy.deepcopy(notebook))
    write_keyed(hashes, (*SECRETS, late))
    assert late.reveal() not in save(manager, copy.deepcopy(notebook))


@pytest.mark.parametrize(
    "broken",
    [b"", b"{", b"[]", b"{}", b'{"schema": 1}', b'{"schema": 2, "key": "zz"}',
     b'{"schema": 2, "key": "00", "signs": [97], "grams": {"a": 1}}'],
)  # fmt: skip
def test_hashes_that_cannot_be_read_stop_the_save(
    manager: LargeFileManager, hashes: Path, broken: bytes
) -> None:
    """What cannot be searched is not saved, and what was there before stays."""
    before = save(manager, nbformat.v4.new_notebook())
    hashes.write_bytes(broken)
    with pytest.raises(HTTPError, match="searched for secrets"):
        save(manager, leaking_notebook())
    assert (Path(manager.root_dir) / "a.ipynb").read_text("utf-8") == before


@pytest.mark.parametrize("content", ["no mapping", [], {"cells": [1]}, {"metadata": []}])
def test_a_notebook_of_another_form_is_not_saved(manager: LargeFileManager, content: Any) -> None:
    """A form that the hook does not know is refused, not passed on."""
    with pytest.raises(HTTPError):
        save(manager, content)


def test_a_folder_that_is_gone_stops_the_save(
    manager: LargeFileManager, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The server was told where hashes are, and they are not there."""
    monkeypatch.setenv("CARTPROOF_GUARD_DIR", str(tmp_path / "gone"))
    with pytest.raises(HTTPError):
        save(manager, leaking_notebook())


def test_hashes_are_for_this_user_alone_and_hold_no_piece(hashes: Path) -> None:
    """Mode 0600, no half file beside it, no value in it; the key differs from file to file."""
    assert stat.S_IMODE(hashes.stat().st_mode) == 0o600
    assert [path.name for path in hashes.parent.iterdir()] == [hashes.name]
    assert not Redactor(SECRETS).spans(hashes.read_text())
    assert set(as_keyed(SECRETS)["grams"]).isdisjoint(as_keyed(SECRETS)["grams"])
