"""Links follow what is the same work still, break where it is gone, and conflict where both sides changed."""

from __future__ import annotations

from typing import Any

import pytest

from core.mapping.fits import Agreement
from core.mapping.follow import Became, Followed, Rulebook, follow_looks, list_moved
from core.mapping.looks import About, Look, Wish
from tests.mapping.looked import look

T = frozenset({"t"})
PARTED, AGREES = Agreement(parted=T), Agreement(fits=T)
BOTH = Rulebook(by={"t": "Kim"}, agreement=AGREES, complete=True, reopen=True, fresh=5)


def follow(before: Look, now: Look, **rules: Any) -> Followed:
    """One task `t`, linked by a person unless the rules say otherwise, whose sides agree, with both options on."""
    return follow_looks({"t": before}, {"t": now}, Rulebook(**(vars(BOTH) | rules)))


def became(found: Followed) -> list[Became]:
    return [one.became for one in found.findings]


DONE = {"completed": True}


def test_nothing_new_is_no_finding_and_changes_no_look() -> None:
    assert follow(look(), look()) == Followed({}, [], {})


@pytest.mark.parametrize(
    ("local", "xpm", "words"),
    [
        ({}, {"name": "BAS Sep 26"}, "renamed in XPM from “BAS - Quarter September” to “BAS Sep 26”"),
        ({}, {"job": "J2", "job_name": "BAS FY27"}, "moved in XPM from job J1 to job J2 BAS FY27"),
        ({}, {"job_name": "Compliance"}, "Job J1 was renamed in XPM from “BAS 2026” to “Compliance”"),
        ({}, {"closed": True}, "Job J1 was closed in XPM"),
        ({}, {"completed": True}, "completed in XPM"),
        ({"name": "BAS September"}, {}, "renamed here from “BAS - Sep” to “BAS September”"),
        ({"client_id": "C2"}, {}, "belongs to “Bee” here now, before to “C1”"),
        ({"process_id": "P2"}, {}, "It is “P2” here now, before “P1”"),
        ({"period": "Q1 FY27"}, {}, "period here is Q1 FY27 now, before Sep Qtr 2026"),
        ({"due": "2026-11-02"}, {}, "dates here are 2026-10-01 to 2026-11-02 now"),
    ],
)
def test_a_link_that_still_fits_follows_and_says_what_changed(
    local: dict[str, Any], xpm: dict[str, Any], words: str
) -> None:
    found = follow(look(), look(local, xpm), names={"client:C2": "Bee"})
    assert (became(found), found.opened) == ([Became.FOLLOWED], {})
    assert words in found.findings[0].words
    assert found.looks["t"] == look(local, xpm)


def test_a_rules_link_that_no_longer_fits_is_opened_again() -> None:
    found = follow(look(), look(xpm={"name": "BAS - Quarter December"}), by={"t": "rule:certain"}, agreement=PARTED)
    assert became(found) == [Became.OPENED]
    assert "renamed in XPM" in found.opened["t"]


def test_a_persons_link_that_no_longer_fits_is_kept_and_in_conflict() -> None:
    found = follow(look(), look({"client_id": "C2"}), agreement=PARTED)
    assert (became(found), found.opened, found.looks["t"].about) == ([Became.CONFLICT], {}, About.LINK)
    assert "Kim had linked the two" in found.looks["t"].conflict


def test_a_persons_link_that_never_fitted_the_rules_is_no_conflict_when_something_changes() -> None:
    found = follow(look(), look({"name": "Other work"}), agreement=Agreement())
    assert became(found) == [Became.FOLLOWED]


def test_a_conflict_about_a_link_is_told_once_and_is_over_when_the_sides_agree_again() -> None:
    held = follow(look(), look({"client_id": "C2"}), agreement=PARTED).looks["t"]
    assert follow(held, look({"client_id": "C2"}), agreement=PARTED).findings == []
    for agreement in (AGREES, Agreement(joined=T)):
        over = follow(held, look(), agreement=agreement)
        assert (became(over), over.looks["t"].conflict) == ([Became.SETTLED], "")


def test_a_job_task_that_is_gone_breaks_the_link_once() -> None:
    gone = look().__class__("T1", look().local, None)
    broke = follow(look(), gone)
    assert (became(broke), broke.opened) == ([Became.BROKE], {})
    assert "“BAS - Quarter September” of job J1 BAS 2026 is no longer in XPM" in broke.findings[0].words
    assert follow(gone, gone).findings == []


def test_a_rules_link_goes_on_to_a_certain_successor() -> None:
    gone = Look("T1", look().local, None)
    found = follow(look(), gone, by={"t": "rule:certain"}, successors={"t": "T9"})
    assert became(found) == [Became.OPENED]
    assert became(follow(look(), gone, successors={"t": "T9"})) == [Became.BROKE]


def test_a_task_that_is_gone_here_changes_nothing_in_xpm() -> None:
    gone = Look("T1", None, look().xpm)
    found = follow(look(DONE), gone)
    assert (became(found), found.looks["t"].wish) == ([Became.FOLLOWED], Wish.NONE)


def test_what_was_completed_here_is_carried_over() -> None:
    found = follow(look(), look(DONE))
    assert became(found) == [Became.WISHED]
    assert found.looks["t"].wish is Wish.COMPLETE


def test_what_else_changed_is_told_beside_the_completion() -> None:
    found = follow(look(), look(DONE | {"name": "BAS September"}))
    assert became(found) == [Became.FOLLOWED, Became.WISHED]
    assert "completed" not in found.findings[0].words


def test_what_was_reopened_here_is_carried_over() -> None:
    found = follow(look(DONE, DONE), look({}, DONE))
    assert found.looks["t"].wish is Wish.REOPEN


@pytest.mark.parametrize("option", ["complete", "reopen"])
def test_nothing_is_carried_over_while_the_option_is_off(option: str) -> None:
    before, now = (look(), look(DONE)) if option == "complete" else (look(DONE, DONE), look({}, DONE))
    found = follow(before, now, **{option: False})
    assert (became(found), found.looks["t"].wish) == ([Became.FOLLOWED], Wish.NONE)


def test_what_differs_already_when_the_option_is_switched_on_stays() -> None:
    assert follow(look(DONE), look(DONE)).looks == {}


@pytest.mark.parametrize(
    "xpm",
    [{"name": "Something else"}, {"job": "J2"}, {"client_id": "X2"}, {"task_type_id": "K2"}, {"job_name": "FY28"}],
)
def test_what_changed_on_both_sides_is_a_conflict_and_nothing_is_carried_over(xpm: dict[str, Any]) -> None:
    found = follow(look(), look(DONE, xpm))
    held = found.looks["t"]
    assert became(found)[-1] is Became.CONFLICT
    assert (held.wish, held.about) == (Wish.NONE, About.STATUS)
    assert "Nothing was written there" in held.conflict


def test_a_completion_in_xpm_meanwhile_needs_nothing() -> None:
    found = follow(look(), look(DONE, DONE))
    assert (became(found), found.looks["t"].wish) == ([Became.FOLLOWED], Wish.NONE)


def test_a_job_task_that_somebody_reopened_in_xpm_is_not_completed_again() -> None:
    found = follow(look(DONE, DONE), look(DONE))
    assert (became(found), found.looks["t"].wish) == ([Became.FOLLOWED], Wish.NONE)


def test_a_closed_jobs_task_is_left_as_it_is() -> None:
    closed = {"closed": True}
    assert follow(look(xpm=closed), look(DONE, closed)).looks["t"].wish is Wish.NONE


def test_a_wish_waits_through_further_looks_and_falls_when_it_is_taken_back() -> None:
    wished = follow(look(), look(DONE)).looks["t"]
    assert follow(wished, look(DONE)) == Followed({}, [], {})
    back = follow(wished, look())
    assert (became(back), back.looks["t"].wish) == ([Became.FOLLOWED], Wish.NONE)


def test_a_wish_becomes_a_conflict_when_xpm_changes_before_it_is_carried_over() -> None:
    wished = follow(look(), look(DONE)).looks["t"]
    found = follow(wished, look(DONE, {"name": "Something else"}))
    assert (became(found)[-1], found.looks["t"].wish) == (Became.CONFLICT, Wish.NONE)


def test_a_persons_wish_holds_with_the_options_off() -> None:
    wished = look(DONE, wish=Wish.COMPLETE, by="Kim")
    assert follow(wished, look(DONE), complete=False).looks == {}


def test_a_conflict_about_completion_is_over_when_both_say_the_same() -> None:
    held = follow(look(), look(DONE, {"name": "Something else"})).looks["t"]
    over = follow(held, look(DONE, {"name": "Something else", "completed": True}))
    assert Became.SETTLED in became(over)
    assert over.looks["t"].conflict == ""


def test_a_job_task_shared_by_open_work_is_not_completed() -> None:
    found = follow(look(), look(DONE, ended=False))
    assert found.looks["t"].wish is Wish.NONE


def test_the_last_of_several_tasks_completes_what_they_share() -> None:
    found = follow(look(DONE, ended=False), look(DONE, ended=True))
    assert found.looks["t"].wish is Wish.COMPLETE


def test_a_link_to_another_job_task_starts_afresh() -> None:
    now = Look("T2", look(DONE).local, look().xpm, ended=True)
    assert follow(look(), now) == Followed({"t": now}, [], {})


def test_new_links_whose_work_is_completed_are_carried_over_while_they_are_few() -> None:
    few = {"a": look(DONE), "b": look(), "c": look(DONE, DONE)}
    found = follow_looks({}, few, BOTH)
    assert {one: str(kept.wish) for one, kept in found.looks.items()} == {"a": "complete", "b": "", "c": ""}
    many = {str(number): look(DONE) for number in range(6)}
    assert {kept.wish for kept in follow_looks({}, many, BOTH).looks.values()} == {Wish.NONE}


def test_a_look_at_unmoved_tasks_asks_for_no_judging() -> None:
    before = {"same": look(), "done": look(), "moved": look(), "held": look(about=About.LINK), "other": look()}
    now = {"same": look(), "done": look(DONE), "moved": look({"period": ""}), "held": look()}
    assert list_moved(before, now | {"other": Look("T2", None, None), "new": look()}) == {"moved", "held"}
