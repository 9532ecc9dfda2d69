"""A signature holds while the period is what was signed, and is refused where nothing can be vouched for."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from core.store import Store
from core.store.engine import writing
from core.workspace import Workspace
from core.workspace.signing import CannotSign
from tests.fakes import FakeClock
from tests.workspace.tied_practice import NOVEMBER, add_bundle, enter, make_practice, show

ALL = {"u1": {"minutes": 60}, "u2": {"minutes": 24}, "hand": {"minutes": 45}}


@pytest.fixture
def practice(store: Store, clock: FakeClock) -> Workspace:
    return make_practice(store, clock)


def trusts(practice: Workspace) -> list[str]:
    return [one.trust.value for one in practice.signing.list()]


def test_who_signed_what_and_when_is_kept(practice: Workspace) -> None:
    signed = practice.signing.sign(*NOVEMBER, note=" agreed ")
    signature = signed.signature
    assert (signature.by, signature.note, signature.start, signature.end) == ("Margaret", "agreed", *NOVEMBER)
    assert signature.at.startswith("2026-11-20")
    assert signature.content["tie_out"]["synced"] == 80
    assert signature.content["read_at"]["xpm"]
    assert trusts(practice) == ["intact"]


def test_reading_the_same_again_leaves_a_signature_intact(practice: Workspace) -> None:
    practice.signing.sign(*NOVEMBER)
    show(practice, **ALL | {"hand": {"minutes": 45, "note": "typed <b>by</b> hand"}})
    assert trusts(practice) == ["intact"]


@pytest.mark.parametrize(
    ("sheets", "told"),
    [
        (ALL | {"hand": {"minutes": 50}}, "Typed by hand in XPM: 0:45 h signed, 0:50 h now."),
        (ALL | {"new": {"minutes": 5}}, "XPM's own total: 2:09 h signed, 2:14 h now."),
    ],
)
def test_a_change_in_xpm_breaks_the_signature_and_is_told(
    practice: Workspace, sheets: dict[str, dict[str, int]], told: str
) -> None:
    practice.signing.sign(*NOVEMBER)
    show(practice, **sheets)
    [signed] = practice.signing.list()
    assert (signed.trust.value, told in signed.changes) == ("broken", True)


def test_two_changes_that_cancel_in_the_sums_break_the_signature(practice: Workspace) -> None:
    enter(practice, E1={"minutes": 60}, E2={"minutes": 20}, E3={"minutes": 10}, E4={"minutes": 30})
    practice.signing.sign(*NOVEMBER)
    enter(practice, E1={"minutes": 60}, E2={"minutes": 20}, E3={"minutes": 30}, E4={"minutes": 10})
    [signed] = practice.signing.list()
    assert (signed.trust.value, "single entries" in signed.changes[0]) == ("broken", True)


def test_a_period_signed_again_after_a_change_has_both_signatures(practice: Workspace) -> None:
    practice.signing.sign(*NOVEMBER)
    show(practice, **ALL | {"new": {"minutes": 5}})
    again = practice.signing.sign(*NOVEMBER)
    assert trusts(practice) == ["intact", "broken"]
    assert again.signature.former_hash == practice.signing.list()[1].signature.hash


def test_what_does_not_tie_is_not_signed(practice: Workspace) -> None:
    show(practice, **ALL | {"u1": {"minutes": 50}})
    with pytest.raises(CannotSign, match="does not tie"):
        practice.signing.sign(*NOVEMBER)
    assert practice.signing.list() == []


def test_a_month_never_read_whole_is_not_signed(practice: Workspace) -> None:
    with pytest.raises(CannotSign, match="October 2026"):
        practice.signing.sign(date(2026, 10, 1), date(2026, 11, 30))
    practice.store.frames.mark_part("p", "xpm", "times:2026-11", False, 0, "", "cut short")
    with pytest.raises(CannotSign, match="November 2026"):
        practice.signing.sign(*NOVEMBER)


def test_a_side_not_read_whole_is_not_signed(practice: Workspace) -> None:
    practice.store.frames.mark_part("p", "xpm", "jobs", False, 0, "", "timed out")
    with pytest.raises(CannotSign, match="a side was not read whole"):
        practice.signing.sign(*NOVEMBER)


def test_what_was_sent_after_the_last_read_is_not_signed(practice: Workspace) -> None:
    enter(practice, E1={"minutes": 60}, E2={"minutes": 20}, E3={"minutes": 30})
    add_bundle(practice, "u3", {"E3": (30, 30)}, state="posted", last_seen_at="2099-01-01T00:00:00.000+00:00")
    with pytest.raises(CannotSign, match="written to XPM after it was read"):
        practice.signing.sign(*NOVEMBER)


def test_a_tie_out_that_moved_on_since_it_was_shown_is_not_signed(practice: Workspace) -> None:
    shown = practice.signing.mark(practice.tying.tie(*NOVEMBER))
    show(practice, **ALL | {"new": {"minutes": 5}})
    with pytest.raises(CannotSign, match="changed since it was shown"):
        practice.signing.sign(*NOVEMBER, shown=shown)


def test_a_signature_altered_in_the_database_is_never_shown_as_intact(practice: Workspace) -> None:
    practice.signing.sign(*NOVEMBER, note="first")
    practice.signing.sign(*NOVEMBER, note="second")
    postgres = practice.store.engine.dialect.name == "postgresql"
    with writing(practice.store.engine) as connection:
        trigger = "signature_refuses_change ON signature" if postgres else "signature_refuses_update"
        connection.execute(text(f"DROP TRIGGER {trigger}"))
        connection.execute(text("UPDATE signature SET note = 'other' WHERE note = 'first'"))
    assert trusts(practice) == ["altered", "altered"]


def test_signatures_of_other_dates_are_not_among_those_of_a_period(practice: Workspace) -> None:
    practice.signing.sign(*NOVEMBER)
    assert not practice.signing.list(date(2026, 10, 1), date(2026, 10, 31))
    assert len(practice.signing.sheet(date(2026, 11, 30), date(2026, 12, 31))) == 1
