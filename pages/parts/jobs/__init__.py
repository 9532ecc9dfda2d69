"""A job before and after it exists: its form, its cost table, its creation, and many at once."""
