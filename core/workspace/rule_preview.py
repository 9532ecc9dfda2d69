"""What a change of processes or of their rules would do to past work, worked out before anything is saved.

Everything is computed as if the change had been made: what rules take, which links would follow, and the standing of
every entry. Nothing is written.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from core.mapping import resolve_links
from core.mapping.process_rules import ProcessRule, count_hits, list_entries, list_tasks, want_types
from core.mapping.relinks import Effect, judge_relinks
from core.model import Kind, PersonNeeded, Standing, Verdict
from core.push.targets import Links
from core.workspace.review_frames import XPM_NAME

if TYPE_CHECKING:
    from core.workspace import Workspace

_TARGET = ["standing", "reason", "job", "job_task_id"]


class PreviewStale(PersonNeeded):
    """The change would do something else by now than what was shown."""

    def __init__(self) -> None:
        super().__init__(
            "Something has changed since this was worked out: a sync, a decision or another rule. Nothing was saved; "
            "look at what it would do now."
        )


@dataclass(frozen=True)
class Change:
    """What is to change. rules: process id -> all its rules as they would stand, in their order; shown: process id ->
    ids of the rules the person saw. mapped: process id -> verdict and XPM task type; REOPENED leaves it open.
    """

    rules: Mapping[str, Sequence[ProcessRule]] = field(default_factory=dict)
    shown: Mapping[str, Sequence[str]] = field(default_factory=dict)
    mapped: Mapping[str, tuple[Verdict, str]] = field(default_factory=dict)

    @property
    def processes(self) -> set[str]:
        """The processes it touches."""
        return {*self.rules, *self.mapped}

    def by_verdict(self) -> dict[Verdict, dict[str, str]]:
        """The mapped processes with their XPM task types, by verdict."""
        found: dict[Verdict, dict[str, str]] = defaultdict(dict)
        for process_id, (verdict, xpm_id) in self.mapped.items():
            found[verdict][process_id] = xpm_id
        return dict(found)


@dataclass(frozen=True)
class Preview:
    """What a change would do.

    hits: one row per rule of the processes touched, in order: process_id, when, to, tasks, entries, minutes, and
    `behind`, how many tasks and entries an earlier rule takes before it. links: index task id, columns task, client,
    effect (see Effect), old, new (labels of job tasks), by, minutes. moves: one row per pair of standings: before,
    after, entries, minutes. entries: those whose standing or place changes, index entry id: date, staff, client, task,
    note, minutes, before, after, old, new. tasks, times, minutes: all past work of the processes.
    """

    hits: pd.DataFrame
    links: pd.DataFrame
    moves: pd.DataFrame
    entries: pd.DataFrame
    tasks: int
    times: int
    minutes: int
    also: frozenset[str]
    fingerprint: str

    def count(self, effect: Effect | str) -> int:
        """How many tasks it has this effect on."""
        return int(self.links["effect"].eq(str(effect)).sum())


@dataclass(frozen=True)
class _Then:
    """The practice as it would stand."""

    rules: list[ProcessRule]
    processes: pd.DataFrame
    ruled: pd.DataFrame
    relinks: pd.DataFrame


def preview_change(ws: Workspace, change: Change, also: frozenset[str]) -> Preview:
    """See `Ruling.preview`."""
    rules = list_rules_then(ws, change)
    tasks = ws.local("tasks")
    mine = tasks[tasks["process_id"].isin(change.processes)]
    then = _look_ahead(ws, change, rules, mine, also)
    times = ws.local("actual_times")
    touched = times[times["process_id"].isin(change.processes)]
    links = _name_links(ws, then.relinks, touched)
    entries = _compare_entries(ws, then)
    moves = entries.groupby(["before", "after"], as_index=False).agg(
        entries=("minutes", "size"), minutes=("minutes", "sum")
    )
    hits = count_rules(ws, [one for one in rules if one.process_id in change.processes])
    seal = hashlib.sha256(repr(change).encode())
    for frame in (hits, links, entries):
        seal.update(frame.to_csv().encode())
    return Preview(
        hits, links, moves, entries, len(mine), len(touched), int(touched["minutes"].sum()), also, seal.hexdigest()[:32]
    )


def list_rules_then(ws: Workspace, change: Change) -> list[ProcessRule]:
    """All rules as they would be in force, new ones with an id of their own. Raises BadProcessRule."""
    rules = [one for one in ws.ruling.rules() if one.process_id not in change.rules]
    for own in change.rules.values():
        for number, rule in enumerate(own, 1):
            rule.check()
            rules.append(rule if rule.id else replace(rule, id=f"new {rule.process_id} {number}"))
    return rules


def _look_ahead(
    ws: Workspace, change: Change, rules: list[ProcessRule], tasks: pd.DataFrame, also: frozenset[str]
) -> _Then:
    processes, ruled = _map_then(ws, change), ws.ruling.take_tasks(rules)
    relinks = judge_relinks(
        ws.ruling.wanted().reindex(tasks.index).fillna(""),
        want_types(tasks, processes, ruled),
        ws.review.decisions(Kind.TASK),
        ws.xpm("job_tasks"),
        ws.proposing.resolve_tasks(tasks, processes, ruled),
        also,
    )
    return _Then(rules, processes, ruled, relinks)


def _map_then(ws: Workspace, change: Change) -> pd.DataFrame:
    """The processes' links as they would stand."""
    decisions = ws.review.decisions(Kind.PROCESS)[["verdict", "xpm_id"]]
    kept = decisions[~decisions.index.isin(change.mapped)]
    said = {one: said for one, said in change.mapped.items() if said[0] in (Verdict.LINKED, Verdict.EXCLUDED)}
    new = pd.DataFrame.from_dict(
        {one: {"verdict": verdict.value, "xpm_id": xpm_id} for one, (verdict, xpm_id) in said.items()}, orient="index"
    )
    return resolve_links(Kind.PROCESS, pd.concat([kept, new]), ws.xpm(XPM_NAME[Kind.PROCESS]))


def count_rules(ws: Workspace, rules: Sequence[ProcessRule]) -> pd.DataFrame:
    """See `Ruling.hits`."""
    ids = {one.process_id for one in rules}
    tasks, times = (frame[frame["process_id"].isin(ids)] for frame in (ws.local("tasks"), ws.local("actual_times")))
    clients = ws.local("clients")
    of_tasks = count_hits(rules, list_tasks(tasks, clients))
    of_times = count_hits(rules, list_entries(times, ws.local("tasks"), clients).assign(minutes=times["minutes"]))
    return pd.DataFrame(
        {
            "process_id": [one.process_id for one in rules],
            "when": [ws.ruling.describe(one) for one in rules],
            "to": [ws.ruling.tell_target(one) for one in rules],
            "tasks": of_tasks["rows"],
            "entries": of_times["rows"],
            "minutes": of_times["minutes"],
            "behind": of_tasks["behind"] + of_times["behind"],
        }
    )


def _name_links(ws: Workspace, relinks: pd.DataFrame, times: pd.DataFrame) -> pd.DataFrame:
    tasks, labels = ws.review.local(Kind.TASK).reindex(relinks.index), ws.review.labels(Kind.TASK)
    named = pd.DataFrame(
        {
            "task": tasks["name"],
            "client": tasks["client_name"],
            "effect": relinks["effect"],
            "old": relinks["old_xpm_id"].map(labels).fillna(""),
            "new": relinks["new_xpm_id"].map(labels).fillna(""),
            "by": relinks["by"],
            "minutes": times.groupby("task_id")["minutes"].sum().reindex(relinks.index).fillna(0).astype("int64"),
        },
        index=relinks.index,
    )
    return named.sort_values(["effect", "minutes", "task"], ascending=[True, False, True], kind="stable")


def _compare_entries(ws: Workspace, then: _Then) -> pd.DataFrame:
    """The entries whose standing or place would be another one."""
    before = ws.time.standings()
    after = ws.time.assign_under(_link_then(ws, then)).reindex(before.index)
    moved = (before[_TARGET] != after[_TARGET]).any(axis=1)
    # What XPM holds stays there as it is, wherever the entry would go if it were new.
    moved &= before["standing"].ne(Standing.SYNCED) | after["standing"].ne(Standing.SYNCED)
    rows, now = before[moved], after[moved]
    labels = ws.review.labels(Kind.TASK)
    named = ws.reports.names()
    return pd.DataFrame(
        {
            "date": rows["date"],
            "staff": rows["staff_id"].map(named.staff).fillna(rows["staff_id"]),
            "client": rows["client_id"].map(named.clients).fillna(rows["client_id"]),
            "task": rows["task_id"].map(ws.local("tasks")["name"]).fillna(""),
            "note": rows["note"],
            "minutes": rows["minutes"],
            "before": rows["standing"],
            "after": now["standing"],
            "old": rows["job_task_id"].map(labels).fillna(""),
            "new": now["job_task_id"].map(labels).fillna(""),
            "why": now["sentence"],
        },
        index=rows.index,
    ).sort_values(["date"], ascending=False, kind="stable")


def _link_then(ws: Workspace, then: _Then) -> Links:
    links = ws.time.links()
    follows = then.relinks[then.relinks["effect"].isin((Effect.CHANGES, Effect.REOPENS))]
    kept = links.tasks[~links.tasks.index.isin(follows.index)]
    changed = follows[follows["effect"].eq(Effect.CHANGES)]
    new = pd.DataFrame({"verdict": Verdict.LINKED.value, "xpm_id": changed["new_xpm_id"]}, index=changed.index)
    resolved = resolve_links(Kind.TASK, new, ws.xpm(XPM_NAME[Kind.TASK]))
    ruled = ws.ruling.take_entries(ws.local("actual_times"), then.rules, then.ruled) if then.rules else None
    return replace(links, processes=then.processes, tasks=pd.concat([kept, resolved]), ruled=ruled)
