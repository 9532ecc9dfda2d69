"""The plan of a push, what hinders it, and missing time."""
