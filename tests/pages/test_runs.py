"""Runs: the history, and the page of one run with every row's outcome; nothing in doubt looks failed or done."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.model import RunKind, RunState
from core.push.ports import Move
from core.store import Run
from core.store.run_items import Item
from core.workspace import Workspace
from pages.parts.picking import fingerprint
from pages.parts.run.undo_view import CONFIRM
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


def test_a_run_that_was_halted_says_so_and_how_the_halt_is_lifted(pushed: Workspace) -> None:
    run = push_entries(pushed)
    pushed.store.ledger.halt("small", "two entries are doubled", actor="tieout")
    app = open_run(run)
    assert "two entries are doubled" in boxes(app)
    app.text_input(key="lift_why").set_value("looked at both in XPM").run()
    app.button(key="lift_halt").click().run()
    assert pushed.store.ledger.halt_reason("small") == ""


def test_what_was_not_sent_is_no_part_of_the_bar(pushed: Workspace) -> None:
    run = push_entries(pushed)
    assert pushed.running.progress(run) == (3, 5)


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


def test_an_undo_shows_first_what_it_takes_back_and_what_stays(pushed: Workspace) -> None:
    app = open_run(push_entries(pushed)).button(key="undo_open").click().run()
    told = " ".join(str(text.value) for text in app.markdown).replace("\\", "").replace("\u2060", "")
    assert "takes back 1 timesheet, 0:30 h" in told
    stays = next(frame.value for frame in app.dataframe if "refusal" in frame.value)
    assert stays[["hours", "refusal"]].to_numpy().tolist() == [
        ["1:00", "Its outcome is still being read back from XPM."]
    ]


def test_an_undo_needs_its_number_typed(pushed: Workspace) -> None:
    app = open_run(push_entries(pushed)).button(key="undo_open").click().run()
    assert app.button(key="undo_do").disabled
    assert not app.number_input(key=CONFIRM).set_value(1).run().button(key="undo_do").disabled


def test_an_undo_is_queued_and_its_page_shown(pushed: Workspace) -> None:
    run = push_entries(pushed)
    app = open_run(run).button(key="undo_open").click().run()
    app.number_input(key=CONFIRM).set_value(1).run().button(key="undo_do").click().run()
    undo = pushed.store.runs.list("small", RunKind.UNDO)
    assert undo["parameters"].iloc[0]["of"] == run.id
    assert app.query_params["run"] == undo.index[0]


def test_an_undo_that_moved_on_is_refused(pushed: Workspace) -> None:
    app = open_run(push_entries(pushed)).button(key="undo_open").click().run()
    app.number_input(key=CONFIRM).set_value(1).run()
    [bundle] = pushed.store.ledger.find("small", states=("confirmed",))
    change = Move(bundle.id, "confirmed", "drifted", "XPM shows other note", {"reason": "note"})
    assert pushed.store.ledger.move_all("small", [change], actor="tieout") == []
    app.button(key="undo_do").click().run()
    assert "has changed since it was shown" in boxes(app)
    assert pushed.store.runs.list("small", RunKind.UNDO).empty


def test_a_push_that_put_nothing_into_xpm_offers_no_undo(pushed: Workspace) -> None:
    run = pushed.store.runs.queue("small", RunKind.PUSH, "Margaret", {"create": 1, "choice": "{}"})
    pushed.store.runs.request_cancel(run.id)
    assert "undo_open" not in [button.key for button in open_run(run).button]


def test_what_an_undo_left_is_listed_with_its_reason_and_names(pushed: Workspace) -> None:
    of = push_entries(pushed)
    run = pushed.store.runs.queue("small", RunKind.UNDO, "Margaret", {"of": of.id, "delete": 0})
    pushed.store.runs.finish(run.id, RunState.DONE)
    [bundle] = pushed.store.ledger.find("small", states=("confirmed",))
    pushed.store.run_items.put(run.id, "small", [Item(bundle.id, "refused", "It is invoiced in XPM.")])
    found = next(frame.value for frame in open_run(run).dataframe if "outcome" in frame.value)
    assert found[["words", "staff", "hours"]].to_numpy().tolist() == [["It is invoiced in XPM.", "Ann Lee", "0:30 h"]]


def test_a_finding_about_a_whole_day_names_the_person(pushed: Workspace) -> None:
    run = pushed.store.runs.queue("small", RunKind.SWEEP, "rule:nightly", {"days": 35})
    item = Item("XS1 2026-11-19", "more than recorded", "XPM holds 500 minutes of 2026-11-19, recorded are 450.")
    pushed.store.run_items.put(run.id, "small", [item])
    found = pushed.running.items(run.id).iloc[0]
    assert (found["staff"], f"{found['date']:%d %b}") == ("Lee, Ann", "19 Nov")


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
