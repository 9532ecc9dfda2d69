"""The command line: everything that runs unattended. `tieout --help` lists the verbs by what they are for."""

from core.cli.main import main

__all__ = ["main"]
