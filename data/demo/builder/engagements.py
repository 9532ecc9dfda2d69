"""Which work each client has: the local tasks as one system names them, the XPM jobs as the other does."""

from __future__ import annotations

from calendar import month_abbr, month_name, monthrange
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from core.sandbox.state import Job, JobTask
from data.demo.builder.pairs import Pair
from data.demo.builder.register import TODAY, Piece, Register, make_task

FY27 = (date(2026, 7, 1), date(2027, 8, 25))
FY26 = (date(2025, 7, 1), date(2026, 8, 25))
_TRADING = ("company", "nz company", "partnership", "club", "sole trader")
_RETURNS = {
    "company": ("ITR - Company", "Company Tax Return"),
    "nz company": ("ITR - Company", "Company Tax Return"),
    "club": ("ITR - Company", "Company Tax Return"),
    "trust": ("ITR - Trust", "Trust Tax Return"),
    "unit trust": ("ITR - Trust", "Trust Tax Return"),
    "estate": ("ITR - Trust", "Trust Tax Return"),
    "partnership": ("ITR - Partnership", "Partnership Tax Return"),
}
_REVIEW = "ASIC Annual Review"
_SECRETARY = "Corporate Secretarial"
_PAY = ("Payroll", "Payroll")
_WORKING = ("certain", "likely", "possible", "tie", "linked")

#: Who usually does it.
_HANDS = {
    "BAS": ("U04", "U06", "U08"),
    "Annual accounts": ("U03", "U05", "U04", "U06"),
    "ITR": ("U05", "U08", "U03", "U10"),
    "SMSF": ("U03", "U05"),
    "Payroll": ("U07", "U09"),
    "Bookkeeping": ("U07", "U09", "U08"),
    "ASIC": ("U08", "U09"),
    "Advisory": ("U01", "U02"),
    "Reports": ("U06", "U02"),
}


def engage_clients(pairs: list[Pair], rng: Random) -> Register:
    """Give the clients their work of the year; how many clients have which is fixed, which ones is drawn."""
    register = Register()
    working = [pair for pair in pairs if pair.grade in _WORKING and "the practice" not in pair.local.name]
    rng.shuffle(working)
    trading = [pair for pair in working if pair.party.kind in _TRADING]
    for number, pair in enumerate(trading[:66]):
        _add_statements(register, pair, rng, former=number < 34, monthly=number % 8 == 3)
    for kind, pool in _SERVICES.items():
        for pair in _choose(kind, working, trading):
            pool(register, pair, rng)
    return register


def _choose(kind: str, working: list[Pair], trading: list[Pair]) -> list[Pair]:
    certain = [pair for pair in trading if pair.is_certain]
    funds = [pair for pair in working if pair.party.kind == "super fund"]
    people = [pair for pair in working if pair.party.kind in ("person", "couple", "sole trader")]
    entities = [pair for pair in working if pair.party.kind in _RETURNS]
    companies = [pair for pair in entities if pair.party.kind == "company"]
    return {
        "payroll": certain[4:20],
        "bookkeeping": certain[12:32],
        "reports": certain[26:34],
        "annual": entities[:84],
        "individual": people[:78],
        "funds": funds[:32],
        "asic": companies[:30],
        "advisory": certain[34:46],
        "planning": entities[90:98],
        "taxable payments": certain[48:54],
        "payroll tax": certain[4:9],
        "fringe": certain[54:60],
        "support": certain[60:66],
        "finalisation": certain[14:20],
    }[kind]


def _hand(work: str, rng: Random) -> str:
    return rng.choice(_HANDS[work])


def _month_window(year: int, month: int, lag: int = 0) -> tuple[date, date]:
    last = date(year, month, monthrange(year, month)[1])
    return date(year, month, 1) + timedelta(days=lag), last + timedelta(days=lag)


def _finish(piece: Piece, rng: Random) -> None:
    """Close what was done some weeks ago, on both sides, mostly."""
    age = (TODAY - piece.last).days
    if age > 14 and piece.job_task:
        piece.task.status = "Completed"
        piece.job_task.completed = rng.random() < 0.9
    elif piece.first <= TODAY and age <= 14:
        piece.task.status = rng.choice(("In progress", "In progress", "Waiting for client", "Review"))


def _start_job(job: Job, window: tuple[date, date], rng: Random, *, may_complete: bool = True) -> None:
    """The job's state from what has happened to it by the demo's day."""
    if may_complete and window[1] < TODAY - timedelta(days=21) and rng.random() < 0.85:
        job.state, job.completed_date = "Completed", window[1] + timedelta(days=rng.randrange(2, 12))
    elif window[0] <= TODAY:
        job.state = "In Progress" if rng.random() < 0.94 else "On Hold"


def _add_statements(register: Register, pair: Pair, rng: Random, *, former: bool, monthly: bool) -> None:
    hand = _hand("BAS", rng)
    if former:
        job = register.open_job(pair, "Activity Statements FY2026", "Activity Statements", *FY26)
        register.add_job_task(job, "BAS", "BAS - Quarter March", 90).completed = True
        june = register.add_job_task(job, "BAS", "BAS - Quarter June", 90)
        window = (date(2026, 7, 20), date(2026, 8, 28) + timedelta(days=rng.randrange(21)))
        task = make_task(
            pair, "BAS", "BAS - Jun Qtr 2026", hand, date(2026, 6, 1), date(2026, 8, 25), period="Jun Qtr 2026"
        )
        _start_job(job, window, rng)
        _finish(register.add_piece(task, window, job, june), rng)
    job = register.open_job(pair, "Activity Statements FY2027", "Activity Statements", *FY27)
    job.state = "In Progress"
    window = (date(2026, 10, 1) + timedelta(days=rng.randrange(20)), date(2026, 11, 25))
    task = make_task(
        pair, "BAS", "BAS - Sep Qtr 2026", hand, date(2026, 9, 1), date(2026, 11, 25), period="Sep Qtr 2026"
    )
    september = register.add_job_task(job, "BAS", "BAS - Quarter September", 90)
    _finish(register.add_piece(task, window, job, september), rng)
    register.add_job_task(job, "BAS", "BAS - Quarter December", 90)
    if monthly:
        _add_months(register, pair, rng, job, "IAS", "IAS", (7, 8, 10), hand=hand, lag=31)


def _add_months(
    register: Register,
    pair: Pair,
    rng: Random,
    job: Job,
    process: str,
    task_type: str,
    months: tuple[int, ...],
    *,
    hand: str,
    lag: int = 0,
) -> None:
    """A local task and a job task for each month; each system writes months in its own way."""
    for month in months:
        window = _month_window(2026, month, lag)
        label = f"{task_type} - {month_abbr[month] if process == 'Payroll' else month_name[month]}"
        short = f"{month_abbr[month]} 2026" if process != "Payroll" else month_name[month]
        task = make_task(
            pair,
            process,
            f"{process} - {short}",
            hand,
            date(2026, month, 1),
            window[1] + timedelta(days=7),
            period=f"{month_name[month]} 2026",
        )
        _finish(register.add_piece(task, window, job, register.add_job_task(job, task_type, label, 90)), rng)


def _add_payroll(register: Register, pair: Pair, rng: Random) -> None:
    job = register.open_job(pair, "Payroll FY2027", "Payroll", *FY27)
    job.state = "In Progress"
    hand = _hand("Payroll", rng)
    _add_months(register, pair, rng, job, "Payroll", "Payroll", (8, 9, 10, 11), hand=hand)
    label = "Superannuation Guarantee - Quarter September"
    task = make_task(
        pair,
        "Super guarantee",
        "Super guarantee - Sep Qtr 2026",
        hand,
        date(2026, 9, 1),
        date(2026, 10, 28),
        period="Sep Qtr 2026",
    )
    job_task = register.add_job_task(job, "Superannuation Guarantee", label, 45)
    _finish(register.add_piece(task, (date(2026, 10, 6), date(2026, 10, 28)), job, job_task), rng)


def _add_books(register: Register, pair: Pair, rng: Random) -> None:
    job = register.open_job(pair, "Bookkeeping FY2027", "Bookkeeping", *FY27)
    job.state = "In Progress"
    _add_months(
        register, pair, rng, job, "Bookkeeping", "Bookkeeping", (8, 9, 10, 11), hand=_hand("Bookkeeping", rng), lag=3
    )


def _add_reports(register: Register, pair: Pair, rng: Random) -> None:
    job = register.open_job(pair, "Management Reporting FY2027", "Advisory", *FY27)
    job.state = "In Progress"
    hand = _hand("Reports", rng)
    _add_months(register, pair, rng, job, "Management reports", "Management Reports", (8, 9, 10), hand=hand, lag=31)


def _draw_window(rng: Random, days: tuple[int, int]) -> tuple[date, date]:
    start = date(2026, 8, 3) + timedelta(days=rng.randrange(100))
    return start, start + timedelta(days=rng.randrange(*days))


def _add_annual(register: Register, pair: Pair, rng: Random) -> None:
    """Accounts and return of the year 2026; one client in six still shows the job of 2025."""
    process, task_type = _RETURNS[pair.party.kind]
    window = _draw_window(rng, (20, 45))
    due = date(2027, 5, 15)
    name = "2026 Annual Accounts & Tax Return"
    job = register.open_job(pair, name, "Accounts & Tax", date(2026, 7, 1) + timedelta(days=rng.randrange(30)), due)
    _start_job(job, window, rng)
    for local, remote, work in (("Annual accounts", "Annual Accounts", "Annual accounts"), (process, task_type, "ITR")):
        task = make_task(pair, local, f"{local} FY2026", _hand(work, rng), window[0], due, period="FY2026")
        _finish(register.add_piece(task, window, job, register.add_job_task(job, remote, minutes=300)), rng)
    register.add_job_task(job, "Partner Review", minutes=45)
    if rng.random() < 0.17:
        _add_former(register, pair, task_type)


def _add_former(register: Register, pair: Pair, task_type: str) -> None:
    span = (date(2025, 8, 1), date(2026, 5, 15))
    job = register.open_job(pair, "2025 Annual Accounts & Tax Return", "Accounts & Tax", *span)
    job.state, job.completed_date = "Completed", date(2026, 4, 30)
    for remote in ("Annual Accounts", task_type):
        register.add_job_task(job, remote, minutes=300).completed = True


def _add_individual(register: Register, pair: Pair, rng: Random) -> None:
    window = _draw_window(rng, (8, 25))
    due = date(2026, 10, 31) if rng.random() < 0.3 else date(2027, 5, 15)
    job = register.open_job(pair, "2026 Individual Tax Return", "Accounts & Tax", date(2026, 7, 6), due)
    _start_job(job, window, rng)
    task = make_task(
        pair, "ITR - Individual", "ITR - Individual FY2026", _hand("ITR", rng), window[0], due, period="FY2026"
    )
    _finish(register.add_piece(task, window, job, register.add_job_task(job, "Individual Tax Return", minutes=90)), rng)


def _add_fund(register: Register, pair: Pair, rng: Random) -> None:
    window = _draw_window(rng, (20, 40))
    due = date(2027, 5, 15)
    job = register.open_job(pair, "SMSF Annual 2026", "Superannuation", date(2026, 7, 13), due)
    _start_job(job, window, rng)
    for local, remote in (("SMSF accounts", "SMSF Accounts"), ("SMSF audit prep", "SMSF Audit Preparation")):
        task = make_task(pair, local, f"{local} FY2026", _hand("SMSF", rng), window[0], due, period="FY2026")
        _finish(register.add_piece(task, window, job, register.add_job_task(job, remote, minutes=240)), rng)


def _add_single(
    process: str, task_type: str, job_name: str, category: str, work: str, period: str
) -> Callable[[Register, Pair, Random], None]:
    """Work of one task on a job of its own."""

    def add(register: Register, pair: Pair, rng: Random) -> None:
        window = (FY27[0], TODAY) if not period else _draw_window(rng, (6, 30))
        due = window[1] + timedelta(days=30)
        job = register.open_job(pair, job_name, category, min(window[0], date(2026, 8, 17)), due)
        _start_job(job, window, rng, may_complete=bool(period))
        job_task: JobTask = register.add_job_task(job, task_type, minutes=60)
        name = f"{process} {period}".strip()
        task = make_task(pair, process, name, _hand(work, rng), window[0], due, period=period)
        _finish(register.add_piece(task, window, job, job_task), rng)

    return add


_SERVICES: dict[str, Callable[[Register, Pair, Random], None]] = {
    "payroll": _add_payroll,
    "bookkeeping": _add_books,
    "reports": _add_reports,
    "annual": _add_annual,
    "individual": _add_individual,
    "funds": _add_fund,
    "asic": _add_single("ASIC annual review", _REVIEW, f"{_REVIEW} 2026", _SECRETARY, "ASIC", "2026"),
    "advisory": _add_single("Advisory", "Advisory", "Business Advisory", "Advisory", "Advisory", ""),
    "planning": _add_single("Tax planning", "Tax Planning", "Tax Planning FY2027", "Advisory", "Advisory", "FY2027"),
    "taxable payments": _add_single("TPAR", "TPAR", "TPAR 2026", "Activity Statements", "BAS", "FY2026"),
    "payroll tax": _add_single("Payroll tax", "Payroll Tax", "Payroll Tax FY2027", "Payroll", "Payroll", "FY2027"),
    "fringe": _add_single("FBT return", "FBT Return", "FBT 2026", "Accounts & Tax", "ITR", "2026"),
    "support": _add_single("Xero support", "Software Support", "Xero Support", "Bookkeeping", "Bookkeeping", ""),
    "finalisation": _add_single("STP finalisation", "STP Finalisation", "STP Finalisation 2026", *_PAY, "FY2026"),
}  # fmt: skip
