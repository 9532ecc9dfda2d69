"""The dashboard's pages: `shell.py` is the script that is served, everything else is a page of its navigation."""
