"""`cartproof batch --fleet-report`: the page beside the batch's other results."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("cartproof")
DEAD = (
    "ACCESS TOKEN: q7w2k9x4m1z8c5v3b6n0a2s4d7f9g1h\nAPI PATH: http://127.0.0.1:9/stores/abcde/v3/\n"
)


def test_a_batch_writes_the_fleets_page_when_asked(tmp_path: Path) -> None:
    """Of a store that does not answer: the exit status is the batch's, the page has the run."""
    (tmp_path / "c.txt").write_text(DEAD)
    (tmp_path / "m.csv").write_text("customer,runbook,credentials\nAcorn,order-time,file:c.txt\n")
    words = [PROGRAM, "batch", "m.csv", "--jobs", "1", "--fleet-report"]
    ran = subprocess.run(
        words, cwd=tmp_path, check=False, capture_output=True, text=True, timeout=600
    )
    assert ran.returncode == 3, ran.stderr
    page = tmp_path / "runs" / "fleet.html"
    assert str(page.relative_to(tmp_path)) in ran.stdout
    assert "order-time: 1 incomplete" in page.read_text()
    assert (tmp_path / "runs" / "fleet" / "fleet.xlsx").is_file()
    verified = subprocess.run(
        [PROGRAM, "audit", "verify"], cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert (verified.returncode, verified.stdout[:19]) == (0, "all fits: 1 entries")
