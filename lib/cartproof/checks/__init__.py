"""Checks: one module per check, and an explicit registry of them."""
