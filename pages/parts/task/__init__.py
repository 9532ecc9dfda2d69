"""One task: finding it, its way into XPM, its time, and its conflicts."""
