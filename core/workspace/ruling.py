"""Rules that narrow processes: which are in force, what they say of tasks and entries, and how links follow them.

`ws.ruling.wanted()` says what processes and their rules together make of each task; the push asks `entries`, proposals
ask `tasks`. What a change would do is worked out in `core.workspace.rule_preview` before anything is saved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from core.mapping.process_rules import BadProcessRule, ProcessRule, apply_rules, list_entries, list_tasks, want_types
from core.mapping.relinks import Effect, judge_relinks
from core.model import Kind, Verdict
from core.store import DecisionMovedOn, KeptRule, NewDecision, RulesMovedOn
from core.workspace.kept import FRAMES
from core.workspace.rule_preview import Change, Preview, PreviewStale, count_rules, preview_change

if TYPE_CHECKING:
    from core.workspace import Workspace

__all__ = ["BY_RULE", "BadProcessRule", "Change", "Preview", "PreviewStale", "ProcessRule", "RulesMovedOn", "Ruling"]

T = TypeVar("T")

#: In whose name automatic links follow a mapping.
BY_RULE = "rule:process rule"
#: Somebody may decide while links are followed; then they are judged again, this often.
_MOST_ROUNDS = 3
_NAMED = 3


class Ruling:
    """The process rules of one practice."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace
        self._store = workspace.store
        self._practice = workspace.practice_id

    # -- rules --------------------------------------------------------------------------------------------------------

    def kept(self, process_id: str = "") -> Sequence[KeptRule]:
        """The rules in force of a process, or of all, each process's in the order in which they are asked."""
        return self._store.process_rules.list(self._practice, process_id)

    def rules(self, process_id: str = "") -> list[ProcessRule]:
        """The same as the mapping room takes them."""
        return [read_kept(one) for one in self.kept(process_id)]

    def table(self, process_id: str = "") -> pd.DataFrame:
        """The rules in force of a process, or of all: index rule id, in the order in which they are asked.

        Columns process (its name), place (from 1), when (the conditions in words), to (the XPM task, or Excluded from
        XPM), gone (that task is no longer in XPM), by and at (UTC text).
        """
        names, types = self._ws.local("processes")["name"], self._ws.xpm("task_types").index
        kept = self.kept(process_id)
        rows = [
            (_name(names, one.process_id), one.position, *self._tell(one), bool(one.xpm_id) and one.xpm_id not in types)
            for one in kept
        ]
        columns = ["process", "place", "when", "to", "gone"]
        frame = pd.DataFrame(rows, columns=columns, index=pd.Index([one.id for one in kept], dtype="str"))
        return frame.assign(by=[one.by for one in kept], at=[one.at for one in kept])

    def _tell_log(self, kept: KeptRule) -> str:
        return "{}: {}".format(*self._tell(kept))

    def _tell(self, kept: KeptRule) -> tuple[str, str]:
        rule = read_kept(kept)
        return self.describe(rule), self.tell_target(rule)

    def history(self, process_id: str) -> pd.DataFrame:
        """Every rule a process ever had, newest first: index at (UTC text), columns by, when, to, ended_by, ended_at.

        `ended_at` is UTC text too, empty while the rule is in force.
        """
        kept = self._store.process_rules.history(self._practice, process_id)
        rows = [(one.by, *self._tell(one), one.ended_by, one.ended_at) for one in kept]
        columns = ["by", "when", "to", "ended_by", "ended_at"]
        return pd.DataFrame(rows, columns=columns, index=pd.Index([one.at for one in kept], dtype="str"))

    def counts(self) -> dict[str, int]:
        """Process id -> how many rules it has; processes without any are absent."""
        return dict(Counter(one.process_id for one in self.kept()))

    def tell_counts(self, process_ids: pd.Index) -> pd.Series:
        """`2 rules` for each of these processes that has rules, else empty text; index process id."""
        told = {one: f"{number} rule{'s' if number > 1 else ''}" for one, number in self.counts().items()}
        return pd.Series([told.get(str(one), "") for one in process_ids], index=process_ids, dtype="str")

    def find(self, rule_id: str) -> KeptRule | None:
        """A rule in force by its id; None for another id."""
        return next((one for one in self.kept() if one.id == rule_id), None)

    def describe(self, rule: ProcessRule) -> str:
        """The conditions of a rule in words: `client group Birds, staff Ann Lee, from 1 Jul 2026, words “call”`."""
        clients, staff = self._ws.local("clients")["name"], self._ws.local("staff")["name"]
        whose = [_list("client group", rule.groups), _list("client", [_name(clients, one) for one in rule.clients])]
        parts = [" or ".join(part for part in whose if part), _list("staff", [_name(staff, one) for one in rule.staff])]
        parts += [_tell_dates(rule.start, rule.end), f"words “{rule.words.strip()}”" if rule.words.strip() else ""]
        return ", ".join(part for part in parts if part)

    def tell_target(self, rule: ProcessRule) -> str:
        """What a rule makes of the work: the name of the XPM task, or that it is excluded."""
        if rule.verdict is Verdict.EXCLUDED:
            return "Excluded from XPM"
        return _name(self._ws.xpm("task_types")["name"], rule.xpm_id)

    def tell_mapping(self, process_id: str) -> str:
        """What a process makes of work that none of its rules takes: the XPM task, excluded, or not mapped yet."""
        links = self._ws.review.links(Kind.PROCESS)
        if process_id not in links.index:
            return "not mapped yet"
        link = links.loc[process_id]
        return (
            "Excluded from XPM" if link["verdict"] == Verdict.EXCLUDED else str(link["xpm_name"] or link["broken_why"])
        )

    def count(self, rule: ProcessRule) -> tuple[int, int, int]:
        """The past tasks, entries and minutes of its process that a rule would take if it stood alone."""
        tasks, times, clients = (self._ws.local(name) for name in ("tasks", "actual_times", "clients"))
        mine = times[times["process_id"].eq(rule.process_id)]
        of_tasks = rule.takes(list_tasks(tasks[tasks["process_id"].eq(rule.process_id)], clients))
        of_times = rule.takes(list_entries(mine, tasks, clients))
        return int(of_tasks.sum()), int(of_times.sum()), int(mine["minutes"].to_numpy()[of_times].sum())

    def hits(self, rules: Sequence[ProcessRule]) -> pd.DataFrame:
        """What each of these rules takes of past work when they are asked in this order; one row per rule.

        Columns process_id, when, to, tasks, entries, minutes (of the entries) and behind, how many tasks and entries it
        fits that a rule before it takes.
        """
        return count_rules(self._ws, rules)

    # -- what they say ------------------------------------------------------------------------------------------------

    def tasks(self) -> pd.DataFrame | None:
        """The tasks that a rule takes, index task id: verdict, xpm_id (task type), rule (its id) and rule_words.

        None while the practice has no rule. Kept until rules or the local side change: change nothing in it.
        """
        version = self._store.process_rules.version(self._practice)
        if not version:
            return None
        rules = self.rules()
        return self._keep("ruled tasks", version, lambda: self.take_tasks(rules)) if rules else None

    def take_tasks(self, rules: Sequence[ProcessRule]) -> pd.DataFrame:
        """The same under other rules than those in force."""
        found = apply_rules(rules, list_tasks(self._ws.local("tasks"), self._ws.local("clients")))
        return found.assign(rule_words=found["rule"].map({one.id: self.describe(one) for one in rules}))

    def wanted(self) -> pd.DataFrame:
        """What processes and rules make of every task, see `want_types`; verdict, xpm_id and rule, by task id.

        Shared: change nothing in it.
        """
        version = (
            self._store.process_rules.version(self._practice),
            self._store.versions.read_decisions(self._practice),
        )
        return self._keep("wanted", version, self._want)

    def _want(self) -> pd.DataFrame:
        return want_types(self._ws.local("tasks"), self._ws.review.links(Kind.PROCESS), self.tasks())

    def entries(self, times: pd.DataFrame) -> pd.DataFrame | None:
        """What the rules say of these actual times, as the push takes it (`Links.ruled`); None without any rule.

        times: rows of LOCAL_FRAMES actual_times; of them process_id, client_id, staff_id, date, task_id and note count.
        """
        rules = self.rules()
        return self.take_entries(times, rules, self.tasks()) if rules else None

    def take_entries(
        self, times: pd.DataFrame, rules: Sequence[ProcessRule], tasks: pd.DataFrame | None
    ) -> pd.DataFrame:
        """The same under other rules than those in force; tasks: what those say of tasks."""
        asked = times[times["process_id"].isin({one.process_id for one in rules})]
        found = apply_rules(rules, list_entries(asked, self._ws.local("tasks"), self._ws.local("clients")))
        found["rule_words"] = found["rule"].map({one.id: self.describe(one) for one in rules})
        found["xpm_name"] = found["xpm_id"].map(self._ws.xpm("task_types")["name"]).fillna("an XPM task that is gone")
        of = asked["task_id"].reindex(found.index).to_numpy()
        by_task = (tasks["rule"].reindex(of) if tasks is not None else pd.Series("", index=of)).to_numpy(dtype="object")
        return found.assign(of_task=by_task == found["rule"].to_numpy(dtype="object"))

    # -- changes ------------------------------------------------------------------------------------------------------

    def preview(self, change: Change, also: Collection[str] = ()) -> Preview:
        """What a change would do to past tasks, their links and their time; nothing is saved. Raises BadProcessRule.

        also: tasks whose link is to follow although a person made it.
        """
        return preview_change(self._ws, change, frozenset(also))

    def save(self, change: Change, preview: Preview, *, seen: Mapping[str, int] | None = None, why: str = "") -> int:
        """Carry out a change that was previewed; how many links followed it.

        seen: of processes that are mapped anew, the decision the person saw, by process id. Raises PreviewStale when it
        would do something else by now, RulesMovedOn and SomebodyWasFaster when a person was quicker; nothing is saved
        then.
        """
        if self.preview(change, preview.also).fingerprint != preview.fingerprint:
            raise PreviewStale
        before = self._store.decisions.newest(self._practice, Kind.TASK)
        for process_id, rules in change.rules.items():
            self._put(process_id, rules, change.shown.get(process_id))
        for verdict, pairs in change.by_verdict().items():
            self._ws.review.decide(Kind.PROCESS, verdict, pairs, seen=seen or {}, why=why)
        self._ws.proposing.renew(Kind.TASK, self._tasks_of(change.rules))
        self.realign(change.processes, preview.also)
        return len(self._store.decisions.added_after(self._practice, Kind.TASK, before))

    def _put(self, process_id: str, rules: Sequence[ProcessRule], shown: Sequence[str] | None) -> None:
        known = {one.id: one for one in self.kept(process_id)}
        kept = [_write(one, known.get(one.id)) for one in rules]
        self._store.process_rules.change(
            self._practice, process_id, kept, self._ws.actor, seen=shown, tell=self._tell_log
        )

    def realign(self, process_ids: Collection[str] | None = None, also: Collection[str] = ()) -> int:
        """Let the links of these processes' tasks (None: of all) follow what is wanted of them; how many did.

        Only links that rules made, and those of the tasks named in `also`: they go over to the certain proposal, else
        they are open again. The proposals are taken as they are kept.
        """
        mine = self._ws.local("tasks").index if process_ids is None else self._tasks_of(process_ids)
        for turn in range(1, _MOST_ROUNDS + 1):
            rows = self._judge(mine, frozenset(also))
            decisions = [self._follow(task_id, row) for task_id, row in rows.iterrows()]
            try:
                return self._ws.proposing.decide(Kind.TASK, decisions) if decisions else 0
            except DecisionMovedOn:
                if turn == _MOST_ROUNDS:
                    raise
        return 0

    def _tasks_of(self, process_ids: Collection[str]) -> pd.Index:
        tasks = self._ws.local("tasks")
        return tasks.index[tasks["process_id"].isin(set(process_ids))]

    def _judge(self, task_ids: pd.Index, also: frozenset[str]) -> pd.DataFrame:
        review, wanted = self._ws.review, self.wanted()
        rows = judge_relinks(
            None,
            wanted[wanted.index.isin(task_ids)],
            review.decisions(Kind.TASK),
            self._ws.xpm("job_tasks"),
            review.proposals(Kind.TASK, list(task_ids)),
            also,
        )
        return rows[rows["effect"].isin((Effect.CHANGES, Effect.REOPENS))]

    def _follow(self, task_id: object, row: pd.Series) -> NewDecision:
        changes = row["effect"] == Effect.CHANGES
        words = f"its process names another XPM task; {row['explanation']}" if changes else ""
        by_person = not str(row["by"]).startswith("rule:")
        return NewDecision(
            self._practice,
            Kind.TASK,
            str(task_id),
            Verdict.LINKED if changes else Verdict.REOPENED,
            self._ws.actor if by_person else BY_RULE,
            row["new_xpm_id"] if changes else "",
            float(row["score"]) if changes else None,
            words or "its process names another XPM task, and no job task is certain",
            expected_id=int(row["decision_id"]),
        )

    def _keep(self, name: str, version: Hashable, make: Callable[[], T]) -> T:
        sides = tuple(self._store.versions.read_side(self._practice, side) for side in ("local", "xpm"))
        return FRAMES.fetch((self._store.engine.url, self._practice, f"ruling {name}"), (version, *sides), make)


def _write(rule: ProcessRule, former: KeptRule | None) -> KeptRule:
    """The rule for the store: as it is kept already while nothing about it differs."""
    if former is not None and read_kept(former) == rule:
        return former
    values = asdict(rule) | {"id": "", "verdict": rule.verdict.value}
    return KeptRule(position=0, **values)


def read_kept(kept: KeptRule) -> ProcessRule:
    """The rule of the mapping room that is kept so."""
    lists = {name: getattr(kept, name) for name in ("clients", "groups", "staff")}
    return ProcessRule(
        kept.process_id,
        Verdict(kept.verdict),
        kept.xpm_id,
        start=kept.start,
        end=kept.end,
        words=kept.words,
        id=kept.id,
        **lists,
    )


def _name(names: pd.Series, one: str) -> str:
    return str(names.get(one) or f"{one} (no longer there)")


def _list(noun: str, names: Sequence[str]) -> str:
    told = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
    return f"{noun} {told}" if names else ""


def _tell_dates(start: date | None, end: date | None) -> str:
    first = f"from {start.day} {start:%b %Y}" if start else ""
    last = f"until {end.day} {end:%b %Y}" if end else ""
    return " ".join(part for part in (first, last) if part)
