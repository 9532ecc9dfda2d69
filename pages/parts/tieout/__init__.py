"""The tie-out of a period: its sums, its files, verifying and signing it."""
