"""The revisions of Tieout's tables; they travel inside the package and run at start."""
