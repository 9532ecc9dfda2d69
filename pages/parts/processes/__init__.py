"""Mapping processes: rules, what they would change, and internal time."""
