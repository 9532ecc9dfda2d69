"""The two lists that a review compares, and what is at stake, kept until a side or the ledger changes.

A decision changes neither, so on a large practice the next row is there at once after each one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from core.model import Kind, Standing
from core.workspace.kept import FRAMES

if TYPE_CHECKING:
    from core.workspace import Workspace

T = TypeVar("T")

#: The name of each kind's frame on either side.
LOCAL_NAME = {Kind.CLIENT: "clients", Kind.STAFF: "staff", Kind.PROCESS: "processes", Kind.TASK: "tasks"}
XPM_NAME = {Kind.CLIENT: "clients", Kind.STAFF: "staff", Kind.PROCESS: "task_types", Kind.TASK: "job_tasks"}

_ENTRY_COLUMN = {
    Kind.CLIENT: "client_id",
    Kind.STAFF: "staff_id",
    Kind.PROCESS: "process_id",
    Kind.TASK: "task_id",
}
_SETTLED = (Standing.SYNCED, Standing.WITHDRAWN, Standing.EXCLUDED)


class ReviewFrames:
    """Frames of one practice by kind. They are shared: nobody may change one."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def local(self, kind: Kind) -> pd.DataFrame:
        """The local frame; tasks also with client_name and process_name."""
        return self._keep(f"local {kind}", self._sources(), lambda: self._read_local(kind))

    def xpm(self, kind: Kind) -> pd.DataFrame:
        """The XPM frame; job tasks also with their job's facts and `label`, naming job and task."""
        return self._keep(f"xpm {kind}", self._sources(), lambda: self._read_xpm(kind))

    def names(self, kind: Kind) -> pd.Series:
        """XPM id -> the name to show."""
        xpm = self.xpm(kind)
        return xpm["label"] if "label" in xpm else xpm["name"]

    def labels(self, kind: Kind) -> pd.Series:
        """XPM id -> a name that no other record has: code, e-mail or the start of the id tell equal ones apart."""
        return self._keep(f"labels {kind}", self._sources(), lambda: _tell_apart(self.names(kind), self.xpm(kind)))

    def minutes_at_stake(self, kind: Kind) -> pd.Series:
        """Minutes by local id that are not in XPM, as they stood when a side or the ledger changed last."""
        version = f"{self._sources()}|{self._ws.store.versions.read_ledger(self._ws.practice_id)}"
        return self._keep(f"stake {kind}", version, lambda: self._sum_minutes(kind))

    def _sources(self) -> str:
        return self._ws.store.versions.read_sources(self._ws.practice_id)

    def _keep(self, name: str, version: str, make: Callable[[], T]) -> T:
        whose = (self._ws.store.engine.url, self._ws.practice_id, f"review {name}")
        return FRAMES.fetch(whose, version, make)

    def _read_local(self, kind: Kind) -> pd.DataFrame:
        frame = self._ws.local(LOCAL_NAME[kind])
        if kind is not Kind.TASK:
            return frame
        clients, processes = self._ws.local("clients"), self._ws.local("processes")
        return frame.assign(
            client_name=_name_of(frame["client_id"], clients), process_name=_name_of(frame["process_id"], processes)
        )

    def _read_xpm(self, kind: Kind) -> pd.DataFrame:
        frame = self._ws.xpm(XPM_NAME[kind])
        return self._add_jobs(frame) if kind is Kind.TASK else frame

    def _add_jobs(self, tasks: pd.DataFrame) -> pd.DataFrame:
        """Columns client_id, client_name, job_name, state, job_start, job_due (of the job), type_name and label."""
        jobs = self._ws.xpm("jobs").reindex(tasks["job"].to_numpy())
        facts = {"client_id": "client_id", "client_name": "client_name", "job_name": "name", "state": "state"}
        added = {name: jobs[source].fillna("").to_numpy() for name, source in facts.items()}
        added |= {f"job_{name}": jobs[name].to_numpy() for name in ("start", "due")}
        added["type_name"] = _name_of(tasks["task_type_id"], self._ws.xpm("task_types")).to_numpy()
        added["label"] = tasks["job"] + " " + added["job_name"] + " · " + tasks["name"]
        return tasks.assign(**added)

    def _sum_minutes(self, kind: Kind) -> pd.Series:
        standings = self._ws.time.standings()
        open_rows = standings[~standings["standing"].isin(_SETTLED)]
        return open_rows.groupby(_ENTRY_COLUMN[kind])["minutes"].sum()


def _name_of(ids: pd.Series, frame: pd.DataFrame) -> pd.Series:
    return pd.Series(frame["name"].reindex(ids.to_numpy()).fillna("").to_numpy(), index=ids.index, dtype="str")


def _tell_apart(labels: pd.Series, xpm: pd.DataFrame) -> pd.Series:
    told = labels.astype("str").copy()
    told[told.eq("")] = "(no name)"
    for column in ("code", "email"):
        doubled = told.duplicated(keep=False)
        if column in xpm and doubled.any():
            told = told.where(~doubled | xpm[column].eq(""), told + " · " + xpm[column])
    doubled = told.duplicated(keep=False)
    return told.where(~doubled, told + " · " + told.index.str[:8])
