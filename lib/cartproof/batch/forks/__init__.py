"""Notebooks in forked processes: everything is imported once, each notebook runs in its own child.

In the child lives ipykernel's own kernel with its own shell; what it sends goes straight to
nbclient's output processing, without sockets.
"""
