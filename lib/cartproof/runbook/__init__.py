"""Runbooks: the YAML format, its loader, and the notebooks built from it."""
