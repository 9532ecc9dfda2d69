"""A job task is completed once, read back when its answer is lost, and never when it is not as it was seen last."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from core.jobs.ports import Became, Sent
from core.jobs.ticks import MOST_TRIES, HeldTask, Tick, Ticked, TickResult, TickWaits, carry_tick, tell_ticks
from core.model import OutsideFailed

FACTS = {"name": "BAS", "job": "J1"}
TICK = Tick("T1", "J1", completed=True, expected=FACTS)
APPLIED, DOUBT = Became.APPLIED, Became.IN_DOUBT


class Away(OutsideFailed):
    """XPM cannot be read."""


@dataclass
class Xpm:
    """One job task. `answers`: what is said to each write, in order; `lands`: whether it is carried out."""

    completed: bool = False
    facts: dict[str, Any] = field(default_factory=lambda: dict(FACTS))
    gone: bool = False
    answers: list[tuple[Became, bool]] = field(default_factory=list)
    writes: list[bool] = field(default_factory=list)
    reads: int = 0
    away_at: int = 0
    before_read: Callable[[Xpm], None] = lambda _: None

    def read_task(self, _job: str, _xpm_id: str) -> HeldTask | None:
        self.reads += 1
        if self.reads == self.away_at:
            raise Away("XPM is away.")
        self.before_read(self)
        return None if self.gone else HeldTask(self.completed, dict(self.facts))

    def tick(self, _xpm_id: str, *, completed: bool) -> Sent:
        became, lands = self.answers.pop(0) if self.answers else (APPLIED, True)
        self.writes.append(completed)
        if lands:
            self.completed = completed
        return Sent(became, words="its words", wait_seconds=30.0)


@dataclass
class Notes:
    """What was written down before each send."""

    begun: list[int] = field(default_factory=list)
    given_up: int = 0
    allows: bool = True

    def begin(self, number: int) -> bool:
        self.begun.append(number)
        return self.allows

    def give_up(self) -> None:
        self.given_up += 1


def carry(xpm: Xpm, tick: Tick = TICK, notes: Notes | None = None) -> TickResult:
    notes = notes or Notes()
    return carry_tick(tick, xpm, notes.begin, notes.give_up)


def test_a_tick_is_written_down_sent_once_and_read_back() -> None:
    xpm, notes = Xpm(), Notes()
    result = carry(xpm, notes=notes)
    assert (result.ticked, xpm.completed, xpm.writes, notes.begun, xpm.reads) == (Ticked.DONE, True, [True], [1], 2)


def test_reopening_works_alike() -> None:
    xpm = Xpm(completed=True)
    assert carry(xpm, Tick("T1", "J1", False, FACTS)).ticked is Ticked.DONE
    assert xpm.writes == [False]


def test_what_is_so_already_is_not_written() -> None:
    xpm = Xpm(completed=True)
    assert (carry(xpm).ticked, xpm.writes) == (Ticked.IN_STEP, [])


@pytest.mark.parametrize("change", [{"name": "Other"}, {"job": "J2"}])
def test_a_changed_job_task_is_left_alone_and_the_change_is_named(change: dict[str, str]) -> None:
    xpm = Xpm(facts=FACTS | change)
    result = carry(xpm)
    assert (result.ticked, xpm.writes, next(iter(change)) in result.words) == (Ticked.CONFLICT, [], True)


def test_a_job_task_that_is_gone_is_a_conflict() -> None:
    assert carry(Xpm(gone=True)).ticked is Ticked.CONFLICT


def test_a_lost_answer_whose_write_landed_is_read_back_and_not_sent_again() -> None:
    xpm = Xpm(answers=[(DOUBT, True)])
    result = carry(xpm)
    assert (result.ticked, xpm.writes, "answer was lost" in result.words) == (Ticked.DONE, [True], True)


def test_a_lost_answer_whose_write_never_landed_is_sent_again_after_a_look() -> None:
    xpm, notes = Xpm(answers=[(DOUBT, False)]), Notes()
    assert (carry(xpm, notes=notes).ticked, xpm.writes, notes.begun) == (Ticked.DONE, [True, True], [1, 2])


def test_a_change_between_a_lost_answer_and_the_next_send_stops_it() -> None:
    def rename(xpm: Xpm) -> None:
        if xpm.writes:
            xpm.facts["name"] = "Renamed"

    xpm = Xpm(answers=[(DOUBT, False)], before_read=rename)
    assert (carry(xpm).ticked, xpm.writes) == (Ticked.CONFLICT, [True])


def test_answers_that_stay_lost_end_before_a_person() -> None:
    xpm = Xpm(answers=[(DOUBT, False)] * 9)
    assert (carry(xpm).ticked, len(xpm.writes)) == (Ticked.UNSETTLED, MOST_TRIES)


def test_a_refusal_says_xpms_words() -> None:
    result = carry(Xpm(answers=[(Became.REFUSED, False)]))
    assert (result.ticked, result.words) == (Ticked.REFUSED, "XPM refused: its words")


def test_an_applied_write_that_does_not_show_is_put_before_a_person() -> None:
    assert carry(Xpm(answers=[(APPLIED, False)])).ticked is Ticked.UNSETTLED


def test_a_limit_waits_and_takes_the_intent_back() -> None:
    xpm, notes = Xpm(answers=[(Became.MUST_WAIT, False)]), Notes()
    with pytest.raises(TickWaits) as waits:
        carry(xpm, notes=notes)
    assert (waits.value.seconds, notes.given_up) == (30.0, 1)


def test_a_right_that_is_missing_takes_the_intent_back() -> None:
    xpm, notes = Xpm(), Notes()

    def refuse(_xpm_id: str, *, completed: bool) -> Sent:
        raise Away(f"no right to say {completed}")

    xpm.tick = refuse  # type: ignore[method-assign]  # this one call of this one fake
    with pytest.raises(Away):
        carry(xpm, notes=notes)
    assert notes.given_up == 1


def test_nothing_is_sent_when_the_wish_is_another_one_by_now() -> None:
    xpm = Xpm()
    assert (carry(xpm, notes=Notes(allows=False)).ticked, xpm.writes) == (Ticked.MOVED, [])


def test_after_a_crash_the_answer_is_looked_for_first() -> None:
    landed = Xpm(completed=True)
    result = carry(landed, Tick("T1", "J1", True, FACTS, sent_before=True, tries=1))
    assert (result.ticked, landed.writes, "read back" in result.words) == (Ticked.DONE, [], True)


def test_what_needs_a_person_is_told_in_one_sentence() -> None:
    assert tell_ticks({"done": 3, "in step": 1}) == ""
    assert tell_ticks({"conflict": 1}).startswith("1 job task was left as it is")
    assert tell_ticks({"conflict": 1, "refused": 1, "unsettled": 1}).startswith("3 job tasks were left as they are")


class Killed(Exception):
    """The process is gone."""


@dataclass
class Wild(Xpm):
    """XPM among faults, with a person who renames or completes the job task once; the same dice play the same."""

    dice: random.Random = field(default_factory=random.Random)
    person: str = ""

    def read_task(self, job: str, xpm_id: str) -> HeldTask | None:
        if self.dice.random() < 0.06 and not self.person:
            self.person = self.dice.choice(["rename", "complete"])
            self.facts["name"] = "Renamed" if self.person == "rename" else "BAS"
            self.completed |= self.person == "complete"
        return super().read_task(job, xpm_id)

    def tick(self, xpm_id: str, *, completed: bool) -> Sent:
        assert self.facts == FACTS, "written over a person's change"
        odds = [(APPLIED, True)] * 6 + [(DOUBT, True), (DOUBT, False), (Became.MUST_WAIT, False)]
        self.answers = [self.dice.choice(odds)]
        return super().tick(xpm_id, completed=completed)


@dataclass
class Kept(Notes):
    """What survives a kill: the number of the try, and that it may have been sent."""

    dice: random.Random = field(default_factory=random.Random)
    tries: int = 0
    sending: bool = False

    def begin(self, number: int) -> bool:
        self.tries, self.sending = number, True
        if self.dice.random() < 0.1:
            raise Killed
        return True

    def give_up(self) -> None:
        self.tries, self.sending = self.tries - 1, False


def play(seed: int) -> str:
    """Carry one tick to its end, started again after every kill and wait; what it was said to have come to."""
    dice = random.Random(seed)
    xpm, notes = Wild(dice=dice), Kept(dice=dice)
    for _ in range(60):
        tick = Tick("T1", "J1", True, FACTS, sent_before=notes.sending, tries=notes.tries)
        try:
            result = carry_tick(tick, xpm, notes.begin, notes.give_up)
        except (Killed, TickWaits):
            continue
        assert xpm.completed == (result.ticked in (Ticked.DONE, Ticked.IN_STEP)), (seed, result)
        assert result.ticked is not Ticked.CONFLICT or xpm.person == "rename", (seed, result)
        return str(result.ticked)
    raise AssertionError(f"seed {seed} never came to an end")


def test_among_faults_kills_and_people_nothing_is_overwritten_and_what_is_said_is_so() -> None:
    ends = Counter(play(seed) for seed in range(2_000))
    assert ends["done"] > 1_500
    assert {"done", "in step", "conflict", "unsettled"} == set(ends)


def test_the_same_seed_plays_the_same() -> None:
    assert [play(seed) for seed in range(50)] == [play(seed) for seed in range(50)]
