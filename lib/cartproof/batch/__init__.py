"""Headless execution: one notebook after another through papermill."""
