"""Made-up lists of work to fit and measure on: `python -m tests.benchmarks.work_lists processes OUT`, or `tasks`.

Each folder is one practice: its country, its year end, and habits of its own on either side, so that figures over many
folders tell about practices not seen. The right list is XPM's (task types, or job tasks with job and client), the left
one the practice's own tool. Folders hold left.csv, right.csv and truth.csv; the same seed writes the same folder.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from . import work_words as words
from .work_words import Span, end_of, make_span, mistype

_YEAR_ENDS = {"au": 6, "nz": 3, "uk": 3}
_SURNAMES = tuple((Path(__file__).parent / "surnames.txt").read_text(encoding="utf-8").split())
_TRADES = ("Plumbing", "Holdings", "Dental", "Farms", "Consulting", "Electrical", "Transport", "Cafe", "Properties")
_FORMS = {
    "company": "{0} {1} Pty Ltd",
    "trust": "{0} Family Trust",
    "smsf": "{0} Super Fund",
    "partnership": "{0} & Sons",
    "individual": "{0}, {2}",
}
_GIVENS = ("Anna", "Tom", "Priya", "Wei", "Marama", "Fiona", "Ali", "Grace", "Hemi", "Lucas")


@dataclass(frozen=True)
class Concept:
    """A kind of work as a person means it: whom the return is for, how often, at which stage, in which line of
    business; "" is "all of them"."""

    kind: str
    entity: str = ""
    often: str = ""
    stage: str = ""
    line: str = ""


#: What a practice splits one kind of work by, that no table can know.
_LINES = (("Retail", "Medical"), ("Geelong", "Ballarat"), ("Basic", "Premium", "Premium Plus"), ("Farm", "Rental"),
          ("Entity A", "Entity B"), ("Growth", "Exit"), ("North", "South"))  # fmt: skip


def kinds_of(country: str) -> dict[str, list[str]]:
    """The kinds of a country without its mark, and the ways to write them."""
    pairs = ((key.split(":"), ways) for key, ways in words.KINDS.items())
    return {key[-1]: ways for key, ways in pairs if len(key) == 1 or key[0] == country}


#: What people add to names and nobody else would.
_REMARKS = ("urgent", "JS", "MK", "TBC", "rush", "extension", "late", "priority", "v2", "fixed fee", "std", "template",
            "rollover", "ATO due", "hourly", "recurring", "old", "new template", "per engagement")  # fmt: skip


def remark(chance: random.Random, share: float, text: str) -> str:
    """The text, in this share of cases with a remark that means nothing."""
    said = chance.choice(_REMARKS) if chance.random() < share else ""
    return chance.choice((f"{text} ({said})", f"{text} - {said}", f"{text} {said}")) if said else text


def make_processes(chance: random.Random) -> tuple[list[list[str]], list[list[str]], list[tuple[str, str]]]:
    """Rows of left, right and truth: a practice's processes and the task types it uses in XPM."""
    country = chance.choice(("au", "au", "au", "nz", "uk"))
    kinds = kinds_of(country)
    chosen = chance.sample(sorted(kinds), chance.randrange(10, min(len(kinds), 32)))
    lines = {kind: chance.choice(_LINES) for kind in kinds if chance.random() < 0.15}
    others = [kind for kind in kinds if kind not in chosen]

    def take(share: float, more: int) -> list[Concept]:
        wanted = [kind for kind in [*chosen, "return"] if chance.random() < share]
        wanted += chance.sample(others, min(len(others), more))
        return [item for kind in wanted for item in _split(chance, kind, country, lines.get(kind, ()))]

    mine, theirs = take(0.9, 2), take(0.85, 3)
    left = _name_all(chance, mine, country, "L")
    right = _name_all(chance, theirs, country, "R")
    truth = []
    for concept, row in zip(mine, left, strict=True):
        partner = _find_partner(chance, concept, theirs)
        if partner is not None:
            truth.append((row[0], right[partner][0]))
    chance.shuffle(right)
    return [["id", "name"], *left], [["id", "name"], *right], truth


def _split(chance: random.Random, kind: str, country: str, lines: tuple[str, ...]) -> list[Concept]:
    """One kind as a practice divides it up: whole, by entity, line of business, how often, or stage."""
    if kind == "return":
        entities = [entity for entity in words.RETURNS[country] if entity]
        if chance.random() < 0.25:
            return [Concept(kind)]
        found = [Concept(kind, entity) for entity in entities if chance.random() < 0.9]
        return [*found, Concept(kind)] if chance.random() < 0.1 else found
    if kind == "smsf audit":
        return [Concept("audit", "smsf")]
    roll = chance.random()
    if lines and roll < 0.8:
        return [Concept(kind, line=line) for line in lines]
    if roll < 0.12 and kind in ("bas", "ias", "gst", "vat", "payroll", "bookkeeping", "payroll tax"):
        return [Concept(kind, often=often) for often in chance.sample(("month", "quarter", "year"), 2)]
    if roll < 0.25 and kind in ("bas", "gst", "vat", "accounts", "fbt", "payroll", "audit"):
        return [Concept(kind, stage=stage) for stage in chance.sample(("prepare", "review", "lodge"), 2)]
    return [Concept(kind)]


def _name_all(chance: random.Random, concepts: list[Concept], country: str, mark: str) -> list[list[str]]:
    case = chance.choice((str, str, str, str.upper, str.lower))
    numbered, wrong = chance.random() < 0.15, chance.choice((0.0, 0.03, 0.08))
    rows = []
    for number, concept in enumerate(concepts):
        text = name_concept(chance, concept, country)
        text = remark(chance, 0.04, mistype(chance, text) if chance.random() < wrong else text)
        rows.append([f"{mark}{number}", f"{number + 1:02d} - {case(text)}" if numbered else case(text)])
    return rows


def name_concept(chance: random.Random, concept: Concept, country: str) -> str:
    """One way to write a concept."""
    kind = "smsf audit" if concept == Concept("audit", "smsf") else concept.kind
    ways = words.RETURNS[country][concept.entity] if kind == "return" else kinds_of(country)[kind]
    text = chance.choice(ways[:1] * 2 + ways)
    if concept.often:
        often = chance.choice(words.OFTEN[concept.often])
        text = f"{often} {text}" if often[0].isalpha() and chance.random() < 0.7 else f"{text} {often}"
    if concept.line:
        text = chance.choice((f"{text} - {concept.line}", f"{text} {concept.line}", f"{concept.line} {text}"))
    if concept.stage:
        stage = chance.choice(words.STAGES[concept.stage])
        text = chance.choice((f"{text} - {stage}", f"{text} {stage}", f"{text}: {stage}"))
    return text


def _find_partner(chance: random.Random, concept: Concept, others: list[Concept]) -> int | None:
    """The place of the task type a person would choose: the same, else a wider one, else one of the narrower ones."""
    fits = [(fit, place) for place, other in enumerate(others) if (fit := _fit(concept, other)) is not None]
    if not fits:
        return None
    best = max(fit for fit, _ in fits)
    places = [place for fit, place in fits if fit == best]
    if len(places) == 1:
        return places[0]
    # Several narrower ones fit alike: some practices pick one, others leave it open.
    return chance.choice(places) if chance.random() < 0.5 else None


def _fit(concept: Concept, other: Concept) -> int | None:
    if concept.kind != other.kind:
        return None
    total = 0
    facets = ((getattr(concept, facet), getattr(other, facet)) for facet in ("entity", "often", "stage", "line"))
    for mine, theirs in facets:
        if mine and theirs and mine != theirs:
            return None
        # Equal says most; a wider task type takes the process; a narrower one only takes a part of it.
        total += 0 if mine == theirs else -1 if mine else -3
    return total


@dataclass(frozen=True)
class Habits:
    """How one side of a practice writes tasks."""

    country: str
    year_end: int
    orders: tuple[str, ...]
    joint: str
    writers: dict[str, tuple[words.Writer, ...]]
    stages: dict[str, tuple[str, ...]]
    case: Callable[[str], str]
    wrong: float
    numbered: bool
    names_client: float
    names_job: float
    remarks: float


_ORDERS = ("{kind}{joint}{period}{joint}{stage}", "{period} {kind}{joint}{stage}", "{stage}{joint}{kind} {period}",
           "{kind} {period} {stage}", "{period}{joint}{kind}{joint}{stage}", "{stage} {kind} {period}",
           "{kind} ({period}){joint}{stage}")  # fmt: skip


def make_habits(chance: random.Random, country: str, year_end: int, *, messy: bool) -> Habits:
    """Habits of one side; the messy side mixes more of them."""
    width = 3 if messy else 1
    return Habits(
        country,
        year_end,
        tuple(chance.sample(_ORDERS, width)),
        chance.choice((" - ", " ", " | ", ": ", " – ")),
        {length: tuple(chance.sample(ways, width + 1)) for length, ways in words.WRITERS.items()},
        {stage: tuple(chance.sample(ways, min(len(ways), width))) for stage, ways in words.STAGES.items()},
        chance.choice((str, str, str, str.upper, str.lower)),
        chance.choice((0.0, 0.04, 0.1)) if messy else 0.0,
        chance.random() < 0.25,
        chance.choice((0.0, 0.0, 0.0, 0.5)),
        chance.choice((0.0, 0.0, 0.1)) if messy else 0.0,
        chance.choice((0.0, 0.1, 0.3)) if messy else chance.choice((0.0, 0.0, 0.1)),
    )


@dataclass(frozen=True)
class Job:
    """One job: whose, which concept and period, and the stages it is done in ("" is the whole)."""

    client: str
    concept: Concept
    span: Span | None
    stages: tuple[str, ...]
    number: str


_SETS = (
    ("prepare", "review", "lodge"),
    ("request", "prepare", "manager review", "partner review", "lodge"),
    ("prepare", "manager review", "sign", "lodge", "bill"),
    ("prepare", "review"),
    ("",),
    ("prepare", "partner review", "lodge", "bill"),
    ("reconcile", "prepare", "review", "lodge"),
)


def make_tasks(chance: random.Random) -> tuple[list[list[str]], list[list[str]], list[tuple[str, str]]]:
    """Rows of left, right and truth: a practice's tasks and its job tasks, the client already agreed."""
    country = chance.choice(("au", "au", "au", "nz", "uk"))
    year_end = _YEAR_ENDS[country]
    mine, theirs = (make_habits(chance, country, year_end, messy=messy) for messy in (True, False))
    right: list[list[str]] = []
    left: list[list[str]] = []
    truth: list[tuple[str, str]] = []
    default_stage = chance.random() < 0.5
    for job in _make_jobs(chance, country):
        title = write_title(chance, theirs, job)
        for place, stage in enumerate(job.stages):
            ids = f"L{len(left)}", f"R{len(right)}"
            fate = chance.random()
            if fate < 0.92:
                right.append([ids[1], job.client, job.number, title, _write_stage(chance, theirs, job, stage, place)])
            if fate > 0.08:
                silent = stage == "prepare" and default_stage and chance.random() < 0.3
                left.append([ids[0], job.client, write_task(chance, mine, job, "" if silent else stage)])
            if 0.08 < fate < 0.92:
                truth.append(ids)
    chance.shuffle(left)
    chance.shuffle(right)
    return [["id", "client", "name"], *left], [["id", "client", "job_no", "job_name", "name"], *right], truth


def _make_jobs(chance: random.Random, country: str) -> Iterable[Job]:
    staged = chance.sample(_SETS, 3)
    number = chance.randrange(1000, 90000)
    for place in range(chance.randrange(12, 30)):
        entity = chance.choice(list(_FORMS))
        client = _FORMS[entity].format(chance.choice(_SURNAMES), chance.choice(_TRADES), chance.choice(_GIVENS))
        client = f"{client[:4].upper().strip(' ,&')}{place:03d} {client}"
        for concept, spans in _engage(chance, country, entity):
            stages = chance.choice(staged)
            for span in spans:
                number += chance.randrange(1, 4)
                yield Job(client, concept, span, stages, f"J{number:06d}")


_YEARLY: tuple[str, ...] = (
    *("accounts", "fbt", "asic", "tax planning", "advisory", "audit", "land tax", "cgt", "p11d", "tpar", "stp"),
    *("budget", "smsf audit", "acc", "workcover"),
)
_RECURRING: tuple[str, ...] = (
    *("bas", "ias", "gst", "vat", "payroll", "bookkeeping", "super", "cis", "rwt", "management accounts"),
    "provisional tax",
)


def _engage(chance: random.Random, country: str, entity: str) -> Iterable[tuple[Concept, list[Span | None]]]:
    """The yearly and the recurring work of one client."""
    end, years = _YEAR_ENDS[country], chance.sample((2023, 2024, 2025, 2026), chance.randrange(1, 4))
    kinds = kinds_of(country)
    returns = words.RETURNS[country]
    yearly: list[Span | None] = [make_span(year, end, 12, "year") for year in years]
    yield Concept("return", entity if entity in returns and chance.random() < 0.6 else ""), yearly
    regular = [kind for kind in _YEARLY if kind in kinds]
    for one in chance.sample(regular, chance.randrange(1, 4)):
        yield Concept(one), yearly
    frequent = [kind for kind in _RECURRING if kind in kinds]
    for one in chance.sample(frequent, chance.randrange(1, 3)):
        yield Concept(one), _recur(chance, one, end, years)
    if chance.random() < 0.15:
        split = chance.choice(["bookkeeping", "accounts", "payroll", "advisory"])
        for line in chance.choice(_LINES):
            yield Concept(split, line=line), yearly
    if chance.random() < 0.2:
        yield Concept(chance.choice(("onboarding", "entity setup", "valuation", "finance"))), [None]


def _recur(chance: random.Random, kind: str, year_end: int, years: list[int]) -> list[Span | None]:
    year = chance.choice(years)
    if kind == "payroll" and chance.random() < 0.2:
        first = end_of(year, chance.randrange(1, 12)).toordinal()
        return [_week(first + 7 * week) for week in range(4)]
    if kind in ("payroll", "bookkeeping", "cis", "management accounts", "ias"):
        return [make_span(year, month, 1, "month") for month in chance.sample(range(1, 13), 6)]
    if kind == "gst":
        months, length = chance.choice(((2, "two months"), (6, "half"), (2, "two months")))
        return [make_span(year, year_end + months * n, months, length) for n in range(1, 1 + 12 // months)]
    return [make_span(year - 1, year_end + 3 * n, 3, "quarter") for n in range(1, 5)]


def _week(last: int) -> Span:
    day = date.fromordinal(last)
    return Span(date.fromordinal(last - 6), day, "week")


def write_title(chance: random.Random, habits: Habits, job: Job) -> str:
    """The name of a job."""
    return remark(chance, habits.remarks, _write(chance, replace(habits, numbered=False), job, "", 0))


def write_task(chance: random.Random, habits: Habits, job: Job, stage: str) -> str:
    """The name of a task in the practice's own tool."""
    place = job.stages.index(stage) if stage in job.stages else 0
    text = _write(chance, habits, job, stage, place)
    if chance.random() < habits.names_job:
        text = chance.choice((f"{text} [{job.number}]", f"{job.number} {text}"))
    if chance.random() < habits.names_client:
        name = job.client.split(" ", 1)[1]
        text = chance.choice((f"{name} - {text}", f"{text} - {name}", f"{text} ({name})"))
    text = remark(chance, habits.remarks, text)
    return mistype(chance, text) if chance.random() < habits.wrong else text


def _write(chance: random.Random, habits: Habits, job: Job, stage: str, place: int) -> str:
    said = ""
    if stage:
        said = chance.choice(habits.stages[stage])
        said = f"{place + 1:02d} - {said}" if habits.numbered else said
    period = chance.choice(habits.writers[job.span.length])(job.span, habits.year_end) if job.span else ""
    text = chance.choice(habits.orders).format(
        kind=name_concept(chance, job.concept, habits.country), period=period, stage=said, joint=habits.joint
    )
    return habits.case(" ".join(text.replace("()", "").split()).strip("-|:– "))


def _write_stage(chance: random.Random, habits: Habits, job: Job, stage: str, place: int) -> str:
    if not stage:
        return habits.case(name_concept(chance, job.concept, habits.country))
    text = chance.choice(habits.stages[stage])
    return habits.case(f"{place + 1:02d}. {text}" if habits.numbered else text)


MAKERS = {"processes": make_processes, "tasks": make_tasks}


def make_folder(kind: str, folder: Path, chance: random.Random) -> None:
    """Write one labelled pair of lists."""
    left, right, truth = MAKERS[kind](chance)
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("left", left), ("right", right), ("truth", [["left_id", "right_id"], *truth])):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)


def main() -> None:
    """Write the folders."""
    parser = argparse.ArgumentParser(description="Write made-up labelled lists of work.")
    parser.add_argument("kind", choices=tuple(MAKERS))
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--first", type=int, default=0, help="seed of the first folder; the others follow")
    chosen = parser.parse_args()
    for seed in range(chosen.first, chosen.first + chosen.count):
        make_folder(chosen.kind, chosen.out / f"{chosen.kind}_{seed}", random.Random(f"{chosen.kind} {seed}"))


if __name__ == "__main__":
    main()
