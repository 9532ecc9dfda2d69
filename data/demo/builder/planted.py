"""The deliberate problems: one small function for each kind, so that every standing has something to show.

Each function returns the entries it touched; the table `PROBLEMS` says what is expected of them once the certain
matches are accepted and the markers found in XPM are taken over. Days are chosen so that problems do not meet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from core.model import Reason, Standing
from data.demo.builder.catalogue import INTERNAL, OPEN_PROCESS, PROCESSES
from data.demo.builder.diary import Entry, is_plain, make_entry
from data.demo.builder.pairs import Pair
from data.demo.builder.register import TODAY, Piece, Register, make_task

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 11, day) for day in (16, 17, 18, 19))


@dataclass
class Practice:
    """What the problems are planted into."""

    pairs: list[Pair]
    register: Register
    entries: list[Entry]
    rng: Random
    taken: set[tuple[str, date]] = field(default_factory=set)  # staff and day that already carry a problem

    def add(self, entry: Entry) -> Entry:
        self.entries.append(entry)
        return entry

    def pairs_of(self, grade: str) -> list[Pair]:
        return [pair for pair in self.pairs if pair.grade == grade]

    def draw_pushed(self, first: date, last: date, staff: tuple[str, ...] = ()) -> Entry:
        """An entry in XPM on plain work, of a person and day that no other problem uses."""
        pool = [
            entry
            for entry in self.entries
            if entry.in_xpm and not entry.fate and entry.piece and is_plain(entry.piece)
            and first <= entry.day <= last
            and (entry.staff, entry.day) not in self.taken
            and (not staff or entry.staff in staff)
        ]  # fmt: skip
        entry = self.rng.choice(pool)
        self.taken.add((entry.staff, entry.day))
        return entry

    def draw_plain(self, day: date, staff: str) -> Piece:
        """Plain work that this person has not noted on that day."""
        noted = {id(entry.piece) for entry in self.entries if (entry.staff, entry.day) == (staff, day)}
        pieces = [piece for piece in self.register.pieces if is_plain(piece) and piece.is_active(day)]
        return self.rng.choice([piece for piece in pieces if id(piece) not in noted])


def hold_back(practice: Practice) -> list[Entry]:
    """Committed after Thursday's push: these go with the next one."""
    entries = [practice.draw_pushed(MONDAY, THURSDAY, ("U03", "U04", "U06", "U07", "U08")) for _ in range(10)]
    for entry in entries:
        entry.in_xpm = False
    return entries


def leave_drafts(practice: Practice) -> list[Entry]:
    friday = [entry for entry in practice.entries if entry.day == TODAY]
    entries = practice.rng.sample(friday, 6)
    for entry in entries:
        entry.status = "Draft"
    return entries


def spoil_rows(practice: Practice) -> list[Entry]:
    piece = practice.draw_plain(WEDNESDAY, "U08")
    wrong_day = practice.add(make_entry(piece, "U08", WEDNESDAY, 30, "Coded bank feed"))
    wrong_day.date_text = "31/11/2026"
    piece = practice.draw_plain(THURSDAY, "U07")
    wrong_minutes = practice.add(make_entry(piece, "U07", THURSDAY, 0, "Pay run"))
    wrong_minutes.minutes_text = "abc"
    return [wrong_day, wrong_minutes]


def copy_rows(practice: Practice) -> list[Entry]:
    """The export ran twice over one line: the second row with its id is an exact copy."""
    original = practice.draw_pushed(TUESDAY, TUESDAY)
    return [practice.add(replace(original, in_xpm=False, twin=original))]


def reuse_ids(practice: Practice) -> list[Entry]:
    piece = practice.draw_plain(MONDAY, "U05")
    first = practice.add(make_entry(piece, "U05", MONDAY, 24, "Workpapers"))
    return [first, practice.add(replace(first, minutes=42, note="Workpapers and review points", twin=first))]


def write_odd_minutes(practice: Practice) -> list[Entry]:
    entries = []
    for staff, day, minutes in (("U04", THURSDAY, 1500), ("U07", THURSDAY, 0), ("U08", THURSDAY, -30)):
        entries.append(practice.add(make_entry(practice.draw_plain(day, staff), staff, day, minutes, "Correction")))
        practice.taken.add((staff, day))
    return entries


def work_for_new_clients(practice: Practice) -> list[Entry]:
    """Clients that XPM has never heard of: two old, forgotten ones and ten of this month."""
    days = [date(2026, 9, 2), date(2026, 9, 16), date(2026, 10, 14), date(2026, 10, 28)]
    days += [date(2026, 11, number) for number in (3, 4, 5, 6, 9, 10, 11, 12)] + [MONDAY, TUESDAY, WEDNESDAY, THURSDAY]
    pairs = practice.pairs_of("new")
    entries = []
    for number, day in enumerate(days):
        pair = pairs[number % len(pairs)]
        process = ("Bookkeeping", "Annual accounts", "Xero support", "ITR - Individual")[number % 4]
        name = f"{process} - new client"
        known = [task for task in practice.register.tasks if task.pair is pair]
        task = (
            known[0] if known else make_task(pair, process, name, "U06", day, date(2027, 1, 29), status="In progress")
        )
        if not known:
            practice.register.tasks.append(task)
        note, minutes = (("First meeting & set-up", 60), ("Queries", 30), ("Opening balances", 75))[number % 3]
        entries.append(practice.add(make_entry(Piece(task, day, TODAY), "U06", day, minutes, note)))
    return entries


def work_for_unsure_clients(practice: Practice) -> list[Entry]:
    """Clients whose likeness in XPM a person has to confirm, from possible to a tie of two."""
    entries = []
    for grade, count in (("possible", 5), ("tie", 3)):
        pieces = [piece for piece in practice.register.pieces if piece.task.pair.grade == grade and piece.is_open]
        for piece in practice.rng.sample(pieces, min(count, len(pieces))):
            staff = practice.rng.choice(("U03", "U04", "U05"))
            entries.append(practice.add(make_entry(piece, staff, WEDNESDAY, 36, "Queries answered")))
    return entries


def work_of_contractor(practice: Practice) -> list[Entry]:
    days = [date(2026, 11, number) for number in (3, 5, 10, 12, 17, 19)]
    return [practice.add(make_entry(practice.draw_plain(day, "U11"), "U11", day, 180, "Bank feeds")) for day in days]


def work_of_leaver(practice: Practice) -> list[Entry]:
    """Hamish's last note, found after he had been deleted in XPM."""
    piece = practice.rng.choice([one for one in practice.register.pieces if is_plain(one) and one.is_active(TODAY)])
    return [practice.add(make_entry(piece, "U10", date(2026, 9, 24), 18, "Handover notes"))]


def answer_enquiries(practice: Practice) -> list[Entry]:
    """A process that came up in November; nobody has said yet what it is in XPM."""
    pairs = practice.rng.sample([pair for pair in practice.pairs if pair.is_plain], 7)
    process = next(one for one in PROCESSES if one.id == OPEN_PROCESS)
    days = [date(2026, 11, number) for number in (9, 10, 11, 13)] + [MONDAY, WEDNESDAY, THURSDAY]
    return [
        practice.add(Entry("U01", day, 15, pair, process, None, None, "Call returned"))
        for pair, day in zip(pairs, days, strict=True)
    ]


def work_without_period(practice: Practice) -> list[Entry]:
    """A local task that names no quarter, where XPM has two."""
    pieces = [
        piece for piece in practice.register.pieces if is_plain(piece) and piece.task.name == "BAS - Sep Qtr 2026"
    ]
    entries = []
    for piece in practice.rng.sample(pieces, 2):
        task = make_task(
            piece.task.pair, "BAS", "BAS catch-up for the office", "U08", date(2026, 3, 9), date(2026, 12, 18)
        )
        practice.register.tasks.append(task)
        entries.append(practice.add(make_entry(Piece(task, MONDAY, TODAY), "U08", WEDNESDAY, 24, "Old quarters")))
    return entries


def work_missing_in_xpm(practice: Practice) -> list[Entry]:
    """Work begun before anybody made the job in XPM."""
    busy = {id(piece.task.pair) for piece in practice.register.pieces if piece.task.process.name == "TPAR"}
    pairs = [pair for pair in practice.pairs if pair.is_plain and pair.party.kind == "company"]
    entries = []
    for pair in practice.rng.sample([pair for pair in pairs if id(pair) not in busy], 2):
        task = make_task(pair, "TPAR", "TPAR 2026 late", "U06", date(2026, 11, 2), date(2026, 12, 18), period="FY2026")
        practice.register.tasks.append(task)
        entries.append(practice.add(make_entry(Piece(task, MONDAY, TODAY), "U06", WEDNESDAY, 30, "Contractor list")))
    return entries


def work_on_two_jobs(practice: Practice) -> list[Entry]:
    """A client for whom XPM has two open jobs of one name, and time that names no task."""
    waiting = {id(entry.pair) for entry in practice.entries if not entry.in_xpm}
    pieces = [one for one in practice.register.pieces if is_plain(one) and one.task.process.name == "Advisory"]
    # A second job unsettles all time of the client that still has to go: none may be waiting.
    pieces = [piece for piece in pieces if id(piece.task.pair) not in waiting]
    entries = []
    for piece in practice.rng.sample(pieces, 2):
        pair, first = piece.task.pair, piece.job
        if first is None:
            continue
        job = practice.register.open_job(pair, first.name, "Advisory", first.start_date, first.due_date, nth=2)
        job.state = "In Progress"
        practice.register.add_job_task(job, "Advisory", minutes=60)
        entry = Entry("U02", TUESDAY, 30, pair, piece.task.process, None, None, "Call re new premises")
        entries.append(practice.add(entry))
    return entries


def work_on_closed_job(practice: Practice) -> list[Entry]:
    """The return was lodged and its job completed; then the client rang."""
    pieces = [
        piece
        for piece in practice.register.pieces
        if piece.job_state == "Completed" and piece.task.process.name == "Annual accounts" and piece.task.pair.is_plain
    ]
    return [
        practice.add(make_entry(piece, "U05", TUESDAY, 24, "Amendment discussed with client"))
        for piece in practice.rng.sample(pieces, 2)
    ]


def work_on_broken_link(practice: Practice) -> list[Entry]:
    pair = practice.pairs_of("broken")[0]
    task = make_task(
        pair,
        "Bookkeeping",
        "Bookkeeping - Nov 2026",
        "U07",
        date(2026, 11, 1),
        date(2026, 12, 7),
        period="November 2026",
    )
    practice.register.tasks.append(task)
    piece = Piece(task, MONDAY, TODAY)
    return [practice.add(make_entry(piece, "U07", day, 36, "Supplier bills entered")) for day in (MONDAY, WEDNESDAY)]


def find_late_sheet(practice: Practice) -> list[Entry]:
    """August is closed in the settings; this line of August turned up afterwards."""
    days = (date(2026, 8, 24), date(2026, 8, 28))
    entry = practice.draw_pushed(*days)
    entry.in_xpm = False
    return [entry]


def type_twice(practice: Practice) -> list[Entry]:
    """Somebody typed this work into XPM by hand."""
    entry = practice.draw_pushed(TUESDAY, TUESDAY, ("U03", "U04"))
    entry.in_xpm = False
    return [entry]


def overfill_day(practice: Practice) -> list[Entry]:
    """Nineteen hours where nineteen minutes were meant: the day has more than twenty-four."""
    # A day without internal time: the whole day is held, and internal time is to stay merely excluded.
    internal = {entry.staff for entry in practice.entries if entry.day == MONDAY and entry.process.id in INTERNAL}
    entry = practice.draw_pushed(MONDAY, MONDAY, tuple({"U03", "U04", "U06", "U08"} - internal))
    piece = practice.draw_plain(MONDAY, entry.staff)
    return [practice.add(make_entry(piece, entry.staff, MONDAY, 1140, "Report pack drafted"))]


def add_to_locked_week(practice: Practice) -> list[Entry]:
    """Mei-Ling submitted her week in XPM on Thursday; XPM will refuse one more line."""
    entry = practice.draw_pushed(WEDNESDAY, WEDNESDAY, ("U09",))
    entry.in_xpm = False
    return [entry]


def edit_here(practice: Practice) -> list[Entry]:
    """Pushed with other minutes than the file has now; the timesheet keeps what was sent."""
    return [practice.draw_pushed(date(2026, 10, 12), date(2026, 11, 13))]


def edit_there(practice: Practice) -> list[Entry]:
    """Somebody changed the minutes in XPM, and moved another timesheet to the next day."""
    return [practice.draw_pushed(date(2026, 9, 21), date(2026, 10, 2)) for _ in range(2)]


def delete_here(practice: Practice) -> list[Entry]:
    """Pushed in October, gone from the file since: only XPM has it. Written to XPM, then left out of the export."""
    return [practice.draw_pushed(date(2026, 10, 12), date(2026, 10, 30))]


def work_for_excluded(practice: Practice) -> list[Entry]:
    """The men's shed is done for nothing and never goes to XPM."""
    pair = practice.pairs_of("excluded")[0]
    task = make_task(pair, "Bookkeeping", "Bookkeeping 2026", "U02", date(2026, 7, 1), date(2027, 6, 30))
    practice.register.tasks.append(task)
    days = [date(2026, 9, 11), date(2026, 10, 9), date(2026, 11, 13), THURSDAY]
    return [practice.add(make_entry(Piece(task, day, day), "U02", day, 60, "Pro bono")) for day in days]


def work_of_front_desk(practice: Practice) -> list[Entry]:
    """The front desk's shared account writes time for its own purposes."""
    client = [pair for pair in practice.pairs if pair.is_plain][3]
    task = make_task(client, "Bookkeeping", "Scanning for client", "U12", date(2026, 7, 1), date(2027, 6, 30))
    practice.register.tasks.append(task)
    days = [date(2026, 10, number) for number in (13, 20, 27)] + [date(2026, 11, 10), TUESDAY]
    return [practice.add(make_entry(Piece(task, day, day), "U12", day, 30, "Scanned 2 boxes")) for day in days]


def work_on_excluded_task(practice: Practice) -> list[Entry]:
    """One task of a client that is invoiced outside XPM."""
    pair = [pair for pair in practice.pairs if pair.is_plain][7]
    task = make_task(pair, "Advisory", "Fixed-fee valuation", "U01", date(2026, 10, 1), date(2026, 12, 18))
    practice.register.tasks.append(task)
    days = (date(2026, 11, 6), MONDAY)
    return [practice.add(make_entry(Piece(task, day, day), "U01", day, 90, "Valuation model")) for day in days]


def list_internal(practice: Practice) -> list[Entry]:
    return [entry for entry in practice.entries if entry.process.id in INTERNAL]


@dataclass(frozen=True)
class Problem:
    """One kind of planted problem: its key, what comes of it, and how the reader sees it."""

    key: str
    plant: Callable[[Practice], list[Entry]]
    standing: Standing
    reason: Reason = Reason.NONE
    note: str = ""


_W = Standing.WAITING
#: In the order of planting: what draws entries that were pushed comes first, so that none is drawn twice.
PROBLEMS = (
    Problem("type_twice", type_twice, _W, Reason.LOOKS_EQUAL, "the same work typed by hand in XPM"),
    Problem("overfill_day", overfill_day, _W, Reason.OVER_DAY_TOTAL, "the person's day would pass 24 hours"),
    Problem("locked_week", add_to_locked_week, Standing.READY, Reason.NONE, "XPM refuses it: week submitted"),
    Problem("late_sheet", find_late_sheet, _W, Reason.PERIOD_CLOSED, "August is closed"),
    Problem("edit_here", edit_here, Standing.CHANGED, Reason.DRIFTED, "minutes edited here after the push"),
    Problem("edit_there", edit_there, Standing.CHANGED, Reason.DRIFTED, "minutes, and a date, edited in XPM"),
    Problem("delete_here", delete_here, Standing.WITHDRAWN, Reason.DELETED_LOCALLY, "in XPM, no longer in the file"),
    Problem("copy_rows", copy_rows, _W, Reason.DOUBLED_ID, "a second row, an exact copy"),
    Problem("reuse_ids", reuse_ids, _W, Reason.DOUBLED_ID, "one id, two contents: both held"),
    Problem("odd_minutes", write_odd_minutes, _W, Reason.ODD_MINUTES, "1500, 0 and -30 minutes"),
    Problem("hold_back", hold_back, Standing.READY, Reason.NONE, "committed after Thursday's push"),
    Problem("drafts", leave_drafts, Standing.DRAFT, Reason.DRAFT, "Friday afternoon"),
    Problem("spoiled", spoil_rows, Standing.UNREADABLE, Reason.UNREADABLE, "31/11/2026; minutes abc"),
    Problem("new_clients", work_for_new_clients, _W, Reason.CLIENT_UNLINKED, "not in XPM at all"),
    Problem("unsure_clients", work_for_unsure_clients, _W, Reason.CLIENT_UNLINKED, "possible or tied match"),
    Problem("contractor", work_of_contractor, _W, Reason.STAFF_UNLINKED, "Kerry Vance has no XPM account"),
    Problem("leaver", work_of_leaver, _W, Reason.STAFF_INACTIVE, "Hamish was deleted in XPM"),
    Problem("enquiries", answer_enquiries, _W, Reason.PROCESS_OPEN, "Client enquiries is left open"),
    Problem("no_period", work_without_period, _W, Reason.TASK_UNLINKED, "which quarter?"),
    Problem("no_job", work_missing_in_xpm, _W, Reason.TASK_MISSING, "no TPAR task in XPM"),
    Problem("two_jobs", work_on_two_jobs, _W, Reason.TIE, "two open jobs of one name"),
    Problem("closed_job", work_on_closed_job, _W, Reason.JOB_CLOSED, "job completed in XPM"),
    Problem("broken_link", work_on_broken_link, _W, Reason.LINK_BROKEN, "linked XPM client archived"),
    Problem("pro_bono", work_for_excluded, Standing.EXCLUDED, Reason.EXCLUDED_CLIENT, "Rozelle Men's Shed"),
    Problem("front_desk", work_of_front_desk, Standing.EXCLUDED, Reason.EXCLUDED_STAFF, "Front desk"),
    Problem("valuation", work_on_excluded_task, Standing.EXCLUDED, Reason.EXCLUDED_TASK, "Fixed-fee valuation"),
    Problem("internal", list_internal, Standing.EXCLUDED, Reason.EXCLUDED_PROCESS, "training, leave, practice admin"),
)


def plant_problems(practice: Practice) -> None:
    """Plant every kind and mark the entries with its key."""
    for problem in PROBLEMS:
        for entry in problem.plant(practice):
            entry.fate = problem.key
