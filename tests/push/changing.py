"""Changes made by hand: without the run around them, so that each test sees one request."""

from __future__ import annotations

from dataclasses import replace

from core.push.book import Book
from core.push.change import change_bundle, find_changes, queue_changes
from core.push.ports import Bundle, Change, Member, Wanted
from core.push.queue import read_wanted
from core.push.readback import ReadBack
from core.push.recover import recover
from core.push.send import Sent, Turn
from tests.push.desk import Desk, entry_rows
from tests.push.fake_xpm import Life


def open_book(desk: Desk, run: str = "r2") -> Book:
    return replace(desk.book, run=run, actor="Kim")


def bundle_of(desk: Desk, entry_id: str = "e1") -> Bundle:
    return desk.ledger.bundles_of("demo", [entry_id])[entry_id][-1]


def want(desk: Desk, entry_id: str = "e1", minutes: int = 25) -> Wanted:
    """The entry edited: other minutes, another note."""
    plain = read_wanted(entry_rows().loc[[entry_id]])[0]
    entries = {entry_id: Member(minutes, minutes, "edited")}
    return replace(plain, entries=entries, minutes=minutes, note="Edited", content_hash="edited")


def update(desk: Desk, entry_id: str = "e1", minutes: int = 25) -> Change:
    return Change(bundle_of(desk, entry_id).id, "update", want(desk, entry_id, minutes))


def delete(desk: Desk, entry_id: str = "e1") -> Change:
    return Change(bundle_of(desk, entry_id).id, "delete")


def request(desk: Desk, *changes: Change, run: str = "r2", choice: str = "", life: Life | None = None) -> list[Sent]:
    """Queue these changes and send what the run has to send."""
    book = open_book(desk, run)
    epoch = desk.ledger.take_lease("demo", desk.owner, 180)
    assert epoch is not None
    if changes:
        queue_changes(changes, book, desk.settings, choice=choice)
    turn = Turn(desk.owner, epoch)
    return [change_bundle(bundle, turn, desk.seams(life), book, desk.settings) for bundle in find_changes(book)]


def recover_as_worker(desk: Desk, run: str = "r2") -> None:
    """A worker of the same name starts again after a crash."""
    epoch = desk.ledger.take_lease("demo", desk.owner, 180)
    assert epoch is not None
    recover(open_book(desk, run), desk.seams(), epoch)


def wait_quiet(desk: Desk) -> None:
    """Long enough that no request sent by now can still be under way, whoever sent it."""
    desk.clock.advance(desk.settings.deadline_seconds + desk.settings.quiet_seconds + 1)


def read_back(desk: Desk, run: str = "r2") -> None:
    """Settle what is due; nobody waits."""
    reader = ReadBack(desk.seams(), open_book(desk, run), desk.settings, 100.0)
    due, _ = reader.find_due()
    for seconds in reader.steps(due):
        desk.clock.advance(seconds)
