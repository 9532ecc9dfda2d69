"""Tieout's rooms: everything the dashboard, the command line and the worker do, without a screen."""
