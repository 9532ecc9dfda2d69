"""The panel beside the review table: one record, its partner side by side, why, and what to do with it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.model import Kind, Verdict
from core.workspace.reviewing import Comparison
from pages.parts.charts import show_evidence
from pages.parts.doorway import read, workspace
from pages.parts.review_deciding import Decision, decide, open_record
from pages.parts.words import KIND_NAMES, STATE_LOOKS, VERDICT_TITLES, actor_name, hours, moment, plain, start_upper


def show_panel(kind: Kind, page: pd.DataFrame, local_id: str) -> None:
    """Everything about one record of the rows shown."""
    row = page.loc[local_id]
    with st.container(border=True, key=f"{kind} panel"):
        _show_steps(kind, page, local_id)
        _show_head(row)
        if row["why"]:
            st.warning(plain(f"{start_upper(row['why'])}. Choose another one below."), icon=":material/link_off:")
        chosen = _choose_partner(kind, local_id, row)
        note_key = f"{kind} note {local_id}"
        st.text_input(
            "Note", key=note_key, placeholder="Note, kept with the decision (optional)", label_visibility="collapsed"
        )
        _show_verdicts(kind, page, local_id, chosen, note_key)
        if chosen:
            _show_pair(kind, local_id, chosen)
        else:
            why = f" {plain(start_upper(row['explanation']))}." if row["explanation"] else ""
            step = "Choose one above, exclude it, or match again if either side or another link has changed since."
            st.caption(f"No {KIND_NAMES[kind][2]} is proposed.{why} {step}")
        _show_history(kind, local_id)


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
    score = "" if pd.isna(row["score"]) or row["state"] != "proposed" else f" :small[{row['score']:.0%}]"
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
        str(xpm_id): label if pd.isna(score) else f"{label}  ({score:.0%})"
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


def _show_pair(kind: Kind, local_id: str, xpm_id: str) -> None:
    pair: Comparison = read(f"compare {kind} {local_id} {xpm_id}", lambda ws: ws.review.compare(kind, local_id, xpm_id))
    with st.container(gap="xxsmall", key=f"{kind} pair"):
        _show_line("", "Local", "", "XPM")
        for title, local, xpm, same in pair.fields[["local", "xpm", "same"]].itertuples(name=None):
            mark = "" if not local or not xpm else "=" if same else ":orange[**≠**]"
            _show_line(str(title), local, mark, xpm)
    _show_why(pair.parts)


def _show_line(title: str, local: str, mark: str, xpm: str) -> None:
    """One field of both records; = the same, ≠ different, nothing when only one side has it."""
    columns = st.columns([3, 5, 1, 5], gap="xsmall")
    columns[0].caption(title)
    columns[1].markdown(f":small[{plain(local)}]" if title else f":gray[:small[{local}]]")
    columns[2].markdown(f":small[{mark}]" if mark else "")
    columns[3].markdown(f":small[{plain(xpm)}]" if title else f":gray[:small[{xpm}]]")


def _show_why(parts: pd.DataFrame) -> None:
    weighed = parts[parts["weight"].abs().ge(0.05)]
    if weighed.empty:
        told = "; ".join(f"{part}: {verdict}" for part, verdict in parts[["part", "verdict"]].itertuples(index=False))
        st.caption(plain(told))
        return
    st.caption("Why: to the right what speaks for this pair, to the left what speaks against it.")
    show_evidence(weighed)


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
