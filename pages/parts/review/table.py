"""The review of one kind: filters, the table with its column XPM, the buttons for ticked rows, and the panel.

One implementation for clients, staff, processes and tasks.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.model import Kind
from core.workspace.comparing import say_chance
from pages.parts.doorway import read, workspace
from pages.parts.exports import offer_export
from pages.parts.messages import empty_state
from pages.parts.picking import fingerprint, pick_rows, show_page
from pages.parts.processes.mapping import offer_mapping
from pages.parts.review.counts import read_rows
from pages.parts.review.deciding import accept_all_certain, find_open, match_again, offer_decisions, open_record
from pages.parts.review.exchange import offer_exchange
from pages.parts.review.filters import Filtered, filter_rows
from pages.parts.review.panel import show_panel
from pages.parts.review.sample import show_judging, show_sample
from pages.parts.words import KIND_NAMES, STATE_LOOKS, hours

LINKED, OPEN, BROKEN = "✓", "–", "!"
_ROW = 35
_TABLE_HEIGHT = 560
#: Nothing is shown as surer than this, in per cent.
_SUREST = 99.9


def review(kind: Kind) -> None:
    """The whole review of a kind."""
    rows = read_rows(kind)
    if rows.empty:
        empty_state(
            f"No {KIND_NAMES[kind][1]} yet", "Load the local side on Connection; everything it names is listed here."
        )
        return
    filtered = filter_rows(kind, rows)
    shown = filtered.rows
    _offer_whole_list(kind, shown)
    sampled = show_sample(kind, filtered.by.name, rows)
    shown = shown if sampled is None else sampled.rows
    if shown.empty:
        _show_empty(kind, filtered)
        return
    table, panel = st.columns([6, 5], gap="small")
    with table:
        if sampled is not None and sampled.to_judge:
            page = show_judging(kind, shown)
        else:
            ticked, page = _show_table(kind, shown)
            offer_decisions(kind, rows.loc[ticked])
            if kind is Kind.PROCESS:
                offer_mapping(rows.loc[ticked])
    with panel:
        open_id = find_open(kind, page)
        show_panel(kind, page, open_id)


def _show_empty(kind: Kind, filtered: Filtered) -> None:
    """Why no row is shown: everything is decided, or a filter or a search lets nothing through."""
    several = KIND_NAMES[kind][1]
    if filtered.by.name == "todo" and not filtered.narrowed:
        words = "Nothing is left to do here. Linked and Excluded above show what was decided; what a sync brings anew "
        empty_state(f"All {several} are decided", f"{words}comes back to this list.", ":material/task_alt:")
        return
    step = "Clear the search or choose another filter above." if filtered.narrowed else "Choose another filter above."
    empty_state(f"No {several} here", step, ":material/filter_alt:")


def _offer_whole_list(kind: Kind, shown: pd.DataFrame) -> None:
    certain = read(f"certain {kind}", lambda ws: len(ws.proposing.certain(kind)))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Accept all certain ({certain:,})",
            key=f"{kind} accept certain",
            type="primary" if certain else "secondary",
            icon=":material/done_all:",
            disabled=not certain,
            help="Links every proposal in the band certain that no other claims. Each is listed and can be undone.",
            on_click=accept_all_certain,
            args=(kind,),
        )
        st.button(
            "Match again",
            key=f"{kind} match again",
            icon=":material/refresh:",
            help="Compares both sides anew: what was rejected stays away, new links let more tasks find their job.",
            on_click=match_again,
        )
        offer_exchange(kind, shown)
        offer_export(f"{KIND_NAMES[kind][1]}-review", shown[[*_EXPORTED, *(_PEOPLE if kind is Kind.CLIENT else ())]])


#: What XPM says of a client, by the column of the review rows.
_PEOPLE = {"xpm_group": "Client group", "xpm_partner": "Partner", "xpm_manager": "Manager"}
_OF_XPM = "As XPM has it, of the XPM client in this row."
_EXPORTED = ["name", "detail", "state", "xpm_name", "score", "band", "explanation", "no_partner", "twin_name"]
_EXPORTED += ["decided_by", "minutes_at_stake"]


def _show_table(kind: Kind, shown: pd.DataFrame) -> tuple[list[str], pd.DataFrame]:
    """The ids ticked, and the rows of the page that is shown."""
    slot = st.container()
    page = show_page(shown, str(kind))
    columns = _describe_columns(kind, page)
    height = min(_TABLE_HEIGHT, _ROW * (len(page) + 1) + 3)
    with slot:
        ticked = pick_rows(
            _dress(kind, page), f"{kind} grid", columns, height=height, alt=f"Review of {KIND_NAMES[kind][1]}"
        )
    return ticked, page


def _dress(kind: Kind, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows as they are seen: the sign, names, the state or band as a coloured word, the score as a share."""
    state = rows["state"].where(rows["state"].ne("proposed"), rows["band"])
    titles = state.map({name: look.title for name, look in STATE_LOOKS.items()}).fillna(state)
    dressed = pd.DataFrame(
        {
            "sign": rows["state"].map({"linked": LINKED, "broken": BROKEN}).fillna(OPEN),
            "name": rows["name"],
            "xpm_name": rows["xpm_name"].where(rows["state"].ne("open") | rows["no_partner"].isna(), _say_none(rows)),
            "standing": [[title] for title in titles],
            "score": _round_scores(rows["score"].mul(100)),
            "stake": rows["minutes_at_stake"].map(hours).where(rows["minutes_at_stake"].gt(0), ""),
            "detail": rows["detail"],
            "explanation": rows["why"].where(rows["why"].ne(""), rows["explanation"]),
        },
        index=rows.index,
    )
    if kind is Kind.CLIENT:
        dressed = dressed.assign(**{name: rows[name] for name in _PEOPLE})
    if kind is Kind.TASK:
        waits = rows["state"].eq("open") & rows["gap"].ne("")
        dressed = dressed.assign(job_state=rows["job_state"], xpm_name=rows["xpm_name"].where(~waits, rows["gap"]))
    if kind in (Kind.CLIENT, Kind.TASK):
        dressed = dressed.assign(web=_read_addresses(kind, rows))
    return dressed


def _read_addresses(kind: Kind, rows: pd.DataFrame) -> list[str | None]:
    """None where XPM's address is not known: an empty text would be drawn as a link to nowhere."""
    return [url or None for url in workspace().review.addresses(kind, rows["xpm_id"].to_list())]


def _round_scores(scores: pd.Series) -> pd.Series:
    """Whole numbers, but one decimal where it decides between likely and certain."""
    return scores.round(0).where(scores.le(95), scores.round(1)).clip(upper=_SUREST)


def _say_none(rows: pd.DataFrame) -> pd.Series:
    chances = rows["no_partner"].clip(upper=_SUREST / 100)
    return "Not in XPM: " + chances.map(say_chance, na_action="ignore").astype("str")


def _describe_columns(kind: Kind, page: pd.DataFrame) -> dict[str, Any]:
    config, partner = st.column_config, KIND_NAMES[kind][2]
    looks = {look.title: look.colour for look in STATE_LOOKS.values()}
    columns = {
        "sign": config.ButtonColumn(
            "XPM",
            width=40,
            type="tertiary",
            help=f"{LINKED} linked, click to change. {OPEN} not linked, click to choose. {BROKEN} broken.",
            key=f"{kind} sign {fingerprint(page.index)}",
            on_click=_open_clicked,
            args=(kind, f"{kind} sign {fingerprint(page.index)}", tuple(page.index)),
        ),
        "name": config.TextColumn("Local", width=126),
        "xpm_name": config.TextColumn(partner, width=126),
        "standing": config.MultiselectColumn(
            "Standing",
            options=list(looks),
            color=list(looks.values()),
            width=78,
            help="Linked, or how sure the proposal is.",
        ),
        "score": config.NumberColumn("Score", format="%.3g %%", width=56, help="The chance that the pair is right."),
        "stake": config.TextColumn("Unsynced", width=68, alignment="right", help="Time not in XPM that hangs on it."),
    }
    if kind is Kind.CLIENT:
        columns |= {name: config.TextColumn(title, width=120, help=_OF_XPM) for name, title in _PEOPLE.items()}
    if kind in (Kind.CLIENT, Kind.TASK) and page["xpm_id"].ne("").any():
        columns["web"] = config.LinkColumn("In XPM", display_text="Open", width=64, help="Opens its page in XPM.")
    columns |= {
        "detail": config.TextColumn("Details", width=220),
        "explanation": config.TextColumn("Why", width=280),
    }
    return _arrange_tasks(columns) if kind is Kind.TASK else columns


def _arrange_tasks(columns: dict[str, Any]) -> dict[str, Any]:
    """Many tasks share a name; only client and period beside it tell them apart."""
    config = st.column_config
    own = {
        "sign": columns["sign"],
        "name": config.TextColumn("Local task", width=106),
        "detail": config.TextColumn("Client · process · period", width=118),
        "xpm_name": config.TextColumn("XPM job and task", width=104),
        "standing": columns["standing"],
        "stake": columns["stake"],
        "job_state": config.TextColumn("Job state", width=100),
    }
    return own | columns | own


def _open_clicked(kind: Kind, key: str, ids: tuple[str, ...]) -> None:
    """Open the record whose sign was clicked, by the ids of the very rows that were shown."""
    click = st.session_state.get(key)
    if click is not None and click["row"] < len(ids):
        open_record(kind, ids[click["row"]])
