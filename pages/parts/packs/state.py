"""The open pack of a browser: which one, what its fields hold, and keeping every change at once.

A change is made to the pack as it was shown: with its revision, so that what somebody else did meanwhile is neither
overwritten nor handed over unseen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from core.jobs.packs import Pack, PackState
from core.workspace.packing import StoredPack
from pages.parts.doorway import workspace
from pages.parts.messages import act

OPEN = "pack"
#: Which pack, and which revision of it, the fields hold.
_HELD = "pack_held"
FIELDS = ("period", "as_one", "attaches", "to", "cc", "subject", "body")
#: What the open page keeps beside the pack: whether its file was built, and a count that empties the uploader.
BUILT, UPLOADS = "pack_built", "pack_uploads"


@dataclass(frozen=True)
class OpenPack:
    """A pack as this run shows it. `is_busy`: a run is about to send it."""

    stored: StoredPack
    pack: Pack
    is_busy: bool

    @property
    def is_draft(self) -> bool:
        """Whether its files and its job may still change."""
        return self.stored.state == PackState.DRAFT and not self.is_busy

    @property
    def in_doubt(self) -> bool:
        """Whether a person has to say whether its mail arrived."""
        return self.stored.state in (PackState.IN_DOUBT, PackState.ENDING) and not self.is_busy


def field_key(name: str) -> str:
    """The widget key of a field of the pack."""
    return f"pack_field_{name}"


def open_pack(pack_id: str) -> None:
    """Show this pack; empty shows the list."""
    if pack_id:
        st.query_params[OPEN] = pack_id
    else:
        st.query_params.pop(OPEN, None)
    st.session_state.pop(_HELD, None)


def restore(pack_id: str) -> OpenPack:
    """The pack as it is kept now, its content in the fields. Raises NoSuchPack."""
    ws, state = workspace(), st.session_state
    stored = ws.packs.get(pack_id)
    pack = Pack.from_json(stored.content)
    is_new = state.get(_HELD) != (stored.id, stored.revision)
    for name in FIELDS:
        # What a run does not show, Streamlit forgets; and what was changed elsewhere is shown as it is now.
        # The browser keeps its own text of a field that was away: it is told the kept one at every run.
        is_lost = is_new or field_key(name) not in state
        state[field_key(name)] = getattr(pack, name) if is_lost else state[field_key(name)]
    state[_HELD] = (stored.id, stored.revision)
    return OpenPack(stored, pack, ws.packs.is_busy(stored))


def keep() -> None:
    """Keep what the fields hold, as the callback of each of their widgets."""
    pack_id = _held()[0]
    values = {name: st.session_state[field_key(name)] for name in FIELDS if field_key(name) in st.session_state}
    act(partial(_change, pack_id, lambda pack: replace(pack, **values), ""))


def change(pack_id: str, edit: Callable[[Pack], Pack], told: str = "") -> None:
    """Change the pack that is shown, as a callback; says `told` when it is done."""
    act(partial(_change, pack_id, edit, told))


def _change(pack_id: str, edit: Callable[[Pack], Pack], told: str) -> str:
    note_revision(workspace().packs.change(pack_id, shown_revision(pack_id), edit))
    return told


def shown_revision(pack_id: str) -> int:
    """The revision of the pack that the person saw when they clicked."""
    held, revision = _held()
    return revision if held == pack_id else 0


def note_revision(stored: StoredPack) -> None:
    """What the fields hold is this revision now."""
    st.session_state[_HELD] = (stored.id, stored.revision)


def _held() -> tuple[str, int]:
    held: tuple[str, int] = st.session_state.get(_HELD, ("", 0))
    return held


def show_size(size: int) -> str:
    """Bytes as people read them: `12 kB`, `1.4 MB`."""
    return f"{max(size / 1000, 1):,.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:,.1f} MB"
