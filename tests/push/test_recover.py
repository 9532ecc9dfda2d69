"""What a start finds: a ledger that went back in time, a lost journal, another practice's rows."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.push.choices import Saying, say
from core.push.journal import INTENT, JournalFailed, JournalFile
from core.push.ports import Change, Current, Former, Intent, Wanted
from core.push.queue import TenantsMixed, read_wanted
from core.push.recover import find_missing, lift_halt
from core.push.run import End, PushJob, run_push
from core.store.engine import open_engine
from tests.push.desk import DAY, START, Desk, entry_rows


@pytest.fixture
def laptop(sqlite_template: Path, tmp_path: Path) -> Desk:
    """A desk on a SQLite file that can be put back to an older copy."""
    shutil.copyfile(sqlite_template, tmp_path / "tieout.db")
    return Desk(open_engine(f"sqlite:///{tmp_path / 'tieout.db'}"), tmp_path)


def restore(desk: Desk) -> Desk:
    """The same desk on the database as it was before the first push."""
    desk.engine.dispose()
    for name in ("tieout.db-wal", "tieout.db-shm"):
        (desk.folder / name).unlink(missing_ok=True)
    shutil.copyfile(desk.folder / "backup.db", desk.folder / "tieout.db")
    return Desk(
        open_engine(f"sqlite:///{desk.folder / 'tieout.db'}"), desk.folder, desk.xpm, desk.clock, new_id=desk.new_id
    )


def back_up(desk: Desk) -> None:
    desk.engine.dispose()  # the last connection brings everything into the one file
    shutil.copyfile(desk.folder / "tieout.db", desk.folder / "backup.db")


def test_a_restored_ledger_sends_nothing_while_its_last_request_may_be_under_way(laptop: Desk) -> None:
    back_up(laptop)
    laptop.push()
    restored = restore(laptop)
    result = restored.push()
    assert (result.end, restored.xpm.adds, restored.xpm.lists) == (End.PAUSED, 3, 2)
    assert "older database" in restored.ledger.recovery_reason("demo")
    assert result.resume_at == START + timedelta(seconds=restored.settings.deadline_seconds + 900)


def test_a_restored_ledger_takes_over_what_it_had_sent(laptop: Desk) -> None:
    back_up(laptop)
    laptop.push()
    restored = restore(laptop)
    assert restored.push_until_calm().end is End.DONE
    assert (restored.xpm.adds, restored.sent_minutes()) == (3, [10, 20, 30])
    assert set(restored.states().values()) == {"confirmed"}
    assert restored.ledger.recovery_reason("demo") == ""


def test_a_recovery_reads_two_complete_lists_some_time_apart(laptop: Desk) -> None:
    back_up(laptop)
    laptop.push()
    restored = restore(laptop)
    restored.push()
    restored.clock.advance(1000)
    lists, began = restored.xpm.lists, restored.clock.now()
    restored.push()
    assert restored.xpm.lists == lists + 2
    assert (restored.clock.now() - began).total_seconds() >= restored.settings.list_gap_seconds


def test_a_request_that_lands_after_the_restore_is_not_sent_again(laptop: Desk) -> None:
    back_up(laptop)
    laptop.xpm.faults = {2: "late"}
    laptop.push()
    restored = restore(laptop)
    restored.push()
    restored.xpm.land_late()
    restored.push_until_calm()
    assert restored.sent_minutes() == [10, 20, 30]


def test_a_list_that_cannot_be_had_keeps_the_recovery_on(laptop: Desk) -> None:
    back_up(laptop)
    laptop.push()
    restored = restore(laptop)
    restored.clock.advance(1000)
    restored.xpm.failing_lists = 99
    assert restored.push(entry_rows(4)).end is End.PAUSED
    assert restored.ledger.recovery_reason("demo")
    assert restored.xpm.adds == 3


def test_a_marker_nobody_knows_holds_its_group_after_a_restore(laptop: Desk) -> None:
    laptop.push(entry_rows(1))
    back_up(laptop)
    laptop.push(entry_rows(3), run="r2")
    restored = restore(laptop)
    rows = entry_rows(4).loc[["e4"]]
    restored.push_until_calm(rows, run="r3")
    assert restored.states()["orphan:u2"] == "needs_person"
    assert (restored.states()["e4"], restored.xpm.adds) == ("held", 3)


def test_a_timesheet_kept_apart_from_an_orphan_goes_once_a_person_said_so(laptop: Desk) -> None:
    test_a_marker_nobody_knows_holds_its_group_after_a_restore(laptop)
    restored = Desk(laptop.engine, laptop.folder, laptop.xpm, laptop.clock)
    say(["e4"], Saying.SEPARATE_WORK, replace(restored.book, actor="Kim"), why="looked")
    restored.push_until_calm(entry_rows(4).loc[["e4"]], run="r4")
    assert restored.states()["e4"] == "confirmed"


def test_after_a_restore_with_another_member_set_a_person_is_asked(laptop: Desk) -> None:
    back_up(laptop)
    laptop.push(entry_rows(1))
    restored = restore(laptop)
    restored.push_until_calm(entry_rows(1, minutes=15))
    assert (restored.states()["e1"], restored.reason(), restored.xpm.adds) == ("held", "adopt_differs", 1)


def test_a_recovery_begins_a_higher_epoch_than_any_before(laptop: Desk) -> None:
    back_up(laptop)
    for run in ("r1", "r2", "r3"):
        laptop.push(run=run)
    restored = restore(laptop)
    restored.push_until_calm()
    assert restored.ledger.take_lease("demo", "w9", 1) == 5
    restored.ledger.release_lease("demo", "w9", 5)
    assert restored.push(run="r5").end is End.DONE


def test_what_was_accepted_is_not_asked_for_again(laptop: Desk) -> None:
    back_up(laptop)
    laptop.push()
    restored = restore(laptop)
    restored.push_until_calm()
    lists = restored.xpm.lists
    restored.push(run="r2")
    assert restored.xpm.lists == lists


def test_nothing_is_sent_under_a_recovery_begun_meanwhile(laptop: Desk) -> None:
    laptop.xpm.before_add = lambda: laptop.ledger.enter_recovery("demo", "restored", actor="Kim")
    result = laptop.push()
    assert (result.end, laptop.xpm.adds) == (End.STOPPED, 0)


def test_a_lost_journal_makes_everything_unsettled_be_read_again(laptop: Desk) -> None:
    laptop.xpm.faults = {1: "lost_before"}
    laptop.push()
    (laptop.folder / "push.journal").unlink()
    laptop.push_until_calm(run="r2")
    assert laptop.ledger.recovery_reason("demo") == ""
    assert laptop.sent_minutes() == [20, 30]
    assert laptop.states()["e1"] == "ready"


def test_only_the_newest_intents_are_looked_for(laptop: Desk) -> None:
    laptop.push()
    former = laptop.journal.read_since_accepted("demo")
    assert find_missing(former, laptop.book) == []
    lost = {f"x{n}": Intent("S1", DAY.date(), "") for n in range(900)}
    assert len(find_missing(Former({**former.intents, **lost}, 1, True), laptop.book)) == 900
    assert find_missing(Former({**lost, **former.intents}, 1, True), laptop.book)[:1] == [lost["x899"]]


def test_a_journal_that_cannot_be_written_sends_nothing(laptop: Desk) -> None:
    laptop.journal = JournalFile(laptop.folder / "no such folder" / "push.journal", laptop.clock)
    with pytest.raises(JournalFailed) as failure:
        laptop.journal.add("demo", "start", {})
    assert failure.value.can_retry
    assert laptop.push().end is End.PAUSED
    assert laptop.xpm.adds == 0


def test_a_line_cut_by_a_power_failure_is_passed_over(laptop: Desk) -> None:
    laptop.push()
    path = laptop.folder / "push.journal"
    path.write_text(path.read_text() + '{"practice": "demo", "kind": "int')
    assert laptop.push(run="r2").end is End.DONE


def test_a_line_after_one_that_was_cut_is_readable(laptop: Desk) -> None:
    (laptop.folder / "push.journal").write_text('{"practice": "demo", "kind": "int')
    laptop.journal.add("demo", INTENT, {"attempt": "a1"})
    assert laptop.journal.read_since_accepted("demo").intents.keys() == {"a1"}


def test_lifting_a_halt_does_not_settle_a_restore(laptop: Desk) -> None:
    back_up(laptop)
    laptop.push()
    restored = restore(laptop)
    restored.ledger.halt("demo", "XPM refused access to the practice", actor="tieout")
    lift_halt("demo", restored.ledger, restored.journal, by="Kim", why="right given back")
    restored.push()
    assert "older database" in restored.ledger.recovery_reason("demo")


def test_time_of_another_xpm_practice_halts(laptop: Desk) -> None:
    laptop.xpm.faults = {1: "error"}
    laptop.push(entry_rows(1))
    job = PushJob("demo", "T2", "r2", "Kim", "w1")
    with pytest.raises(TenantsMixed, match="T1"):
        run_push(job, read_wanted(entry_rows(1)), laptop.seams())
    assert "another XPM practice" in laptop.ledger.halt_reason("demo")


def test_every_request_has_its_intent_in_the_journal_first(laptop: Desk) -> None:
    def look() -> None:
        attempts = laptop.ledger.last_attempts(laptop.ledger.frame("demo")["bundle_id"])
        open_ones = {attempt.id for attempt in attempts.values() if not attempt.outcome}
        assert open_ones <= set(laptop.journal.read_since_accepted("demo").intents)
        assert len(open_ones) == 1

    laptop.xpm.before_add = look
    laptop.push()
    assert laptop.xpm.adds == 3


# -- what an older ledger lost of timesheets with several entries -------------------------------------------------


def make_day(*entry_ids: str) -> Wanted:
    """These entries as one timesheet of the day."""
    rows = {want.entry_ids[0]: want for want in read_wanted(entry_rows(5))}
    members = {entry_id: rows[entry_id].entries[entry_id] for entry_id in entry_ids}
    total, note = sum(one.minutes for one in members.values()), " / ".join(rows[one].note for one in entry_ids)
    key = "day:S1|2026-11-18|J1|JT1|1"
    return replace(rows[entry_ids[0]], group_key=key, entries=members, minutes=total, note=note, content_hash=note)


def push_days(desk: Desk, wanted: list[Wanted], changes: list[Change], run: str) -> None:
    current = Current({one.group_key: one for one in wanted}, {one.bundle: one for one in changes})
    for _ in range(4):
        fresh = [] if desk.ledger.count_states("demo", run) else wanted
        result = run_push(desk.job(run), fresh, desk.seams(), changes=changes, read_current=lambda: current)
        if result.resume_at is None:
            return
        desk.clock.advance((result.resume_at - desk.clock.now()).total_seconds())


def test_a_timesheet_of_several_entries_is_taken_over_after_a_restore(laptop: Desk) -> None:
    back_up(laptop)
    push_days(laptop, [make_day("e1", "e2")], [], "r1")
    restored = restore(laptop)
    push_days(restored, [make_day("e1", "e2")], [], "r1")
    assert (restored.states(), restored.xpm.adds) == ({"e1": "confirmed", "e2": "confirmed"}, 1)


def test_an_update_made_after_the_backup_is_known_by_what_is_wanted_now(laptop: Desk) -> None:
    push_days(laptop, [make_day("e1", "e2")], [], "r1")
    [bundle] = laptop.ledger.find("demo")
    back_up(laptop)
    change = Change(bundle.id, "update", make_day("e1", "e2", "e3"))
    push_days(laptop, [], [change], "r2")
    assert laptop.sent_minutes() == [60]
    restored = restore(laptop)
    push_days(restored, [], [change], "r2")
    assert restored.states() == {"e1": "confirmed", "e2": "confirmed", "e3": "confirmed"}
    assert (restored.xpm.changes, restored.sent_minutes()) == (1, [60])


def test_a_second_copy_after_a_restore_is_a_double_and_no_orphan(laptop: Desk) -> None:
    back_up(laptop)
    laptop.push(entry_rows(1))
    laptop.xpm.sheets["late"] = replace(laptop.xpm.sheets["u1"], uuid="late")
    restored = restore(laptop)
    restored.push_until_calm(entry_rows(1))
    assert (restored.states(), restored.reason()) == ({"e1": "needs_person"}, "double")


def test_of_two_timesheets_of_one_day_one_is_taken_over_and_the_other_waits_for_a_person(laptop: Desk) -> None:
    back_up(laptop)
    push_days(laptop, [make_day("e1")], [], "r1")
    push_days(laptop, [make_day("e2")], [], "r2")
    restored = restore(laptop)
    push_days(restored, [make_day("e1", "e2")], [], "r3")
    assert sorted(restored.states().items()) == [("e1", "held"), ("e2", "held"), ("orphan:u2", "needs_person")]
    assert restored.xpm.adds == 2
