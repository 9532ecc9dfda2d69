"""Linked tasks kept in step: what changed on either side since the last look, and what of it goes over to XPM.

A look is taken at each reading of a side. Links follow, are opened again or break; conflicts wait for a person. What
was completed or reopened here is only wished for; a run of the worker carries it over, see `ticking`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import pandas as pd

from core.mapping.fits import compare_fits
from core.mapping.follow import Became, Finding, Followed, Rulebook, follow_looks, list_moved
from core.mapping.labels import Conventions
from core.mapping.looks import About, Look, Wish, take_looks
from core.model import Band, Kind, PersonNeeded, RunKind, RunState, Standing, Verdict
from core.store import DecisionMovedOn, KeptLook, NewDecision, NewEvent, Run

if TYPE_CHECKING:
    from core.workspace import Workspace

#: Who opens links again and notes what followed.
BY_RULE = "rule:in step"
#: More new links whose work is completed already than this are not completed in XPM by themselves.
_FRESH = 25
#: Time in these standings may still go to the job task, which XPM may refuse once that is completed.
_STILL_TO_GO = (Standing.READY, Standing.WAITING, Standing.IN_DOUBT, Standing.DRAFT, Standing.CHANGED)
_UNDER_WAY = (RunState.QUEUED, RunState.RUNNING, RunState.PAUSED)
_WORDS = {
    Became.FOLLOWED: "tasks followed",
    Became.OPENED: "task links opened again",
    Became.BROKE: "task links broken",
    Became.CONFLICT: "task conflicts",
    Became.SETTLED: "task conflicts settled",
    Became.WISHED: "job tasks to carry over",
}


class Answer(StrEnum):
    """What a person says of a task whose sides differ."""

    KEEP = "keep"  # the link is right all the same
    CARRY = "carry"  # let the job task say what the local side says
    LEAVE = "leave"  # let XPM be as it is


class TaskMovedOn(PersonNeeded):
    """A task changed between being shown and being answered."""

    def __init__(self, name: str) -> None:
        super().__init__(f"'{name}' has changed since it was shown. Nothing was done; look at it again.")


class NothingToCarry(PersonNeeded):
    """Both sides say the same, or the job task cannot be changed."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"Nothing of '{name}' can be carried over to XPM: {why}. Nothing was done.")


@dataclass(frozen=True)
class Due:
    """One job task to complete or reopen, for the local tasks whose looks wish it."""

    xpm_id: str
    wish: Wish
    task_ids: tuple[str, ...]


class Following:
    """The looks at one practice's linked tasks."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace
        self._practice = workspace.practice_id

    # -- looking ------------------------------------------------------------------------------------------------------

    def take_up(self) -> int:
        """Take a first look at links that are new, as both sides were read last; before a side is read anew.

        Returns how many. What changes from here on is seen as a change.
        """
        before, links = self._read(), self._links()
        new = {one: row for one, row in links.items() if one not in before}
        if not new:
            return 0
        first = not before
        rules = replace(self._options(), fresh=0 if first else _FRESH)
        followed = follow_looks({}, self._take(new), rules)
        self._keep(followed, before, gone=())
        return len(new)

    def look(self, run: str = "") -> dict[str, int]:
        """Compare both sides as they were read last with the former look; counts of what became of links, zeros left
        out. Links that no longer agree are opened again where a rule had made them.
        """
        before, links = self._read(), self._links()
        now = self._take(links)
        followed = follow_looks(before, now, self._make_rules(before, now))
        opened = self._open(followed, run)
        gone = [one for one in before if one not in now or one in opened]
        self._keep(followed, before, gone, run)
        counts: dict[str, int] = {}
        for finding in followed.findings:
            counts[_WORDS[finding.became]] = counts.get(_WORDS[finding.became], 0) + 1
        return counts

    def _read(self, task_ids: Collection[str] | None = None) -> dict[str, Look]:
        kept = self._ws.store.task_looks.read(self._practice, task_ids)
        return {one: read_look(row) for one, row in kept.items()}

    def _links(self) -> dict[str, str]:
        rows = self._ws.store.decisions.verdicts(self._practice, Kind.TASK)
        linked = rows[rows["verdict"].eq(Verdict.LINKED)]
        return dict(zip(linked.index, linked["xpm_id"], strict=True))

    def _take(self, links: Mapping[str, str]) -> dict[str, Look]:
        ws = self._ws
        words = ws.practice.settings.closed_words
        return take_looks(links, ws.local("tasks"), ws.xpm("jobs"), ws.xpm("job_tasks"), words)

    def _options(self) -> Rulebook:
        settings = self._ws.practice.settings
        return Rulebook(complete=settings.complete_in_xpm, reopen=settings.reopen_in_xpm, fresh=_FRESH)

    def _make_rules(self, before: Mapping[str, Look], now: Mapping[str, Look]) -> Rulebook:
        ws, moved = self._ws, list_moved(before, now)
        if not moved:
            return self._options()
        clients, types = (ws.proposing.decided(kind).linked for kind in (Kind.CLIENT, Kind.PROCESS))
        settings = ws.practice.settings
        conventions = Conventions(settings.year_end_month, settings.quarter_convention)
        former, present = ({one: side[one] for one in moved} for side in (before, now))
        gone = [one for one in moved if now[one].xpm is None]
        return replace(
            self._options(),
            by=dict(ws.review.decisions(Kind.TASK)["by"]),
            agreement=compare_fits(former, present, clients, types, conventions, self._ruled(moved)),
            successors=self._find_successors(gone),
            names=self._names(),
        )

    def _ruled(self, task_ids: Collection[str]) -> dict[str, str]:
        """Task -> task type, of the tasks for which a process rule decides; no type where it excludes them."""
        rows = self._ws.ruling.tasks()
        if rows is None:
            return {}
        mine = rows[rows.index.isin(set(task_ids))]
        return dict(mine["xpm_id"].where(mine["verdict"].eq(Verdict.LINKED), ""))

    def _find_successors(self, task_ids: Sequence[str]) -> dict[str, str]:
        """The job tasks that the rules are certain of, for tasks whose own is gone."""
        if not task_ids:
            return {}
        self._ws.proposing.renew(Kind.TASK, task_ids)
        rows = self._ws.review.proposals(Kind.TASK, task_ids)
        sure = rows[rows["rank"].eq(1) & rows["band"].eq(Band.CERTAIN) & rows["local_id"].isin(task_ids)]
        return dict(zip(sure["local_id"], sure["xpm_id"], strict=True))

    def _names(self) -> dict[str, str]:
        frames = {"client": self._ws.local("clients"), "process": self._ws.local("processes")}
        return {f"{kind}:{one}": name for kind, frame in frames.items() for one, name in frame["name"].items()}

    def _open(self, followed: Followed, run: str) -> set[str]:
        """Open these links again; none when somebody decides about one at this moment: the next look sees it."""
        if not followed.opened:
            return set()
        seen = self._ws.review.decisions(Kind.TASK)["id"]
        rows = [
            NewDecision(
                self._practice, Kind.TASK, one, Verdict.REOPENED, BY_RULE, why=why, run=run, expected_id=int(seen[one])
            )
            for one, why in followed.opened.items()
        ]
        try:
            self._ws.proposing.decide(Kind.TASK, rows)
        except DecisionMovedOn:
            for one in followed.opened:
                followed.looks.pop(one, None)
            followed.findings[:] = [found for found in followed.findings if found.became is not Became.OPENED]
            return set()
        return set(followed.opened)

    def _keep(self, followed: Followed, before: Mapping[str, Look], gone: Sequence[str], run: str = "") -> None:
        changed = {one: look for one, look in followed.looks.items() if one not in gone and before.get(one) != look}
        rows = [write_look(one, look) for one, look in changed.items()]
        # The decision that opened a link has logged it already.
        told = [found for found in followed.findings if found.became is not Became.OPENED]
        events = [self._event(found, BY_RULE, run) for found in told]
        if rows or gone or events:
            self._ws.store.task_looks.write(self._practice, rows, gone, events)

    def _event(self, found: Finding, actor: str, run: str = "") -> NewEvent:
        return NewEvent(self._practice, actor, found.became, Kind.TASK, found.task_id, why=found.words, run=run)

    # -- what is to be carried over -----------------------------------------------------------------------------------

    def due(self) -> list[Due]:
        """The job tasks to complete or reopen now; those whose time is still to go wait for it."""
        wished = {one: look for one, look in self._read().items() if look.wish}
        if not wished:
            return []
        held = self.unsent_minutes()
        groups: dict[tuple[str, Wish], list[str]] = {}
        for one, look in wished.items():
            if look.wish is Wish.REOPEN or not held.get(look.xpm_id):
                groups.setdefault((look.xpm_id, look.wish), []).append(one)
        return [Due(xpm_id, wish, tuple(ids)) for (xpm_id, wish), ids in groups.items()]

    def unsent_minutes(self) -> dict[str, int]:
        """Job task -> minutes of its local tasks that may still have to go there; none for those with nothing."""
        rows = self._ws.time.standings()
        rows = rows[rows["standing"].isin(_STILL_TO_GO) & rows["task_id"].ne("")]
        minutes = rows.groupby("task_id")["minutes"].sum()
        sums: dict[str, int] = {}
        for one, xpm_id in self._links().items():
            if minutes.get(one, 0):
                sums[xpm_id] = sums.get(xpm_id, 0) + int(minutes[one])
        return sums

    def request(self, actor: str = "") -> Run | None:
        """Queue the run that carries over what is due; None when nothing is. One that is under way is that run.

        actor: who asks, where that is not the person at work.
        """
        ws, due = self._ws, self.due()
        if not due:
            return None
        under_way = self.under_way()
        if under_way:
            return under_way
        wishes = {Wish.COMPLETE: 0, Wish.REOPEN: 0}
        for one in due:
            wishes[one.wish] += 1
        parameters = {"complete": wishes[Wish.COMPLETE], "reopen": wishes[Wish.REOPEN]}
        return ws.store.runs.queue(self._practice, RunKind.FOLLOW, actor or ws.actor, parameters)

    def under_way(self) -> Run | None:
        """The run that carries things over and is not over itself; None: there is none."""
        runs = self._ws.store.runs.list(self._practice, RunKind.FOLLOW, limit=10)
        active = runs.index[runs["state"].isin(_UNDER_WAY)]
        return self._ws.store.runs.get(str(active[0])) if len(active) else None

    def conflicts(self) -> pd.DataFrame:
        """Tasks in conflict, oldest first; index task id, columns task, client, about, words and since (UTC text)."""
        rows = self._ws.store.task_looks.conflicts(self._practice)
        about = [str(read_look(row).about) for row in rows.values()]
        words, since = [row.conflict for row in rows.values()], [row.seen_at for row in rows.values()]
        tasks = self._ws.review.local(Kind.TASK).reindex(list(rows))
        names = {"task": tasks["name"].fillna("").to_list(), "client": tasks["client_name"].fillna("").to_list()}
        facts = {**names, "about": about, "words": words, "since": since}
        return pd.DataFrame(facts, index=pd.Index(list(rows), dtype="str", name="id"))

    def out_of_step(self) -> pd.DataFrame:
        """Linked tasks completed here whose job task is open in XPM, or the other way round, with nothing on its way.

        Index task id, columns task, client, here and there (True: completed). Jobs that are closed do not count.
        """
        looks = {one: look for one, look in self._read().items() if _differs(look) and not look.wish}
        tasks = self._ws.review.local(Kind.TASK).reindex(list(looks))
        here = [look.ended for look in looks.values()]
        names = {"task": tasks["name"].fillna("").to_list(), "client": tasks["client_name"].fillna("").to_list()}
        frame = pd.DataFrame({**names, "here": here}, index=pd.Index(list(looks), dtype="str", name="id"))
        return frame.astype({"here": "bool"}).assign(there=lambda rows: ~rows["here"])

    # -- what a person says -------------------------------------------------------------------------------------------

    def sight(self, task_id: str) -> Look | None:
        """The look that is kept of a linked task; one taken now when it was linked since the last reading."""
        row = self._find(task_id)
        return None if row is None else read_look(row)

    def mark(self, task_id: str) -> str:
        """A short text of the look that a page shows, to refuse an answer to one that has changed."""
        row = self._find(task_id)
        return hashlib.sha256(f"{row.content}{row.conflict}{row.xpm_id}".encode()).hexdigest()[:16] if row else ""

    def _find(self, task_id: str) -> KeptLook | None:
        links = self._links()
        if task_id not in links:
            return None
        row = self._ws.store.task_looks.read(self._practice, [task_id]).get(task_id)
        if row is not None and row.xpm_id == links[task_id]:
            return row
        shared = {one: xpm_id for one, xpm_id in links.items() if xpm_id == links[task_id]}
        return write_look(task_id, self._take(shared)[task_id])

    def answer(self, task_id: str, answer: Answer, seen: str) -> Run | None:
        """Settle what differs; the run that carries it over, when that was the answer. seen: `mark` of what was shown.

        Raises TaskMovedOn and NothingToCarry.
        """
        row = self._find(task_id)
        if row is None or self.mark(task_id) != seen:
            raise TaskMovedOn(self._name(task_id))
        if task_id not in self._ws.store.task_looks.read(self._practice, [task_id]):
            self._ws.store.task_looks.write(self._practice, [row])
        look = replace(read_look(row), conflict="", about=About.NOTHING)
        look, words = self._wish(task_id, look) if answer is Answer.CARRY else (look, _SAID[answer])
        became = Became.WISHED if answer is Answer.CARRY else Became.SETTLED
        event = self._event(Finding(task_id, became, words), self._ws.actor)
        if not self._ws.store.task_looks.move(self._practice, row, write_look(task_id, look), event):
            raise TaskMovedOn(self._name(task_id))
        return self.request() if answer is Answer.CARRY else None

    def carry_all(self, task_ids: Sequence[str]) -> Run | None:
        """Carry over all of these that `out_of_step` lists, each as it stands; the run, None when nothing is left."""
        wanted = set(self.out_of_step().index) & set(task_ids)
        looks, events = [], []
        for one, kept in self._read(wanted).items():
            look, words = self._wish(one, replace(kept, conflict="", about=About.NOTHING))
            looks.append(write_look(one, look))
            events.append(self._event(Finding(one, Became.WISHED, words), self._ws.actor))
        self._ws.store.task_looks.write(self._practice, looks, events=events)
        return self.request()

    def _wish(self, task_id: str, look: Look) -> tuple[Look, str]:
        """The look with a person's wish to have XPM say what the local side says, on XPM's side as it is shown."""
        now = self._take(self._links()).get(task_id)
        if now is None or now.xpm is None or now.local is None:
            raise NothingToCarry(self._name(task_id), "its link does not hold")
        if now.xpm.closed:
            raise NothingToCarry(self._name(task_id), f"job {now.xpm.job} is closed")
        if now.ended == now.xpm.completed:
            raise NothingToCarry(self._name(task_id), _why_nothing(now))
        wish = Wish.COMPLETE if now.ended else Wish.REOPEN
        return replace(look, xpm=now.xpm, ended=now.ended, wish=wish, by=self._ws.actor, tries=0, sending=""), (
            f"Its job task is to be {'completed' if now.ended else 'reopened'} in XPM."
        )

    def _name(self, task_id: str) -> str:
        return str(self._ws.local("tasks")["name"].get(task_id, task_id))


_SAID = {Answer.KEEP: "The link is right as it is.", Answer.LEAVE: "XPM is left as it is."}


def _why_nothing(now: Look) -> str:
    if now.local is not None and now.local.completed != now.ended:
        return "other work of the same job task is still open here"
    return "both sides say the same"


def _differs(look: Look) -> bool:
    return look.local is not None and look.xpm is not None and not look.xpm.closed and look.ended != look.xpm.completed


def read_look(row: KeptLook) -> Look:
    """A kept look as it is judged."""
    return Look.from_json(row.xpm_id, row.content, row.conflict)


def write_look(task_id: str, look: Look) -> KeptLook:
    """A look as it is kept."""
    return KeptLook(task_id, look.xpm_id, look.to_json(), look.conflict)
