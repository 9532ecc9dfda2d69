"""Reviewing links: proposals for every kind, the rows to review, and decisions that go to the store at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from core.mapping import (
    choose_certain,
    propose_clients,
    propose_processes,
    propose_staff,
    propose_tasks,
    resolve_links,
    review_rows,
)
from core.mapping.labels import Conventions
from core.matching import compare_pair
from core.model import Kind, Standing, Verdict
from core.store import NewDecision

if TYPE_CHECKING:
    from core.workspace import Workspace

#: The name of each kind's frame on either side.
LOCAL_NAME = {Kind.CLIENT: "clients", Kind.STAFF: "staff", Kind.PROCESS: "processes", Kind.TASK: "tasks"}
XPM_NAME = {Kind.CLIENT: "clients", Kind.STAFF: "staff", Kind.PROCESS: "task_types", Kind.TASK: "job_tasks"}

_LOCAL_FIELDS = {
    "name": "Name",
    "entity_type": "Entity type",
    "email": "E-mail",
    "phone": "Phone",
    "tax_number": "Tax number",
    "company_number": "Company number",
    "code": "Code",
}
_XPM_FIELDS = _LOCAL_FIELDS | {"structure": "Entity type", "business_number": "Tax number"}


@dataclass(frozen=True)
class Comparison:
    """Two records side by side. `fields`: index field, columns local, xpm, same. `parts`: what moved the score."""

    fields: pd.DataFrame
    parts: pd.DataFrame


class Reviewing:
    """The review of one practice."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace
        self._store = workspace.store
        self._practice = workspace.practice.id

    def local(self, kind: Kind) -> pd.DataFrame:
        """The local frame of the kind; tasks also with client_name and process_name."""
        frame = self._ws.local(LOCAL_NAME[kind])
        if kind is Kind.TASK:
            frame["client_name"] = _name_of(frame["client_id"], self._ws.local("clients"))
            frame["process_name"] = _name_of(frame["process_id"], self._ws.local("processes"))
        return frame

    def xpm(self, kind: Kind) -> pd.DataFrame:
        """The XPM frame of the kind; job tasks also with `label`, naming job and task."""
        frame = self._ws.xpm(XPM_NAME[kind])
        if kind is Kind.TASK:
            jobs = self._ws.xpm("jobs")
            names = jobs["name"].reindex(frame["job"].to_numpy()).fillna("").to_numpy()
            clients = jobs["client_name"].reindex(frame["job"].to_numpy()).fillna("").to_numpy()
            frame["client_name"] = clients
            frame["label"] = frame["job"] + " " + names + " · " + frame["name"]
        return frame

    def decisions(self, kind: Kind) -> pd.DataFrame:
        """The current decision of each decided record, index local id."""
        return self._store.decisions.current(self._practice, kind)

    def links(self, kind: Kind) -> pd.DataFrame:
        """Decisions read against XPM as it is: linked, excluded, broken."""
        return resolve_links(kind, self.decisions(kind), self._ws.xpm(XPM_NAME[kind]))

    def proposals(self, kind: Kind) -> pd.DataFrame:
        """The stored proposals, best first within each local record."""
        return self._store.proposals.read(self._practice, kind)

    def rows(self, kind: Kind) -> pd.DataFrame:
        """The rows a person reviews, index local id, most unsynced minutes first."""
        return review_rows(
            kind,
            self.local(kind),
            self.xpm(kind),
            self.decisions(kind),
            self.links(kind),
            self.proposals(kind),
            self._minutes_at_stake(kind),
        )

    def choices(self, kind: Kind, local_id: str) -> pd.DataFrame:
        """Every XPM record a local one may be linked to, index XPM id; columns label and score, proposals first."""
        xpm = self.xpm(kind)
        if kind is Kind.CLIENT:
            xpm = xpm[~xpm["archived"] & ~xpm["deleted"]]
        labels = xpm["label"] if "label" in xpm else xpm["name"]
        proposed = self.proposals(kind)
        scores = proposed[proposed["local_id"].eq(local_id)].set_index("xpm_id")["score"]
        frame = pd.DataFrame({"label": labels, "score": scores.reindex(labels.index)})
        return frame.sort_values(["score", "label"], ascending=[False, True], na_position="last")

    def compare(self, kind: Kind, local_id: str, xpm_id: str) -> Comparison:
        """The two records side by side, and what of them moved the score."""
        local, xpm = self.local(kind).loc[local_id], self.xpm(kind).loc[xpm_id]
        fields = _side_by_side(local, xpm)
        parts = compare_pair(f"{LOCAL_NAME[kind]}", _matching_names(local), _matching_names(xpm))
        columns = ["part", "left", "right", "verdict", "weight"]
        return Comparison(fields, pd.DataFrame(parts, columns=columns))

    def decide(
        self, kind: Kind, verdict: Verdict, pairs: Mapping[str, str], *, seen: Mapping[str, int], why: str = ""
    ) -> int:
        """Record one verdict for each local id of `pairs` (local id -> XPM id, empty for excluded and reopened).

        seen: local id -> id of the decision the person saw, 0 for none. Raises DecisionMovedOn when somebody was
        faster; nothing is saved then. Returns how many were saved.
        """
        proposals = self.proposals(kind).set_index(["local_id", "xpm_id"])
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
        return self._store.decisions.add(rows)

    def accept_certain(self, kind: Kind, by: str = "rule:certain", run: str = "") -> int:
        """Accept every certain proposal that nothing stands against; returns how many."""
        chosen = choose_certain(kind, self.proposals(kind), self.decisions(kind))
        rows = [
            NewDecision(self._practice, kind, row.local_id, Verdict.LINKED, by, row.xpm_id, row.score, row.explanation)
            for row in chosen.itertuples()
        ]
        return self._store.decisions.add(rows)

    def propose(self, kinds: Iterable[Kind] = tuple(Kind), *, accept: bool = False) -> dict[str, int]:
        """Match the kinds anew, in the order given; with `accept`, certain ones are accepted on the way.

        Tasks need the links of clients and processes, so they come last. Returns proposals and accepted per kind.
        """
        counts = {}
        for kind in kinds:
            found = self._match(kind)
            self._store.proposals.replace(self._practice, kind, found)
            counts[f"{LOCAL_NAME[kind]} proposed"] = int(found["rank"].eq(1).sum())
            if accept:
                counts[f"{LOCAL_NAME[kind]} accepted"] = self.accept_certain(kind)
        return counts

    def _match(self, kind: Kind) -> pd.DataFrame:
        rejected = self._store.decisions.rejected(self._practice, kind)
        local, xpm = self._ws.local(LOCAL_NAME[kind]), self._ws.xpm(XPM_NAME[kind])
        if kind is Kind.CLIENT:
            return propose_clients(local, xpm, rejected)
        if kind is Kind.STAFF:
            return propose_staff(local, xpm, rejected)
        if kind is Kind.PROCESS:
            return propose_processes(local, xpm, rejected)
        settings = self._ws.practice.settings
        conventions = Conventions(settings.year_end_month, settings.quarter_convention)
        clients, processes = self.links(Kind.CLIENT), self.links(Kind.PROCESS)
        closed = frozenset(settings.closed_words)
        return propose_tasks(local, clients, processes, self._ws.xpm("jobs"), xpm, conventions, closed, rejected)

    def _minutes_at_stake(self, kind: Kind) -> pd.Series:
        standings = self._ws.time.standings()
        open_rows = standings[~standings["standing"].isin([Standing.SYNCED, Standing.WITHDRAWN])]
        column = {Kind.CLIENT: "client_id", Kind.STAFF: "staff_id", Kind.PROCESS: "process_id", Kind.TASK: "task_id"}
        return open_rows.groupby(column[kind])["minutes"].sum()


def _name_of(ids: pd.Series, frame: pd.DataFrame) -> pd.Series:
    return pd.Series(frame["name"].reindex(ids.to_numpy()).fillna("").to_numpy(), index=ids.index, dtype="str")


def _score_of(proposals: pd.DataFrame, local_id: str, xpm_id: str) -> float | None:
    return float(proposals.loc[(local_id, xpm_id), "score"]) if (local_id, xpm_id) in proposals.index else None


def _side_by_side(local: pd.Series, xpm: pd.Series) -> pd.DataFrame:
    rows = {}
    for names, record, column in ((_LOCAL_FIELDS, local, "local"), (_XPM_FIELDS, xpm, "xpm")):
        for name, title in names.items():
            if name in record and str(record[name]):
                rows.setdefault(title, {"local": "", "xpm": ""})[column] = str(record[name])
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["local", "xpm"])
    frame["same"] = frame["local"].str.casefold().eq(frame["xpm"].str.casefold())
    return frame.rename_axis("field")


def _matching_names(record: pd.Series) -> pd.Series:
    """The record under the column names that matching knows."""
    renamed = {"tax_number": "tax_no", "company_number": "company_no", "structure": "entity_type"}
    values = record.rename(renamed)
    if record.get("business_number"):
        values["tax_no"] = record["business_number"]
    return values
