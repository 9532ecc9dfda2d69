"""Commands that set up and refresh: connect, sync, status."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs, urlsplit

import typer

from core.cli.running import exit_code, follow_run, open_workspace
from core.cli.terminal import JsonOption, PracticeOption, leave, print_json, say
from core.model import RunKind
from core.settings import read_settings
from core.store import Practice, UnknownPractice
from core.workspace import Workspace, open_store
from core.workspace.connecting import NoClientId

PANEL = "Set up and refresh"


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (connect, sync, status):
        app.command(rich_help_panel=PANEL)(command)


def connect(
    practice: PracticeOption = "",
    name: Annotated[str, typer.Option(help="Name of a new practice.")] = "",
    zone: Annotated[str, typer.Option(help="Its time zone, for example Pacific/Auckland.")] = "Australia/Sydney",
    folder: Annotated[Path | None, typer.Option(help="Folder of its local files, as `sync` is to read it.")] = None,
    database: Annotated[str, typer.Option(help="Or the URL of its local database.")] = "",
    code: Annotated[str, typer.Option(help="The address that Xero sent the browser back to.")] = "",
    account: Annotated[str, typer.Option(help="Which of several XPM accounts: its id or name.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Create a practice if need be, and connect it to XPM.

    The first call prints the address of Xero's consent page. With the dashboard running the rest happens in the
    browser; without it, call again with --code and the address the browser was sent back to.
    """
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
    workspace = open_workspace(wanted, settings, store)
    local, now = _local(folder, database), workspace.practice.settings.local
    if {name: now.get(name) for name in local} != local:
        workspace.sides.set_local(local)
    if code:
        _finish_consent(workspace, code, account)
    view = workspace.connection.view()
    url = "" if view.is_connected else workspace.connection.consent_url()
    if as_json:
        print_json({"practice": wanted, "connected": view.is_connected, "tenant": view.tenant_name, "consent_url": url})
    elif url:
        say(f"Open this address as a person with the XPM right “Connect third-party add-ons”:\n\n{url}\n")
    else:
        say(f"{wanted} is connected to {view.tenant_name}.")


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


def sync(
    practice: PracticeOption = "",
    accept_shrink: Annotated[bool, typer.Option(help="A smaller local side is right.")] = False,
    accept: Annotated[list[str] | None, typer.Option(help="A part of XPM whose shorter list is right.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Load the local side and read XPM as far as it changed."""
    workspace = open_workspace(practice)
    parameters = {"accept_shrink": accept_shrink, "accept_parts": accept or []}
    run = workspace.store.runs.queue(workspace.practice_id, RunKind.SYNC, workspace.actor, parameters)
    ended = follow_run(workspace, run, wait=True)
    if as_json:
        print_json({"run": ended.id, "state": str(ended.state), "counts": ended.counts, "message": ended.message})
    else:
        say(f"Sync {ended.state}: {ended.counts.get('calls', 0)} calls to XPM.")
    leave(exit_code(ended), " ".join(filter(None, (ended.message, _say_how_to_accept(workspace, ended.message)))))


def _say_how_to_accept(workspace: Workspace, words: str) -> str:
    """The words of the command that takes a shorter answer for true, when that is what a run asks."""
    parts = workspace.sides.asked_about_size(words)
    if parts is None:
        return ""
    options = " ".join(f"--accept {part}" for part in parts) or "--accept-shrink"
    return f"To accept: tieout sync {options}"


def status(practice: PracticeOption = "", as_json: JsonOption = False) -> None:
    """How old the data is, what stands where, and what the limits of XPM leave."""
    workspace = open_workspace(practice)
    today = workspace.today
    document = {
        "practice": workspace.practice_id,
        "today": today.isoformat(),
        "connection": vars(workspace.connection.view()),
        "complete": workspace.sides.is_complete(),
        "parts": workspace.sides.parts().reset_index().to_dict("records"),
        "standings": _count_standings(workspace),
        "calls": {**vars(workspace.connection.meter())},
        "halted": workspace.store.ledger.halt_reason(workspace.practice_id),
        "runs": _latest_runs(workspace),
    }
    if as_json:
        print_json(document)
        return
    _say_status(document, today)


def _count_standings(workspace: Workspace) -> dict[str, dict[str, int]]:
    groups = workspace.time.standings().groupby("standing")["minutes"].agg(["size", "sum"])
    return {
        str(standing): {"entries": int(row["size"]), "minutes": int(row["sum"])} for standing, row in groups.iterrows()
    }


def _latest_runs(workspace: Workspace) -> list[dict[str, Any]]:
    runs = workspace.store.runs.list(workspace.practice_id, limit=5)
    return [
        {"id": str(one), **row} for one, row in runs[["kind", "state", "asked_at", "message"]].to_dict("index").items()
    ]


def _say_status(document: dict[str, Any], today: date) -> None:
    connection = document["connection"]
    where = connection["tenant_name"] or "not connected to XPM"
    state = f" ({connection['state']})" if connection["state"] else ""
    say(f"{document['practice']} on {today}: {where}{state}")
    say(f"Data {'whole' if document['complete'] else 'NOT whole'}; {document['calls']['day_left']} calls left today.")
    if document["halted"]:
        say(f"Pushing is stopped: {document['halted']}")
    for standing, counts in document["standings"].items():
        say(f"  {standing:<12} {counts['entries']:>7} entries {counts['minutes']:>9} minutes")
