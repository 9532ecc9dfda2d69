"""Rounding: rows add up to the rounded day, what was sent stays, and the order of rows does not matter."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.push.rounding import Mode, Rounding, Scope, share_minutes

STEPS = (1, 5, 6, 10, 15)
DAY = "2026-11-18"

roundings = st.builds(Rounding, st.sampled_from(Mode), st.sampled_from(STEPS), st.sampled_from(Scope))
day_roundings = st.builds(
    Rounding, st.sampled_from((Mode.NEAREST, Mode.UP)), st.sampled_from(STEPS), st.just(Scope.DAY)
)
worked = st.lists(st.integers(1, 300), min_size=1, max_size=12)


def entries(minutes: list[int], sent: list[float] | None = None, start: list[str] | None = None) -> pd.DataFrame:
    frame = pd.DataFrame({"minutes": minutes}, index=[f"e{n:02d}" for n in range(len(minutes))])
    frame["staff_id"], frame["date"] = "S1", pd.Timestamp(DAY)
    frame["start"] = start or [""] * len(minutes)
    frame["sent"] = sent or [np.nan] * len(minutes)
    return frame


@pytest.mark.parametrize(
    ("mode", "step", "expected"), [("nearest", 6, [0, 6, 6, 12, -6]), ("up", 6, [6, 6, 6, 12, -6]), ("none", 6, None)]
)
def test_each_entry_is_rounded_by_itself(mode: str, step: int, expected: list[int] | None) -> None:
    minutes = [2, 3, 6, 9, -4]
    shares = share_minutes(entries(minutes), Rounding(Mode(mode), step))
    assert shares.tolist() == (expected or minutes)


@given(worked, day_roundings)
def test_the_rows_of_a_day_add_up_to_the_rounded_day(minutes: list[int], rounding: Rounding) -> None:
    shares = share_minutes(entries(minutes), rounding)
    assert shares.sum() == rounding.round(sum(minutes))
    assert shares.ge(0).all()


@given(worked, day_roundings, st.data())
def test_entries_that_come_later_carry_on_from_what_was_sent(
    minutes: list[int], rounding: Rounding, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(minutes)))
    early = share_minutes(entries(minutes[:cut]), rounding).tolist()
    late = share_minutes(entries(minutes, [*early, *[np.nan] * (len(minutes) - cut)]), rounding)
    assert late.tolist()[:cut] == early
    assert late.sum() == rounding.round(sum(minutes))


@given(worked, st.lists(st.integers(0, 300), min_size=12, max_size=12), roundings)
def test_what_was_sent_is_never_rounded_again(minutes: list[int], sent: list[int], rounding: Rounding) -> None:
    given_away: list[float] = [float(one) for one in sent[: len(minutes)]]
    shares = share_minutes(entries([*minutes, 7], [*given_away, np.nan]), rounding)
    assert shares.tolist()[:-1] == given_away
    assert shares.iloc[-1] >= 0


@given(worked, roundings, st.randoms())
def test_the_order_of_the_rows_does_not_matter(minutes: list[int], rounding: Rounding, random: object) -> None:
    rows = entries(minutes, start=[f"{9 + n % 3:02d}:00" for n in range(len(minutes))])
    mixed = rows.sample(frac=1, random_state=getattr(random, "randrange")(2**31))  # noqa: B009
    assert share_minutes(mixed, rounding).reindex(rows.index).equals(share_minutes(rows, rounding))


@given(worked, worked, day_roundings)
def test_a_correction_never_eats_an_entry(minutes: list[int], taken: list[int], rounding: Rounding) -> None:
    shares = share_minutes(entries([*minutes, *(-one for one in taken)]), rounding)
    assert shares.iloc[: len(minutes)].sum() == rounding.round(sum(minutes))
    assert shares.iloc[len(minutes) :].sum() == -rounding.round(sum(taken))


def test_days_and_people_are_carried_apart() -> None:
    rows = entries([4, 4, 4, 4])
    rows["staff_id"] = ["S1", "S1", "S2", "S2"]
    rows.loc["e03", "date"] = pd.Timestamp("2026-11-19")
    shares = share_minutes(rows, Rounding(Mode.NEAREST, 6, Scope.DAY))
    assert shares.tolist() == [6, 0, 6, 6]


def test_the_earliest_start_is_rounded_first() -> None:
    rows = entries([4, 4], start=["10:00", "09:00"])
    assert share_minutes(rows, Rounding(Mode.NEAREST, 6, Scope.DAY)).tolist() == [0, 6]
