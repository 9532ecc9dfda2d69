"""Setting up a practice: its first entry in an installation, and the return from Xero's consent page."""

from __future__ import annotations

import re
import unicodedata

from core.clock import SystemClock
from core.model import OutsideFailed, PersonNeeded, RunKind, TieoutError
from core.settings import Settings
from core.store import Practice, Store
from core.workspace import Workspace
from core.xpm.identity import Account, AppRefused, GrantRefused
from core.xpm.signin import ConsentRefused, NoAccount, OtherPractice, ScopesMissing
from core.xpm.token_rows import TokenRows


class NameMissing(TieoutError):
    """A practice needs a name."""

    def __init__(self) -> None:
        super().__init__("The practice has no name yet. Type the name it goes by, then create it.")


class UnknownReturn(PersonNeeded):
    """The browser came back with a state that nobody asked for."""

    def __init__(self) -> None:
        super().__init__("This return from Xero belongs to no sign-in begun here. Begin again on Connection.")


def create_practice(store: Store, name: str, zone: str, actor: str) -> str:
    """Add a practice under an id made from its name, and log it; returns the id. Raises NameMissing, UnknownZone."""
    if not name.strip():
        raise NameMissing
    practice_id = _free_id(_make_id(name), {one.id for one in store.practices.list()})
    store.practices.create(Practice(practice_id, name.strip(), zone))
    store.events.add(practice_id, actor, "created", "practice", practice_id, after=f"{name.strip()}, {zone}")
    return practice_id


def _make_id(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain.lower()))[:40] or "practice"


def _free_id(wanted: str, taken: set[str]) -> str:
    numbered = (f"{wanted}-{n}" for n in range(2, len(taken) + 3))
    return next(one for one in (wanted, *numbered) if one not in taken)


def find_practice(store: Store, state: str) -> str:
    """The practice for which a sign-in was begun with this state; empty for a state that nobody began."""
    consent = TokenRows(store.tokens).read_consent(state) if state else None
    return "" if consent is None else consent.practice


def finish_consent(settings: Settings, store: Store, state: str, code: str) -> list[Account]:
    """Complete the sign-in that the browser came back from, for the practice that began it.

    Gives the accounts among which a person still chooses, by `Workspace.connection.choose` with the same state; none
    when the only one is connected, and the first sync is asked for then. Raises UnknownReturn, and what
    `SignIn.complete` raises; a state works once.
    """
    consent = TokenRows(store.tokens).read_consent(state) if state else None
    if consent is None:
        raise UnknownReturn
    workspace = Workspace(consent.practice, settings, store, SystemClock())
    try:
        accounts = workspace.connection.complete(state, code)
        if not accounts:
            begin_first_sync(workspace)
    finally:
        workspace.close()
    return accounts


def begin_first_sync(workspace: Workspace) -> bool:
    """Ask for the first sync and matching as soon as both sides can be read; False when that is not so, or was asked.

    However often it is called, it is one run: what is certain is accepted, each listed and to be undone.
    """
    if not workspace.practice.settings.local or not workspace.connection.view().is_connected:
        return False
    if workspace.overview.sides()["read_at"]["xpm"]:
        return False
    runs = workspace.store.runs
    if any(
        run.kind is RunKind.SYNC for run in (*runs.queued(workspace.practice_id), *runs.running(workspace.practice_id))
    ):
        return False
    runs.queue(workspace.practice_id, RunKind.SYNC, workspace.actor, {"propose": True, "accept": True})
    return True


#: What can go wrong on the return, as the short word that travels in the address of the Connection page.
_PROBLEMS: tuple[tuple[type[TieoutError], str], ...] = (
    (ScopesMissing, "scopes"),
    (NoAccount, "account"),
    (OtherPractice, "other"),
    (ConsentRefused, "refused"),
    (UnknownReturn, "refused"),
    (GrantRefused, "refused"),
    (AppRefused, "app"),
    (OutsideFailed, "outside"),
)


def name_problem(error: TieoutError) -> str:
    """The word for what went wrong on the return: scopes, account, other, refused, app, outside or failed."""
    return next((word for kind, word in _PROBLEMS if isinstance(error, kind)), "failed")
