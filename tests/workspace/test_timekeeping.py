"""The Timer of a person: one at a time, kept by the database, asked when forgotten, and where its time would go."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from core.model import Kind, Standing
from core.settings import Settings
from core.store import Store, TimerMovedOn
from core.store.engine import open_engine
from core.workspace import Workspace
from core.workspace.actual_time import ActualTimeOff, switch_actual_time
from core.workspace.time_targets import Work, WorkUnknown
from core.workspace.timer_state import EndWrong, NobodyThere, TimerForgotten, TimerIdle, TimerState
from tests.fakes import FakeClock
from tests.workspace.ready_practice import LOCAL, make_practice, unlink, write

# The clock stands at Friday 2026-11-20, 12:00 in Sydney.
TASK, OTHER = Work("T1"), Work("T2")


@pytest.fixture
def ws(store: Store, clock: FakeClock) -> Workspace:
    return make_practice(store, clock)


@pytest.fixture
def spans(store: Store, clock: FakeClock) -> Workspace:
    """The same practice, where starts and ends are kept."""
    return make_practice(store, clock, timer_mode="start and end")


def start(ws: Workspace, work: Work = TASK, **how: object) -> int:
    """Ann starts the Timer; its revision then."""
    ws.timer.start("S1", work, ws.timer.view("S1").revision, **how)  # type: ignore[arg-type]  # passed on
    return ws.timer.view("S1").revision


def local_minutes(ws: Workspace) -> list[tuple[str, int, str]]:
    rows = ws.local("actual_times").sort_values(["date", "start"])
    return [(f"{row.date:%d}", int(row.minutes), row.status) for row in rows.itertuples()]


def test_a_started_timer_runs_on_whoever_looks(ws: Workspace, clock: FakeClock) -> None:
    start(ws, note=" Call ")
    clock.advance(90)
    view = Workspace("p", ws.settings, ws.store, clock).timer.view("S1")
    assert (view.state, view.seconds, view.note, view.work.client_id) == (TimerState.RUNNING, 90, "Call", "C1")
    assert view.begun == datetime(2026, 11, 20, 12, 0)  # noqa: DTZ001  the practice's clocks, without zone


def test_a_timer_survives_a_restart(ws: Workspace, clock: FakeClock, database_url: str) -> None:
    start(ws)
    ws.store.close()
    clock.advance(600)
    reopened = Store(open_engine(database_url), clock)
    assert Workspace("p", ws.settings, reopened, clock).timer.view("S1").seconds == 600
    reopened.close()


def test_a_stopped_timer_is_a_draft_that_no_push_takes(ws: Workspace, clock: FakeClock) -> None:
    revision = start(ws)
    clock.advance(45 * 60 + 40)
    stopped = ws.timer.stop("S1", revision)
    assert (stopped.minutes, stopped.seconds, local_minutes(ws)) == (46, 2_740, [("20", 46, "draft")])
    assert ws.actual_times()["standing"].tolist() == [Standing.DRAFT]
    assert ws.time.plan(ws.time.find_choice()).create == 0
    assert ws.timer.view("S1").state is TimerState.IDLE


def test_pauses_are_left_out(ws: Workspace, clock: FakeClock) -> None:
    revision = start(ws)
    clock.advance(600)
    ws.timer.pause("S1", revision)
    clock.advance(3_600)
    assert (ws.timer.view("S1").state, ws.timer.view("S1").seconds) == (TimerState.PAUSED, 600)
    ws.timer.go_on("S1", revision + 1)
    clock.advance(300)
    assert ws.timer.stop("S1", revision + 2).minutes == 15


def test_starting_other_work_keeps_what_ran_before_as_a_draft(ws: Workspace, clock: FakeClock) -> None:
    revision = start(ws)
    clock.advance(1_200)
    stopped = ws.timer.start("S1", OTHER, revision)
    assert (stopped.minutes, ws.timer.view("S1").work.task_id) == (20, "T2")
    assert ws.timer.view("S1").seconds == 0
    assert len(ws.store.timers.running("p")) == 1


def test_a_tab_that_shows_an_older_timer_is_refused(ws: Workspace, clock: FakeClock) -> None:
    seen = start(ws)
    ws.timer.pause("S1", seen)
    for act in (ws.timer.stop, ws.timer.go_on, ws.timer.discard):
        with pytest.raises(TimerMovedOn):
            act("S1", seen)
    with pytest.raises(TimerMovedOn):
        ws.timer.start("S1", OTHER, seen)
    assert ws.timer.view("S1").state is TimerState.PAUSED


def test_under_half_a_minute_nothing_is_kept(ws: Workspace, clock: FakeClock) -> None:
    revision = start(ws)
    clock.advance(20)
    stopped = ws.timer.stop("S1", revision)
    assert (stopped.entries, stopped.minutes, stopped.seconds) == ((), 0, 20)


def test_a_night_is_split_at_midnight_of_the_practice(ws: Workspace, clock: FakeClock) -> None:
    clock.advance(10 * 3_600)  # 22:00 in Sydney
    revision = start(ws)
    clock.advance(3 * 3_600 + 900)
    ws.timer.stop("S1", revision)
    assert local_minutes(ws) == [("20", 120, "draft"), ("21", 75, "draft")]


def test_with_starts_and_ends_each_stretch_is_an_entry(spans: Workspace, clock: FakeClock) -> None:
    revision = start(spans)
    clock.advance(1_800)
    spans.timer.pause("S1", revision)
    clock.advance(600)
    spans.timer.go_on("S1", revision + 1)
    clock.advance(1_200)
    spans.timer.stop("S1", revision + 2)
    rows = spans.local("actual_times").sort_values("start")
    assert rows[["start", "end", "minutes"]].to_numpy().tolist() == [["12:00", "12:30", 30], ["12:40", "13:00", 20]]


def test_a_forgotten_timer_asks_before_anything_is_kept(ws: Workspace, clock: FakeClock) -> None:
    revision = start(ws)
    clock.advance(16 * 3_600)
    assert ws.timer.view("S1").is_forgotten
    for act in (ws.timer.stop, ws.timer.pause):
        with pytest.raises(TimerForgotten, match="16:00 hours, since Friday 12:00"):
            act("S1", revision)
    with pytest.raises(TimerForgotten):
        ws.timer.start("S1", OTHER, revision)
    assert local_minutes(ws) == []


def test_a_forgotten_timer_asks_also_when_it_was_paused_by_the_switch(ws: Workspace, clock: FakeClock) -> None:
    start(ws)
    clock.advance(16 * 3_600)
    switch_actual_time(ws, on=False)
    switch_actual_time(ws, on=True)
    with pytest.raises(TimerForgotten):
        ws.timer.stop("S1", ws.timer.view("S1").revision)


def test_a_forgotten_timer_can_be_ended_when_the_work_was(ws: Workspace, clock: FakeClock) -> None:
    revision = start(ws)
    clock.advance(16 * 3_600)
    ws.timer.stop("S1", revision, ended_at=datetime(2026, 11, 20, 17, 30))  # noqa: DTZ001  the practice's clocks
    assert local_minutes(ws) == [("20", 330, "draft")]


def test_a_long_run_is_kept_whole_when_its_person_says_so(ws: Workspace, clock: FakeClock) -> None:
    revision = start(ws)
    clock.advance(11 * 3_600)
    assert ws.timer.stop("S1", revision, is_sure=True).minutes == 660


@pytest.mark.parametrize("hour", [11, 13])
def test_an_end_outside_the_run_is_refused(ws: Workspace, clock: FakeClock, hour: int) -> None:
    revision = start(ws)
    clock.advance(600)
    with pytest.raises(EndWrong, match="12:00"):
        ws.timer.stop("S1", revision, ended_at=datetime(2026, 11, 20, hour))  # noqa: DTZ001  the practice's clocks


def test_a_wrong_start_can_be_corrected_while_it_runs(ws: Workspace, clock: FakeClock) -> None:
    revision = start(ws)
    ws.timer.begin_at("S1", revision, datetime(2026, 11, 20, 11, 30))  # noqa: DTZ001  the practice's clocks
    assert ws.timer.view("S1").seconds == 1_800
    with pytest.raises(EndWrong):
        ws.timer.begin_at("S1", revision + 1, datetime(2026, 11, 20, 12, 30))  # noqa: DTZ001  the same


def test_what_runs_can_be_described_and_moved_to_other_work(ws: Workspace, clock: FakeClock) -> None:
    revision = start(ws)
    ws.timer.describe("S1", revision, note="Mail", billable=False)
    ws.timer.move("S1", OTHER, revision + 1)
    clock.advance(600)
    ws.timer.stop("S1", revision + 2)
    row = ws.local("actual_times").iloc[0]
    assert (row["task_id"], row["client_id"], row["note"], bool(row["billable"])) == ("T2", "C2", "Mail", False)


def test_a_discarded_run_is_gone_and_said_in_the_log(ws: Workspace, clock: FakeClock) -> None:
    revision = start(ws)
    clock.advance(3_600)
    assert ws.timer.discard("S1", revision) == 3_600
    assert (local_minutes(ws), ws.timer.view("S1").state) == ([], TimerState.IDLE)
    assert ws.store.events.list("p").iloc[0]["after"] == "1:00 h of BAS Sep"


def test_an_idle_timer_cannot_be_stopped(ws: Workspace) -> None:
    with pytest.raises(TimerIdle):
        ws.timer.stop("S1", 0)


def test_time_needs_work_and_a_person_that_are_there(ws: Workspace) -> None:
    for work in (Work(), Work("T9"), Work("", "C1", "P9")):
        with pytest.raises(WorkUnknown):
            ws.timer.start("S1", work, 0)
    with pytest.raises(NobodyThere):
        ws.timer.start("S9", TASK, 0)


def test_time_without_a_task_takes_client_and_process(ws: Workspace, clock: FakeClock) -> None:
    revision = start(ws, Work("", "C1", "P1"))
    clock.advance(600)
    ws.timer.stop("S1", revision)
    row = ws.local("actual_times").iloc[0]
    assert (row["task_id"], row["client_id"], row["process_id"]) == ("", "C1", "P1")


def test_a_person_is_remembered_and_else_known_by_name(store: Store, clock: FakeClock) -> None:
    ws = make_practice(store, clock)
    ann = Workspace("p", Settings(client_id="app", user="ann"), store, clock)
    assert (ws.timer.who(), ann.timer.who()) == ("", "S1")
    ann.timer.choose_who("S2")
    assert ann.timer.who() == "S2"


def test_a_person_who_is_no_longer_active_is_not_taken(ws: Workspace) -> None:
    ws.timer.choose_who("S1")
    write(ws.store, "local", "staff", LOCAL["staff"] | {"S1": {"name": "Ann", "active": False}})
    assert (ws.timer.who(), ws.timer.people()) == ("", {"S2": "Ben"})


def test_where_time_would_go_is_told_before_it_is_spent(ws: Workspace) -> None:
    target = ws.timer.target("S1", TASK)
    assert (target.is_ready, target.job, target.job_task, target.xpm_client) == (True, "J1", "BAS", "Acme Ltd")


@pytest.mark.parametrize(
    ("kind", "one", "page"),
    [(Kind.CLIENT, "C1", "clients"), (Kind.STAFF, "S1", "staff"), (Kind.TASK, "T1", "work")],
)
def test_what_is_missing_is_told_with_the_page_that_fixes_it(ws: Workspace, kind: Kind, one: str, page: str) -> None:
    unlink(ws.store, kind, one)
    target = ws.timer.target("S1", TASK)
    assert (target.standing, target.fix_page) == (Standing.WAITING, page)
    assert target.sentence.endswith(".")


def test_tasks_are_found_by_all_words_of_client_task_and_process(ws: Workspace) -> None:
    assert ws.timer.find_work("S1", "acme bas").index.tolist() == ["T1"]
    assert ws.timer.find_work("S1", "bas").index.tolist() == ["T1", "T2"]
    assert ws.timer.find_work("S1", "acme payroll").empty


def test_without_words_only_ones_own_and_recent_open_tasks_are_offered(ws: Workspace, clock: FakeClock) -> None:
    assert ws.timer.find_work("S1").empty
    revision = start(ws)
    clock.advance(600)
    ws.timer.stop("S1", revision)
    assert ws.timer.find_work("S1").index.tolist() == ["T1"]


def test_the_demo_lives_its_pinned_day(store: Store, clock: FakeClock) -> None:
    ws = make_practice(store, clock, date(2026, 3, 2))
    revision = start(ws)
    clock.advance(600)
    ws.timer.stop("S1", revision)
    assert ws.local("actual_times")["date"].dt.date.tolist() == [date(2026, 3, 2)]


def test_switched_off_nothing_is_timed_and_what_ran_is_paused(ws: Workspace, clock: FakeClock) -> None:
    start(ws)
    clock.advance(600)
    assert switch_actual_time(ws, on=False) == 1
    clock.advance(3_600)
    view = ws.timer.view("S1")
    assert (view.state, view.seconds) == (TimerState.PAUSED, 600)
    with pytest.raises(ActualTimeOff, match="Switch it on at How time is sent"):
        ws.timer.go_on("S1", view.revision)
    switch_actual_time(ws, on=True)
    ws.timer.go_on("S1", view.revision)


def test_switching_off_does_not_make_the_switcher_somebody_else(ws: Workspace, clock: FakeClock) -> None:
    ben = Workspace("p", Settings(client_id="app", user="ben"), ws.store, clock)
    ben.timer.start("S2", OTHER, 0)
    switch_actual_time(ws, on=False)
    assert (ws.timer.who(), ben.timer.who()) == ("", "S2")


def test_the_log_names_what_was_captured(ws: Workspace, clock: FakeClock) -> None:
    revision = start(ws)
    clock.advance(600)
    ws.timer.stop("S1", revision)
    told = ws.log.entries().iloc[0]
    assert told[["who", "did", "what", "after"]].tolist() == ["Kim", "recorded", "Acme · BAS Sep", "2026-11-20, 0:10 h"]


def test_captured_time_is_no_part_that_is_read(ws: Workspace, clock: FakeClock) -> None:
    before = ws.sides.parts()
    revision = start(ws)
    clock.advance(600)
    ws.timer.stop("S1", revision)
    assert ws.sides.parts().equals(before)
    assert ws.overview.sides().loc["local", "read_at"] != ""


def test_a_load_of_the_source_keeps_captured_time(ws: Workspace, clock: FakeClock, tmp_path: Path) -> None:
    revision = start(ws)
    clock.advance(600)
    ws.timer.stop("S1", revision)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    ws.sides.set_local({"type": "folder", "path": str(tmp_path)})
    ws.sides.load_local()
    ws.sides.load_local()
    rows = ws.local("actual_times")
    assert rows[["minutes", "client_id", "file"]].to_numpy().tolist() == [[10, "C2", "Timer"]]


#: A source without any time of its own, in which the task belongs to another client by now.
FILES = {
    "clients.csv": "id,name\nC1,Acme\nC2,Bee\n",
    "staff.csv": "id,name\nS1,Ann\nS2,Ben\n",
    "processes.csv": "id,name\nP1,BAS\n",
    "tasks.csv": "id,client_id,process_id,name\nT1,C2,P1,BAS Sep\nT2,C2,P1,BAS Dec\n",
}
