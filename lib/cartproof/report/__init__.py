"""The HTML report of a run: its page, and the nbconvert exporter that makes it."""
