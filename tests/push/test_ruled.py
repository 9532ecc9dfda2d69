"""What process rules make of entries on their way to a job task."""

from __future__ import annotations

from typing import Any

import pytest

from core.model import Reason, Standing
from tests.push.practice import Practice, bundle, entry


def ruled(**says: Any) -> dict[str, dict[str, Any]]:
    said = {"verdict": "linked", "xpm_id": "T2", "rule_words": "note: call", "xpm_name": "Advisory", "of_task": False}
    return {"e1": said | says}


def a_practice(**changes: Any) -> Practice:
    """Job J1 with a task of each of two kinds; the entry's own task is linked to the first."""
    practice = Practice(ruled=ruled())
    practice.job_tasks["JT2"] = {"job": "J1", "task_type_id": "T2", "name": "Advisory"}
    vars(practice).update(changes)
    return practice


def stand(practice: Practice) -> list[str]:
    return list(practice.standings().loc["e1", ["standing", "reason", "job", "job_task_id", "task_type_id"]])


def test_an_entry_goes_to_the_task_of_its_job_that_the_rule_names() -> None:
    assert stand(a_practice()) == ["ready", "", "J1", "JT2", "T2"]


def test_without_a_rule_for_it_an_entry_goes_where_its_task_does() -> None:
    assert stand(a_practice(ruled={"e9": ruled()["e1"]}))[2:4] == ["J1", "JT1"]


def test_a_rule_of_the_whole_task_leaves_the_entry_to_the_link_of_its_task() -> None:
    assert stand(a_practice(ruled=ruled(of_task=True)))[3] == "JT1"


def test_a_task_of_that_kind_on_another_job_is_not_taken() -> None:
    practice = a_practice()
    practice.jobs["J2"] = {"client_id": "C1", "state": "In Progress", "current": True}
    practice.job_tasks["JT2"]["job"] = "J2"
    assert stand(practice)[:4] == ["waiting", Reason.RULED_TASK_MISSING, "J1", ""]


def test_a_completed_task_of_that_kind_is_none() -> None:
    practice = a_practice()
    practice.job_tasks["JT2"]["completed"] = True
    assert stand(practice)[1] == Reason.RULED_TASK_MISSING


def test_of_several_tasks_of_that_kind_none_is_guessed() -> None:
    practice = a_practice()
    practice.job_tasks["JT3"] = {"job": "J1", "task_type_id": "T2", "name": "Advisory 2"}
    row = practice.standings().loc["e1"]
    assert (row["reason"], row["job_task_id"]) == (Reason.RULED_TIE, "")
    assert "(note: call)" in row["sentence"]
    assert "XPM task Advisory" in row["sentence"]


def test_an_entry_without_a_task_takes_the_clients_only_job_task_of_that_kind() -> None:
    practice = a_practice(entries={"e1": entry(task_id="")})
    assert stand(practice) == ["ready", "", "J1", "JT2", "T2"]


def test_a_rule_maps_what_its_process_leaves_open() -> None:
    practice = a_practice(entries={"e1": entry(task_id="")}, process_links={})
    assert stand(practice)[:2] == ["ready", ""]


def test_a_rule_brings_back_what_its_process_excludes() -> None:
    assert stand(a_practice(process_links={"p1": "-"}))[0] == Standing.READY


def test_a_rule_excludes_what_its_process_maps() -> None:
    row = a_practice(ruled=ruled(verdict="excluded", xpm_id="")).standings().loc["e1"]
    assert (row["standing"], row["reason"]) == ("excluded", Reason.EXCLUDED_BY_RULE)
    assert row["sentence"] == "A rule of BAS excludes it from XPM: note: call."


def test_an_excluded_client_is_named_before_an_excluding_rule() -> None:
    practice = a_practice(ruled=ruled(verdict="excluded", xpm_id=""), client_links={"c1": "-"})
    assert stand(practice)[1] == Reason.EXCLUDED_CLIENT


def test_an_entry_whose_task_is_not_linked_waits_for_that() -> None:
    assert stand(a_practice(task_links={}))[1] == Reason.TASK_UNLINKED


def test_a_rule_does_not_open_a_closed_job() -> None:
    practice = a_practice()
    practice.jobs["J1"]["state"] = "Completed"
    assert stand(practice)[1] == Reason.JOB_CLOSED


@pytest.mark.parametrize(("says", "reason"), [({}, Reason.REMAPPED), ({"verdict": "excluded", "xpm_id": ""}, "")])
def test_what_was_pushed_before_a_rule_follows_it_but_is_never_taken_out(says: dict[str, Any], reason: str) -> None:
    practice = a_practice(ruled=ruled(**says), ledger={"e1": bundle()})
    assert practice.standings().loc["e1", "reason"] == reason
