"""Every standing and every reason, each from a practice with one thing spoilt."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from core.model import Reason, Standing
from core.push.reasons import REASONS
from core.push.rules import Choice
from core.push.settings import PushSettings
from tests.push.practice import DAY, Practice, bundle, entry, timesheet

Spoil = Callable[[Practice], Any]


def setting(**values: Any) -> Spoil:
    return lambda practice: vars(practice).update(values)


def an_entry(**changes: Any) -> Spoil:
    return setting(entries={"e1": entry(**changes)})


def a_bundle(**changes: Any) -> Spoil:
    return setting(ledger={"e1": bundle(**changes)})


def a_rule(**says: Any) -> Spoil:
    said = {"verdict": "linked", "xpm_id": "T2", "rule_words": "note: call", "xpm_name": "Advisory", "of_task": False}
    return setting(ruled={"e1": said | says})


def job_tasks_of(**types: str) -> dict[str, dict[str, Any]]:
    return {name: {"job": "J1", "task_type_id": one, "name": one} for name, one in types.items()}


SPOILT: dict[Reason, Spoil] = {
    Reason.CLIENT_UNLINKED: setting(client_links={}),
    Reason.STAFF_UNLINKED: setting(staff_links={}),
    Reason.PROCESS_OPEN: setting(process_links={}, task_links={}),
    Reason.TASK_UNLINKED: setting(task_links={}),
    Reason.TASK_MISSING: setting(task_links={}, job_tasks={}),
    Reason.TIE: setting(
        entries={"e1": entry(task_id="")},
        job_tasks={name: {"job": "J1", "task_type_id": "T1", "name": "BAS"} for name in ("JT1", "JT2")},
    ),
    Reason.RULED_TASK_MISSING: a_rule(),
    Reason.RULED_TIE: lambda practice: (
        a_rule()(practice),
        setting(job_tasks=job_tasks_of(JT1="T1", JT2="T2", JT3="T2"))(practice),
    ),
    Reason.LINK_BROKEN: setting(client_links={"c1": "!C1"}),
    Reason.JOB_CLOSED: setting(jobs={"J1": {"client_id": "C1", "state": "Completed", "current": True}}),
    Reason.STAFF_INACTIVE: setting(xpm_staff={"S1": {"name": "Aroha Ngata", "listed": False}}),
    Reason.PERIOD_CLOSED: setting(settings=PushSettings(period_closed_until=DAY)),
    Reason.LOOKS_EQUAL: setting(times={"x1": timesheet()}),
    Reason.OVER_DAY_TOTAL: setting(times={"x1": timesheet(job="J9", task_id="JT9", minutes=5)}),
    Reason.DOUBLED_ID: an_entry(problem="doubled id", problem_sentence="e1 occurs in lines 4 and 9."),
    Reason.ODD_MINUTES: an_entry(minutes=0),
    Reason.ODD_ENTRY: an_entry(problem="odd entry", problem_sentence="The date lies too far ahead. Correct it."),
    Reason.SENDING: a_bundle(state="sending", remote_uuid=""),
    Reason.UNKNOWN_OUTCOME: a_bundle(state="unknown", remote_uuid=""),
    Reason.NEEDS_PERSON: a_bundle(state="needs_person", reason="newcomer", remote_uuid=""),
    Reason.REJECTED: a_bundle(state="rejected", xpm_words="Job is locked", remote_uuid=""),
    Reason.ECHO_DIFFERS: a_bundle(state="needs_person", reason="echo_differs"),
    Reason.DRIFTED: a_bundle(state="drifted", reason="minutes"),
    Reason.DELETED_REMOTELY: a_bundle(state="needs_person", reason="deleted_remotely"),
    Reason.EDITED_LOCALLY: a_bundle(content_hash="former"),
    Reason.REMAPPED: a_bundle(task_id="JT9", job="J9"),
    Reason.CHANGE_INVOICED: a_bundle(content_hash="former", invoiced=True),
    Reason.CHANGE_REFUSED: a_bundle(
        content_hash="former",
        reason="change_refused",
        desired=json.dumps({"content_hash": "h1", "job": "J1", "task_id": "JT1", "staff_id": "S1"}),
        xpm_words="Job is locked",
    ),
    Reason.WITHDRAWN_INVOICED: setting(entries={}, ledger={"e1": bundle(invoiced=True)}),
    Reason.UNDONE: setting(choices={"e1": {"choice": "undone", "why": "wrong month", "by": "Kim"}}),
    Reason.ROUNDS_TO_NOTHING: setting(
        entries={"e1": entry(minutes=2)}, settings=PushSettings(rounding="nearest", rounding_minutes=6)
    ),
    Reason.DELETED_LOCALLY: setting(entries={}, ledger={"e1": bundle()}),
    Reason.EXCLUDED_CLIENT: setting(client_links={"c1": "-"}),
    Reason.EXCLUDED_STAFF: setting(staff_links={"s1": "-"}),
    Reason.EXCLUDED_PROCESS: setting(process_links={"p1": "-"}),
    Reason.EXCLUDED_BY_RULE: a_rule(verdict="excluded", xpm_id=""),
    Reason.EXCLUDED_TASK: setting(task_links={"t1": "-"}),
    Reason.EXCLUDED_ENTRY: setting(choices={"e1": {"choice": "exclude", "why": "training", "by": "Kim"}}),
    Reason.RULE_DATES: setting(choice=Choice(start=date(2026, 11, 19))),
    Reason.RULE_STAFF: setting(choice=Choice(staff=("s2",))),
    Reason.RULE_CLIENTS: setting(choice=Choice(clients=("c2",))),
    Reason.RULE_PROCESSES: setting(choice=Choice(processes=("p2",))),
    Reason.RULE_BILLABLE: setting(choice=Choice(billable=False)),
    Reason.RULE_STATUS: setting(choice=Choice(task_statuses=("completed",))),
    Reason.RULE_GROUPS: setting(choice=Choice(client_groups=("Smith",))),
    Reason.RULE_COMMITTED: setting(choice=Choice(committed=False)),
    Reason.RULE_APPROVED: setting(choice=Choice(approved=True)),
    Reason.RULE_MINUTES: setting(choice=Choice(min_minutes=61)),
    Reason.RULE_NOTE: setting(choice=Choice(has_note=False)),
    Reason.RULE_ENTRIES: setting(choice=Choice(entries=("e2",))),
    Reason.DRAFT: an_entry(status="draft"),
    Reason.UNREADABLE: an_entry(problem="row unreadable", problem_sentence="Line 7 has no date."),
}


@pytest.mark.parametrize("reason", SPOILT, ids=lambda reason: reason.name.lower())
def test_each_reason_gives_its_standing_and_a_sentence(reason: Reason) -> None:
    practice = Practice()
    SPOILT[reason](practice)
    row = practice.standings().loc["e1"]
    assert (row["reason"], row["standing"]) == (reason, REASONS[reason].standing)
    assert len(row["sentence"]) > 15
    assert "{" not in row["sentence"] + row["fix_page"]


def test_an_entry_left_out_names_the_rule_that_did_it() -> None:
    practice = Practice()
    practice.choice = Choice(has_note=False, name="Month end")
    assert practice.standings().loc["e1", "sentence"].startswith("Which Actual Times “Month end” leaves it out")


def test_no_reason_is_without_a_case() -> None:
    assert set(SPOILT) == set(Reason) - {Reason.NONE}
    assert set(REASONS) == set(SPOILT)


def test_an_entry_with_nothing_in_its_way_is_ready_with_its_target() -> None:
    row = Practice().standings().loc["e1"]
    assert row["standing"] == Standing.READY
    assert list(row[["job", "job_task_id", "xpm_client_id", "xpm_staff_id"]]) == ["J1", "JT1", "C1", "S1"]


@pytest.mark.parametrize("state", ["posted", "confirmed"])
def test_an_entry_in_xpm_stays_synced_whatever_happens_to_its_links(state: str) -> None:
    practice = Practice(ledger={"e1": bundle(state=state)}, client_links={}, task_links={"t1": "-"})
    row = practice.standings().loc["e1"]
    assert (row["standing"], row["reason"], row["xpm_time_id"]) == (Standing.SYNCED, "", "u1")


def test_an_entry_without_a_task_takes_the_clients_only_open_job_task() -> None:
    row = Practice(entries={"e1": entry(task_id="")}, task_links={}).standings().loc["e1"]
    assert (row["standing"], row["job_task_id"]) == (Standing.READY, "JT1")


def test_a_completed_job_task_is_no_candidate() -> None:
    practice = Practice(entries={"e1": entry(task_id="")})
    practice.job_tasks["JT1"]["completed"] = True
    assert practice.standings().loc["e1", "reason"] == Reason.TASK_MISSING


def test_a_job_of_another_client_breaks_the_link() -> None:
    practice = Practice()
    practice.jobs["J1"]["client_id"] = "C2"
    row = practice.standings().loc["e1"]
    assert row["reason"] == Reason.LINK_BROKEN
    assert "another client" in row["sentence"]
    assert row["fix_page"] == "work"


@pytest.mark.parametrize(("allowed", "standing"), [(("in progress",), "ready"), (("Planned",), "waiting")])
def test_a_list_of_allowed_states_decides_alone(allowed: tuple[str, ...], standing: str) -> None:
    practice = Practice(settings=PushSettings(allowed_states=allowed))
    assert practice.standings().loc["e1", "standing"] == standing


def test_our_own_timesheet_is_no_lookalike_of_another_entry() -> None:
    practice = Practice(entries={"e1": entry(), "e2": entry()}, ledger={"e1": bundle()}, times={"u1": timesheet()})
    assert list(practice.standings()["standing"]) == [Standing.SYNCED, Standing.READY]


def test_time_in_xpm_on_other_days_alone_holds_nothing() -> None:
    practice = Practice(times={"x1": timesheet(date=DAY - timedelta(days=1))})
    assert practice.standings().loc["e1", "standing"] == Standing.READY


def test_several_typed_rows_that_add_up_look_equal() -> None:
    practice = Practice(times={"x1": timesheet(minutes=25), "x2": timesheet(minutes=35), "x3": timesheet(minutes=1)})
    row = practice.standings().loc["e1"]
    assert (row["reason"], row["looks_like"]) == (Reason.LOOKS_EQUAL, "x1,x2")


def test_a_person_who_called_it_separate_work_releases_the_hold() -> None:
    practice = Practice(times={"x1": timesheet()}, choices={"e1": {"choice": "separate_work", "by": "Kim"}})
    practice.ledger = {"e1": bundle(state="held", reason="looks_equal", remote_uuid="")}
    assert practice.standings().loc["e1", "standing"] == Standing.READY


def test_a_rejected_entry_is_ready_again_once_its_target_changed() -> None:
    practice = Practice(ledger={"e1": bundle(state="rejected", task_id="JT0", remote_uuid="")})
    assert practice.standings().loc["e1", "standing"] == Standing.READY


def test_an_entry_that_was_sent_again_and_refused_again_is_not_ready_for_ever() -> None:
    practice = Practice(choices={"e1": {"choice": "send_again", "why": "unlocked", "by": "Kim"}})
    practice.ledger = {"e1": bundle(state="rejected", remote_uuid="")}
    assert practice.standings().loc["e1", "reason"] == Reason.REJECTED


def test_typed_time_within_the_local_total_of_the_day_holds_nothing() -> None:
    practice = Practice(times={"x1": timesheet(job="J9", task_id="JT9", minutes=30)})
    practice.entries["e2"] = entry(minutes=30, client_id="c2")
    assert practice.standings().loc["e1", "standing"] == Standing.READY


def test_withdrawn_time_has_no_local_minutes() -> None:
    practice = Practice(ledger={"e1": bundle(), "e2": bundle(bundle_id="b2", minutes=45, remote_uuid="u2")})
    rows = practice.standings()
    assert list(rows["standing"]) == [Standing.SYNCED, Standing.WITHDRAWN]
    assert rows.loc["e2", ["minutes", "xpm_minutes", "xpm_time_id"]].tolist() == [0, 45, "u2"]


def test_an_entry_that_vanished_while_in_doubt_stays_in_doubt() -> None:
    practice = Practice(ledger={"e2": bundle(state="unknown", remote_uuid="")})
    assert practice.standings().loc["e2", "standing"] == Standing.IN_DOUBT


def test_an_entry_that_never_reached_xpm_and_vanished_is_forgotten() -> None:
    practice = Practice(ledger={"e2": bundle(state="ready", remote_uuid="")})
    assert list(practice.standings().index) == ["e1"]


def test_every_minute_is_in_exactly_one_standing() -> None:
    practice = Practice(entries={f"e{n}": entry(minutes=n) for n in range(1, 40)})
    rows = practice.standings()
    assert rows.groupby("standing")["minutes"].sum().sum() == sum(range(1, 40))
    assert rows["standing"].isin(list(Standing)).all()


def test_a_practice_without_entries_has_no_standings() -> None:
    assert Practice(entries={}).standings().empty


def test_the_sources_own_sentence_wins() -> None:
    practice = Practice(entries={"e1": entry(problem="doubled id", problem_sentence="Lines 4 and 9.")})
    assert practice.standings().loc["e1", "sentence"] == "Lines 4 and 9."
