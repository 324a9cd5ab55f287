"""The first notebook, `start_here.ipynb`: which integration, what is needed, where to practise."""

from __future__ import annotations

from collections.abc import Sequence

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from cartproof.runbook.markdown import joined
from cartproof.runbook.model import Runbook
from cartproof.runbook.overview import as_markdown
from cartproof.runbook.vocabulary import START_HERE

NAME = f"{START_HERE.replace('-', '_')}.ipynb"
"""File name of the notebook."""

_TITLE = """\
# Start here

Choose an integration, gather what it needs, practise on the sandbox, and see the runs so far.
Nothing on this page asks a store anything."""

_WHICH = """\
## Which integration

Each notebook leads through one integration, to the last click on both sides. Steps that a program
can check are checked against the store; the others wait for your word."""

_AT_HAND = """\
## What you need at hand

- **The merchant, at the BigCommerce screen.** Only the store owner, or a user whom the owner
  allowed to, can create API accounts. cartproof never asks for a login to the control panel.
- **What the vendor shall do**, before the account is made: BigCommerce lets no scope of an account
  be edited later, so a wrong row means a new account.
- **The .txt file** that BigCommerce downloads when the account is saved, or a safe place for the
  values. They are shown once only. Drop the file on the notebook's panel, or give a reference to it
  (`file:PATH`, `env:PREFIX`, `keyring:NAME`); never write the values into a cell.
- **Somebody with a login on the vendor's side**, for the steps there.
- **A test order** on the storefront, where the runbook looks for one. Switch the test gateway on
  for it, and off again."""

_PRACTISE = """\
## Practise on the sandbox

Start JupyterLab with the sandbox beside it:

```sh
cartproof lab --sandbox
```

1. Open an integration's notebook. Its first panel leads to the sandbox's **Create API account**:
   fill it in as the runbook has it, and save. It looks and behaves as BigCommerce's does: the
   credentials show once, and come as a .txt file.
2. Give any customer's name in the first panel, and drop the .txt file on the panel **Credentials**.
3. Go through the panels. They say **SANDBOX** where a real store would be LIVE.
4. Make another account with one row wrong, and see which step turns red and what it tells you.

**Good:** the right account comes out `verified`, once your word stands for what only you see."""

_RUNS = """\
## The runs so far

Reads the records in the folder that `cartproof lab` was given for runs (`--out`), else in `runs`.
In another folder: `cartproof.runs_so_far("PATH")`. All customers in tables and charts:
[Fleet audit](fleet_audit.ipynb).

**Good:** each customer's newest run is `verified`; what is not is a call to make."""


def start_here(runbooks: Sequence[Runbook]) -> NotebookNode:
    """Build the first notebook, without outputs; the same runbooks give the same bytes.

    Args:
        runbooks: All there are, in the order in which they are to be listed.
    """
    cells = [
        new_markdown_cell(_TITLE, id="title"),
        new_markdown_cell(joined([_WHICH, as_markdown(runbooks, folder="")]), id="which"),
        new_markdown_cell(_AT_HAND, id="at-hand"),
        new_markdown_cell(_PRACTISE, id="practise"),
        new_markdown_cell(_RUNS, id="runs-text"),
        new_code_cell(
            "# The runs so far, the newest first\nimport cartproof\n\ncartproof.runs_so_far()",
            id="runs",
            metadata={"jupyter": {"source_hidden": True}},
        ),
    ]
    return new_notebook(cells=cells, metadata=_METADATA)


_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
