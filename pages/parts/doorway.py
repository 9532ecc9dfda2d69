"""The one way from a page to core: the opened practice, and reads of it that are kept until something changes.

`read` keeps what a page reads under the practice's version, so a rerun costs one small query. Nobody may change a
frame that came from it. Writes need no clearing: they change the version.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from core.running import settings_in_force
from core.settings import Settings
from core.workspace import NoPracticeYet, Store, Workspace, open_store
from core.workspace.founding import find_practice

T = TypeVar("T")

PRACTICE = "practice"
_VERSION, _KNOWN, _CAME = "version", "practices", "came back with"
_KEPT = 96


class Shelf:
    """The last things read, by practice, version and name; shared by all sessions of this process."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, ...], Any] = OrderedDict()
        self._lock = threading.Lock()

    def fetch(self, key: tuple[str, ...], make: Callable[[], T]) -> T:
        """What is kept under the key, made first when there is nothing."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                found: T = self._kept[key]
                return found
        made = make()
        with self._lock:
            # A frame of a large practice takes much memory: what an earlier version held is not kept beside it.
            for old in [one for one in self._kept if one[:2] == key[:2] and one[2:4] != key[2:4]]:
                del self._kept[old]
            self._kept[key] = made
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made


@st.cache_resource(show_spinner=False)
def _shelf() -> Shelf:
    return Shelf()


@st.cache_resource(show_spinner=False, max_entries=8)
def _open_store(database: str, _settings: Settings) -> Store:  # noqa: ARG001  the key of the cache
    return open_store(_settings)


@st.cache_resource(show_spinner=False, max_entries=32)
def _open(practice: str, settings: str, _settings: Settings) -> Workspace:  # noqa: ARG001  the key of the cache
    return Workspace.open(practice, settings=_settings, store=_open_store(_settings.database, _settings))


def installation() -> Store:
    """The installation's store, for what concerns no practice yet. Raises what opening the database raises."""
    settings = settings_in_force()
    return _open_store(settings.database, settings)


def practices() -> dict[str, str]:
    """The installation's practices as this run found them: id -> name."""
    known: dict[str, str] = st.session_state.get(_KNOWN) or _list_practices()
    return known


def _list_practices() -> dict[str, str]:
    return {one.id: one.name for one in installation().practices.list()}


def workspace() -> Workspace:
    """The practice this browser works on. Raises NoPracticeYet on a fresh installation."""
    settings = settings_in_force()
    known = practices()
    if not known:
        raise NoPracticeYet
    wanted = st.session_state.get(PRACTICE) or settings.practice
    practice = wanted if wanted in known else next(iter(known))
    return _open(practice, settings.model_dump_json(), settings)


def look_again() -> bool:
    """Take note of the practices, and of this one's version and date; whether there is a practice.

    The shell does so once per run, before any page reads, so that a page asks for none of it again.
    """
    known = st.session_state[_KNOWN] = _list_practices()
    _follow_return(known)
    if known:
        st.session_state[_VERSION] = _read_version(workspace())
    return bool(known)


def _follow_return(known: dict[str, str]) -> None:
    """A browser that comes back from Xero opens the practice for which the sign-in was begun."""
    query = st.query_params
    came = query.get("choose") or query.get("connected") or ""
    if not came or st.session_state.get(_CAME) == came:
        return
    st.session_state[_CAME] = came
    practice = came if came in known else find_practice(installation(), came)
    if practice in known:
        st.session_state[PRACTICE] = practice


def _read_version(ws: Workspace) -> tuple[str, str]:
    return ws.version(), ws.today.isoformat()


def read(what: str, make: Callable[[Workspace], T]) -> T:
    """What `make` reads from the practice, kept under the name `what` until the practice changes.

    The name must say everything `make` depends on beside the practice: f"compare {kind} {local_id} {xpm_id}".
    """
    ws = workspace()
    version = st.session_state.get(_VERSION) or _read_version(ws)
    key = (ws.settings.database, ws.practice_id, *version, what)
    return _shelf().fetch(key, lambda: make(ws))
