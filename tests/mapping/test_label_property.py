"""However both sides spell their periods: a link made by itself is the right one, and what both say is found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

import pandas as pd
import pytest

from core.mapping import propose_tasks
from core.mapping.labels import Conventions
from core.mapping.spans import Span, months_span
from core.model import LOCAL_FRAMES, XPM_FRAMES, shape_frame
from tests.mapping.test_label_cases import links

MONTH = (
    "{b} {Y}",
    "{B} {Y}",
    "{b}-{y}",
    "{b}'{y}",
    "{m:02}/{Y}",
    "{Y}-{m:02}",
    "month ended {d} {b} {Y}",
    "M{n:02} FY{fy}",
)
QUARTER = ("{b} Qtr {Y}", "{B} Quarter {Y}", "Q{q} FY{fy}", "{q}Q{fy}", "{a}-{b} {Y}", "{a} to {b} {y}",
           "QE {d} {b} {y}", "quarter ended {d} {B} {Y}", "Q{q} {fY}", "3 months to {d} {b} {Y}")  # fmt: skip
HALF = ("6 months to {d} {b} {Y}", "half year ended {d} {B} {Y}", "HY {b} {Y}", "{a}-{b} {Y}")
YEAR = (
    "FY{fy}",
    "FY{Y}",
    "{p}-{y}",
    "{p}/{y}",
    "YE {d} {b} {Y}",
    "year ended {d} {B} {Y}",
    "y/e {d}/{m}/{y}",
    "{b} {Y} year end",
)
WEEK = ("w/e {d} {b} {Y}", "week ending {d}/{m:02}/{Y}", "W/E {d}.{m}.{y}", "week ended {d} {B} {Y}")
YEARLESS = {1: ("- {b}", "- {B}", "{b}", "({B})"), 3: ("{b} Qtr", "- Quarter {N}", "{B} quarter", "Q{q}", "({a}-{b})")}
SPELLINGS = {1: MONTH, 3: QUARTER, 6: HALF, 12: YEAR, 0: WEEK}


@dataclass(frozen=True)
class World:
    """One practice's way to count, and one kind of period: its months, 0 for weeks."""

    chance: Random
    conventions: Conventions
    months: int

    def spell(self, span: Span, pattern: str) -> str:
        """The period as this pattern writes it."""
        end, month = span.end, self.conventions.year_end_month
        fy = end.year + (end.month > month)
        into = (end.month - month - 1) % 12
        named = span.start if self.conventions.quarter_named_by == "first" else end
        return pattern.format(
            b=f"{end:%b}", B=f"{end:%B}", a=f"{span.start:%b}", N=f"{named:%B}", d=end.day, m=end.month, n=into + 1,
            q=into // 3 + 1, Y=end.year, y=f"{end:%y}", p=end.year - 1, fY=fy, fy=f"{fy % 100:02}",
        )  # fmt: skip

    def draw(self) -> list[Span]:
        """A period, its neighbours on both sides, and the same one a year before and after."""
        year, month = self.chance.randrange(2024, 2034), self.conventions.year_end_month
        if self.months == 0:
            first = date(year, 1, 1) + timedelta(days=self.chance.randrange(365))
            return [Span(day, day + timedelta(days=6)) for day in (first + timedelta(days=7 * n) for n in (0, -1, 1))]
        last = month + self.months * self.chance.randrange(12)
        steps = [0, -self.months, self.months, -12, 12] if self.months < 12 else [0, -12, 12]
        return [months_span(year + (last + step - 1) // 12, (last + step - 1) % 12 + 1, self.months) for step in steps]


def propose(world: World, local: str, start: date | None, offered: list[tuple[str, Span]]) -> tuple[str, str]:
    """The best job task and its band; offered: each label with the dates of its job."""
    task = {"client_id": "c1", "process_id": "p1", "name": local, "start": pd.Timestamp(start)}
    jobs = {
        f"J{n}": {
            "client_id": "x1",
            "name": "Job",
            "state": "Open",
            "start": pd.Timestamp(d.start),
            "due": pd.Timestamp(d.end),
        }
        for n, (_, d) in enumerate(offered)
    }
    tasks = {f"T{n}": {"job": f"J{n}", "task_type_id": "type", "name": label} for n, (label, _) in enumerate(offered)}
    found = propose_tasks(
        shape_frame(pd.DataFrame([task], index=["t1"]), LOCAL_FRAMES["tasks"]),
        links(c1="x1"),
        links(p1="type"),
        shape_frame(pd.DataFrame.from_dict(jobs, orient="index"), XPM_FRAMES["jobs"]),
        shape_frame(pd.DataFrame.from_dict(tasks, orient="index"), XPM_FRAMES["job_tasks"]),
        world.conventions,
        frozenset(),
        set(),
    )
    return (found.iloc[0]["xpm_id"], found.iloc[0]["band"]) if len(found) else ("", "")


def make_world(seed: int) -> World:
    chance = Random(seed)
    conventions = Conventions(chance.choice((6, 3, 12)), chance.choice(("first", "last")))
    return World(chance, conventions, chance.choice((1, 1, 3, 3, 6, 12, 0)))


def make_labelled_world(seed: int) -> World:
    """Months or quarters, which alone may leave out their year."""
    world = make_world(seed)
    return replace(world, months=world.chance.choice((1, 3)))


def spell_loosely(world: World, spans: list[Span]) -> tuple[str, list[tuple[str, Span]]]:
    """A task about the first period, with or without its year, and a label without year for each of them."""
    labels = [world.spell(span, world.chance.choice(YEARLESS[world.months])) for span in spans]
    mine = world.spell(spans[0], world.chance.choice(SPELLINGS[world.months] + YEARLESS[world.months]))
    offered = [(f"Work {label}", job_of(span, world)) for label, span in zip(labels, spans, strict=True)]
    return f"Work {mine}", offered


def job_of(span: Span, world: World) -> Span:
    """The dates of a job about the year in which the period ends, with some weeks to finish."""
    month = world.conventions.year_end_month
    year = months_span(span.end.year + (span.end.month > month), month, 12)
    return Span(year.start, year.end + timedelta(days=world.chance.randrange(60)))


@pytest.mark.parametrize("seed", range(60))
def test_both_sides_with_their_year_find_each_other(seed: int) -> None:
    world = make_world(seed)
    spans = world.draw()
    patterns = SPELLINGS[world.months]
    local = f"Work {world.spell(spans[0], world.chance.choice(patterns))}"
    offered = [(f"Work {world.spell(span, world.chance.choice(patterns))}", job_of(span, world)) for span in spans]
    assert propose(world, local, None, offered) == ("T0", "certain"), (local, offered)


@pytest.mark.parametrize("seed", range(60))
def test_whoever_leaves_out_the_year_is_understood_by_the_dates(seed: int) -> None:
    world = make_labelled_world(seed)
    spans = world.draw()
    start = spans[0].start + timedelta(days=world.chance.randrange(spans[0].days))
    mine, offered = spell_loosely(world, spans)
    assert propose(world, mine, start, offered) == ("T0", "certain"), (mine, start, offered)


@pytest.mark.parametrize("seed", range(60))
def test_nothing_is_certain_where_the_right_one_is_missing(seed: int) -> None:
    world = make_labelled_world(seed)
    spans = world.draw()
    start = spans[0].start + timedelta(days=world.chance.randrange(spans[0].days))
    mine, offered = spell_loosely(world, spans)
    left = world.chance.sample(offered[1:], world.chance.randrange(1, len(offered)))
    assert propose(world, mine, world.chance.choice((start, None)), left)[1] != "certain", (mine, start, left)


@pytest.mark.parametrize("seed", range(40))
def test_the_start_date_chooses_the_label_of_its_month_or_quarter(seed: int) -> None:
    world = make_labelled_world(seed)
    spans = world.draw()
    pattern = world.chance.choice(("- {b}", "- {B}") if world.months == 1 else ("- Quarter {N}",))
    start = spans[0].start + timedelta(days=world.chance.randrange(spans[0].days))
    offered = [(f"Work {world.spell(span, pattern)}", job_of(span, world)) for span in spans]
    assert propose(world, "Work", start, offered) == ("T0", "certain"), (start, offered)
