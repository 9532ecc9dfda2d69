"""The entries of a week as a list: where each stands, and changing, committing or deleting those captured here."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from core.workspace.time_week import Week
from core.workspace.timekeeping import Work
from pages.parts.doorway import workspace
from pages.parts.messages import act
from pages.parts.picking import pick_rows
from pages.parts.timer.pick import ask_time, read_draft
from pages.parts.words import COLUMN_LOOKS, count, hours, plain

TABLE = "timer_entries"
EDIT = "timer_edit_"
SHOWN, OWN, EVERY = "timer_shown", "Captured here", "All of the week"
_COLUMNS = ["date", "client", "work", "hours", "start", "end", "note", "standing", "why"]


def show_entries(who: str, week: Week) -> None:
    """The list, and what may be done with the entries that are ticked."""
    entries = _choose_entries(week)
    st.caption(
        "Tick an entry to change it, several to commit or delete them. What was loaded is changed at its source."
    )
    has_spans = bool(entries["start"].ne("").any())
    shown = entries.assign(standing=entries["standing"].map(say_standing))[_COLUMNS]
    columns = _configure(has_spans=has_spans)
    picked = pick_rows(shown, TABLE, columns, height="content" if len(shown) < 14 else 500, alt="Entries of the week")
    own = entries.loc[picked][entries.loc[picked, "is_own"]]
    if picked and len(own) < len(picked):
        foreign = len(picked) - len(own)
        st.caption(f":material/lock: {count(foreign, 'entry')} came from your own system; change it there and sync.")
    if len(own) == 1:
        _edit(who, own.iloc[0], str(own.index[0]))
    elif len(own):
        _act_on(own)


def say_standing(standing: str) -> str:
    """As the pages about time call it."""
    look = COLUMN_LOOKS.get(standing)
    return look.title if look else standing.capitalize()


def _choose_entries(week: Week) -> pd.DataFrame:
    """Those captured here, or all of the week; the newest day first."""
    rows = week.entries.sort_values(["date", "start"], ascending=[False, True], kind="stable")
    own = rows[rows["is_own"]]
    if own.empty:
        return rows
    sizes = {OWN: len(own), EVERY: len(rows)}
    shown = st.segmented_control(
        "Entries",
        list(sizes),
        default=OWN,
        required=True,
        key=SHOWN,
        format_func=lambda one: f"{one} {sizes[one]}",
        label_visibility="collapsed",
    )
    return own if shown == OWN else rows


def _configure(*, has_spans: bool) -> dict[str, object]:
    config: dict[str, object] = {
        "date": st.column_config.DateColumn("Day", format="ddd DD/MM", width=80),
        "client": st.column_config.TextColumn("Client", width=150),
        "work": st.column_config.TextColumn("Task", width=150),
        "hours": st.column_config.TextColumn("Time", width=55, alignment="right"),
        "start": st.column_config.TextColumn("From", width=55),
        "end": st.column_config.TextColumn("To", width=55),
        "note": st.column_config.TextColumn("Note", width=150),
        "standing": st.column_config.TextColumn("Standing", width=85),
        "why": st.column_config.TextColumn("What follows", width="large"),
    }
    return config if has_spans else {name: one for name, one in config.items() if name not in ("start", "end")}


def _act_on(own: pd.DataFrame) -> None:
    drafts = own[own["status"].eq("draft")]["revision"]
    everything = {str(one): int(revision) for one, revision in own["revision"].items()}
    kept = {str(one): int(revision) for one, revision in drafts.items()}
    with st.container(horizontal=True):
        commit = partial(_commit, kept)
        label = f"Commit these {len(kept)}"
        st.button(label, key="timer_commit_some", disabled=not kept, on_click=act, args=(commit,))
        delete = partial(_delete, everything)
        label = f"Delete these {len(everything)}"
        st.button(label, key="timer_delete_some", icon=":material/delete:", on_click=act, args=(delete,))


def _edit(who: str, entry: pd.Series, entry_id: str) -> None:
    revision = int(entry["revision"])
    kept = workspace().timer.entries.get(entry_id)
    prefix = f"{EDIT}{entry_id}_{revision}_"
    values = {"date": kept["date"], "length": hours(kept["minutes"]).removesuffix(" h")}
    values |= {"start": str(kept["start"]), "end": str(kept["end"])}
    work = Work(str(kept["task_id"]), str(kept["client_id"]), str(kept["process_id"]))
    with st.form(f"timer_edit {entry_id} {revision}"):
        st.markdown(f"**{plain(entry['work'])}** · {plain(entry['client'])}")
        _ask_work(who, work, prefix)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            ask_time(prefix, values)
            st.text_input("Note", str(kept["note"]), key=f"{prefix}note", max_chars=2_000)
            st.toggle("Billable", bool(kept["billable"]), key=f"{prefix}billable")
        with st.container(horizontal=True):
            save = partial(act, partial(_save, entry_id, revision, prefix, work))
            st.form_submit_button("Save", key="timer_save", type="primary", on_click=save)
            if entry["status"] == "draft":
                commit = partial(act, partial(_commit, {entry_id: revision}))
                st.form_submit_button("Commit as it is kept", key="timer_commit_one", on_click=commit)
            delete = partial(act, partial(_delete, {entry_id: revision}))
            st.form_submit_button("Delete", key="timer_delete_one", icon=":material/delete:", on_click=delete)


def _ask_work(who: str, work: Work, prefix: str) -> None:
    """Another task for the entry: of the same client, or one of the person's own."""
    ws = workspace()
    names = ws.timer.offer_work(who, work)
    if work.task_id:
        st.selectbox("Task", list(names), key=f"{prefix}task", format_func=lambda one: names[one])


def _save(entry_id: str, revision: int, prefix: str, work: Work) -> str:
    state = st.session_state
    task = str(state.get(f"{prefix}task") or work.task_id)
    draft = read_draft(
        prefix,
        Work(task, work.client_id, work.process_id),
        str(state[f"{prefix}note"]),
        billable=bool(state[f"{prefix}billable"]),
    )
    workspace().timer.entries.edit(entry_id, revision, draft)
    return "The entry was changed."


def _commit(drafts: dict[str, int]) -> str:
    done = workspace().timer.entries.commit(drafts)
    return f"{count(done, 'entry')} committed. The next push may take them."


def _delete(entries: dict[str, int]) -> str:
    done = workspace().timer.entries.delete(entries)
    return f"{count(done, 'entry')} deleted. What XPM holds of it shows as withdrawn."
