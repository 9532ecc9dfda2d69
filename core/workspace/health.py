"""What `tieout doctor` looks at: the installation and each practice, point by point, each with the next step."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core.jobs.mail import try_server
from core.model import TieoutError
from core.settings import Settings
from core.workspace.mailing import name_server
from core.xpm.secrets import load_vault

if TYPE_CHECKING:
    from core.workspace import Workspace

#: Data older than this is worth a word, in hours: a working day and the night before it.
STALE_HOURS = 36


@dataclass(frozen=True)
class Finding:
    """One point: what was looked at, whether it is as it should be, and one sentence with the next step if not."""

    name: str
    ok: bool
    sentence: str


def check_installation(settings: Settings) -> list[Finding]:
    """The data folder, the key that seals tokens, the app at Xero, and the mail server when one is set.

    The mail server is signed in to and left again; nothing else outside this computer is asked.
    """
    return [
        Finding("data folder", *_try(lambda: _probe_folder(settings.make_folder()))),
        Finding("key", *_try(lambda: _open_vault(settings))),
        _check_app(settings),
        Finding("mail", *_try(lambda: _try_mail(settings))),
    ]


def check_practice(workspace: Workspace) -> list[Finding]:
    """One practice: both sides, the connection, whether pushing is allowed, the log. Asks XPM nothing."""
    sides, packs = _check_sides(workspace), _check_packs(workspace)
    return [*sides, _check_connection(workspace), _check_push(workspace), *packs, _check_log(workspace)]


def _try(look: Callable[[], str]) -> tuple[bool, str]:
    try:
        return True, look()
    except TieoutError as error:
        return False, str(error)


class _FolderFull(TieoutError):
    """The folder takes no file."""

    def __init__(self, folder: Path, error: OSError) -> None:
        why = (error.strerror or type(error).__name__).lower()
        super().__init__(f"{folder} takes no file: {why}. Make room, or let this account write there.")


def _probe_folder(folder: Path) -> str:
    probe = folder / f".doctor-{os.getpid()}"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise _FolderFull(folder, error) from error
    return f"{folder} can be written to."


def _open_vault(settings: Settings) -> str:
    load_vault(os.environ, settings.data_dir)
    return "The key that seals the tokens is there."


def _check_app(settings: Settings) -> Finding:
    if settings.is_sandbox:
        return Finding("XPM", ok=True, sentence=f"A sandbox is used, not Xero: {settings.xpm_url}.")
    if not settings.client_id:
        words = "No app is set up. Register one at Xero, and set TIEOUT_CLIENT_ID."
        return Finding("XPM", ok=False, sentence=words)
    return Finding("XPM", ok=True, sentence="Xero's own service is used.")


class _MailBroken(TieoutError):
    """The mail server cannot be used as it is set."""

    def __init__(self, why: str) -> None:
        super().__init__(f"Documents cannot be mailed: {why.rstrip('.')}. Correct the TIEOUT_SMTP settings.")


def _try_mail(settings: Settings) -> str:
    server = name_server(settings)
    if server is None:
        return "No mail server is set; documents are downloaded."
    why = try_server(server)
    if why:
        raise _MailBroken(why)
    return f"{server.host} takes mail of {server.sender}."


def _check_packs(workspace: Workspace) -> Iterator[Finding]:
    doubts = len(workspace.delivery.in_doubt())
    if doubts:
        mails = f"{doubts} mail{'s' if doubts > 1 else ''} with documents"
        words = f"{mails} may have arrived, or not. Say what you found on the page Documents."
        yield Finding("mails", ok=False, sentence=words)


def _check_sides(workspace: Workspace) -> Iterator[Finding]:
    now = workspace.clock.now()
    for side, row in workspace.overview.sides().iterrows():
        title = "XPM's data" if side == "xpm" else "local data"
        if not row["read_at"]:
            yield Finding(title, ok=False, sentence="It was never read. Run `tieout sync`.")
        elif row["broken"]:
            yield Finding(title, ok=False, sentence=f"Not read whole: {row['broken']}. Run `tieout sync`.")
        else:
            hours = int((now - datetime.fromisoformat(row["read_at"])).total_seconds() // 3600)
            told = f"Read whole {hours} hours ago."
            yield Finding(title, hours <= STALE_HOURS, told if hours <= STALE_HOURS else f"{told} Run `tieout sync`.")


def _check_connection(workspace: Workspace) -> Finding:
    view = workspace.connection.view()
    if view.is_connected:
        since = f" since {view.connected_at[:10]}" if view.connected_at else ""
        return Finding(
            "connection", ok=True, sentence=f"Connected to {view.tenant_name}{since} by {view.connected_by}."
        )
    state = view.state.replace("_", " ") or "never connected"
    return Finding("connection", ok=False, sentence=f"Not connected ({state}). Connect on the page Connection.")


def _check_push(workspace: Workspace) -> Finding:
    ledger, practice = workspace.store.ledger, workspace.practice_id
    halted, recovering = workspace.time.halt_reason(), ledger.recovery_reason(practice)
    if halted:
        return Finding("push", ok=False, sentence=f"Nothing is sent: {halted} Look at the page Time.")
    if recovering:
        words = f"Everything is read back before the next push: {recovering} It goes on by itself."
        return Finding("push", ok=False, sentence=words)
    return Finding("push", ok=True, sentence="Pushing is allowed.")


def _check_log(workspace: Workspace) -> Finding:
    broken = workspace.log.first_broken()
    altered = workspace.store.signatures.find_altered(workspace.practice_id)
    if broken is not None:
        words = f"Line {broken} of the activity log was altered after it was written. Compare it with a backup."
        return Finding("log", ok=False, sentence=words)
    if altered is not None:
        words = f"Signature {altered} was altered after it was made. Compare it with a backup."
        return Finding("log", ok=False, sentence=words)
    return Finding("log", ok=True, sentence="The activity log and the signatures are as they were written.")
