"""Secrets: a type that shows a fingerprint wherever it is printed, and redaction of text."""

from __future__ import annotations

from cartproof.secrets.redactor import Redactor
from cartproof.secrets.secret import Secret, config_folder, fingerprint, key_id

__all__ = ["Redactor", "Secret", "config_folder", "fingerprint", "key_id"]
