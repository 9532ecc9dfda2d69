"""Learning from what people decided: checked when matching runs, kept per kind, shown on the review pages, forgotten on
request.

Decisions of rules teach nothing, and neither do links that a person accepted in one go with many others without looking
at each: a proposal that is accepted for its score says nothing about that score. Such links only tell how often persons
had to end one. What was checked in a sample was looked at, and counts. Decisions made before what was learned was
forgotten count no longer.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from core.mapping.propose import COMPARED, Lists
from core.matching.describe import DESCRIBED_COLUMNS, describe, tell
from core.matching.learn import NEEDED, learn, seal_shipped
from core.matching.learned import SHIPPED_CERTAIN, Check, Finding, Learned
from core.model import Kind

if TYPE_CHECKING:
    from core.workspace import Workspace

__all__ = ["IN_ONE_GO", "LEARNED_KINDS", "SHIPPED_CERTAIN", "Check", "Learning", "LearningReport"]

#: Kinds whose weights are learned. Processes and tasks follow rules a person wrote.
LEARNED_KINDS = (Kind.CLIENT, Kind.STAFF)
#: Links of one person from one moment, from which nobody is taken to have looked at each.
IN_ONE_GO = 25
#: Changes when the same decisions would teach something else.
_FORMAT = 1


@dataclass(frozen=True)
class LearningReport:
    """What a page shows. sentence: what was learned, or why nothing. rows: see `core.matching.describe.describe`.

    decisions: local records decided by a person that count now; check.decisions is as of the last check. certain: the
    practice's threshold; is_adopted: whether weights moved; is_shipped: whether matching works as shipped. changed_at
    and changed_by: when something was learned or forgotten last, empty when never. forgotten_at: since when decisions
    count, empty for all of them.
    """

    sentence: str
    rows: pd.DataFrame
    check: Check
    certain: float
    is_adopted: bool
    is_shipped: bool
    decisions: int
    changed_at: str
    changed_by: str
    forgotten_at: str


class Learning:
    """What one practice's decisions taught."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace
        self._store = workspace.store
        self._practice = workspace.practice_id

    def current(self, kind: Kind) -> Learned | None:
        """What matching has to use now; None for matching as shipped."""
        kept = self._store.learned.newest(self._practice, kind)
        return Learned.from_json(kept.content) if kept is not None and kept.content else None

    def version(self, kind: Kind) -> str:
        """A text that differs when `current` may differ."""
        kept = self._store.learned.newest(self._practice, kind)
        return "" if kept is None else str(kept.id)

    def learn(self, kind: Kind, lists: Lists) -> Learned | None:
        """Learn anew from all decisions that count, and keep it. It takes as long as comparing the lists does.

        Returns what is current then. Nothing is done when persons' decisions and the shipped weights are those of
        the last time, and for kinds that are not learned.
        """
        if kind not in LEARNED_KINDS:
            return None
        judged = self._list_judged(kind)
        by_person = judged["by_person"]
        former = self.current(kind)
        basis = _fingerprint(judged[by_person])
        if (former is None and not by_person.any()) or (former is not None and former.basis == basis):
            return former
        decided = judged[by_person].rename(columns={"local_id": "left_id", "xpm_id": "right_id"})
        standing = judged[~by_person & judged["same"]].set_index("local_id")["xpm_id"].to_dict()
        found = replace(learn(COMPARED[kind], lists.local, lists.xpm, decided, standing=standing), basis=basis)
        self._keep(kind, former, found)
        return found

    def count(self, kind: Kind) -> dict[str, int]:
        """For a run's counts: from how many decisions the current weights or threshold were learned, 0 as shipped.

        Nothing for kinds that are not learned.
        """
        if kind not in LEARNED_KINDS:
            return {}
        learned = self.current(kind)
        return {
            f"{kind} decisions learned from": 0 if learned is None or learned.is_shipped else learned.check.decisions
        }

    def reset(self, kind: Kind) -> None:
        """Forget what was learned: matching works as shipped until decisions made from now on teach it anew."""
        self._store.learned.reset(self._practice, kind, self._ws.actor)

    def report(self, kind: Kind) -> LearningReport:
        """What was learned, or why nothing, as it is now."""
        judged = self._list_judged(kind)
        count = int(judged.loc[judged["by_person"], "local_id"].nunique())
        kept = self._store.learned.newest(self._practice, kind)
        learned = self.current(kind) or Learned(COMPARED[kind], "", check=Check(needed=NEEDED))
        was_checked = learned.check.decisions >= NEEDED
        if not was_checked:
            # The count of today says more than the one of the last matching.
            learned = replace(learned, check=replace(learned.check, needed=NEEDED, decisions=count))
        return LearningReport(
            sentence=tell(learned) if was_checked or count < NEEDED else _tell_waiting(count),
            rows=describe(learned) if learned.shifts else pd.DataFrame(columns=DESCRIBED_COLUMNS),
            check=learned.check,
            certain=learned.certain,
            is_adopted=learned.check.finding is Finding.ADOPTED,
            is_shipped=learned.is_shipped,
            decisions=count,
            changed_at="" if kept is None else kept.at,
            changed_by="" if kept is None else kept.by,
            forgotten_at=self._store.learned.reset_at(self._practice, kind),
        )

    def _keep(self, kind: Kind, former: Learned | None, found: Learned) -> None:
        """Keep it; the log tells when matching changes by it."""
        changed = (found.shifts, found.certain) != (
            (former.shifts, former.certain) if former is not None else ((), SHIPPED_CERTAIN)
        )
        moved = f"{len(found.shifts)} weights moved" if found.shifts else "weights as shipped"
        told = f"{moved}, certain from {100 * found.certain:.4g} %" if changed else ""
        self._store.learned.add(self._practice, kind, found.to_json(), self._ws.actor, told=told, why=tell(found))

    def _list_judged(self, kind: Kind) -> pd.DataFrame:
        """The judged pairs as `Decisions.judged`, and `by_person`: a person looked at it since the last reset."""
        judged = self._store.decisions.judged(self._practice, kind)
        # A sample is judged in one go as well, but pair by pair; its decisions carry the sample as their run.
        together = judged[judged["same"]].groupby(["by", "at"])["local_id"].transform("size")
        in_one_go = together.reindex(judged.index).fillna(0).gt(IN_ONE_GO) & judged["run"].eq("")
        late = judged["at"].gt(self._store.learned.reset_at(self._practice, kind))
        return judged.assign(by_person=~judged["by"].str.startswith("rule:") & ~in_one_go & late)


def _tell_waiting(count: int) -> str:
    return f"{count} decisions so far: the next matching checks what they teach."


def _fingerprint(decided: pd.DataFrame) -> str:
    """Lists are not part of it: a changed address teaches nothing, and every sync would compare the lists twice."""
    seal = hashlib.sha256(f"{_FORMAT} {seal_shipped()}".encode())
    seal.update(pd.util.hash_pandas_object(decided[["local_id", "xpm_id", "same"]], index=False).to_numpy().tobytes())
    return seal.hexdigest()[:32]
