"""What a person works with in JupyterLab: widgets over the parts below."""
