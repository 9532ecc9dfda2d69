"""Runs: asking for one, watching it, what became of its rows, and undoing it."""
