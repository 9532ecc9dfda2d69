"""What hangs on a practice's XPM account: told before somebody leaves it, and put aside when the practice moves.

Leaving and coming back to the same account loses nothing. Another account is another matter: links, the ledger and
created jobs speak of records of the former one. So a practice may move only while nothing of it is in XPM yet, as after
the wrong account was chosen at first; its links are then opened again, each with a line in the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.model import Kind, PersonNeeded, Standing, Verdict
from core.push.states import IN_DOUBT, IN_XPM, State
from core.store import NewDecision

if TYPE_CHECKING:
    from core.workspace import Workspace


class RunsUnderWay(PersonNeeded):
    """Something reads or writes the account that is to be left."""

    def __init__(self, number: int) -> None:
        runs = "1 run is" if number == 1 else f"{number} runs are"
        super().__init__(f"{runs} under way with the present XPM account. Wait for the end, or stop it on Runs.")


@dataclass(frozen=True)
class Stakes:
    """What hangs on the account, in numbers.

    Links, timesheets known in XPM, those planned and not sent, entries ready to go (with their minutes), jobs created,
    job drafts, runs that wait or are under way, and whether something runs by itself.
    """

    links: int
    timesheets: int
    unsent: int
    ready: int
    minutes: int
    jobs: int
    drafts: int
    runs: int
    automatic: bool

    @property
    def may_move(self) -> bool:
        """Whether another account may take the place of this one: nothing of ours is in it."""
        return self.timesheets == 0 and self.unsent == 0 and self.jobs == 0


def count_timesheets(states: Mapping[str, int]) -> int:
    """How many bundles, of those counted by state, XPM holds or may hold: what was never sent is not there."""
    return sum(states.get(one, 0) for one in (*IN_XPM, *IN_DOUBT, State.NEEDS_PERSON))


def count_stakes(ws: Workspace) -> Stakes:
    """What hangs on the account of this practice now."""
    standings = ws.time.standings()
    ready = standings[standings["standing"].eq(Standing.READY)]
    drafts = ws.store.jobs.list_drafts(ws.practice_id)
    settings = ws.practice.settings
    states = ws.store.ledger.count_states(ws.practice_id)
    timesheets = count_timesheets(states)
    return Stakes(
        links=sum(int(ws.review.decisions(kind)["verdict"].eq(Verdict.LINKED).sum()) for kind in Kind),
        timesheets=timesheets,
        unsent=sum(states.values()) - timesheets,
        ready=len(ready),
        minutes=int(ready["minutes"].sum()),
        jobs=int(drafts["job"].ne("").sum()),
        drafts=int(drafts["job"].eq("").sum()),
        runs=len(ws.store.runs.queued(ws.practice_id)) + len(ws.store.runs.running(ws.practice_id)),
        automatic=settings.automatic_push or settings.automatic_mapping,
    )


def check_idle(ws: Workspace) -> None:
    """Raise RunsUnderWay while a run has the account."""
    running = ws.store.runs.running(ws.practice_id)
    if running:
        raise RunsUnderWay(len(running))


def forget_account(ws: Workspace, former: str, now: str) -> int:
    """Open every link again and forget what was read of the former account; returns the number of links.

    What names its records goes with it: rules of processes that map to its tasks end, and its state codes are dropped.
    Exclusions stay, since they name nothing there.
    """
    why = f"the practice moved from the XPM account {former} to {now}"
    opened = 0
    for kind in Kind:
        decisions = ws.review.decisions(kind)
        linked = decisions.index[decisions["verdict"].eq(Verdict.LINKED)]
        rows = [NewDecision(ws.practice_id, kind, str(one), Verdict.REOPENED, ws.actor, why=why) for one in linked]
        opened += ws.store.decisions.add(rows) if rows else 0
        ws.store.proposals.replace(ws.practice_id, kind, ws.store.proposals.read(ws.practice_id, kind).iloc[:0])
    _end_rules(ws)
    looks = ws.store.task_looks.read(ws.practice_id)
    ws.store.task_looks.write(ws.practice_id, [], gone=list(looks))
    settings = ws.practice.settings.with_values(state_codes={}, states_checked=())
    ws.store.practices.save_settings(ws.practice_id, settings)
    ws.store.frames.forget_side("xpm", ws.practice_id)
    return opened


def _end_rules(ws: Workspace) -> None:
    rules = ws.store.process_rules.list(ws.practice_id)
    for process_id in sorted({one.process_id for one in rules if one.verdict == Verdict.LINKED}):
        kept = [one for one in rules if one.process_id == process_id and one.verdict != Verdict.LINKED]
        ws.store.process_rules.change(ws.practice_id, process_id, kept, ws.actor)
