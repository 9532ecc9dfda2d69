"""Planted bugs: each switches one protection of job creation off, and must be noticed by some seed.

As in the push's mutants, reaching into our own code is the point here: whether the simulation would notice.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

import core.jobs.create
import core.jobs.readback
import core.jobs.steps
import core.workspace.adapters
import core.workspace.job_desk
import core.workspace.jobbing
from core.jobs import Waits
from core.jobs.create import _Worker
from core.jobs.ports import Became, StepState
from core.jobs.readback import Look, ReadBack
from core.workspace.job_desk import JobDesk
from tests.simulation.jobs.play import play_jobs
from tests.simulation.weather import Mode

Patches = list[Any]


@dataclass(frozen=True)
class Mutant:
    """`plant` gives the patches; `seeds` those that are played until one notices, in this mode."""

    removes: str
    plant: Callable[[], Patches]
    seeds: tuple[int, ...] = (501,)
    is_swarm: bool = True


def _no_quiet_time() -> Patches:
    begin = JobDesk.__init__

    def begin_hasty(self: JobDesk, *args: Any, **more: Any) -> None:
        begin(self, *args, **more)
        self._waits = Waits(quiet=0.0, between_looks=0.0)

    return [patch.object(JobDesk, "__init__", begin_hasty)]


def _no_marker() -> Patches:
    return [patch.object(core.jobs.create, "mark_description", lambda text, _: text)]


def _no_read_back() -> Patches:
    """What is in doubt is sent again at once."""

    def settle(self: ReadBack, step: Any) -> None:
        self._desk.move(step, StepState.READY)

    return [patch.object(ReadBack, "settle", settle)]


def _doubt_is_failure() -> Patches:
    """A lost answer counts as a refusal that may be tried again."""
    find = core.workspace.adapters._find_became

    def judge(outcome: Any) -> Became:
        became = find(outcome)
        return Became.MUST_WAIT if became is Became.IN_DOUBT else became

    return [patch.object(core.workspace.adapters, "_find_became", judge)]


def _no_intent() -> Patches:
    """Nothing is written down before a request leaves."""
    send = _Worker._send

    def send_first(self: Any, step: Any) -> None:
        sent = self._call(step, self._make_deadline())
        self.desk.move(step, StepState.SENDING, counts=1)
        self._take(replace(step, state=StepState.SENDING), sent)

    assert send is not send_first
    return [patch.object(_Worker, "_send", send_first)]


def _no_owner() -> Patches:
    return [patch.object(JobDesk, "is_lost", lambda _: False)]


def _no_twin_guard() -> Patches:
    return [patch.object(core.workspace.jobbing, "require_alone", lambda *_: None)]


def _no_memory_of_restores() -> Patches:
    """Neither the journal nor a look at XPM's new jobs before the first request."""
    return [
        patch.object(_Worker, "_was_sent_before", lambda *_: False),
        patch.object(_Worker, "_is_there", lambda *_: False),
    ]


def _overwrite() -> Patches:
    """Costs, states and people are set whatever XPM has by now."""
    return [patch.object(_Worker, "_stands_in_the_way", lambda *_: False)]


def _first_look_counts() -> Patches:
    """Whatever a single list shows is the truth, at once."""

    def judge(self: ReadBack, step: Any, _look: Look) -> None:
        self._desk.move(step, StepState.READY)

    return [patch.object(ReadBack, "_judge_absence", judge)]


MUTANTS: dict[str, Mutant] = {
    "no_quiet_time": Mutant("the quiet time before a list may prove absence", _no_quiet_time, (502,)),
    "no_marker": Mutant("the mark in the job's description", _no_marker),
    "no_read_back": Mutant("the reading back of what is in doubt", _no_read_back),
    "doubt_is_failure": Mutant("the difference between in doubt and not applied", _doubt_is_failure),
    "no_intent": Mutant("the durable intent before the request", _no_intent),
    "no_owner": Mutant("the check whose run it is", _no_owner, (517,)),
    "no_twin_guard": Mutant("the guard against drafts of the same job", _no_twin_guard, (1,), is_swarm=False),
    "no_memory_of_restores": Mutant("what outlives a restored backup", _no_memory_of_restores, (508,)),
    "overwrite": Mutant("the look at what people did meanwhile", _overwrite, (508,)),
    "first_look_counts": Mutant("the waits before something counts as absent", _first_look_counts, (502,)),
}


def catch(name: str) -> str:
    """The first seed that notices the mutant, in words; empty when none does."""
    mutant = MUTANTS[name]
    for seed in mutant.seeds:
        with ExitStack() as stack:
            for change in mutant.plant():
                stack.enter_context(change)
            wrong = _play(seed, Mode(swarm=mutant.is_swarm))
        if wrong:
            return f"seed {seed}: {wrong}"
    return ""


def _play(seed: int, mode: Mode) -> str:
    try:
        tally, log = play_jobs(seed, mode)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    told = [line for line in log if " judgement: " in line or " broken: " in line]
    return told[0] if told else "" if tally.is_right else "the count is wrong"
