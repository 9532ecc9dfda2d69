"""A band is accepted by sample on the page: what it promises, what a click writes, and what it refuses."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.model import LOCAL_FRAMES, XPM_FRAMES, Band, Kind, Verdict, shape_frame
from core.workspace import Workspace
from core.workspace.sampling import Scope
from pages.parts.picking import grid_key
from tests.pages.conftest import decided, open_page

COUNT = 80
_SHOWN = ["name", "xpm_name", "explanation", "detail"]


@pytest.fixture
def crowd(practice: Workspace) -> Workspace:
    """Eighty clients in the place of the small practice's own, each with a likely partner."""
    for side, letter, contract in (("local", "C", LOCAL_FRAMES["clients"]), ("xpm", "X", XPM_FRAMES["clients"])):
        rows = {f"{letter}{n}": {"name": f"Client {n}", "client_group": "Birds" * (n < 9)} for n in range(COUNT)}
        frame = shape_frame(pd.DataFrame.from_dict(rows, orient="index").rename_axis("id"), contract)
        practice.store.frames.write(side, "clients", "small", frame)
        practice.store.frames.mark_part("small", side, "clients", True, COUNT, "crowd")
    base = {"rank": 1, "score": 0.9, "band": Band.LIKELY, "explanation": "Name is similar.", "parts": []}
    proposals = [base | {"local_id": f"C{n}", "xpm_id": f"X{n}"} for n in range(COUNT)]
    practice.store.proposals.replace("small", Kind.CLIENT, pd.DataFrame(proposals))
    practice.options.change(sample_likely=0.1)
    return practice


def show_likely() -> AppTest:
    return open_page("clients").button_group(key="client filter").set_value("likely").run()


def click(app: AppTest, words: str) -> AppTest:
    """Click the one button whose label begins so."""
    (button,) = [one for one in app.button if one.label.startswith(words)]
    return button.click().run()


def labels(app: AppTest) -> str:
    return " | ".join(one.label for one in app.button)


def texts(app: AppTest) -> str:
    found = [*app.markdown, *app.caption, *app.success, *app.warning]
    return " ".join(str(one.value) for one in found)


def drawn(practice: Workspace) -> list[str]:
    found = practice.sampling.look(Kind.CLIENT, practice.review.rows(Kind.CLIENT))
    assert found is not None
    return [one for one, _ in found.stock.to_check]


def tick(app: AppTest, practice: Workspace, places: list[int]) -> AppTest:
    shown = practice.review.rows(Kind.CLIENT).loc[drawn(practice), _SHOWN]
    key = grid_key("client sample grid", shown)
    app.session_state[key] = {"selection": {"rows": places, "columns": [], "cells": []}}
    return app.run()


def test_the_page_says_how_many_to_check_and_what_it_proves(crowd: Workspace) -> None:
    app = show_likely()
    offer = crowd.sampling.offer(Kind.CLIENT, crowd.review.rows(Kind.CLIENT), Scope(Band.LIKELY))
    assert f"Check {offer.size} drawn at random" in texts(app)
    assert f"with 95 % confidence at most {offer.bound.most} of the other {offer.bound.rest}" in texts(app)


def test_a_sample_is_drawn_judged_and_lets_the_rest_in(crowd: Workspace) -> None:
    app = click(show_likely(), "Draw")
    ids = drawn(crowd)
    assert app.dataframe[0].value.index.tolist() == ids
    app = click(click(app, f"All {len(ids)} are right"), f"Accept the other {COUNT - len(ids)}")
    assert decided(crowd, Kind.CLIENT) == {f"C{n}": ("linked", f"X{n}") for n in range(COUNT)}


def test_ticked_pairs_are_rejected_by_their_ids(crowd: Workspace) -> None:
    app = click(show_likely(), "Draw")
    ids = drawn(crowd)
    app = click(tick(app, crowd, [0, 3]), f"2 wrong, the other {len(ids) - 2} right")
    assert set(ids) - set(decided(crowd, Kind.CLIENT)) == {ids[0], ids[3]}
    assert crowd.store.decisions.rejected("small", Kind.CLIENT) == {(one, f"X{one[1:]}") for one in (ids[0], ids[3])}


def test_too_many_wrong_ones_offer_more_checking_and_nothing_else(crowd: Workspace) -> None:
    app = click(show_likely(), "Draw")
    app = click(tick(app, crowd, [0, 1, 2]), "3 wrong")
    assert "and you allow 10 %" in texts(app)
    assert "Accept the other" not in labels(app)
    app = click(app, "Check")
    assert len(drawn(crowd)) > 5


def test_the_panel_judges_the_sample_too(crowd: Workspace) -> None:
    app = click(show_likely(), "Draw")
    first = drawn(crowd)[0]
    app.button(key="client rejected").click().run()
    assert "judged: 0 right, 1 wrong" in app.get("progress")[0].proto.text
    assert first not in drawn(crowd)


def test_a_second_tab_finds_the_same_sample(crowd: Workspace) -> None:
    click(show_likely(), "Draw")
    assert show_likely().dataframe[0].value.index.tolist() == drawn(crowd)


def test_a_changed_pair_is_replaced_and_said(crowd: Workspace) -> None:
    click(show_likely(), "Draw")
    first = drawn(crowd)[0]
    crowd.review.decide(Kind.CLIENT, Verdict.EXCLUDED, {first: ""}, seen={})
    app = show_likely()
    assert "1 pair drawn before had changed since" in texts(app)
    assert first not in app.dataframe[0].value.index


def test_nothing_is_accepted_that_was_not_shown(crowd: Workspace) -> None:
    app = click(show_likely(), "Draw")
    app = click(app, "All")
    rest = next(one for one in crowd.review.rows(Kind.CLIENT).query("state == 'proposed'").index)
    crowd.review.decide(Kind.CLIENT, Verdict.EXCLUDED, {rest: ""}, seen={})
    app = click(app, "Accept the other")
    assert "nothing was accepted" in texts(app)
    assert not crowd.review.decisions(Kind.CLIENT)["by"].eq("rule:sample").any()


def test_an_acceptance_is_undone_from_the_page(crowd: Workspace) -> None:
    app = click(show_likely(), "Draw")
    checked = len(drawn(crowd))
    app = click(click(app, "All"), "Accept the other")
    app = click(app, f"Undo {COUNT - checked}")
    assert len(decided(crowd, Kind.CLIENT)) == checked


def test_what_nobody_looked_at_has_a_filter_of_its_own(crowd: Workspace) -> None:
    app = click(click(click(show_likely(), "Draw"), "All"), "Accept the other")
    app.button_group(key="client filter").set_value("sampled").run()
    unseen = crowd.review.decisions(Kind.CLIENT).query("by == 'rule:sample'")
    assert set(app.dataframe[0].value.index) == set(unseen.index)


def test_the_limit_of_the_practice_is_changed_on_the_page(crowd: Workspace) -> None:
    app = show_likely()
    app.number_input(key="client likely wrong").set_value(20.0).run()
    assert crowd.practice.settings.sample_likely == 0.2
    assert crowd.practice.settings.sample_certain == 0.01


def test_only_the_group_shown_is_sampled(crowd: Workspace) -> None:
    app = show_likely()
    app.selectbox(key="client group").set_value("Birds").run()
    assert "Only checking all 9 clients shows" in texts(app)


def test_processes_are_sampled_by_the_same_means(practice: Workspace) -> None:
    rows = {f"P{n}": {"name": f"Process {n}"} for n in range(40)}
    frame = shape_frame(pd.DataFrame.from_dict(rows, orient="index").rename_axis("id"), LOCAL_FRAMES["processes"])
    practice.store.frames.write("local", "processes", "small", frame)
    practice.store.frames.mark_part("small", "local", "processes", True, 40, "many")
    base = {"rank": 1, "xpm_id": "XP1", "score": 0.9, "band": Band.LIKELY, "explanation": "", "parts": []}
    practice.store.proposals.replace("small", Kind.PROCESS, pd.DataFrame([base | {"local_id": one} for one in rows]))
    practice.options.change(sample_likely=0.2)
    app = open_page("work").button_group(key="process filter").set_value("likely").run()
    app = click(click(app, "Draw"), "All")
    click(app, "Accept the other")
    assert decided(practice, Kind.PROCESS) == dict.fromkeys(rows, ("linked", "XP1"))


def test_other_bands_offer_no_sample(practice: Workspace) -> None:
    assert practice.practice_id == "small"
    app = open_page("clients").button_group(key="client filter").set_value("tie").run()
    assert "Draw" not in labels(app)
