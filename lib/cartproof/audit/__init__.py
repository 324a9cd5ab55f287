"""What is filed of a run: the record."""
