"""How entries become timesheets: the form and its live example."""
