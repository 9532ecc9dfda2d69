"""The panel beside the review table: one record, its partner side by side, why, and what to do with it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.model import Kind, Verdict
from core.workspace.comparing import say_chance
from pages.parts.doorway import read, workspace
from pages.parts.places import link_to
from pages.parts.processes.mapping import show_panel_effects
from pages.parts.review.deciding import Decision, decide, open_record
from pages.parts.review.pair import show_pair
from pages.parts.words import (
    KIND_NAMES,
    STATE_LOOKS,
    VERDICT_TITLES,
    actor_name,
    hours,
    moment,
    plain,
    start_upper,
)

#: A chance of no partner below this is not spoken of.
_WORTH_SAYING = 0.05
#: The pages where what keeps a task without a job task is put right, but for Work itself.
_PUT_RIGHT = {"clients": "Link its client", "jobs": "Create the job"}


def show_panel(kind: Kind, page: pd.DataFrame, local_id: str) -> None:
    """Everything about one record of the rows shown."""
    row = page.loc[local_id]
    with st.container(border=True, key=f"{kind} panel"):
        _show_steps(kind, page, local_id)
        _show_head(row)
        if row["why"]:
            st.warning(plain(f"{start_upper(row['why'])}. Choose another one below."), icon=":material/link_off:")
        if row["twin_id"] and row["state"] not in ("excluded", "archived"):
            _show_twin(kind, page, row)
        chosen = _choose_partner(kind, local_id, row)
        note_key = f"{kind} note {local_id}"
        st.text_input(
            "Note", key=note_key, placeholder="Note, kept with the decision (optional)", label_visibility="collapsed"
        )
        _show_verdicts(kind, page, local_id, chosen, note_key)
        if kind is Kind.PROCESS:
            show_panel_effects(local_id, row, chosen)
        if chosen:
            _link_to_xpm(kind, chosen)
            _show_doubts(kind, row, chosen)
            show_pair(kind, local_id, chosen, row["explanation"] if chosen == row["proposed_xpm_id"] else "")
        else:
            _show_nothing(kind, local_id, row)
        _show_history(kind, local_id)
        if kind is Kind.TASK:
            link_to("task", "All about this task", task=local_id)


def _show_nothing(kind: Kind, local_id: str, row: pd.Series) -> None:
    """What to do with a record that has no proposal; for a task also the page that puts right what is in its way."""
    why = f" {plain(start_upper(row['explanation']).removesuffix('.'))}." if row["explanation"] else ""
    step = "Choose one above, exclude it, or match again if either side or another link has changed since."
    if kind in (Kind.CLIENT, Kind.STAFF) and row["state"] == "open":
        step = f"Create it in XPM and sync, choose an {KIND_NAMES[kind][2]} above, or exclude it."
    st.caption(f"No {KIND_NAMES[kind][2]} is proposed.{why} {step}")
    if kind is Kind.TASK and row["state"] == "open":
        page = read(f"gap {local_id}", lambda ws: ws.gaps.page(local_id))
        if page in _PUT_RIGHT:
            link_to(page, _PUT_RIGHT[page])


def _show_twin(kind: Kind, page: pd.DataFrame, row: pd.Series) -> None:
    """That another local record looks like this one, with the way to it."""
    one, _, partner = KIND_NAMES[kind]
    told = f"Looks like the same {one} as '{row['twin_name']}' entered twice: both may be linked to one {partner}."
    st.info(f":small[{plain(told)}]", icon=":material/content_copy:")
    if row["twin_id"] in page.index:
        st.button(
            "Show the other one",
            key=f"{kind} twin",
            type="tertiary",
            icon=":material/arrow_forward:",
            on_click=open_record,
            args=(kind, row["twin_id"]),
        )


def _show_steps(kind: Kind, page: pd.DataFrame, local_id: str) -> None:
    place = page.index.get_loc(local_id)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(f"{place + 1} of {len(page)} shown")
        with st.container(horizontal=True, width="content", gap="xsmall"):
            _step(kind, "Previous", ":material/keyboard_arrow_up:", "k", page.index, place - 1)
            _step(kind, "Next", ":material/keyboard_arrow_down:", "j", page.index, place + 1)


def _step(kind: Kind, title: str, icon: str, shortcut: str, ids: pd.Index, place: int) -> None:
    there = 0 <= place < len(ids)
    st.button(
        title,
        key=f"{kind} {title}",
        icon=icon,
        type="tertiary",
        shortcut=shortcut,
        disabled=not there,
        on_click=open_record,
        args=(kind, str(ids[place]) if there else ""),
    )


def _show_head(row: pd.Series) -> None:
    look = STATE_LOOKS[row["band"] if row["state"] == "proposed" else row["state"]]
    score = "" if pd.isna(row["score"]) or row["state"] != "proposed" else f" :small[{plain(say_chance(row['score']))}]"
    st.markdown(f"**{plain(row['name'])}** {look.badge}{score}")
    facts = [row["detail"], f"{hours(row['minutes_at_stake'])} not in XPM" if row["minutes_at_stake"] else ""]
    if row["decided_by"]:
        facts.append(
            f"decided by {actor_name(row['decided_by'])}, {moment(row['decided_at'], workspace().practice.zone)}"
        )
    st.caption(plain(" · ".join(fact for fact in facts if fact)))


def _choose_partner(kind: Kind, local_id: str, row: pd.Series) -> str:
    """The XPM id the person looks at: the one chosen here, else the link's, else the proposal's, else none."""
    choices = read(f"choices {kind} {local_id}", lambda ws: ws.review.choices(kind, local_id))
    labels = {
        str(xpm_id): label if pd.isna(score) else f"{label}  ({say_chance(score)})"
        for xpm_id, label, score in choices[["label", "score"]].itertuples(name=None)
    }
    kept = "" if row["state"] == "broken" else row["link_xpm_id"]
    usual = str(kept or row["proposed_xpm_id"])
    chosen = st.selectbox(
        KIND_NAMES[kind][2],
        list(labels),
        index=list(labels).index(usual) if usual in labels else None,
        format_func=lambda xpm_id: labels.get(xpm_id, xpm_id),
        placeholder=f"Choose an {KIND_NAMES[kind][2]}: type to search",
        key=f"{kind} choice {local_id} {usual}",
    )
    return str(chosen or "")


def _link_to_xpm(kind: Kind, xpm_id: str) -> None:
    """The way to the chosen record in XPM, where its address is known; a job task lies on its job's page."""
    address = workspace().review.addresses(kind, [xpm_id])[0]
    if address:
        what = "job" if kind is Kind.TASK else KIND_NAMES[kind][0]
        st.link_button(f"Open the {what} in XPM", address, icon=":material/open_in_new:", type="tertiary")


def _show_doubts(kind: Kind, row: pd.Series, chosen: str) -> None:
    """How likely it is that XPM has no partner at all, where that is worth a thought."""
    if row["state"] not in ("proposed", "open") or pd.isna(row["no_partner"]) or row["twin_id"]:
        return
    if row["state"] == "open" or row["no_partner"] >= _WORTH_SAYING:
        none = "none of these is right" if chosen and row["state"] == "proposed" else "nothing in XPM is its partner"
        st.caption(
            f":material/help: {plain(say_chance(row['no_partner']))} that {none}: "
            f"XPM may have no such {KIND_NAMES[kind][0]}."
        )


def _show_verdicts(kind: Kind, page: pd.DataFrame, local_id: str, chosen: str, note_key: str) -> None:
    row = page.loc[local_id]
    seen = {local_id: int(row["decision_id"])}
    follow = _find_next(page, local_id)
    linked = row["state"] in ("linked", "broken")
    is_link = linked and chosen == row["link_xpm_id"]
    rejectable = bool(chosen) and chosen in (row["proposed_xpm_id"], row["link_xpm_id"])
    with st.container(horizontal=True, gap="xsmall"):
        buttons = (
            ("Change" if linked else "Accept", Verdict.LINKED, chosen, bool(chosen) and not is_link, "a"),
            ("Reject", Verdict.REJECTED, chosen, rejectable and not (linked and not is_link), "n"),
            ("Exclude", Verdict.EXCLUDED, "", row["state"] != "excluded", "x"),
            ("Undo", Verdict.REOPENED, "", _can_undo(kind, local_id), "u"),
        )
        for title, verdict, xpm_id, possible, key in buttons:
            st.button(
                title,
                key=f"{kind} {verdict}",
                type="primary" if verdict is Verdict.LINKED and possible else "secondary",
                shortcut=key,
                disabled=not possible,
                on_click=decide,
                args=(Decision(kind, verdict, {local_id: xpm_id}, seen, note_key), follow),
            )


def _find_next(page: pd.DataFrame, local_id: str) -> str:
    """The record to look at after this one."""
    place = page.index.get_loc(local_id) + 1
    return str(page.index[place]) if place < len(page) else ""


def _can_undo(kind: Kind, local_id: str) -> bool:
    history = _read_history(kind, local_id)
    return len(history) > 0 and history["verdict"].iloc[0] != Verdict.REOPENED


def _read_history(kind: Kind, local_id: str) -> pd.DataFrame:
    return read(f"history {kind} {local_id}", lambda ws: ws.review.history(kind, local_id))


def _show_history(kind: Kind, local_id: str) -> None:
    history = _read_history(kind, local_id)
    if history.empty:
        return
    zone = workspace().practice.zone
    with st.expander(f"Decisions so far ({len(history)})"):
        st.dataframe(
            pd.DataFrame(
                {
                    "When": [moment(at, zone) for at in history.index],
                    "Who": [actor_name(by) for by in history["by"]],
                    "What": history["verdict"].map(VERDICT_TITLES).to_list(),
                    "XPM": history["xpm_name"].to_list(),
                    "Note": history["why"].to_list(),
                }
            ),
            hide_index=True,
            height="content",
            alt="Earlier decisions",
        )
