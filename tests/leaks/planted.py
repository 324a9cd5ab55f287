"""Every way in which a secret is planted: a cell each, and a secret of its own."""

from __future__ import annotations

import hashlib
import string

_SIGNS = string.ascii_lowercase + string.digits

FORMS = {
    "printed": "print(secret)",
    "on standard error": "import sys; print(secret, file=sys.stderr)",
    "as a result": "{'token': [secret]}",
    "sign by sign": "import sys\nfor sign in secret: sys.stdout.write(sign); sys.stdout.flush()",
    "in halves": "import sys; sys.stdout.write(secret[:15]); sys.stdout.flush(); sys.stdout.write(secret[15:])",
    "wrapped at 7": "import textwrap; print(textwrap.fill(secret, 7))",
    "quoted in pieces": "print(' '.join(repr(secret[i : i + 8]) for i in range(0, 31, 8)))",
    "cut in a table": "import pandas; pandas.DataFrame({'a': ['x' * 25 + secret]})",
    "coloured": "print(f'\\x1b[31m{secret[:9]}\\x1b[0m{secret[9:]}')",
    "in JSON": "import json; print(json.dumps(json.dumps({'a': secret})))",
    "in a URL": "print('https://x.example/?t=' + ''.join(f'%{b:02x}' for b in secret.encode()))",
    "base64, offset 0": "import base64; print(base64.b64encode(secret.encode()).decode())",
    "base64, offset 1": "import base64; print(base64.b64encode(b'x' + secret.encode()).decode())",
    "base64, offset 2": "import base64; print(base64.urlsafe_b64encode(b'xy' + secret.encode()).decode())",
    "base64, in lines": "import base64; print(base64.encodebytes(b'x' * 40 + secret.encode()).decode())",
    "Basic header": "import base64; print('Authorization: Basic ' + base64.b64encode(b'client:' + secret.encode()).decode())",
    "hex": "print(secret.encode().hex())",
    "hex dump": "print(secret.encode().hex(' ', 2).upper())",
    "list of numbers": "print(list(secret.encode()))",
    "escapes": "print(''.join(f'\\\\u{ord(sign):04x}' for sign in secret))",
    "HTML": "from IPython.display import HTML, display; display(HTML(f'<b>{secret[:9]}<wbr>{secret[9:]}</b>'))",
    "metadata of a display": "from IPython.display import publish_display_data; publish_display_data({'text/plain': 'x'}, metadata={'a': secret})",
    "widget": "import ipywidgets; ipywidgets.Text(secret)",
    "buffer of a widget": "import ipywidgets; ipywidgets.Image(value=secret.encode())",
    "error message": "try:\n    int(secret)\nexcept ValueError as error:\n    print(error)",
    "traceback with locals": "import sys\nfrom IPython.core.ultratb import VerboseTB\ntry:\n    {}[secret]\nexcept KeyError:\n    print(VerboseTB().text(*sys.exc_info()))",
    "header of requests": "import requests\ntry:\n    requests.get('http://127.0.0.1:9', headers={'X-Auth-Token': secret + chr(10)})\nexcept Exception as error:\n    print(error)",
    "log record": "import logging; logging.getLogger('library').warning('sent %s', secret)",
    "log of http.client": "import http.client\nc = http.client.HTTPConnection('127.0.0.1', 9); c.set_debuglevel(1)\ntry:\n    c.request('GET', '/', headers={'X-Auth-Token': secret})\nexcept OSError as error:\n    print(error, secret)",
    "warning": "import warnings; warnings.warn('with ' + secret)",
    "thread": "import threading; t = threading.Thread(target=lambda: int(secret)); t.start(); t.join()",
    "descriptor 1": "import os, time; os.write(1, secret.encode() + b'\\n'); time.sleep(0.3)",
    "descriptor 2": "import os, time; os.write(2, secret.encode() + b'\\n'); time.sleep(0.3)",
    "child process": "import os, subprocess, time; subprocess.run(['sh', '-c', 'echo $SECRET'], env={**os.environ, 'SECRET': secret}); time.sleep(0.3)",
    "%env": "import os; os.environ['PLAIN'] = secret; get_ipython().run_line_magic('env', '')",
}  # fmt: skip


def secret_of(form: str) -> str:
    """Return the secret that a form plants, in the shape of an access token."""
    digest = hashlib.sha512(f"planted {form}".encode()).digest()
    return "".join(_SIGNS[byte % 36] for byte in digest[:31])


def cell_of(form: str) -> str:
    """Return the cell that plants a form; the secret itself does not stand in it."""
    return f"from planted import secret_of\nsecret = secret_of({form!r})\n{FORMS[form]}"


LEARN = """
import logging, sys
from planted import FORMS, secret_of
from cartproof.run.guard import current_kernel, guard_kernel
from cartproof.secrets import Secret
logging.basicConfig(filename="library.log", level=logging.DEBUG)
guard_kernel(current_kernel()).learn([Secret("access_token", secret_of(form)) for form in FORMS])
"""
COMMAND_LINES = """
from pathlib import Path
lines = [p.read_bytes() for p in Path("/proc").glob("[0-9]*/cmdline") if p.exists()]
_ = Path("command-lines.txt").write_bytes(b"\\n".join(lines))
"""
