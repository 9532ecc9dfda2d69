"""The exceptions inbox: every entry that needs somebody, whose it is, since when, its worth, and where to fix it.

An entry belongs to whoever answers for its client: the manager, else the partner, else the staff member who worked.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

import pandas as pd

from core.model import PersonNeeded, Reason, RunKind, Standing
from core.push.choices import Saying
from core.push.plan import Plan
from core.push.rules import Choice
from core.reports.entries import name_entries
from core.store import Run
from core.workspace.timing import PushUnderWay

if TYPE_CHECKING:
    from core.workspace import Workspace

#: Standings in which somebody has to do something. Being sent or read back needs nobody, which their reasons say.
FOR_A_PERSON = (Standing.WAITING, Standing.CHANGED, Standing.WITHDRAWN, Standing.IN_DOUBT)
BY_ITSELF = (Reason.SENDING, Reason.UNKNOWN_OUTCOME)
#: What pressing retry answers by itself: XPM said no, or an undo took it back. Sending it again can double nothing.
RETRIED = (Reason.REJECTED, Reason.CHANGE_REFUSED, Reason.UNDONE)

COLUMNS = ["reason", "standing", "date", "age_days", "since", "owner", "client", "staff", "work", "minutes", "value"]
COLUMNS += ["why", "page"]
GROUPED = ["standing", "entries", "minutes", "value", "oldest", "since", "age_days", "owner", "page", "example"]
GROUPED += ["entry_ids"]
DRIFT = ["date", "staff", "client", "work", "minutes", "xpm_minutes", "difference", "standing", "reason", "why"]
DRIFT += ["xpm_time_id"]
_CENT = Decimal("0.01")


class NothingToRetry(PersonNeeded):
    """None of the entries can go."""

    def __init__(self, entries: int, example: str) -> None:
        super().__init__(f"None of the {entries} entries can go yet: {example} Nothing was sent.")


class Exceptions:
    """What waits for a person in one practice."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def frame(self) -> pd.DataFrame:
        """One row per entry that needs a person, held longest first; index entry id, columns COLUMNS.

        `since` (UTC text) is when the present reason was first seen, `age_days` the days since then, `date` the work
        date. `minutes` are those XPM holds for time whose local entry is gone. `value` is None without an hourly rate.
        """
        rows = self._ws.time.standings()
        rows = rows[rows["standing"].isin(FOR_A_PERSON) & ~rows["reason"].isin(BY_ITSELF)]
        named = name_entries(rows, self._ws.reports.names())
        gone = rows["standing"].eq(Standing.WITHDRAWN)
        named["minutes"] = rows["minutes"].where(~gone, rows["xpm_minutes"])
        named["value"] = self._value(named["minutes"])
        named["owner"] = self._find_owners(named)
        named["page"] = named["fix_page"]
        named = named.join(self._ws.missing.since(rows))
        return named[COLUMNS].sort_values(["since", "date"], kind="stable")

    def by_reason(self, rows: pd.DataFrame | None = None) -> pd.DataFrame:
        """The same by reason, most minutes first; index reason, columns GROUPED. No rows when nothing needs anybody.

        rows: of `frame`, for example those of one owner. `since` and `age_days` are of the entry held longest, `oldest`
        the first work date, `owner` whose minutes most are, `page` the one that fixes most, `example` one sentence.
        """
        rows = self.frame() if rows is None else rows
        groups = rows.assign(entry=rows.index).groupby("reason")
        frame = groups.agg(
            standing=("standing", "first"),
            entries=("minutes", "size"),
            minutes=("minutes", "sum"),
            value=("value", _sum_values),
            oldest=("date", "min"),
            since=("since", "min"),
            age_days=("age_days", "max"),
            owner=("owner", _most_common),
            page=("page", _most_common),
            example=("why", "first"),
            entry_ids=("entry", tuple),
        )
        return frame[GROUPED].sort_values("minutes", ascending=False, kind="stable")

    def drift(self) -> pd.DataFrame:
        """Pushed time that differs between the sides or is gone from one of them, oldest first; index entry id.

        Columns date, staff, client, work, minutes (here; 0 when the local entry is gone), xpm_minutes (what the ledger
        knows of XPM; 0 when it was deleted there), difference (XPM less here), standing, reason, why, xpm_time_id.
        """
        rows = self._ws.time.standings()
        rows = rows[rows["standing"].isin((Standing.CHANGED, Standing.WITHDRAWN))]
        named = name_entries(rows, self._ws.reports.names())
        there = named["xpm_minutes"].where(named["reason"].ne(Reason.DELETED_REMOTELY), 0)
        named = named.assign(xpm_minutes=there, difference=there - named["minutes"])
        return named[DRIFT].sort_values(["date", "staff"], kind="stable")

    def retry(self, entry_ids: Sequence[str], shown: str = "") -> Run:
        """Push these entries and no others: those that are ready now, and those that XPM refused or an undo took back.

        shown: `mark_shown` of their standings, to refuse a list that changed meanwhile. Raises ListMovedOn,
        PushUnderWay, NothingToRetry.
        """
        ws = self._ws
        if shown:
            ws.reports.require_unchanged(list(entry_ids), shown)
        for run in ws.reports.under_way(RunKind.PUSH):
            raise PushUnderWay(run.id, run.state, run.actor, run.asked_at)
        rows = ws.time.standings()
        rows = rows.loc[rows.index.intersection(pd.Index(entry_ids))]
        refused = rows.index[rows["reason"].isin(RETRIED)].tolist()
        if refused:
            ws.time.choose(refused, Saying.SEND_AGAIN, "retried from the exceptions inbox")
        plan = self.plan_retry(entry_ids)
        if plan.is_empty:
            sentences = ws.time.standings().loc[rows.index, "sentence"]
            raise NothingToRetry(len(entry_ids), str(next(iter(sentences), "they are gone.")))
        return ws.time.request_push(plan, Choice(entries=tuple(entry_ids)))

    def plan_retry(self, entry_ids: Sequence[str]) -> Plan:
        """What a push of only these entries would send as they stand now; what XPM refused counts as waiting."""
        return self._ws.time.plan(Choice(entries=tuple(entry_ids)))

    def _value(self, minutes: pd.Series) -> pd.Series:
        """Minutes at the practice's hourly rate, to the cent; None without a rate."""
        rate = self._ws.practice.settings.hourly_rate
        worth = {value: value_of(int(value), rate) for value in minutes.unique()}
        return pd.Series([worth[value] for value in minutes], index=minutes.index, dtype="object")

    def _find_owners(self, rows: pd.DataFrame) -> pd.Series:
        """Manager, else partner, of the client here, else of the job in XPM; else the staff member."""
        clients, jobs = self._ws.local("clients"), self._ws.xpm("jobs")
        owner = pd.Series("", index=rows.index, dtype="object")
        for ids, known in ((rows["client_id"], clients), (rows["job"], jobs)):
            for column in ("manager", "partner"):
                owner = owner.where(owner.ne(""), ids.map(known[column]).fillna(""))
        return owner.where(owner.ne(""), rows["staff"])


def value_of(minutes: int, rate: Decimal | None) -> Decimal | None:
    """What so many minutes are worth at an hourly rate, to the cent; None without a rate."""
    return None if rate is None else (rate * minutes / 60).quantize(_CENT, ROUND_HALF_UP)


def _sum_values(values: pd.Series) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def _most_common(texts: pd.Series) -> str:
    return str(texts.mode().iloc[0])
