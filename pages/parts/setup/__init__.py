"""Setting a practice up: both sides, the connection, the first sync."""
