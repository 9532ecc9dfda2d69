"""Reviewing links: proposals for every kind, the rows to review, and decisions that go to the store at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pandas as pd

from core.mapping import resolve_links, review_rows
from core.mapping.belonging import add_people, list_names, name_linked, narrow_to, tell_narrowing, write_narrowing
from core.model import Band, Kind, PersonNeeded, Verdict
from core.store import DecisionMovedOn, NewDecision
from core.workspace.comparing import Comparison, compare_records
from core.workspace.review_frames import LOCAL_NAME, ReviewFrames

if TYPE_CHECKING:
    from core.workspace import Workspace

__all__ = [
    "LOCAL_NAME",
    "Comparison",
    "Reviewing",
    "SomebodyWasFaster",
    "list_names",
    "narrow_to",
    "tell_narrowing",
    "write_narrowing",
]


class SomebodyWasFaster(PersonNeeded):
    """Somebody decided about a record after this person looked at it."""

    def __init__(self, name: str, by: str, verdict: str, partner: str, when: str, among: int) -> None:
        what = {"linked": f"linked it to '{partner}'", "excluded": "excluded it from XPM"}.get(
            verdict, "decided about it"
        )
        now = f"{by.removeprefix('rule:')} {what} on {when}" if by else "it was opened again"
        nothing = "Nothing was saved" if among == 1 else f"None of the {among} decisions was saved"
        super().__init__(f"'{name}' was decided about meanwhile: {now}. {nothing}; look at it again.")


class Reviewing:
    """The review of one practice."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace
        self._store = workspace.store
        self._practice = workspace.practice.id
        self._frames = ReviewFrames(workspace)

    def local(self, kind: Kind) -> pd.DataFrame:
        """The local frame of the kind; tasks also with client_name and process_name. Shared: change nothing in it."""
        return self._frames.local(kind)

    def xpm(self, kind: Kind) -> pd.DataFrame:
        """The XPM frame of the kind; job tasks also with their job and `label`. Shared: change nothing in it."""
        return self._frames.xpm(kind)

    def decisions(self, kind: Kind) -> pd.DataFrame:
        """The current decision of each decided record, index local id."""
        return self._store.decisions.current(self._practice, kind)

    def links(self, kind: Kind) -> pd.DataFrame:
        """Decisions read against XPM as it is: linked, excluded, broken."""
        return resolve_links(kind, self.decisions(kind), self.xpm(kind))

    def proposals(self, kind: Kind, local_ids: Sequence[str] | None = None) -> pd.DataFrame:
        """The stored proposals but those rejected since, best first within each local record, ranked from 1.

        Columns local_id, rank, xpm_id, score, band, explanation; `compare` has the parts of a pair.
        local_ids: at least those of these records.
        """
        found = self._store.proposals.read_pairs(self._practice, kind, local_ids)
        rejected = self._ws.proposing.decided(kind).rejected
        if rejected:
            pairs = zip(found["local_id"], found["xpm_id"], strict=True)
            standing = pd.Series([pair not in rejected for pair in pairs], index=found.index, dtype="bool")
            found = found[standing].reset_index(drop=True)
            found["rank"] = found.groupby("local_id").cumcount() + 1
        return found

    def rows(self, kind: Kind) -> pd.DataFrame:
        """The rows a person reviews, index local id, most unsynced minutes first; see `review_rows`.

        Clients also have their group, partner and manager on either side; see `core.mapping.belonging`.
        Tasks also have `job_state`, the state of the XPM job, empty without one, and `gap`, the title of what is in the
        way of those that are open or tied; an undecided task whose client or process is excluded counts as excluded.
        """
        xpm = self.xpm(kind)
        rows = review_rows(
            kind,
            self.local(kind),
            xpm,
            self.decisions(kind),
            self.links(kind),
            self.proposals(kind),
            self._store.proposals.records(self._practice, kind),
            self._frames.minutes_at_stake(kind),
        )
        if kind is Kind.CLIENT:
            add_people(rows, self.local(kind), xpm, self._name_staff())
        if kind is Kind.PROCESS:
            rows["detail"] = (self._ws.ruling.tell_counts(rows.index) + " · " + rows["detail"]).str.strip(" ·")
        if kind is Kind.TASK:
            rows["job_state"] = xpm["state"].reindex(rows["xpm_id"].to_numpy()).fillna("").to_numpy()
            self._judge_by_parents(rows)
            self._judge_by_job(rows, xpm)
            self._explain_gaps(rows)
        return rows

    def _explain_gaps(self, rows: pd.DataFrame) -> None:
        """Say of tasks that are open or tied what is in the way, in a word (column `gap`) and in a sentence."""
        asked = rows["state"].eq("open") | (rows["state"].eq("proposed") & rows["band"].eq(Band.TIE.value))
        gaps = self._ws.gaps.table(rows.index[asked]).reindex(rows.index).fillna("")
        rows["gap"] = gaps["title"]
        rows["explanation"] = gaps["sentence"].where(gaps["sentence"].ne(""), rows["explanation"])

    def _judge_by_job(self, rows: pd.DataFrame, xpm: pd.DataFrame) -> None:
        """A job that belongs to another client than the task's breaks the link, as it does for its time."""
        clients = self.links(Kind.CLIENT)["xpm_id"].reindex(self.local(Kind.TASK)["client_id"].reindex(rows.index))
        owners = xpm["client_id"].reindex(rows["link_xpm_id"].to_numpy()).fillna("").to_numpy()
        mine = clients.fillna("").to_numpy()
        foreign = rows["state"].eq("linked") & (mine != "") & (owners != "") & (mine != owners)
        rows.loc[foreign, "why"] = "the linked XPM job belongs to another client than the linked one"
        rows.loc[foreign, "state"] = "broken"

    def _name_staff(self) -> dict[str, str]:
        return name_linked(self.links(Kind.STAFF), self.local(Kind.STAFF), self.xpm(Kind.STAFF))

    def _judge_by_parents(self, rows: pd.DataFrame) -> None:
        tasks = self.local(Kind.TASK).reindex(rows.index)
        clients = self.links(Kind.CLIENT)["verdict"].reindex(tasks["client_id"].to_numpy()).fillna("").to_numpy()
        processes = self._ws.ruling.wanted()["verdict"].reindex(rows.index).fillna("").to_numpy()
        for kind, verdicts in ((Kind.CLIENT, clients), (Kind.PROCESS, processes)):
            touched = rows["state"].isin(("open", "proposed", "linked")) & (verdicts == Verdict.EXCLUDED.value)
            rows.loc[touched, "explanation"] = f"its {kind} is excluded from XPM"
            # A link stays what it is; it only rests while the record above it is excluded.
            rows.loc[touched & rows["state"].ne("linked"), "state"] = "excluded"
        ruled = self._ws.ruling.tasks()
        if ruled is not None:
            words = ruled.loc[ruled["verdict"].eq(Verdict.EXCLUDED.value), "rule_words"].reindex(rows.index)
            told = words.notna() & rows["explanation"].eq("its process is excluded from XPM")
            rows.loc[told, "explanation"] = "a rule of its process excludes it: " + words[told]

    def choices(self, kind: Kind, local_id: str) -> pd.DataFrame:
        """Every XPM record a local one may be linked to, index XPM id; columns label and score, proposals first.

        Labels are unique: records of one name also show their code, e-mail or the start of their id. A task may be
        linked to job tasks of its own client only, when that client is linked.
        """
        labels = self.labels(kind)[self._may_be_chosen(kind, local_id)]
        proposed = self.proposals(kind, [local_id])
        scores = proposed[proposed["local_id"].eq(local_id)].set_index("xpm_id")["score"]
        frame = pd.DataFrame({"label": labels, "score": scores.reindex(labels.index)})
        return frame.sort_values(["score", "label"], ascending=[False, True], na_position="last")

    def _may_be_chosen(self, kind: Kind, local_id: str) -> pd.Series:
        xpm = self.xpm(kind)
        if kind is Kind.CLIENT:
            return ~xpm["archived"] & ~xpm["deleted"]
        if kind is Kind.STAFF:
            return xpm["listed"]
        everything = pd.Series(True, index=xpm.index)
        if kind is Kind.TASK:
            client = self.links(Kind.CLIENT)["xpm_id"].get(self.local(kind).loc[local_id, "client_id"], "")
            return xpm["client_id"].eq(client) if client else everything
        return everything

    def labels(self, kind: Kind) -> pd.Series:
        """XPM id -> a name that no other record has. Shared: change nothing in it."""
        return self._frames.labels(kind)

    def addresses(self, kind: Kind, xpm_ids: Sequence[str]) -> list[str]:
        """Where each of these records is in XPM's own pages: clients, and the jobs of job tasks; empty for others."""
        if kind is Kind.CLIENT:
            return self._ws.weblinks.clients(xpm_ids)
        if kind is Kind.TASK:
            return self._ws.weblinks.jobs(self.xpm(kind)["job"].reindex(xpm_ids).fillna("").to_list())
        return [""] * len(xpm_ids)

    def compare(self, kind: Kind, local_id: str, xpm_id: str) -> Comparison:
        """The two records side by side, what of them moved the score, and what would change it.

        The parts are those of the stored proposal when the pair was proposed, else of the pair seen alone.
        """
        return compare_records(self._ws, kind, local_id, xpm_id)

    def history(self, kind: Kind, local_id: str) -> pd.DataFrame:
        """All decisions about one record, newest first: index at (UTC text), columns by, verdict, xpm_name, why."""
        rows = self._store.decisions.history(self._practice, kind, local_id)
        rows["xpm_name"] = self._frames.names(kind).reindex(rows["xpm_id"].to_numpy()).fillna("").to_numpy()
        return rows.set_index("at")[["by", "verdict", "xpm_name", "why"]]

    def decide(
        self, kind: Kind, verdict: Verdict, pairs: Mapping[str, str], *, seen: Mapping[str, int], why: str = ""
    ) -> int:
        """Record one verdict for each local id of `pairs` (local id -> XPM id, empty for excluded and reopened).

        seen: local id -> id of the decision the person saw, 0 for none. Raises SomebodyWasFaster when it has changed
        since; nothing is saved then. Returns how many were saved.
        """
        proposals = self.proposals(kind, list(pairs)).set_index(["local_id", "xpm_id"])
        rows = [
            NewDecision(
                practice=self._practice,
                kind=kind,
                local_id=local_id,
                verdict=verdict,
                by=self._ws.actor,
                xpm_id=xpm_id,
                score=_score_of(proposals, local_id, xpm_id),
                why=why,
                expected_id=seen.get(local_id),
            )
            for local_id, xpm_id in pairs.items()
        ]
        return self.save(kind, rows)

    def save(self, kind: Kind, decisions: Sequence[NewDecision]) -> int:
        """Record decisions of any verdict, all or none; returns how many. Raises SomebodyWasFaster."""
        try:
            return self._ws.proposing.decide(kind, decisions)
        except DecisionMovedOn as error:
            raise SomebodyWasFaster(**self._name_decision(kind, error), among=len(decisions)) from error

    def may_link(self, kind: Kind, local_id: str, xpm_id: str) -> bool:
        """Whether the XPM record is one that a person may link this local one to."""
        return bool(self._may_be_chosen(kind, local_id).get(xpm_id, False))

    def _name_decision(self, kind: Kind, moved: DecisionMovedOn) -> dict[str, str]:
        """The decision that stands as people read it: names, and the time where the practice is."""
        now = moved.now or {"by": "", "verdict": "", "xpm_id": "", "at": ""}
        at = datetime.fromisoformat(now["at"]).astimezone(ZoneInfo(self._ws.practice.zone)) if now["at"] else None
        name = str(self.local(kind)["name"].get(moved.local_id, moved.local_id))
        partner = str(self._frames.names(kind).get(now["xpm_id"], "")) if now["xpm_id"] else ""
        when = f"{at.day} {at:%b %Y, %H:%M}" if at else ""
        return {"name": name, "by": now["by"], "verdict": now["verdict"], "partner": partner, "when": when}


def _score_of(proposals: pd.DataFrame, local_id: str, xpm_id: str) -> float | None:
    return float(proposals.loc[(local_id, xpm_id), "score"]) if (local_id, xpm_id) in proposals.index else None
