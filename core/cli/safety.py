"""Commands that keep the database safe: backup and restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli.terminal import leave, say, warn
from core.clock import SystemClock
from core.settings import read_settings
from core.store.backup import restore_backup, write_backup
from core.workspace import open_store

PANEL = "Safety"

BackupFile = Annotated[Path, typer.Argument(help="The file of the backup.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (backup, restore):
        app.command(rich_help_panel=PANEL)(command)


def backup(file: BackupFile) -> None:
    """Copy the database into one file, while everything goes on."""
    settings = read_settings()
    size = write_backup(open_store(settings).engine, file)
    say(f"{file}: {size / 1_000_000:.1f} MB. Keep the data folder's key apart from it: without the key, sign in anew.")
    if (settings.data_dir / "uploads").exists():
        say("The files of document packs are not in it: copy the data folder's uploads beside it.")


def restore(
    file: BackupFile,
    yes: Annotated[bool, typer.Option("--yes", help="Replace the database without asking.")] = False,
) -> None:
    """Put a backup in the place of the database; XPM is read back before anything is sent again."""
    settings = read_settings()
    settings.make_folder()
    if not yes and not typer.confirm(f"Replace {settings.database.rpartition('/')[2]} by {file.name}?", err=True):
        leave(1, "Nothing was changed.")
    kept = restore_backup(settings.database, file, SystemClock())
    say(f"Restored from {file}. What was there before is kept as {kept.name} beside the database.")
    warn("The next push of each practice reads XPM back first; connect again if the sign-in is refused.")
