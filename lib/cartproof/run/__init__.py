"""A run: parameters, steps, answers, journal, verdicts."""
