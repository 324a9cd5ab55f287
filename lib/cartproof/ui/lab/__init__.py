"""`cartproof lab`: a JupyterLab of our own, calm and on this machine alone."""
