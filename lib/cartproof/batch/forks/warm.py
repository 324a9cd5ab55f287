"""What is done once before the fork, so that no child has to: first uses that make things anew.

Templates are compiled, OpenSSL and the database's dialect set up, a notebook's schema resolved. All
of it is done with a key, a secret and a ledger that are thrown away.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from nbformat import validate
from nbformat.v4 import new_code_cell, new_notebook, new_output

from cartproof.audit.keys import signing_key
from cartproof.audit.ledger import Ledger
from cartproof.report.page import environment
from cartproof.secrets import Redactor, Secret


def warm() -> None:
    """Do once what is slow the first time; begins no thread, and leaves nothing open."""
    # The schema's other validator is ten megabytes of code, for a few outputs.
    os.environ.setdefault("NBFORMAT_VALIDATOR", "jsonschema")
    output = new_output("display_data", {"text/plain": "", "text/html": ""})
    validate(new_notebook(cells=[new_code_cell("1", outputs=[output])]))
    for name in environment().list_templates(extensions=["j2"]):
        environment().get_template(name)
    Redactor([Secret("access_token", "warm" * 8)]).redact("warm")
    with tempfile.TemporaryDirectory(prefix="cartproof-") as name:
        signing_key(Path(name) / "keys").sign(b"")
        ledger = Ledger(Path(name) / "ledger.db")
        with ledger.turn() as turn:
            turn.entry_of("")
        with ledger.reading() as state:
            state.last_of("", runbook="-", but="-")
