"""The Create API account page for trainees, under `/_sandbox/`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

if TYPE_CHECKING:
    from cartproof.sandbox.server import Parts


def blueprint(parts: Parts) -> Blueprint:
    """Return the page of a sandbox."""
    return Blueprint("page", __name__, url_prefix="/_sandbox", template_folder="templates")
