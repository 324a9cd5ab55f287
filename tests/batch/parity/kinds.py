"""Small notebooks of many kinds, on which papermill's own engine and ours must agree.

Each is a list of cells' sources; a tuple gives a cell tags, or another cell type as its first tag.
"""

from __future__ import annotations

from collections.abc import Mapping

Cell = str | tuple[str, ...]

KINDS: Mapping[str, list[Cell]] = {
    "results": ["1 + 1", "None", "'text'", "[1, 2]; 3", "_", "Out[1], In[1]", "x = 5\nx;"],
    "streams": [
        "import sys\nprint('out')\nprint('err', file=sys.stderr)\nprint('again')",
        "print('a', end='')\nprint('b')\nsys.stdout.write('c\\n')",
        "for i in range(50): print(i)",
    ],
    "display": [
        "from IPython.display import HTML, Markdown, JSON, display",
        "display(HTML('<b>x</b>'), 1)\nprint('between')\ndisplay(Markdown('*y*'))",
        "display({'text/plain': 'raw', 'application/json': {'a': (1, 2)}}, raw=True)",
        "display(HTML('<i>m</i>'), metadata={'isolated': True})",
        "HTML('<p>result</p>')",
        "display(JSON({'k': [1, None, True]}))",
    ],
    "update_display": [
        "from IPython.display import display, update_display",
        "print('before')\nprint('before that')\nhandle = display('one', display_id='d')",
        "display('two', display_id='d')",
        "handle.update('three')\nupdate_display('four', display_id='d')\nprint('after')",
    ],
    "clear_output": [
        "from IPython.display import clear_output, display",
        "print('gone')\nclear_output()\nprint('stays')",
        "for i in range(3):\n    clear_output(wait=True)\n    print(i)",
        "display('gone too')\nclear_output(wait=True)",
    ],
    "error": ["print('ran')", "def f():\n    return 1 / 0\nf()", "print('never')"],
    "error allowed": [("1 / 0", "raises-exception"), "print('goes on')"],
    "syntax error": ["x = = 1", "print('never')"],
    "chained error": ["try:\n    {}['k']\nexcept KeyError as e:\n    raise ValueError('v') from e"],
    "SystemExit": ["import sys\nsys.exit(0)", "print('after')"],
    "SystemExit with words": ["raise SystemExit('stopped here')", "print('never')"],
    "KeyboardInterrupt": ["raise KeyboardInterrupt('by hand')", "print('never')"],
    "own exception": ["class Odd(Exception): pass\nraise Odd('é ✓')"],
    "top-level await": [
        "import asyncio\nawait asyncio.sleep(0)\nprint('awaited')",
        "async def f(): return 42\nawait f()",
        "t = asyncio.ensure_future(f())",
        "await t",
        "asyncio.get_running_loop().is_running()",
        "await asyncio.gather(f(), f())",
    ],
    "Output widget": [
        "import ipywidgets as w\nout = w.Output()\nout",
        "with out:\n    print('inside')\n    1 + 1\nprint('outside')",
        "[dict(o) for o in out.outputs]",
        "out.append_stdout('more')\nout.clear_output()\nlen(out.outputs)",
    ],
    "widgets": [
        "import ipywidgets as w\ns = w.IntSlider(value=3)\ns",
        "s.value = 7\nw.HBox([w.Label('l'), w.Button(description='b')])",
        "s.value",
    ],
    "progress": ["from tqdm import tqdm\nfor _ in tqdm([], disable=True): pass\nprint('done')"],
    "carriage returns": ["for i in range(5): print(f'\\r{i}', end='')\nprint('\\n\\b')"],
    "big outputs": ["print('x' * 300_000)", "'y' * 300_000"],
    "bash": ["%%bash\necho one\necho two >&2\nexit 0", "!echo three", "f = !echo four\nf"],
    "bash fails": ["%%bash\necho one\nexit 3", "print('never')"],
    "subprocess": [
        "import subprocess\nsubprocess.run(['echo', 'child'])",
        "import os\n_ = os.write(1, b'descriptor\\n')",
        "print('first')\n_ = subprocess.run('echo second; echo third >&2', shell=True)",
    ],
    "fork": [
        "import os, sys\npid = os.fork()\nif pid == 0:\n    os._exit(0)\n_ = os.waitpid(pid, 0)",
        "print('parent')",
    ],
    "input": [("input('?')", "raises-exception"), "import getpass", "getpass.getpass()"],
    "magics": [
        "%precision 3\n1 / 3",
        "%%capture got\nprint('caught')",
        "got.stdout",
        "%pwd\n",
        "%alias_magic h pwd",
        "%who_ls int",
        "%%writefile file.txt\ncontent",
        "%pycat file.txt\n%load_ext storemagic",
    ],
    "unknown magic": ["%nosuchmagic", "print('never')"],
    "help": ["len?", "print('next')"],
    "matplotlib": [
        "import matplotlib\nmatplotlib.get_backend()",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "fig, ax = plt.subplots(figsize=(1, 1))\nax.plot([3, 1])\nplt.show()\nprint('shown')",
    ],
    "DataFrame": [
        "import pandas as pd\ndf = pd.DataFrame({'a': [1, 2], 'b': ['x', None]})\ndf",
        "print(df)\ndf.describe()",
        "df.style",
    ],
    "markdown and raw": [("# title", "markdown"), ("raw text", "raw"), "1", "", "  \n"],
    "skipped": [("print('never')", "skip-execution"), "print('ran')"],
    "parameters": [("a = 1\nb = 'x'  # help", "parameters"), "a, b"],
    "exit": ["print('first')", "exit()"],
    "threads": [
        "import threading\ndef say(): print('from a thread')\n"
        "t = threading.Thread(target=say)\nt.start()\nt.join()",
        "from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor(2) as pool: r = list(pool.map(abs, [-1, -2]))\nr",
    ],
    "logging": [
        "import logging\nlogging.basicConfig(level=logging.INFO)\nlogging.info('told')",
        "1 / 0",
    ],
    "warnings": ["import warnings\nwarnings.warn('mind')", "import logging\nlogging.warning('w')"],
    "formatters": [
        "class R:\n    def _repr_html_(self): return '<b>r</b>'\n    def __repr__(self): return 'r'",
        "R()",
        "class B:\n    def __repr__(self): raise ValueError('no repr')",
        "B()",
    ],
    "sys and main": [
        "__name__",
        "import sys\nsys.path[0], sys.stdout.encoding, '' in sys.path",
        "sys.stdout.isatty(), sys.modules['__main__'].__dict__ is globals()",
    ],
    "imports beside it": ["import beside\nbeside.VALUE"],
    "sets and numbers": ["import numpy as np\nnp.arange(3)", "float('nan'), {3, 1, 2}", "1e400"],
    "unicode": ["print('é\\u2028✓😀')", "'\\ud800'.encode('utf-8', 'replace')", "print('\\x00')"],
    "payload": ["get_ipython().set_next_input('later')\nprint('now')"],
    "comms": [
        "from comm import create_comm\nc = create_comm(target_name='t', data={'d': 1})\nc.send({})",
    ],
}
