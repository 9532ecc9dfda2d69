"""The command doctor: the settings in force, and what of the installation and its practices needs a hand."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from core.cli.terminal import JsonOption, leave, opened, print_json, say
from core.settings import read_settings
from core.workspace import Workspace, open_store
from core.workspace.health import Finding, check_installation, check_practice

PANEL = "Set up and refresh"


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command(rich_help_panel=PANEL)(doctor)


def doctor(as_json: JsonOption = False) -> None:
    """Show the settings in force, without their secrets, and look at the installation and every practice.

    Exit code 1 when something needs a person; each such line says what to do. XPM is not asked; `tieout connect
    --check` tries the rights of the connection. A mail server that is set is signed in to, and no mail is sent.
    """
    settings = read_settings()
    if not as_json:
        for name, value in settings.describe().items():
            say(f"TIEOUT_{name.upper():<18} {value}")
    findings = {"": check_installation(settings)}
    store = open_store(settings)
    opened.callback(store.close)
    findings[""].append(Finding("database", ok=True, sentence="The database answers."))
    for practice in store.practices.list():
        workspace = Workspace.open(practice.id, settings=settings, store=store)
        opened.callback(workspace.close)
        findings[practice.name] = check_practice(workspace)
    _tell(findings, settings.describe() if as_json else None)


def _tell(findings: dict[str, list[Finding]], settings: dict[str, str] | None) -> None:
    needed = sum(not one.ok for found in findings.values() for one in found)
    if settings is not None:
        listed = [{"practice": name, **vars(one)} for name, found in findings.items() for one in found]
        print_json({"settings": settings, "findings": listed, "needs_a_person": needed})
    else:
        for name, found in findings.items():
            _say_findings(name or "This installation", found)
    leave(1 if needed else 0)


def _say_findings(title: str, found: Sequence[Finding]) -> None:
    say()
    say(title)
    for one in found:
        say(f"  {'ok  ' if one.ok else 'LOOK'}  {one.name:<12} {one.sentence}")
