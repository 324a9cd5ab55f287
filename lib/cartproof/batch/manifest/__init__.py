"""The manifest: a batch's customers in CSV, XLSX or YAML, checked before any request."""
