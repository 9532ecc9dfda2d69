"""Proposing links: whole lists matched anew, or only what a decision touched.

A whole matching keeps the evidence of all pairs with the lists it came from as its basis. As long as both lists and
what was learned are the same, a decision renews the proposals around it in a moment. When they have changed nothing is
renewed, and the next matching takes everything that was decided into account.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Hashable, Iterable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from core.mapping import choose_certain, propose_tasks, resolve_links
from core.mapping.accept import SHARED
from core.mapping.labels import Conventions
from core.mapping.propose import COMPARED, Lists, list_sides, propose_links, propose_links_again
from core.matching import Decisions, Kept, Surroundings
from core.matching.learn import seal_shipped
from core.model import Kind, Verdict
from core.store import Decided, NewDecision
from core.workspace.kept import FRAMES
from core.workspace.review_frames import LOCAL_NAME, XPM_NAME

if TYPE_CHECKING:
    from core.workspace import Workspace

T = TypeVar("T")

#: Decisions that arrive while proposals are renewed are taken up this often; a matching later takes up the rest.
_MOST_ROUNDS = 3

#: Changes when what is kept means something else.
_FORMAT = 1
_NO_RECORDS = pd.DataFrame({"no_partner": [], "twin_of": []})


class Proposing:
    """The proposals of one practice."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace
        self._store = workspace.store
        self._practice = workspace.practice_id

    def propose(
        self, kinds: Iterable[Kind] = tuple(Kind), *, accept: bool = False, tell: Callable[[Kind], None] | None = None
    ) -> dict[str, int]:
        """Match the kinds anew, in the order given; with `accept`, certain ones are accepted on the way.

        Tasks need the links of clients and processes, so they come last. Returns proposals and accepted per kind, and
        how many decisions its weights were learned from. `tell` hears of each kind before it is matched.
        """
        counts = {}
        for kind in kinds:
            if tell is not None:
                tell(kind)
            counts[f"{LOCAL_NAME[kind]} proposed"] = self._match(kind)
            counts |= self._ws.learning.count(kind)
            if accept:
                counts[f"{LOCAL_NAME[kind]} accepted"] = self.accept_certain(kind)
        return counts

    def certain(self, kind: Kind) -> pd.DataFrame:
        """The proposals `accept_certain` would accept; columns of `Reviewing.proposals`."""
        return choose_certain(kind, self._ws.review.proposals(kind), self._ws.review.decisions(kind))

    def accept_certain(self, kind: Kind, by: str = "rule:certain", run: str = "") -> int:
        """Accept every certain proposal that nothing stands against; returns how many."""
        chosen = self.certain(kind)
        rows = [
            NewDecision(self._practice, kind, row.local_id, Verdict.LINKED, by, row.xpm_id, row.score, row.explanation)
            for row in chosen.itertuples()
        ]
        return self.decide(kind, rows)

    def decide(self, kind: Kind, decisions: Collection[NewDecision]) -> int:
        """Save decisions about one kind, and renew the proposals they touched. Returns how many were saved.

        Raises DecisionMovedOn when somebody was faster; nothing is saved then.
        """
        before = self.decided(kind)
        saved = self._store.decisions.add(list(decisions))
        self._follow(kind, before, {one.local_id for one in decisions})
        return saved

    def decided(self, kind: Kind) -> Decided:
        """What was decided of a kind until now; shared, nobody may change it."""
        newest = self._store.decisions.newest(self._practice, kind)
        return self._keep(f"decided {kind}", newest, lambda: self._store.decisions.decided(self._practice, kind))

    def renew(self, kind: Kind, local_ids: Collection[str]) -> int:
        """Propose anew for these records and those whose proposals hang on theirs; how many records that were.

        None when either list has changed since the last matching.
        """
        return self._follow(kind, self.decided(kind), set(local_ids))

    def _follow(self, kind: Kind, before: Decided, local_ids: set[str]) -> int:
        """Renew what decisions since `before` have changed, and these records in any case."""
        if kind is Kind.TASK:
            return self._renew_tasks(local_ids)
        renewed, touched = 0, local_ids | self._store.decisions.added_after(self._practice, kind, before.newest)
        for _ in range(_MOST_ROUNDS):
            if not touched:
                break
            now = self._store.decisions.decided_after(self._practice, kind, before)
            self._keep(f"decided {kind}", now.newest, partial(_same, now))
            renewed += self._renew_links(kind, touched, before, now)
            before, touched = now, self._store.decisions.added_after(self._practice, kind, now.newest)
        renewed += self._renew_tasks(self._tasks_of(kind, local_ids))
        if kind is Kind.PROCESS:
            self._ws.ruling.realign(local_ids)
        return renewed

    def prepare(self) -> None:
        """Read now what renewing needs, so that the first decision in a process is as quick as the next one."""
        for kind in COMPARED:
            self.decided(kind)
            self._surroundings(kind)

    # -- whole lists ---------------------------------------------------------------------------------------------------

    def _match(self, kind: Kind) -> int:
        if kind is Kind.TASK:
            found = self.resolve_tasks(self._ws.local("tasks"))
            self._store.proposals.replace(self._practice, kind, found)
            self._ws.ruling.realign()
            return int(found["rank"].eq(1).sum())
        lists = self._lists(kind)
        learned = self._ws.learning.learn(kind, lists)
        basis = self._basis(kind)
        decided = self.decided(kind)
        linked = self._holding(lists, decided).linked
        proposed, kept = propose_links(lists, decided.rejected, linked, learned)
        pairs = self._add_settled(kind, proposed.pairs, set(linked))
        self._store.proposals.replace(self._practice, kind, pairs, proposed.records)
        self._store.candidate_sets.write(self._practice, kind, basis, kept.to_bytes())
        self._follow(kind, decided, set())
        return int(proposed.pairs["rank"].eq(1).sum())

    def _add_settled(self, kind: Kind, pairs: pd.DataFrame, linked: set[str]) -> pd.DataFrame:
        """With the proposals of linked records as they were, so that a link can still say why it was proposed."""
        if not linked:
            return pairs
        stored = self._store.proposals.read(self._practice, kind)
        settled = stored[stored["local_id"].isin(linked)]
        return pd.concat([pairs, settled], ignore_index=True) if len(settled) else pairs

    def _holding(self, lists: Lists, decided: Decided) -> Decisions:
        """The decisions as matching takes them: with the links that keep their XPM record from others.

        A broken one keeps none: its local record needs a successor.
        """
        if lists.kind in SHARED:
            return Decisions(decided.rejected, {})
        live = self._keep(f"live {lists.kind}", self._sides(), lambda: frozenset(lists.xpm.index))
        held = {local_id: xpm_id for local_id, xpm_id in decided.linked.items() if xpm_id in live}
        return Decisions(decided.rejected, held)

    # -- around a decision ---------------------------------------------------------------------------------------------

    def _renew_links(self, kind: Kind, touched: set[str], before: Decided, now: Decided) -> int:
        around, lists = self._surroundings(kind), self._lists(kind)
        if around is None:
            return 0
        learned = self._ws.learning.current(kind)
        holding = self._holding(lists, now)
        found = propose_links_again(around, lists, touched, self._holding(lists, before), holding, learned)
        still_open = [one for one in found.records.index if one not in holding.linked]
        records = found.records.loc[still_open]
        self._store.proposals.replace_some(self._practice, kind, still_open, found.pairs, records)
        return len(found.records)

    def _surroundings(self, kind: Kind) -> Surroundings | None:
        """What the last matching kept; None when it was made from other lists."""
        basis = self._basis(kind)
        if self._store.candidate_sets.basis(self._practice, kind) != basis:
            return None
        return self._keep(f"surroundings {kind}", basis, lambda: self._read_kept(kind, basis))

    def _read_kept(self, kind: Kind, basis: str) -> Surroundings | None:
        content, lists = self._store.candidate_sets.read(self._practice, kind, basis), self._lists(kind)
        return None if content is None else Surroundings(Kept.from_bytes(content), lists.local.index, lists.xpm.index)

    def _lists(self, kind: Kind) -> Lists:
        local, xpm, month = LOCAL_NAME[kind], XPM_NAME[kind], self._ws.practice.settings.year_end_month
        return self._keep(
            f"lists {kind}",
            self._sides(),
            lambda: list_sides(kind, self._ws.local(local), self._ws.xpm(xpm), month),
        )

    def _basis(self, kind: Kind) -> str:
        """A text that differs when matching would compare something else."""
        lists = self._keep(f"basis {kind}", self._sides(), lambda: _fingerprint(self._lists(kind)))
        return f"{lists} {self._ws.learning.version(kind)}"

    def _sides(self) -> str:
        read = self._store.versions.read_side
        month = self._ws.practice.settings.year_end_month
        return f"{read(self._practice, 'local')}|{read(self._practice, 'xpm')}|{month}"

    def _keep(self, name: str, version: Hashable, make: Callable[[], T]) -> T:
        return FRAMES.fetch((self._store.engine.url, self._practice, f"proposing {name}"), version, make)

    # -- tasks ---------------------------------------------------------------------------------------------------------

    def _tasks_of(self, kind: Kind, local_ids: Collection[str]) -> list[str]:
        """The local tasks whose proposals hang on links of these records."""
        column = {Kind.CLIENT: "client_id", Kind.PROCESS: "process_id"}.get(kind)
        if column is None:
            return []
        tasks = self._ws.local("tasks")
        return list(tasks.index[tasks[column].isin(set(local_ids))])

    def _renew_tasks(self, local_ids: Collection[str]) -> int:
        tasks = self._ws.local("tasks")
        mine = tasks[tasks.index.isin(set(local_ids))]
        if mine.empty:
            return 0
        self._store.proposals.replace_some(
            self._practice, Kind.TASK, mine.index.tolist(), self.resolve_tasks(mine), _NO_RECORDS
        )
        return len(mine)

    def resolve_tasks(
        self, tasks: pd.DataFrame, processes: pd.DataFrame | None = None, ruled: pd.DataFrame | None = None
    ) -> pd.DataFrame:
        """Proposals for these tasks, from the jobs of their clients; nothing is kept.

        processes, ruled: other links of processes than those in force, and what rules then say of tasks.
        """
        settings = self._ws.practice.settings
        clients = self._links_of(Kind.CLIENT, tasks["client_id"])
        if processes is None:
            processes, ruled = self._links_of(Kind.PROCESS, tasks["process_id"]), self._ws.ruling.tasks()
        mine = ruled[ruled.index.isin(tasks.index)] if ruled is not None else None
        jobs, job_tasks = self._ws.xpm("jobs"), self._ws.xpm("job_tasks")
        jobs = jobs[jobs["client_id"].isin(clients["xpm_id"])]
        return propose_tasks(
            tasks,
            clients,
            processes,
            jobs,
            job_tasks[job_tasks["job"].isin(jobs.index)],
            Conventions(settings.year_end_month, settings.quarter_convention),
            frozenset(settings.closed_words),
            self.decided(Kind.TASK).rejected,
            mine,
        )

    def _links_of(self, kind: Kind, local_ids: pd.Series) -> pd.DataFrame:
        linked = self.decided(kind).linked
        mine = {local_id: linked[local_id] for local_id in set(local_ids) if local_id in linked}
        links = pd.DataFrame({"verdict": Verdict.LINKED.value, "xpm_id": pd.Series(mine, dtype="str")})
        return resolve_links(kind, links, self._ws.xpm(XPM_NAME[kind]))


def _same(value: T) -> T:
    return value


def _fingerprint(lists: Lists) -> str:
    seal = hashlib.sha256(f"{_FORMAT} {seal_shipped()} {COMPARED[lists.kind]} {lists.year_end_month}".encode())
    for frame in (lists.local, lists.xpm):
        seal.update(pd.util.hash_pandas_object(frame, index=True).to_numpy().tobytes())
    return seal.hexdigest()[:32]
