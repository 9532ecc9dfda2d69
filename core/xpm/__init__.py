"""Everything said to Xero Practice Manager: signing in, limits, the wire, and what became of each call."""
