"""Runs: the history, and the page of one run with every row's outcome; nothing in doubt looks failed or done."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.model import RunKind, RunState
from core.store import Run
from core.workspace import Workspace
from pages.parts.picking import fingerprint
from tests.pages.conftest import SHELL, open_page
from tests.pages.linked_practice import boxes, link_all, write_entries
from tests.pages.pushed_practice import ENDS, push_entries


@pytest.fixture
def pushed(practice: Workspace) -> Workspace:
    write_entries(link_all(practice), {entry_id: {"minutes": 30 * int(entry_id[1:])} for entry_id in ENDS})
    return practice


def open_run(run: Run) -> AppTest:
    app = AppTest.from_file(str(SHELL), default_timeout=30)
    app.run()
    app.switch_page("runs.py")
    app.query_params["run"] = run.id
    app.run()
    assert not app.exception
    return app


def rows_of(app: AppTest) -> dict[str, list[str]]:
    """Task and outcome by minutes, as the page shows them."""
    shown = app.dataframe[0].value
    return {str(row["hours"]): [*row["outcome"], row["words"]] for _, row in shown.iterrows()}


def test_a_fresh_practice_says_that_nothing_ran(practice: Workspace) -> None:
    assert len(practice.store.runs.list("small")) == 0
    assert any("Nothing ran yet" in str(text.value) for text in open_page("runs").markdown)


def test_the_history_lists_the_newest_run_first(pushed: Workspace) -> None:
    push_entries(pushed, RunState.DONE)
    pushed.store.runs.queue("small", RunKind.VERIFY, "Ann")
    shown = open_page("runs").dataframe[0].value
    assert shown["what"].tolist() == ["Verify against XPM", "Push to XPM"]
    assert shown["by"].tolist() == ["Ann", "Margaret"]


def test_a_run_with_rows_in_doubt_never_looks_only_done(pushed: Workspace) -> None:
    push_entries(pushed, RunState.DONE)
    assert list(open_page("runs").dataframe[0].value["state"].iloc[0]) == ["Done", "In doubt"]


def test_ticking_a_run_opens_its_page(pushed: Workspace) -> None:
    run = push_entries(pushed)
    app = open_page("runs")
    key = f"runs_{fingerprint(app.dataframe[0].value.index)}"
    app.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.run()
    assert app.query_params["run"] == run.id


def test_every_row_tells_its_outcome_in_words(pushed: Workspace) -> None:
    rows = rows_of(open_run(push_entries(pushed)))
    assert {time: row[0] for time, row in rows.items()} == {
        "0:30": "In XPM",
        "1:00": "In doubt, being read back",
        "1:30": "XPM refused it",
        "2:00": "Held for somebody",
        "2:30": "Not sent",
    }


def test_xpms_own_words_stand_beside_the_row(pushed: Workspace) -> None:
    shown = open_run(push_entries(pushed)).dataframe[0].value
    assert shown.set_index("hours")["said"]["1:30"] == "Job is closed"


def test_rows_carry_the_names_of_the_local_entry(pushed: Workspace) -> None:
    shown = open_run(push_entries(pushed)).dataframe[0].value
    assert set(shown["staff"]) == {"Ann Lee"}
    assert set(shown["work"]) == {"BAS Sep"}


def test_the_message_of_the_run_is_shown(pushed: Workspace) -> None:
    app = open_run(push_entries(pushed, message="XPM did not answer 3 times in a row."))
    assert any("did not answer 3 times" in str(text.value) for text in app.caption)


def test_in_doubt_is_violet_and_never_red_or_green(pushed: Workspace) -> None:
    told = " ".join(str(text.value) for text in open_run(push_entries(pushed, RunState.FAILED)).markdown)
    assert ":violet-badge[1 in doubt, being read back]" in told
    assert ":gray-badge[1 not sent]" in told


def test_a_row_that_is_ticked_tells_its_whole_story(pushed: Workspace) -> None:
    app = open_run(push_entries(pushed))
    shown = app.dataframe[0].value
    app.session_state[f"run_rows_{fingerprint(shown.index)}"] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    app.run()
    story = next(frame.value["what"].tolist() for frame in app.dataframe if "what" in frame.value)
    assert story[0] == "Ready to be sent: queued for the push"
    assert story[-1] == "In doubt, being read back: no answer"


def test_pausing_and_resuming_reach_the_store(pushed: Workspace) -> None:
    run = pushed.store.runs.queue("small", RunKind.PUSH, "Margaret", {"create": 1, "choice": "{}"})
    app = open_run(run).button(key="run_pause").click().run()
    paused = pushed.store.runs.get(run.id).state
    app.button(key="run_resume").click().run()
    assert (paused, pushed.store.runs.get(run.id).state) == (RunState.PAUSED, RunState.QUEUED)


def test_stopping_reaches_a_running_run(pushed: Workspace) -> None:
    run = push_entries(pushed, RunState.RUNNING)
    open_run(run).button(key="run_cancel").click().run()
    assert pushed.store.runs.get(run.id).cancel_asked


def test_an_unknown_run_is_one_box_above_the_history(pushed: Workspace) -> None:
    run = push_entries(pushed)
    app = AppTest.from_file(str(SHELL), default_timeout=30)
    app.run()
    app.switch_page("runs.py")
    app.query_params["run"] = "nobody"
    app.run()
    assert "There is no run" in boxes(app)
    assert app.dataframe[0].value.index.tolist() == [run.id]


def test_a_run_of_another_practice_is_unknown_here(pushed: Workspace) -> None:
    from core.store import UnknownRun

    run = pushed.store.runs.queue("elsewhere", RunKind.PUSH, "Ann")
    with pytest.raises(UnknownRun):
        pushed.running.get(run.id)
