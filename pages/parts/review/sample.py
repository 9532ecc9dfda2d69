"""Accepting a band by sample: what the page offers above the table while a band is shown, and the judging of it.

While a sample is open the table below shows its pairs, so that the panel and the keyboard judge them one by one too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.model import Band, Kind
from core.workspace.reviewing import tell_narrowing
from core.workspace.sampling import SETTINGS, Bound, Offer, OpenSample, Scope
from pages.parts.doorway import read, workspace
from pages.parts.messages import act
from pages.parts.picking import fingerprint, pick_rows, show_page
from pages.parts.review.filters import read_chosen
from pages.parts.words import KIND_NAMES, STATE_LOOKS, count, moment, plain

_ROW, _TABLE_HEIGHT = 35, 560


@dataclass(frozen=True)
class SampleRows:
    """What the table shows in the place of the whole band; `to_judge` while pairs of the sample are to be judged."""

    rows: pd.DataFrame
    to_judge: bool


def show_sample(kind: Kind, shown_as: str, rows: pd.DataFrame) -> SampleRows | None:
    """The section for the band shown; None when the table is to show what the filters let through.

    shown_as: name of the filter. rows: all review rows of the kind.
    """
    if shown_as not in {band.value for band in SETTINGS}:
        return None
    found = workspace().sampling.look(kind, rows)
    if found is None:
        _offer(kind, rows, _read_scope(kind, Band(shown_as)))
        return None
    if found.sample.band != shown_as:
        title = STATE_LOOKS[found.sample.band].title
        st.caption(f"A sample of the band {title} is open: go on with it there before another one is drawn.")
        return None
    with st.container(border=True, key=f"{kind} sample"):
        _show_head(kind, found)
        if found.stock.to_check:
            _show_checking(found)
        else:
            _show_result(kind, found)
    pairs = found.stock.to_check or found.stock.rest
    return SampleRows(rows.loc[[one for one, _ in pairs]], bool(found.stock.to_check))


def _read_scope(kind: Kind, band: Band) -> Scope:
    words = str(st.session_state.get(f"{kind} search", ""))
    return Scope(band, read_chosen(kind), " ".join(words.split()))


# -- before -----------------------------------------------------------------------------------------------------------


def _offer(kind: Kind, rows: pd.DataFrame, scope: Scope) -> None:
    offer = read(f"sample offer {kind} {scope}", lambda ws: ws.sampling.offer(kind, rows, scope))
    former = read(f"accepted by sample {kind}", lambda ws: ws.sampling.accepted(kind))
    former = former[former["links"].gt(0)]
    if not offer.total and former.empty:
        return
    with st.container(border=True, key=f"{kind} sample"):
        if offer.total:
            _offer_draw(kind, scope, offer)
        _show_former(kind, former)


def _offer_draw(kind: Kind, scope: Scope, offer: Offer) -> None:
    words, limit, button = st.columns([6, 2, 2], vertical_alignment="bottom", gap="medium")
    with words:
        st.markdown(f"**Accept these {_name(kind, offer.total)} by sample**")
        st.caption(_say_offer(kind, offer))
    with limit:
        _ask_allowed(kind, scope.band, offer.allowed)
    button.button(
        f"Draw {offer.size:,} to check",
        key=f"{kind} draw sample",
        icon=":material/casino:",
        disabled=offer.size == offer.total,
        help="Drawn by lot, whatever their score or place in the list. You judge these; nothing else changes yet.",
        width="stretch",
        on_click=_do,
        args=(lambda: _draw(kind, scope),),
    )


def _say_offer(kind: Kind, offer: Offer) -> str:
    """What checking a sample would prove, and what is not in it."""
    claimed = f" {offer.left_out:,} more share an XPM record with others and are left to you." if offer.left_out else ""
    if offer.size == offer.total:
        allowed = _percent(offer.allowed)
        proves = f"that at most {allowed} of those not checked are wrong"
        return f"Only checking all {_name(kind, offer.total)} shows {proves}: review them one by one.{claimed}"
    return (
        f"Check {offer.size:,} drawn at random. If all are right, then with {_percent(offer.bound.confidence)} "
        f"confidence {_say_bound(offer.bound)} wrong.{claimed}"
    )


def _draw(kind: Kind, scope: Scope) -> str:
    workspace().sampling.draw(kind, scope)
    return ""


def _ask_allowed(kind: Kind, band: Band, allowed: float) -> None:
    """The practice's own limit for the band; a change is saved at once."""
    key = f"{kind} {band} wrong"
    # What was typed is saved before the page runs again, so the setting is always the newer of the two.
    st.session_state[key] = round(100 * allowed, 2)
    st.number_input(
        f"Wrong at most, % of {STATE_LOOKS[band].title.lower()}",
        min_value=0.1,
        max_value=50.0,
        step=0.5,
        key=key,
        width=190,
        help="How many of those nobody looks at may be wrong. Set for the whole practice, each band for itself.",
        on_change=_do,
        args=(lambda: _allow(band, float(st.session_state[key])),),
    )


def _allow(band: Band, percent: float) -> str:
    workspace().options.change(**{SETTINGS[band]: round(percent / 100, 5)})
    return ""


def _show_former(kind: Kind, former: pd.DataFrame) -> None:
    """What was accepted by sample before and still stands, with its undo."""
    for sample_id, one in former.iterrows():
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            when = moment(one["at"], workspace().practice.zone)
            st.caption(plain(f"{one['by']} accepted {one['links']:,} by sample on {when}: {one['why']}."))
            st.button(
                f"Undo {one['links']:,}",
                key=f"{kind} undo {sample_id}",
                icon=":material/undo:",
                type="tertiary",
                help="Opens again what was accepted without being looked at. What was checked stays linked.",
                on_click=_do,
                args=(_undo_later(kind, str(sample_id)),),
            )


def _undo_later(kind: Kind, sample_id: str) -> Callable[[], str]:
    return lambda: f"{_name(kind, workspace().sampling.undo(kind, sample_id)).capitalize()}: opened again."


# -- while it is checked ----------------------------------------------------------------------------------------------


def _show_head(kind: Kind, found: OpenSample) -> None:
    sample, stock = found.sample, found.stock
    scope = "".join(f" · {plain(one)}" for one in (tell_narrowing(sample.group), sample.words) if one)
    when = moment(sample.at, workspace().practice.zone)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(
            f"**Sample of {stock.checked + len(stock.to_check):,} of {_name(kind, stock.total)}** "
            f"{STATE_LOOKS[sample.band].badge}{scope} :small[:gray[drawn by {plain(sample.by)}, {when}]]"
        )
        st.button(
            "End this sample",
            key=f"{kind} end sample",
            icon=":material/close:",
            type="tertiary",
            help="Goes back to the whole list. What was judged stays decided.",
            on_click=_do,
            args=(lambda: _end(kind),),
        )


def _end(kind: Kind) -> str:
    workspace().sampling.end(kind)
    return ""


def _show_checking(found: OpenSample) -> None:
    stock = found.stock
    size = stock.checked + len(stock.to_check)
    told = f": {stock.checked - stock.wrong:,} right, {stock.wrong:,} wrong" if stock.checked else ""
    st.progress(stock.checked / max(size, 1), text=f"{stock.checked:,} of {size:,} judged{told}")
    if stock.wrong:
        bound = stock.bound_if_right
        st.caption(
            f"If the remaining {len(stock.to_check):,} are right, then with {_percent(bound.confidence)} confidence "
            f"{_say_bound(bound)} wrong; you allow {_percent(found.allowed)}."
        )
    if found.sample.replaced:
        changed = count(found.sample.replaced, "pair")
        st.caption(f"{changed} drawn before had changed since or were decided by a rule: others took their place.")
    st.caption(
        "Judge one by one beside the table (A accepts, N rejects), or tick the wrong ones and use the button below it."
    )


def show_judging(kind: Kind, rows: pd.DataFrame) -> pd.DataFrame:
    """The pairs of the sample side by side, to tick the wrong ones; gives the rows of the page that is shown."""
    slot = st.container()
    page = show_page(rows, f"{kind} sample")
    partner, config = KIND_NAMES[kind][2], st.column_config
    columns = {
        "name": config.TextColumn("Local", width=170),
        "xpm_name": config.TextColumn(partner, width=170),
        "explanation": config.TextColumn("Why", width=230),
        "detail": config.TextColumn("Details", width=200),
    }
    with slot:
        height = min(_TABLE_HEIGHT, _ROW * (len(page) + 1) + 3)
        ticked = pick_rows(
            page[list(columns)], f"{kind} sample grid", columns, height=height, alt="Pairs of the sample to check"
        )
    _offer_judging(kind, page, ticked)
    return page


def _offer_judging(kind: Kind, page: pd.DataFrame, ticked: list[str]) -> None:
    """One button under the table: the ticked pairs are wrong, all others on this page are right."""
    pairs = {str(one): str(other) for one, other in page["proposed_xpm_id"].items()}
    wrong = {one: pairs[one] for one in ticked if one in pairs}
    right = {one: other for one, other in pairs.items() if one not in wrong}
    seen = {str(one): int(number) for one, number in page["decision_id"].items()}
    st.button(
        f"{len(wrong):,} wrong, the other {len(right):,} right" if wrong else f"All {len(right):,} are right",
        key=f"{kind} judge {fingerprint(page.index)}",
        icon=":material/fact_check:",
        type="primary",
        help="Links the right ones and rejects the ticked ones. Look at each of them first: the bound rests on it.",
        on_click=_do,
        args=(lambda: _judge(kind, right, wrong, seen),),
    )


def _judge(kind: Kind, right: dict[str, str], wrong: dict[str, str], seen: dict[str, int]) -> str:
    saved = workspace().sampling.judge(kind, right, wrong, seen)
    return f"{_name(kind, saved).capitalize()} judged: {len(right):,} right, {len(wrong):,} wrong."


# -- when it is checked -----------------------------------------------------------------------------------------------


def _show_result(kind: Kind, found: OpenSample) -> None:
    stock = found.stock
    proves = f"with {_percent(stock.bound.confidence)} confidence {_say_bound(stock.bound)} wrong"
    wrong = "none wrong" if not stock.wrong else f"{stock.wrong:,} wrong"
    if not stock.rest:
        st.success(f"All {stock.checked:,} were checked, {wrong}.", icon=":material/verified:")
    elif found.is_proven:
        st.success(f"{stock.checked:,} checked, {wrong}: {proves}.", icon=":material/verified:")
        _offer_rest(kind, found)
    else:
        words = f"{stock.checked:,} checked, {wrong}: {proves}, and you allow {_percent(found.allowed)}."
        st.warning(words, icon=":material/warning:")
        _offer_more(kind, found)
    if stock.look:
        st.caption(
            f"The sample was enlarged after a look at it, so it is held to {_percent(stock.bound.confidence)} "
            "confidence instead of 95 %."
        )


def _offer_rest(kind: Kind, found: OpenSample) -> None:
    pairs, mark = found.stock.rest, found.mark
    st.button(
        f"Accept the other {len(pairs):,}",
        key=f"{kind} accept rest {mark}",
        icon=":material/done_all:",
        type="primary",
        help="Links all pairs listed below. They are marked as accepted by sample and can be undone together.",
        on_click=_do,
        args=(lambda: _accept(kind, mark),),
    )


def _accept(kind: Kind, mark: str) -> str:
    return f"{_name(kind, workspace().sampling.accept_rest(kind, mark)).capitalize()} accepted by sample."


def _offer_more(kind: Kind, found: OpenSample) -> None:
    more = found.stock.size_more(found.allowed)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            f"Check {more:,} more" if more else f"Check all other {len(found.stock.rest):,}",
            key=f"{kind} enlarge sample",
            icon=":material/add:",
            help="If all of these are right, the others may be accepted.",
            on_click=_do,
            args=(lambda: _enlarge(kind),),
        )
        _ask_allowed(kind, Band(found.sample.band), found.allowed)


def _enlarge(kind: Kind) -> str:
    workspace().sampling.enlarge(kind)
    return ""


# -- words ------------------------------------------------------------------------------------------------------------


def _do(work: Callable[[], str]) -> None:
    """A button's callback."""
    act(work)


def _name(kind: Kind, number: int) -> str:
    one, several, _ = KIND_NAMES[kind]
    return count(number, one) if kind is not Kind.STAFF or number == 1 else f"{number:,} {several}"


def _say_bound(bound: Bound) -> str:
    """`at most 20 of the other 409 (4.9 %) are`; rounded up, for it promises."""
    if not bound.most:
        return f"none of the other {bound.rest:,} is"
    return f"at most {bound.most:,} of the other {bound.rest:,} ({math.ceil(1000 * bound.share) / 10:g} %) are"


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"
