"""The guard, in a real kernel: whatever prints a secret, none leaves the kernel."""

from __future__ import annotations

import base64
import json
import os
from urllib.parse import quote

import nbformat
import pytest
from nbclient import NotebookClient

TOKEN = "q7w2k9x4m1z8c5v3b6n0a2s4d7f9g1h"

GUARDED = f"""
from cartproof.run.guard import current_kernel, guard_kernel
from cartproof.secrets import Secret
guard_kernel(current_kernel()).learn([Secret("access_token", {TOKEN!r})])
token = {TOKEN!r}
"""
# The first cell is the test's own: its source holds the token, its output must not.

LEAKS = {
    "print": "print(token)",
    "result": "token",
    "repr of a mapping": "{'token': token}",
    "standard error": "import sys; print(token, file=sys.stderr)",
    "display": "from IPython.display import display, HTML; display(HTML(f'<b>{token}</b>'))",
    "JSON display": "from IPython.display import JSON, display; display(JSON({'a': {token: [token]}}))",
    "key error": "{}[token]",
    "verbose traceback": "get_ipython().run_line_magic('xmode', 'Verbose')\ndef broken(secret): 1 / 0\nbroken(token)",
    "exception message": "int(token)",
    "header with a line break": "import requests; requests.get('http://127.0.0.1:9', headers={'X-Auth-Token': token + chr(10)})",
    "URL in an exception": "import requests; requests.get('http://127.0.0.1:9/?t=' + token, timeout=1)",
    "cut in a table": "import pandas; pandas.DataFrame({'a': [('x' * 25 + token) * 3]})",
    "descriptor 1": "import os, time; os.write(1, token.encode()); time.sleep(0.5)",
    "descriptor 2": "import os, time; os.write(2, token.encode()); time.sleep(0.5)",
    "a child's output": "import subprocess, time; subprocess.run(['echo', token]); time.sleep(0.5)",
    "log record": "import logging; logging.getLogger('x').warning('token is %s', token)",
    "base64": "import base64; print(base64.b64encode(b'u:' + token.encode()).decode())",
    "hex": "print(token.encode().hex())",
    "hex dump": "print(token.encode().hex(' ', 2))",
    "escaped": "print(''.join(f'\\\\x{byte:02x}' for byte in token.encode()))",
    "wrapped": "import textwrap; print(textwrap.fill(token, 7))",
    "base64 lines": "import base64; print(base64.encodebytes(b'Authorization: Basic ' * 3 + token.encode()).decode())",
    "sign by sign": "import sys\nfor sign in token: sys.stdout.write(sign); sys.stdout.flush()",
    "two cells of a list": "[token[:9], token[9:]]",
    "traceback of a thread": "import threading; t = threading.Thread(target=lambda: int(token)); t.start(); t.join()",
    "log record with a traceback": "import logging\ntry: int(token)\nexcept ValueError: logging.getLogger('y').exception('failed')",
    "warning": "import warnings; warnings.warn('with ' + token)",
    "metadata of a display": "from IPython.display import publish_display_data; publish_display_data({'text/plain': 'x'}, metadata={'a': {'b': token}})",
    "buffers of a comm": "import ipywidgets; ipywidgets.Image(value=token.encode())",
    "environment": "import os; os.environ['PLAIN'] = token; get_ipython().run_line_magic('env', '')",
    "history": "get_ipython().run_line_magic('history', '')",
    "original error stream": "import sys, time; sys.__stderr__.write(token); sys.__stderr__.flush(); time.sleep(0.5)",
    "rich": "import rich; rich.print({'a': token, 'b': 12})",
    "two prints": "import sys; sys.stdout.write(token[:20]); sys.stdout.flush(); sys.stdout.write(token[20:])",
    "update_display": "from IPython.display import display, update_display; display('x', display_id='d'); update_display(token, display_id='d')",
    "widget": "import ipywidgets; ipywidgets.Label(token)",
}  # fmt: skip


def pieces(value: str) -> set[str]:
    """Return every ten characters of a value in its spellings."""
    forms = [value, quote(value), json.dumps(value)[1:-1]]
    forms += [base64.b64encode(b"x" * n + value.encode()).decode()[2:-3] for n in range(3)]
    return {form[i : i + 10] for form in forms for i in range(len(form) - 9)}


@pytest.fixture(scope="module")
def executed() -> nbformat.NotebookNode:
    """One notebook with a cell per way of leaking, executed to its end."""
    cells = [nbformat.v4.new_code_cell(source) for source in (GUARDED, *LEAKS.values())]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(notebook, kernel_name="python3", allow_errors=True, timeout=60)
    # ipykernel watches no descriptors where this variable tells it that pytest is about.
    environment = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
    client.execute(env=environment)
    return client.nb


@pytest.mark.parametrize("name", list(LEAKS))
def test_no_piece_of_a_secret_leaves_the_kernel(name: str, executed: nbformat.NotebookNode) -> None:
    """The cell's outputs hold no ten characters of the token, in any spelling."""
    cell = executed.cells[1 + list(LEAKS).index(name)]
    text = json.dumps(cell.outputs, ensure_ascii=False)
    printed = "".join(output.get("text", "") for output in cell.outputs)
    assert not {piece for piece in pieces(TOKEN) if piece in text or piece in printed}
    assert cell.outputs, "the cell printed nothing: it tests nothing"


def test_widget_state_holds_no_secret(executed: nbformat.NotebookNode) -> None:
    """What nbclient stores of widgets went through the guard as well."""
    text = json.dumps(executed.metadata.get("widgets", {}))
    assert "IPY_MODEL" in text or "LabelModel" in text
    assert not {piece for piece in pieces(TOKEN) if piece in text}


def test_what_is_no_secret_comes_through(executed: nbformat.NotebookNode) -> None:
    """The guard leaves the rest of an output as it was."""
    text = json.dumps(executed.cells[1 + list(LEAKS).index("log record")].outputs)
    assert "token is" in text
    assert "access_token sha256:" in text


def test_a_secret_in_many_messages_is_told_once(executed: nbformat.NotebookNode) -> None:
    """Its first nine signs cannot be taken back; the rest of it becomes one fingerprint."""
    cell = executed.cells[1 + list(LEAKS).index("sign by sign")]
    printed = "".join(output.text for output in cell.outputs)
    assert printed.startswith(f"{TOKEN[:9]}[access_token sha256:")
    assert printed.endswith("]")
    assert printed.count("[") == 1
