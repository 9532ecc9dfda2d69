"""Three months of working days: what each person wrote down, before anything went wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from data.demo.builder.catalogue import BY_NAME, INTERNAL, Process
from data.demo.builder.notes import draw_note
from data.demo.builder.pairs import Pair
from data.demo.builder.register import FIRST_DAY, TODAY, LocalTask, Piece, Register
from data.demo.builder.team import BY_ID, PARTNERS

LABOUR_DAY = date(2026, 10, 5)
APPROVED_UNTIL = date(2026, 11, 13)
LAST_PUSHED_DAY = date(2026, 11, 19)
SUBMITTED = "U09"  # Mei-Ling handed her week in on Thursday, since she is away on Friday
HAMISH_LEFT = date(2026, 9, 24)
_WORKERS = ("U01", "U02", "U03", "U04", "U05", "U06", "U07", "U08", "U09", "U10")

#: Kinds of work whose XPM task type carries the same name, so that Friday's time needs no person.
PLAIN_PROCESSES: tuple[str, ...] = (
    "BAS",
    "Annual accounts",
    "Payroll",
    "Bookkeeping",
    "Advisory",
    "Management reports",
)
PLAIN_PROCESSES += ("ASIC annual review", "SMSF accounts")


@dataclass
class Entry:
    """One line of actual_times.csv. `fate` names the planted problem; texts given win over date and minutes."""

    staff: str
    day: date
    minutes: int
    pair: Pair
    process: Process
    task: LocalTask | None
    piece: Piece | None
    note: str
    status: str = "Committed"
    fate: str = ""
    in_xpm: bool = False
    date_text: str = ""
    minutes_text: str = ""
    twin: Entry | None = None  # the entry whose id this one carries too
    id: str = ""

    @property
    def billable(self) -> bool:
        return self.process.billable

    @property
    def approved(self) -> bool:
        """The managers approved the weeks up to the last one; the present week is still open."""
        return self.status == "Committed" and self.day <= APPROVED_UNTIL


def make_entry(piece: Piece, staff: str, day: date, minutes: int, note: str, fate: str = "") -> Entry:
    """Time on a piece; not yet in XPM."""
    return Entry(staff, day, minutes, piece.task.pair, piece.task.process, piece.task, piece, note, fate=fate)


def list_workdays(first: date = FIRST_DAY, last: date = TODAY) -> list[date]:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 5 and day != LABOUR_DAY]


def is_plain(piece: Piece) -> bool:
    """Whether every link of the piece is certain, and XPM takes time on it."""
    named = piece.task.process.name in PLAIN_PROCESSES
    return piece.task.pair.is_plain and named and piece.is_open and not (piece.job_task and piece.job_task.completed)


def write_diaries(register: Register, internal: dict[str, Piece], rng: Random) -> list[Entry]:
    """All entries in the order of days and people. Those up to Thursday's push are in XPM if XPM knows their work."""
    entries: list[Entry] = []
    for staff in _WORKERS:
        last = HAMISH_LEFT if staff == "U10" else TODAY
        days = list_workdays(last=last)
        leave = _draw_leave(days, rng) | ({TODAY} if staff == SUBMITTED else set())
        training = set(rng.sample(days, 6))
        for day in days:
            entries += _write_day(register, internal, rng, staff, day, on_leave=day in leave, learns=day in training)
    for entry in entries:
        entry.in_xpm = entry.process.id not in INTERNAL and entry.day <= LAST_PUSHED_DAY
    return entries


def _draw_leave(days: list[date], rng: Random) -> set[date]:
    """One block of two to four days, never in the last week."""
    start = rng.randrange(len(days) - 12)
    return set(days[start : start + rng.randrange(2, 5)])


def _write_day(
    register: Register,
    internal: dict[str, Piece],
    rng: Random,
    staff: str,
    day: date,
    *,
    on_leave: bool,
    learns: bool,
) -> list[Entry]:
    grain = BY_ID[staff].grain
    if on_leave:
        return [make_entry(internal["Leave"], staff, day, 456 if grain == 6 else 450, "Annual leave")]
    count = rng.choices((4, 5, 6, 7), (8, 22, 40, 30))[0]
    target = rng.randrange(360, 457)
    if day == TODAY:
        count, target = rng.choice((4, 5)), target * 3 // 4
    pieces: list[Piece] = []
    if rng.random() < 0.6 and day != TODAY:
        pieces.append(internal["Practice admin"])
    if learns and day != TODAY:
        pieces.append(internal["Training"])
    pieces += _choose_pieces(register, rng, staff, day, count - len(pieces))
    shares = _split_minutes(target, len(pieces), grain, rng, small_first=pieces[0].task.process.id in INTERNAL)
    return [
        make_entry(piece, staff, day, minutes, draw_note(piece.task.process.name, rng))
        for piece, minutes in zip(pieces, shares, strict=True)
    ]


def _choose_pieces(register: Register, rng: Random, staff: str, day: date, count: int) -> list[Piece]:
    """Mostly one's own work, some of others'; on the last day only what is plain."""
    suits: Callable[[Piece], bool] = is_plain if day == TODAY else lambda piece: piece.job is not None
    active = [piece for piece in register.pieces if piece.is_active(day) and suits(piece)]
    own = [piece for piece in active if piece.task.assignee == staff]
    helps = 0.5 if staff in PARTNERS else 0.15
    chosen: list[Piece] = []
    while len(chosen) < count:
        pool = own if own and rng.random() >= helps else active
        piece = rng.choice(pool)
        if piece in chosen:
            piece = rng.choice(active)
        if piece not in chosen:
            chosen.append(piece)
    return chosen


def _split_minutes(target: int, count: int, grain: int, rng: Random, *, small_first: bool) -> list[int]:
    """Parts in whole grains that sum to the target rounded to grains; none below two grains."""
    weights = [rng.uniform(0.4, 1.6) for _ in range(count)]
    if small_first:
        weights[0] = 0.35
    total = target // grain
    parts = [max(2, round(total * weight / sum(weights))) for weight in weights]
    parts[parts.index(max(parts))] += total - sum(parts)
    return [part * grain for part in parts]


def make_internal(pair: Pair, register: Register) -> dict[str, Piece]:
    """The practice's own work: three local tasks, and the XPM job that some staff of XPM use."""
    span = (date(2026, 7, 1), date(2027, 6, 30))
    job = register.open_job(pair, "Internal FY2027", "Internal", *span)
    job.state = "In Progress"
    pieces = {}
    for name in ("Training", "Leave", "Practice admin"):
        process = BY_NAME[name]
        task = LocalTask(pair, process, f"{name} FY2027", "", *span, "Open", "FY2027")
        pieces[name] = Piece(task, FIRST_DAY, TODAY, job, register.add_job_task(job, process.task_type))
        register.tasks.append(task)
    return pieces
