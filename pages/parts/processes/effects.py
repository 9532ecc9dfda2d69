"""What a change of processes or of their rules would do: past work, links, standings; and the button that saves it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.model import TieoutError
from core.workspace.ruling import Change, Preview
from pages.parts.doorway import read, workspace
from pages.parts.messages import act, show_error
from pages.parts.picking import pick_rows
from pages.parts.words import COLUMN_LOOKS, actor_name, count, hours

SAVE = "effects_save"
_ROWS = 200
#: Effect on a task -> its title in the table, its colour, and what one and several of it are.
EFFECTS: Mapping[str, tuple[str, str, str, str]] = {
    "changes": ("Goes over", "blue", "automatic link goes over", "automatic links go over"),
    "reopens": (
        "Open again",
        "orange",
        "automatic link ends: nothing certain takes its place",
        "automatic links end: nothing certain takes their place",
    ),
    "kept": ("Stays", "gray", "link made by a person stays", "links made by people stay"),
    "rests": ("Rests", "gray", "link rests while its time is excluded", "links rest while their time is excluded"),
    "proposed": (
        "Proposal",
        "green",
        "task without a link gets a proposal, to accept under Tasks",
        "tasks without a link get a proposal, to accept under Tasks",
    ),
}
_LOOKS = {"in doubt": "in_doubt"}
#: What is another one where the standing is not.
_SAME = {"waiting": ", for another reason or elsewhere", "draft": ", to another job task once committed"}


def show_effects(change: Change, key: str) -> Preview | None:
    """The preview of a change; None, saying why, when there is none to make."""
    st.markdown("**What it would do to past work**")
    try:
        preview = read(f"effects {change!r}", lambda ws: ws.ruling.preview(change))
        _show_counts(preview)
        also = _pick_kept(preview, key)
        if also:
            preview = read(f"effects {change!r} {also}", lambda ws: ws.ruling.preview(change, also))
    except TieoutError as error:
        show_error(error)
        return None
    _show_links(preview)
    _show_entries(preview)
    return preview


def offer_saving(
    change: Change, preview: Preview, words: str, *, seen: Mapping[str, int] | None = None, after: Callable[[], None]
) -> None:
    """The button that carries out a change that was shown; `after` tidies up behind it."""
    links = preview.count("changes") + preview.count("reopens")
    label = f"{words}; {count(links, 'link')} {'change' if links != 1 else 'changes'}" if links else words
    st.button(
        label,
        key=SAVE,
        type="primary",
        icon=":material/save:",
        on_click=act,
        args=(partial(_save, change, preview, seen or {}, after),),
    )


def _save(change: Change, preview: Preview, seen: Mapping[str, int], after: Callable[[], None]) -> str:
    followed = workspace().ruling.save(change, preview, seen=seen)
    after()
    return f"Saved; {count(followed, 'link')} changed." if followed else "Saved."


def _show_counts(preview: Preview) -> None:
    """One look: how much past work the processes have, and how much of it is touched."""
    tasks, time = st.columns(2)
    moved = preview.entries
    tasks.metric("Tasks touched", f"{len(preview.links):,}", help="Whose link or proposal would be another one.")
    tasks.caption(f"of {count(preview.tasks, 'task')}")
    time.metric("Time touched", hours(int(moved["minutes"].sum())), help="Whose standing or job task would be another.")
    time.caption(f"{count(len(moved), 'entry')} of {preview.times:,}")
    told = [_tell(effect, preview.count(effect)) for effect in EFFECTS if preview.count(effect)]
    if told:
        st.markdown("\n".join(f"- {one}" for one in told))
    if not told and moved.empty:
        st.caption(
            "Nothing of the past changes by it: what XPM holds already stays there as it is. "
            "Work that comes later goes by it."
        )


def _tell(effect: str, number: int) -> str:
    _, colour, one, several = EFFECTS[effect]
    return f":{colour}-badge[{number:,}] {one if number == 1 else several}"


def _pick_kept(preview: Preview, key: str) -> list[str]:
    """The links of people that are to follow all the same: the ticked ones."""
    kept = preview.links[preview.links["effect"].eq("kept")]
    if kept.empty:
        return []
    with st.expander(f"Links made by people ({len(kept)}): tick those that are to follow too"):
        shown = kept.head(_ROWS).assign(
            by=[actor_name(one) for one in kept["by"].head(_ROWS)],
            new=kept["new"].where(kept["new"].ne(""), "open again"),
            time=kept["minutes"].map(hours),
        )
        return sorted(pick_rows(shown, f"{key} kept", _describe_links(with_by=True), alt="Links made by people"))


def _describe_links(*, with_by: bool = False) -> dict[str, Any]:
    config = st.column_config
    columns: dict[str, Any] = {
        "task": config.TextColumn("Task", width=116),
        "client": config.TextColumn("Client", width=106),
        "new": config.TextColumn("Would be linked to", width=140),
        "old": config.TextColumn("Linked to now", width=140),
        "time": config.TextColumn("Time", width=70, alignment="right"),
    }
    return columns | ({"by": config.TextColumn("Made by", width=100)} if with_by else {})


def _show_links(preview: Preview) -> None:
    rows = preview.links[preview.links["effect"].ne("kept")]
    if rows.empty:
        return
    with st.expander(f"Tasks ({len(rows):,})", expanded=len(rows) <= 20):
        shown = rows.head(_ROWS).assign(
            effect=[[EFFECTS[str(one)][0]] for one in rows["effect"].head(_ROWS)],
            time=rows["minutes"].map(hours),
            new=rows["new"].where(rows["new"].ne("") | rows["effect"].eq("rests"), "to decide"),
        )
        looks = {title: colour for title, colour, _, _ in EFFECTS.values()}
        effect = st.column_config.MultiselectColumn("Effect", options=list(looks), color=list(looks.values()), width=90)
        columns = {"effect": effect, **_describe_links()}
        _show_table(shown, columns, "Tasks whose link or proposal changes")
        _say_rest(len(rows))


def _show_entries(preview: Preview) -> None:
    if preview.entries.empty:
        return
    with st.expander(f"Time ({count(len(preview.entries), 'entry')})", expanded=True):
        moves = preview.moves
        lines = [
            f"- {_badge(before)} → {_badge(after)} {count(entries, 'entry')}, {hours(minutes)}"
            + (_SAME.get(before, ", to another job task") if before == after else "")
            for before, after, entries, minutes in moves.itertuples(index=False, name=None)
        ]
        st.markdown("\n".join(lines))
        st.caption("What XPM holds already stays there as it is, save for what becomes Changed here.")
        rows = preview.entries.head(_ROWS)
        shown = rows.assign(
            day=rows["date"].dt.strftime("%d %b %Y"),
            time=rows["minutes"].map(hours),
            place=rows["new"].where(rows["new"].ne(""), rows["why"]),
        )
        config = st.column_config
        columns = {
            "day": config.TextColumn("Date", width=86),
            "staff": config.TextColumn("Staff", width=96),
            "time": config.TextColumn("Time", width=60, alignment="right"),
            "place": config.TextColumn("Would go to", width=150),
            "old": config.TextColumn("Goes to now", width=150),
            "client": config.TextColumn("Client", width=140),
            "note": config.TextColumn("Note", width=140),
        }
        _show_table(shown, columns, "Entries whose standing or job task changes")
        _say_rest(len(preview.entries))


def _badge(standing: str) -> str:
    look = COLUMN_LOOKS.get(_LOOKS.get(standing, standing))
    return look.badge if look else f":gray-badge[{standing.capitalize()}]"


def _show_table(rows: pd.DataFrame, columns: Mapping[str, Any], alt: str) -> None:
    st.dataframe(
        rows,
        hide_index=True,
        column_order=list(columns),
        column_config=dict(columns),
        placeholder="",
        alt=alt,
        height=min(320, 35 * (len(rows) + 1) + 3),
    )


def _say_rest(rows: int) -> None:
    if rows > _ROWS:
        st.caption(f"The first {_ROWS} of {rows:,}.")
