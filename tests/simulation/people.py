"""People at work in XPM behind our back, and people of the practice, who are asked and answer rightly or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from core.model import TieoutError
from core.push.book import Book
from core.push.choices import Saying, say, say_same_work
from core.push.journal import JournalFile
from core.push.ports import Bundle, Wanted
from core.push.recover import lift_halt
from core.push.states import State
from core.sandbox import person
from core.sandbox.state import Time
from core.xpm.tokens import ConnectionState
from tests.simulation.office import Entry, name_entries
from tests.simulation.practice import TENANT
from tests.simulation.scene import PRACTICE, Scene

#: A person who is asked looks after up to so many seconds.
_SLOW = 5400.0


class Typists:
    """What people type, edit, move, delete and invoice in XPM. `copies`: typed time by the entry it repeats."""

    def __init__(self, scene: Scene) -> None:
        self.copies: dict[str, str] = {}
        self._scene = scene
        self._chance = Random(f"{scene.seed}|typists")

    def meet(self, entry: Entry) -> None:
        """Decide what people will do about this entry, and when."""
        rates, chance = self._scene.weather.people, self._chance
        acts: dict[str, Callable[[str], None]] = {
            "type": self.type_copy,
            "note": self.edit_note,
            "minutes": self.edit_minutes,
            "delete": self.delete,
            "invoice": self.invoice,
            "move": self.move,
        }
        for name, act in acts.items():
            drawn, delay = chance.random(), chance.uniform(0, 7200)
            if drawn < rates[name]:
                self._scene.hub.call(delay, lambda act=act: self._do(act, entry.id))  # type: ignore[misc]

    def _do(self, act: Callable[[str], None], entry_id: str) -> None:
        if not self._scene.is_calm:
            act(entry_id)

    def type_copy(self, entry_id: str) -> None:
        """Type the same work by hand."""
        entry = self._scene.office.find(entry_id)
        place = {"job": entry.place.job, "task": entry.place.task, "staff": entry.place.staff}
        typed = person.type_time(
            self._scene.sandbox, TENANT, **place, day=entry.day, minutes=entry.minutes, note="typed by hand"
        )
        self.copies[entry_id] = typed.uuid
        self._scene.note("typist", f"types the work of {entry_id}")

    def edit_note(self, entry_id: str) -> None:
        """Change the note of what we sent, its marker too."""
        note = self._chance.choice(("{0} (checked)", "tidied up {1}", "{1}"))
        self._change(
            entry_id, lambda held: {"note": note.format(held.note, held.note.split(" ~")[0])}, "edits the note"
        )

    def edit_minutes(self, entry_id: str) -> None:
        """Change the minutes of what we sent."""
        by = self._chance.choice((-2, 5, 15))
        self._change(entry_id, lambda held: {"minutes": held.minutes + by}, "edits the minutes")

    def move(self, entry_id: str) -> None:
        """Give what we sent to another person."""
        staff = self._chance.choice(sorted(self._scene.sandbox.tenants[TENANT].staff))
        self._change(entry_id, lambda _: {"staff": staff}, "moves the person")

    def _change(self, entry_id: str, parts: Callable[[Time], dict[str, object]], what: str) -> None:
        held = self._find_ours(entry_id)
        if held is not None:
            person.edit_time(self._scene.sandbox, TENANT, held.uuid, **parts(held))  # type: ignore[arg-type]
            self._scene.note("typist", f"{what} of {entry_id}")

    def delete(self, entry_id: str) -> None:
        """Delete what we sent."""
        held = self._find_ours(entry_id)
        if held is not None and not held.invoice_task:
            person.delete_time(self._scene.sandbox, TENANT, held.uuid)
            self._scene.note("typist", f"deletes {entry_id}")

    def invoice(self, entry_id: str) -> None:
        """Put what we sent on an invoice."""
        held = self._find_ours(entry_id)
        if held is not None and not held.invoice_task:
            person.invoice_time(self._scene.sandbox, TENANT, held.uuid)
            self._scene.note("typist", f"invoices {entry_id}")

    def _find_ours(self, entry_id: str) -> Time | None:
        found = find_live(self._scene, entry_id)
        return found[0] if found else None


def find_live(scene: Scene, entry_id: str) -> list[Time]:
    """What XPM really holds of an entry, sent by us: by what our last write said, whatever people made of it."""
    written: dict[str, str] = {}
    for event in scene.sandbox.truth:
        if event.by == "api" and event.op in ("time.add", "time.update"):
            written[event.uuid] = str(event.fields["note"])
    times = scene.sandbox.tenants[TENANT].times
    return [times[uuid] for uuid, note in written.items() if uuid in times and entry_id in name_entries(note)]


@dataclass
class Asked:
    """Bundles that were put before a person, why, and whether this person will answer."""

    bundle: str
    reason: str
    answers: bool


class Judge:
    """The person of the practice who looks at what waits, compares with XPM, and says so."""

    def __init__(self, scene: Scene, typists: Typists) -> None:
        self.asked: dict[str, Asked] = {}
        self._scene = scene
        self._typists = typists
        self._chance = Random(f"{scene.seed}|judge")
        self._book = Book(scene.ledger, PRACTICE, TENANT, "", "Robin")

    def live(self) -> None:
        """Look every while, until the end."""
        while not self._scene.is_over:
            self._scene.hub.sleep(self._chance.uniform(900, _SLOW if not self._scene.is_calm else 1800))
            self.look()

    def look(self) -> None:
        """Lift a halt, sign in again, and answer what is asked of single bundles."""
        scene = self._scene
        reason = scene.ledger.halt_reason(PRACTICE)
        if reason:
            scene.note("judge", f"lifts the halt: {reason}")
            journal = JournalFile(scene.journal_path, scene.clock)
            lift_halt(PRACTICE, scene.ledger, journal, by="Robin", why="compared with XPM")
        row = scene.tokens.read_connection(PRACTICE)
        if row is None or row.state is not ConnectionState.CONNECTED:
            scene.note("judge", "signs in again")
            scene.connect()
        if not scene.ask_ledger("select 1 from bundle where state in ('held', 'needs_person') limit 1"):
            return
        for bundle in scene.ledger.find(PRACTICE, states=(State.HELD, State.NEEDS_PERSON)):
            self._answer(bundle)

    def _answer(self, bundle: Bundle) -> None:
        asked = self.asked.get(bundle.id)
        if asked is None or asked.reason != bundle.reason:
            asked = Asked(bundle.id, bundle.reason, self._chance.random() < self._scene.weather.answered)
            self.asked[bundle.id] = asked
        entries = self._scene.ledger.entries_of([bundle.id]).get(bundle.id, ())
        if not asked.answers or not entries:
            return
        try:
            self._judge(bundle, entries)
        except TieoutError as error:
            self._scene.note("judge", f"cannot say it of {', '.join(entries)}: {error}")

    def _judge(self, bundle: Bundle, entries: Sequence[str]) -> None:
        scene, copy = self._scene, self._typists.copies.get(entries[0], "") if len(entries) == 1 else ""
        live = {held.uuid: held for entry_id in entries for held in find_live(scene, entry_id)}
        times = scene.sandbox.tenants[TENANT].times
        want = scene.office.want_of(bundle.group_key, entries)
        if len(live) > 1 or bundle.reason in ("adopt_differs", "double", "orphan", "echo_differs"):
            self._mend(bundle, list(live.values()), want)
        elif live and want is not None and not bundle.remote_uuid:
            sheet = next(iter(live.values()))
            if (sheet.minutes, sheet.date) == (want.minutes, want.date):
                self._say("links what arrived", entries, lambda: say_same_work(want, _Seen(sheet), self._book))
        elif copy in times and want is not None and not bundle.remote_uuid and times[copy].minutes == want.minutes:
            self._say("same work", entries, lambda: say_same_work(want, _Seen(times[copy]), self._book))
        elif want is None:
            self._say("exclude", entries, lambda: say(entries, Saying.EXCLUDE, self._book, why="gone here"))
        elif bundle.state == State.HELD:
            self._say("separate work", entries, lambda: say(entries, Saying.SEPARATE_WORK, self._book, why="other"))
        elif not live:
            again = bundle.reason != "deleted_remotely" or self._chance.random() < 0.5
            saying = Saying.SEND_AGAIN if again else Saying.EXCLUDE
            self._say(saying.value, entries, lambda: say(entries, saying, self._book, why="looked in XPM"))

    def _mend(self, bundle: Bundle, live: list[Time], want: Wanted | None) -> None:
        """Put XPM right by hand: one copy, with what the entries say."""
        scene = self._scene
        keep = next((held for held in live if held.invoice_task), None)
        keep = keep or next((held for held in live if held.uuid == bundle.remote_uuid), live[0] if live else None)
        for held in live:
            if keep is not None and held.uuid != keep.uuid:
                person.delete_time(scene.sandbox, TENANT, held.uuid)
                scene.note("judge", f"deletes the second copy of {bundle.id}")
        if keep is not None and want is not None and (keep.minutes, keep.staff) != (want.minutes, want.staff_id):
            person.edit_time(scene.sandbox, TENANT, keep.uuid, minutes=want.minutes, staff=want.staff_id)
            scene.note("judge", f"corrects {bundle.id} in XPM")

    def _say(self, what: str, entries: Sequence[str], do: Callable[[], None]) -> None:
        do()
        self._scene.note("judge", f"{', '.join(entries)}: {what}")


class _Seen:
    """A timesheet as the push wants to see it."""

    def __init__(self, held: Time) -> None:
        self.uuid, self.job, self.task_id, self.staff_id = held.uuid, held.job, held.task, held.staff
        self.date, self.minutes, self.note, self.invoiced = held.date, held.minutes, held.note, bool(held.invoice_task)
