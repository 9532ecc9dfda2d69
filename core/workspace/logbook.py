"""The activity log as people read it: names in the place of ids, wherever a name is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from core.local.timer import PREFIX as TIMER_IDS
from core.model import Kind

if TYPE_CHECKING:
    from core.workspace import Workspace

LOG_COLUMNS = ["at", "who", "did", "kind", "what", "before", "after", "why", "run"]


class Logbook:
    """The log of one practice."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def entries(self, limit: int = 5_000, *, subject_kind: str = "", subject_id: str = "") -> pd.DataFrame:
        """The newest entries first, at most `limit`; index event id, columns LOG_COLUMNS, all text, `at` in UTC.

        `what` is the local record's name when the entry is about a link; before and after name the XPM partner.
        subject_kind, subject_id: only those about one record.
        """
        equal = {"subject_kind": subject_kind, "subject_id": subject_id}
        told = {name: value for name, value in equal.items() if value}
        events = self._ws.store.events.list(self._ws.practice_id, limit=limit, since=None, **told)
        named = events.rename(columns={"actor": "who", "verb": "did", "subject_kind": "kind", "subject_id": "what"})
        for kind in Kind:
            rows = named["kind"].eq(kind)
            if rows.any():
                self._name_records(named, rows, kind)
        self._name_ruled(named)
        self._name_captured(named)
        return named[LOG_COLUMNS].fillna("")

    def _name_records(self, named: pd.DataFrame, rows: pd.Series, kind: Kind) -> None:
        local = self._ws.review.local(kind)["name"]
        xpm = self._ws.review.xpm(kind)
        partners = xpm["label"] if "label" in xpm else xpm["name"]
        ids = named.loc[rows, "what"]
        named.loc[rows, "what"] = pd.Series(local.reindex(ids).to_numpy(), index=ids.index).fillna(ids)
        for column in ("before", "after"):
            named.loc[rows, column] = _name_partners(named.loc[rows, column], partners)

    def _name_ruled(self, named: pd.DataFrame) -> None:
        """Process rules by the name of their process."""
        rows = named["kind"].eq("process rule")
        ids = named.loc[rows, "what"]
        named.loc[rows, "what"] = ids.map(self._ws.local("processes")["name"]).fillna(ids)

    def _name_captured(self, named: pd.DataFrame) -> None:
        """Time captured with the Timer by its client and task."""
        rows = named["kind"].eq("time entry") & named["what"].str.startswith(TIMER_IDS)
        if not rows.any():
            return
        kept = self._ws.store.timers.find(self._ws.practice_id, list(named.loc[rows, "what"].unique()))
        names = self._ws.reports.names()
        work = kept["task_id"].map(names.tasks).fillna(kept["process_id"].map(names.processes)).fillna("")
        told = kept["client_id"].map(names.clients).fillna("") + " · " + work
        ids = named.loc[rows, "what"]
        named.loc[rows, "what"] = pd.Series(told.reindex(ids).to_numpy(), index=ids.index).fillna(ids)

    def first_broken(self) -> int | None:
        """The id of the first entry that was altered after it was written; None when the chain holds."""
        return self._ws.store.events.verify_chain(self._ws.practice_id)


def _name_partners(texts: pd.Series, partners: pd.Series) -> pd.Series:
    """`linked <id>` with the partner's name in the place of its id."""
    words = texts.str.partition(" ")
    names = pd.Series(partners.reindex(words[2].to_numpy()).to_numpy(), index=texts.index, dtype="object")
    named = names.notna()
    return texts.where(~named, words[0] + " " + names.fillna(""))
