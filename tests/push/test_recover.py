"""What a start finds: a ledger that went back in time, a lost journal, another practice's rows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.push.journal import INTENT, JournalFailed, JournalFile
from core.push.queue import TenantsMixed, read_wanted
from core.push.recover import PushHalted, lift_halt
from core.push.run import End, PushJob, run_push
from core.store.engine import open_engine
from tests.push.desk import Desk, entry_rows


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
    return Desk(open_engine(f"sqlite:///{desk.folder / 'tieout.db'}"), desk.folder, desk.xpm, desk.clock)


def test_a_restored_ledger_is_noticed_and_sends_nothing(laptop: Desk) -> None:
    shutil.copyfile(laptop.folder / "tieout.db", laptop.folder / "backup.db")
    laptop.push()
    restored = restore(laptop)
    with pytest.raises(PushHalted, match="older database"):
        restored.push()
    assert restored.xpm.adds == 3


def test_after_a_person_accepted_the_restore_own_markers_are_adopted(laptop: Desk) -> None:
    shutil.copyfile(laptop.folder / "tieout.db", laptop.folder / "backup.db")
    laptop.push()
    restored = restore(laptop)
    with pytest.raises(PushHalted):
        restored.push()
    lift_halt("demo", restored.ledger, restored.journal, by="Kim", why="compared")
    assert restored.push().end is End.DONE
    assert (restored.xpm.adds, restored.sent_minutes()) == (3, [10, 20, 30])


def test_a_lost_journal_halts_once_time_was_sent(laptop: Desk) -> None:
    laptop.push()
    (laptop.folder / "push.journal").unlink()
    with pytest.raises(PushHalted, match="journal is missing"):
        laptop.push(run="r2")


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
    assert laptop.journal.read_since_accepted("demo").intents == ("a1",)


def test_lifting_another_halt_does_not_settle_a_restore(laptop: Desk) -> None:
    shutil.copyfile(laptop.folder / "tieout.db", laptop.folder / "backup.db")
    laptop.push()
    restored = restore(laptop)
    restored.ledger.halt("demo", "XPM refused access to the practice", actor="tieout")
    lift_halt("demo", restored.ledger, restored.journal, by="Kim", why="right given back")
    with pytest.raises(PushHalted, match="older database"):
        restored.push()


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
