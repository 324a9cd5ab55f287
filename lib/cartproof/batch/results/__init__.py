"""What a batch leaves beside its runs: `index.html`, `results.csv`, `results.json`, `junit.xml`."""
