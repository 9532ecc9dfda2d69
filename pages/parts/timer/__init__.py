"""The Timer: who, what, the clock, an entry, and the week."""
