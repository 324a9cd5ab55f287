"""A process that appends to a ledger and tells of each entry once it is acknowledged.

python -m tests.audit.append_many LEDGER PREFIX COUNT
"""

from __future__ import annotations

import sys

from tests.audit.made_records import made_record

from cartproof.audit.ledger import Ledger

if __name__ == "__main__":
    where, prefix, count = sys.argv[1:]
    ledger = Ledger(where)
    for number in range(int(count)):
        entry = ledger.append(made_record(f"{prefix}-{number}"))
        print(entry.columns["run"], entry.hash, flush=True)
