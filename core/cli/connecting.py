"""The command connect: a practice, its local source, its XPM account, and a test of its rights."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs, urlsplit

import typer

from core.cli.running import exit_code, follow_run, open_workspace
from core.cli.terminal import JsonOption, PracticeOption, leave, print_json, say
from core.model import RunKind, RunState
from core.settings import read_settings
from core.store import Practice, UnknownPractice
from core.workspace import Workspace, open_store
from core.workspace.connecting import NoClientId

PANEL = "Set up and refresh"


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command(rich_help_panel=PANEL)(connect)


def connect(
    practice: PracticeOption = "",
    name: Annotated[str, typer.Option(help="Name of a new practice.")] = "",
    zone: Annotated[str, typer.Option(help="Its time zone, for example Pacific/Auckland.")] = "Australia/Sydney",
    folder: Annotated[Path | None, typer.Option(help="Folder of its local files, as `sync` is to read it.")] = None,
    database: Annotated[str, typer.Option(help="Or the URL of its local database.")] = "",
    code: Annotated[str, typer.Option(help="The address that Xero sent the browser back to.")] = "",
    account: Annotated[str, typer.Option(help="Which of several XPM accounts: its id or name.")] = "",
    check: Annotated[bool, typer.Option("--check", help="Test each right of the connection; seven reads.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Create a practice if need be, and connect it to XPM.

    The first call prints the address of Xero's consent page. With the dashboard running the rest happens in the
    browser; without it, call again with --code and the address the browser was sent back to.
    """
    workspace = _open_or_create(practice, name, zone)
    local, now = _local(folder, database), workspace.practice.settings.local
    if {name: now.get(name) for name in local} != local:
        workspace.sides.set_local(local)
    if code:
        _finish_consent(workspace, code, account)
    view = workspace.connection.view()
    url = "" if view.is_connected else workspace.connection.consent_url()
    told = {"practice": workspace.practice_id, "connected": view.is_connected, "tenant": view.tenant_name}
    rights = _test_rights(workspace) if check and not url else None
    if as_json:
        print_json({**told, "consent_url": url} | ({} if rights is None else {"rights": rights}))
    elif url:
        say(f"Open this address as a person with the XPM right “Connect third-party add-ons”:\n\n{url}\n")
    else:
        say(f"{workspace.practice_id} is connected to {view.tenant_name}.")
    _leave_by(rights, as_json=as_json)


def _open_or_create(practice: str, name: str, zone: str) -> Workspace:
    settings = read_settings()
    store = open_store(settings)
    if not settings.client_id:
        raise NoClientId
    known = {one.id for one in store.practices.list()}
    wanted = practice or settings.practice or (next(iter(known)) if len(known) == 1 else "")
    if not wanted and known:
        raise UnknownPractice(wanted, sorted(known))
    wanted = wanted or "practice"
    if wanted not in known:
        store.practices.create(Practice(wanted, name or wanted, zone))
    return open_workspace(wanted, settings, store)


def _test_rights(workspace: Workspace) -> list[dict[str, Any]]:
    """What each right is for, whether it is there, and what to do; leaves with the reason when they cannot be tried."""
    asked = workspace.store.runs.queue(workspace.practice_id, RunKind.CHECK, workspace.actor)
    ended = follow_run(workspace, asked, wait=True)
    tested = workspace.rights.last()
    if tested is None or ended.state is not RunState.DONE:
        leave(exit_code(ended), ended.message)
    return [{str(name): value for name, value in row.items()} for row in tested.rights.to_dict("records")]


def _leave_by(rights: list[dict[str, Any]] | None, *, as_json: bool) -> None:
    if rights is None:
        return
    if not as_json:
        for one in rights:
            say(f"  {'ok  ' if one['ok'] else 'LOOK'}  {one['right']:<18} {one['sentence'] or one['purpose']}")
    lacking = [one["right"] for one in rights if not one["ok"]]
    leave(1 if lacking else 0, f"Missing: {', '.join(lacking)}." if lacking else "")


def _local(folder: Path | None, database: str) -> dict[str, Any]:
    if database:
        return {"type": "sql", "url": database}
    return {"type": "folder", "path": str(folder.resolve())} if folder else {}


def _finish_consent(workspace: Workspace, address: str, wanted: str) -> None:
    answer = parse_qs(urlsplit(address).query)
    state = answer.get("state", [""])[0]
    # A state works once: the second call with an account chooses among what the first one found.
    accounts = workspace.connection.offered(state) or workspace.connection.complete(state, answer.get("code", [""])[0])
    if not accounts:
        return
    fitting = [one for one in accounts if wanted in (one.tenant_id, one.name)] if wanted else []
    if len(fitting) == 1:
        workspace.connection.choose(state, fitting[0].tenant_id)
        return
    names = "\n".join(f"  {one.tenant_id}  {one.name}" for one in accounts)
    leave(1, f"Choose an XPM account: call again with --code and --account, or use Connection:\n{names}")
