"""What Tieout ships beside its code: the demo practice. The databases it makes at run time are kept out of git."""
