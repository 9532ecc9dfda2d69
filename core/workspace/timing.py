"""Actual time of one practice: standings, plans, pushes, verification, and what a person says of held entries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, fields, replace
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from core.model import Kind, PersonNeeded, RunKind, RunState, TieoutError, utc_text
from core.push.accept import keep_xpm
from core.push.adopt import adopt_history, read_sheets
from core.push.book import Book
from core.push.choices import Saying, say, say_same_work
from core.push.correct import say_correct
from core.push.journal import JournalFile
from core.push.lanes import ThreadLanes
from core.push.plan import Parts, Plan, plan_push
from core.push.ports import Change, Seams, Wanted
from core.push.queue import read_wanted
from core.push.recorded import Recorded
from core.push.recover import lift_halt
from core.push.rules import Choice
from core.push.run import Progress, PushJob, PushResult, run_push
from core.push.settings import PushSettings
from core.push.standing import assign_standings
from core.push.targets import Links, LocalSide, XpmSide
from core.push.verify import Verified, verify_period
from core.reports import TieOut
from core.store import Run, SavedRule
from core.workspace.actual_time import require_actual_time
from core.workspace.adapters import XpmTimes
from core.workspace.kept import FRAMES, STANDINGS
from core.workspace.planning import Planning

if TYPE_CHECKING:
    from core.workspace import Workspace

#: Names of practice settings that the push calls otherwise.
_RENAMED = {"over_day_tolerance": "over_day_tolerance_minutes"}
#: When requests of this process ended whose answers were lost, by attempt id; see `Seams.ended`.
_ENDED: dict[str, float] = {}
_UNDER_WAY = (RunState.QUEUED, RunState.RUNNING, RunState.PAUSED)


class PushUnderWay(PersonNeeded):
    """A push of this practice is queued or running already."""

    def __init__(self, run: str, state: str, actor: str, asked_at: str) -> None:
        super().__init__(
            f"A push is {state} already, asked for by {actor} at {asked_at[11:16]} UTC (run {run[:8]}). "
            "Wait until it has ended, or cancel it on Time."
        )


class Timing:
    """The time of one practice."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace
        self.planning = Planning(workspace)

    # -- standings ----------------------------------------------------------------------------------------------------

    def push_settings(self) -> PushSettings:
        """The practice's settings as the push needs them; waits may be set under the key `push`."""
        stored = self._ws.practice.settings
        values = {f.name: getattr(stored, _RENAMED.get(f.name, f.name), None) for f in fields(PushSettings)}
        given = {name: value for name, value in values.items() if value is not None}
        return PushSettings(**given | stored.extra.get("push", {}))

    def standings(self, choice: Choice | None = None) -> pd.DataFrame:
        """Every actual time with its one standing, under a Which Actual Times choice (none: everything goes).

        Index entry id. Computed anew when anything has changed, else the same frame again: do not change it.
        """
        ws, wanted = self._ws, choice or Choice()
        version = (ws.store.versions.read_time(ws.practice_id), ws.today)
        whose = (ws.store.engine.url, ws.practice_id, wanted)
        return STANDINGS.fetch(whose, version, lambda: self._assign(wanted))

    def links(self) -> Links:
        """All links read against XPM as it is, and what process rules say of each entry."""
        ws = self._ws
        kinds = (ws.review.links(kind) for kind in (Kind.CLIENT, Kind.STAFF, Kind.PROCESS, Kind.TASK))
        return replace(Links(*kinds), ruled=ws.ruling.entries(ws.local("actual_times")))

    def assign_under(self, links: Links) -> pd.DataFrame:
        """As `standings`, but under other links than those in force; nothing is kept."""
        return self._assign(Choice(), links)

    def _assign(self, choice: Choice, links: Links | None = None) -> pd.DataFrame:
        ws = self._ws
        local = LocalSide(
            ws.local("actual_times"), ws.local("tasks"), ws.local("staff"), ws.local("clients"), ws.local("processes")
        )
        xpm = XpmSide(ws.xpm("jobs"), ws.xpm("job_tasks"), ws.xpm("times"), ws.xpm("staff"))
        choice = ws.choices.name(choice)
        return assign_standings(
            local, links or self.links(), xpm, self.recorded(), choice, self.push_settings(), ws.today
        )

    def recorded(self) -> Recorded:
        """All that the ledger and people said."""
        return Recorded(self._ledger(), self._ws.store.ledger.choices(self._ws.practice_id))

    def _ledger(self) -> pd.DataFrame:
        store, practice_id = self._ws.store, self._ws.practice_id
        version = store.versions.read_ledger(practice_id)
        return FRAMES.fetch((store.engine.url, practice_id, "ledger"), version, lambda: store.ledger.frame(practice_id))

    def period(self, start: date | None, end: date | None) -> tuple[date, date]:
        """The dates asked for; what is left out is taken from the first and last local entry."""
        today = self._ws.today
        first, last = self._ws.store.windows.ends(self._ws.practice_id) or (today.replace(day=1), today)
        last = max(last, today)
        return start or first, end or last

    def entries(self, start: date, end: date) -> pd.DataFrame:
        """The standings dated from `start` to `end`, both included."""
        rows = self.standings()
        return rows[rows["date"].between(pd.Timestamp(start), pd.Timestamp(end))]

    def tie_out(self, start: date, end: date) -> TieOut:
        """The equation of a period, both ends included; raises DoesNotTie when a minute is unaccounted for."""
        return self._ws.tying.tie(start, end).require()

    # -- which actual times -------------------------------------------------------------------------------------------

    def rules(self) -> Sequence[SavedRule]:
        """The saved choices of the practice."""
        return self._ws.choices.list()

    def save_rule(self, name: str, choice: Choice) -> None:
        """Keep a choice under a name, over a former one."""
        self._ws.choices.save(name, choice)

    def find_choice(self, rule: str = "", start: date | None = None, end: date | None = None) -> Choice:
        """A saved choice, or everything, cut to these dates. Raises UnknownRule, which names those there are."""
        return self._ws.choices.find(rule, start, end)

    # -- plan and push ------------------------------------------------------------------------------------------------

    def plan(self, choice: Choice, parts: Parts | None = None) -> Plan:
        """What a push would do now; no call is made and nothing changes.

        Reads the days of the choice only, on both sides and in the ledger. `parts`: what is left out of it.
        """
        ws = self._ws
        settings, standings = self.push_settings(), self.planning.standings(choice)
        shaped = self.planning.shape(choice)
        formers = ws.store.ledger.find_by(ws.practice_id, "id", shaped.changes)
        return plan_push(
            standings,
            shaped,
            ws.connection.meter(),
            settings,
            ws.clock.now(),
            self.planning.rows_per_day(),
            parts,
            {bundle.id: bundle for bundle in formers},
        )

    def request_push(self, plan: Plan, choice: Choice) -> Run:
        """Queue the push of a plan that was shown; a second click on the same plan is the same run.

        Raises ActualTimeOff, PushUnderWay, PlanStale (when the plan is no longer the plan of now), PushHalted later in
        the run.
        """
        ws = self._ws
        require_actual_time(ws, "Nothing was pushed")
        counts = {"create": plan.create, "update": plan.update, "delete": plan.delete}
        parameters = {
            "fingerprint": plan.fingerprint,
            **counts,
            "choice": choice.to_json(),
            "parts": asdict(plan.parts),
        }
        key = f"push:{plan.fingerprint}:{ws.version()}"
        for run_id, run in ws.store.runs.list(ws.practice_id, RunKind.PUSH, limit=20).iterrows():
            if run["state"] in _UNDER_WAY and run["parameters"]["fingerprint"] != plan.fingerprint:
                raise PushUnderWay(str(run_id), run["state"], run["actor"], run["asked_at"])
            if run["state"] in _UNDER_WAY:
                return ws.store.runs.get(str(run_id))
        self.plan(choice, plan.parts).require(plan.fingerprint, plan.size)
        return ws.store.runs.queue(ws.practice_id, RunKind.PUSH, ws.actor, parameters, key)

    def push(
        self,
        run: Run,
        on_progress: Callable[[Progress], None] = lambda _: None,
        should_stop: Callable[[], bool] = lambda: False,
        should_pause: Callable[[], bool] | None = None,
    ) -> PushResult:
        """Carry a queued push out, or on after a pause or a crash; the worker's side of `request_push`.

        Raises ActualTimeOff, also when it was switched off since the push was asked for.
        """
        require_actual_time(self._ws, "Nothing more was pushed")
        choice = Choice.from_json(run.parameters["choice"])
        wanted, wishes = self._take_plan(run, choice)
        result = run_push(
            self.make_job(run),
            wanted,
            self.seams(),
            changes=wishes,
            read_current=lambda: self.planning.shape(choice).current(),
            on_progress=on_progress,
            should_stop=should_stop,
            should_pause=should_pause,
        )
        self.refresh_after(run)
        return result

    def make_job(self, run: Run) -> PushJob:
        """The run as the push carries it out."""
        ws = self._ws
        return PushJob(
            practice=ws.practice_id,
            tenant=ws.connection.view().tenant_id,
            run=run.id,
            actor=run.actor,
            owner=run.owner,
            rows_per_day=self.planning.rows_per_day(),
            settings=self.push_settings(),
        )

    def _take_plan(self, run: Run, choice: Choice) -> tuple[list[Wanted], list[Change]]:
        """What the run is to queue: its plan, when that is still the one that was shown; nothing when it goes on.

        A push of nothing only settles what is in doubt; what turns out to be ready by that was not asked for.
        """
        asked = run.parameters
        size = asked["create"] + asked.get("update", 0) + asked.get("delete", 0)
        if not size or self._ws.store.ledger.count_states(self._ws.practice_id, run.id):
            return [], []
        plan = self.plan(choice, Parts(**asked.get("parts", {}))).require(asked["fingerprint"], size)
        return plan.wanted, plan.wishes

    def refresh_after(self, run: Run) -> None:
        """Read the months a push wrote into, so that reports show what XPM holds now.

        What became of the push is known by then: a month that cannot be read is marked so, and changes nothing else.
        """
        bundles = self._ws.store.ledger.find(self._ws.practice_id, run=run.id)
        dates = [bundle.date for bundle in bundles if bundle.remote_uuid]
        if dates:
            with suppress(TieoutError):
                self._ws.sides.refresh_times(min(dates), max(dates))

    def verify(self, start: date, end: date, run: str = "") -> Verified:
        """Read a period back from XPM, compare it with the ledger, and bring both in line; `run` keeps it."""
        verified = verify_period(start, end, self.seams(), self.book(run))
        if run:
            self._ws.verifying.keep(run, verified)
        self._ws.sides.refresh_times(start, end)
        return verified

    def adopt(self, run: str) -> dict[str, int]:
        """Take timesheets with our marker into the ledger; after every sync, before standings are shown."""
        ws = self._ws
        adopted = adopt_history(ws.xpm("times"), self.standings(), self.book(run), utc_text(ws.clock.now()))
        return {f"timesheets {name}": count for name, count in vars(adopted).items() if count}

    def seams(self) -> Seams:
        """Everything outside that a push, a sweep or an undo works with."""
        ws = self._ws
        journal = JournalFile(ws.settings.data_dir / "push.journal", ws.clock)
        client, lanes = ws.connection.client(), ThreadLanes()
        meter = ws.connection.meter
        return Seams(XpmTimes(client), ws.store.ledger, journal, ws.clock, meter, lanes, _ENDED, client.read_skew)

    def book(self, run: str = "", actor: str = "") -> Book:
        """The practice's ledger, opened for a run by an actor; without one by Tieout itself."""
        ws = self._ws
        return Book(ws.store.ledger, ws.practice_id, ws.connection.view().tenant_id, run, *([actor] if actor else []))

    # -- what a person says -------------------------------------------------------------------------------------------

    def choose(self, entry_ids: Sequence[str], saying: str, why: str = "", xpm_time_id: str = "") -> None:
        """What a person says of entries; see core.push.choices.Saying.

        same_work names the XPM timesheet and one entry. Raises NotNow, AlreadyOurs, Invoiced, ReasonMissing.
        """
        book, ids = self.book(actor=self._ws.actor), list(entry_ids)
        if saying == Saying.SAME_WORK:
            wanted = read_wanted(self.standings().loc[ids])
            sheet = read_sheets(self._ws.xpm("times").loc[[xpm_time_id]])
            say_same_work(wanted[0], sheet[0], book, why=why)
        elif saying == Saying.KEEP_XPM:
            keep_xpm(ids, self._read_contents(), book, why=why)
        elif saying == Saying.CORRECT:
            contents = {entry_id: content for entry_id, (_, content) in self._read_contents().items()}
            say_correct(ids, contents, book, why=why)
        else:
            say(ids, Saying(saying), book, why=why)

    def _read_contents(self) -> dict[str, tuple[int, str]]:
        """Minutes and content hash of every local entry."""
        times = self._ws.local("actual_times")
        values = zip(times.index, times["minutes"], times["content_hash"], strict=True)
        return {str(entry_id): (int(minutes), str(content)) for entry_id, minutes, content in values}

    def halt_reason(self) -> str:
        """Why nothing is written to XPM; empty while pushing is allowed."""
        return self._ws.store.ledger.halt_reason(self._ws.practice_id)

    def lift_halt(self, why: str) -> None:
        """Allow pushing again; a person has looked at XPM and says so."""
        ws = self._ws
        lift_halt(ws.practice_id, ws.store.ledger, self.seams().journal, by=ws.actor, why=why)
