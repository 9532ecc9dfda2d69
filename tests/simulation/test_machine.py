"""Any order of anything: Hypothesis draws what happens, and after each history a calm must settle everything.

`TIEOUT_EXAMPLES=5000 TIEOUT_STEPS=200` makes it as long as a night has room for; the suite plays a few short ones.
"""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.simulation.cases import Stage
from tests.simulation.invariants import judge_end
from tests.simulation.people import Judge, Typists
from tests.simulation.practice import TODAY

_HOUR = 3600.0
_ADD = {"path": "time.api/*"}
_LIST = {"method": "GET", "path": "time.api/list"}
_FAULTS = ("drop_before", "drop_after", "late", "error", "limit_minute", "limit_day", "truncate", "unauthorised")
_ACTS = ("type_copy", "edit_note", "edit_minutes", "delete", "invoice")


class PushMachine(RuleBasedStateMachine):
    """One practice, two workers, people on both sides."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage()
        self.scene = self.stage.scene
        self.workers = {"w1": self.stage.process, "w2": self.stage.start("w2")}
        self.typists = Typists(self.scene)
        self.judge = Judge(self.scene, self.typists)
        self.names = 0
        self.backup = b""

    def pass_time(self, seconds: float) -> None:
        self.scene.hub.run_until(self.scene.hub.seconds + seconds)
        for name, process in self.workers.items():
            if not process.alive:
                self.workers[name] = self.stage.start(name)

    # -- the local side and the buttons -------------------------------------------------------------------------------

    @rule(count=st.integers(1, 4), minutes=st.integers(5, 60), back=st.integers(0, 3), task=st.integers(0, 1))
    def record(self, count: int, minutes: int, back: int, task: int) -> None:
        for _ in range(count):
            self.names += 1
            self.stage.record(f"e{self.names}", minutes + self.names, day=TODAY - timedelta(days=back), task=task)

    @precondition(lambda self: self.names)
    @rule(which=st.integers(0, 99), what=st.sampled_from(("edit", "delete")))
    def change_locally(self, which: int, what: str) -> None:
        getattr(self.scene.office, what)(f"e{1 + which % self.names}")

    @rule(clicks=st.integers(1, 2))
    def push(self, clicks: int) -> None:
        for _ in range(clicks):
            if not self.scene.ledger.halt_reason("demo"):
                current = self.scene.read_current()
                self.stage.board.ask(list(current.wanted.values()), list(current.changes.values()))

    @rule()
    def sweep(self) -> None:
        if not self.scene.ledger.halt_reason("demo"):
            self.stage.board.ask_sweep()

    @rule(seconds=st.sampled_from((1.0, 30.0, 200.0, 1000.0, 4000.0)))
    def wait(self, seconds: float) -> None:
        self.pass_time(seconds)

    @rule()
    def ask_a_person(self) -> None:
        self.judge.look()

    # -- bad luck -----------------------------------------------------------------------------------------------------

    @rule(fault=st.sampled_from(_FAULTS), nth=st.integers(1, 4), method=st.sampled_from(("POST", "PUT", "DELETE")))
    def strike_a_write(self, fault: str, nth: int, method: str) -> None:
        self.stage.strike({"fault": fault, "method": method, "nth": [nth], **_ADD})

    @rule(fault=st.sampled_from(("unavailable", "list_partial", "lag", "truncate")), times=st.integers(1, 6))
    def strike_lists(self, fault: str, times: int) -> None:
        self.stage.strike({"fault": fault, "times": times, **_LIST})

    @rule(name=st.sampled_from(("w1", "w2")), point=st.integers(1, 60), seconds=st.sampled_from((0.0, 120.0, 2500.0)))
    def trip_a_worker(self, name: str, point: int, seconds: float) -> None:
        process = self.workers[name]
        process.countdown = point
        process.trip = (lambda: process.freeze_for(seconds)) if seconds else process.die

    @rule(name=st.sampled_from(("w1", "w2")), offset=st.sampled_from((0.0, -120.0, 200.0, 3600.0)))
    def set_a_clock(self, name: str, offset: float) -> None:
        self.workers[name].clock.offset = offset

    @rule()
    def end_the_tokens(self) -> None:
        identity: Any = self.scene.sandbox.identity
        identity.tokens.expire_access(self.scene.hub.moment())

    @rule()
    def back_up(self) -> None:
        self.backup = self.scene.database.back_up()

    @precondition(lambda self: self.backup)
    @rule()
    def restore(self) -> None:
        for process in self.workers.values():
            process.alive = False
        self.scene.hub.run_until(self.scene.hub.seconds + 200)
        self.scene.database.restore(self.backup)
        self.backup = b""
        for run in self.stage.board.runs:
            run.state = "stopped" if run.is_open else run.state
        self.pass_time(1.0)

    # -- people in XPM ------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.names)
    @rule(which=st.integers(0, 99), act=st.sampled_from(_ACTS))
    def work_in_xpm(self, which: int, act: str) -> None:
        getattr(self.typists, act)(f"e{1 + which % self.names}")

    # -- what must hold -----------------------------------------------------------------------------------------------

    @invariant()
    def nothing_was_broken_so_far(self) -> None:
        wrong = [str(one) for one in self.scene.watch.violations]
        assert not wrong, wrong[0]

    def teardown(self) -> None:
        try:
            self.stage.strike()
            for process in self.workers.values():
                process.countdown, process.clock.offset = 0, 0.0
            for number in range(12):
                self.judge.look()
                self.sweep() if number % 4 == 1 else self.push(1)
                self.pass_time(_HOUR)
            tally = judge_end(self.scene)
            wrong = [line for line in self.scene.log if " judgement: " in line or " broken: " in line]
            assert tally.is_right, wrong
        finally:
            self.stage.close()
            shutil.rmtree(self.stage.folder, ignore_errors=True)


PushMachine.TestCase.settings = settings(
    max_examples=int(os.environ.get("TIEOUT_EXAMPLES", "25")),
    stateful_step_count=int(os.environ.get("TIEOUT_STEPS", "25")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=os.environ.get("TIEOUT_EXAMPLES") is None,
)
TestAnyOrder = PushMachine.TestCase
