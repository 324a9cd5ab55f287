"""What this system can do."""

from __future__ import annotations

import os
import sys


def can_fork() -> bool:
    """Tell whether this system has what a fork server needs."""
    return sys.platform == "linux" and hasattr(os, "memfd_create") and hasattr(os, "pidfd_open")
