"""What one run did to each bundle of the ledger, read from the events it wrote.

A bundle names only the last run that sent it; its events name every run that ever moved it. So a run's page is made of
events: it says what the run came to, and beside it how the bundle stands now.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Engine, func, null, select, union_all

from core.store.engine import fetch_columns, read_day, reading
from core.store.tables import attempt, attempt_outcome, bundle, bundle_entry, bundle_event

_BUNDLE = [
    "desired",
    "state",
    "reason",
    "job",
    "task_id",
    "staff_id",
    "date",
    "minutes",
    "note_sent",
    "remote_uuid",
    "xpm_words",
]
#: Columns of `of_run`, index bundle id.
RUN_ROWS = ["began", "came_to", "why", "at", *_BUNDLE, "by_hand", "op", "answer"]
_REQUESTS = ["n", "op", "run", "created_at", "outcome", "http_status", "error_text", "ended_at"]


class RunRows:
    """Reads the ledger run by run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of_run(self, practice: str, run: str) -> pd.DataFrame:
        """Every bundle the run took on or moved; index bundle id, by work date, person and group; RUN_ROWS.

        began, came_to: the states before its first and after its last event of the run, with `why` and `at` (UTC text)
        of that last one; empty for what the run took on and did not get to. The other columns are as the ledger has
        them now. `op` is the run's last request of it (add, update or delete) and `answer` what was said to that
        request; empty when the run made none.
        """
        ends = _ends(practice, run)
        first, last = bundle_event.alias("first"), bundle_event.alias("last")
        raw = {"date": read_day(self._engine, bundle.c.date), "remote_uuid": func.coalesce(bundle.c.remote_uuid, "")}
        query = (
            select(
                bundle.c.id,
                *(func.coalesce(column, "") for column in (first.c.from_state, last.c.to_state, last.c.why, last.c.at)),
                *(raw.get(name, bundle.c[name]) for name in _BUNDLE),
                bundle.c.by_hand,
                *(
                    func.coalesce(_last_request(run, column), "")
                    for column in (attempt.c.op, attempt_outcome.c.error_text)
                ),
            )
            .select_from(ends)
            .join(bundle, bundle.c.id == ends.c.bundle)
            .outerjoin(first, first.c.id == ends.c.first)
            .outerjoin(last, last.c.id == ends.c.last)
            .order_by(bundle.c.date, bundle.c.staff_id, bundle.c.group_key, bundle.c.seq)
        )
        with reading(self._engine) as connection:
            columns = fetch_columns(connection, query)
        frame = pd.DataFrame(dict(zip(["bundle", *RUN_ROWS], columns, strict=True))).set_index("bundle")
        text = [name for name in RUN_ROWS if name not in ("date", "minutes", "by_hand")]
        return frame.astype({**dict.fromkeys(text, "str"), "date": "datetime64[s]", "minutes": "int64"})

    def entries_of_run(self, practice: str, run: str) -> pd.DataFrame:
        """The local entries of those bundles: columns bundle, entry_id, minutes (as recorded); a row per member."""
        ends = _ends(practice, run)
        names = [bundle_entry.c.bundle, bundle_entry.c.entry_id, bundle_entry.c.minutes]
        query = select(*names).join(ends, ends.c.bundle == bundle_entry.c.bundle)
        with reading(self._engine) as connection:
            return pd.read_sql(query.order_by(bundle_entry.c.bundle, bundle_entry.c.entry_id), connection)

    def requests(self, practice: str, bundle_id: str) -> pd.DataFrame:
        """Every request made for a bundle, oldest first: n, op, run, created_at, outcome, http_status, error_text,
        ended_at. `outcome` is empty while none is recorded.
        """
        answers = (attempt_outcome.c[name] for name in ("outcome", "http_status", "error_text"))
        query = (
            select(*(attempt.c[name] for name in _REQUESTS[:4]), *answers, attempt_outcome.c.at.label("ended_at"))
            .outerjoin(attempt_outcome, attempt_outcome.c.attempt == attempt.c.id)
            .where(attempt.c.practice == practice, attempt.c.bundle == bundle_id)
            .order_by(attempt.c.n)
        )
        with reading(self._engine) as connection:
            frame = pd.read_sql(query, connection)
        return frame.fillna({"outcome": "", "error_text": "", "ended_at": ""})

    def count_rows(self, practice: str, run: str, *, is_over: bool = False) -> dict[tuple[str, bool], int]:
        """How many bundles a run has by state now, and whether a change of them is still wanted.

        is_over: count also those that another run has taken over since, which takes a look at the run's events.
        """
        wanted = bundle.c.desired != ""
        query = select(bundle.c.state, wanted, func.count())
        if is_over:
            ends = _ends(practice, run)
            query = query.select_from(ends).join(bundle, bundle.c.id == ends.c.bundle)
        else:
            query = query.where(bundle.c.practice == practice, bundle.c.run == run)
        with reading(self._engine) as connection:
            rows = connection.execute(query.group_by(bundle.c.state, wanted)).all()
        return {(str(state), bool(is_wanted)): int(number) for state, is_wanted, number in rows}

    def count_by_run(self, practice: str, states: tuple[str, ...]) -> dict[str, int]:
        """Bundles in these states now, by the run that sent them last; runs without any are absent."""
        mine = (bundle.c.practice == practice) & bundle.c.state.in_(states)
        query = select(bundle.c.run, func.count()).where(mine).group_by(bundle.c.run)
        with reading(self._engine) as connection:
            return {str(run): int(number) for run, number in connection.execute(query)}


def _ends(practice: str, run: str) -> Any:
    """The run's bundles with its first and last event of each; those it only took on have none."""
    moved = select(bundle_event.c.bundle, bundle_event.c.id).where(
        bundle_event.c.practice == practice, bundle_event.c.run == run
    )
    taken = select(bundle.c.id.label("bundle"), null().label("id")).where(
        bundle.c.practice == practice, bundle.c.run == run
    )
    of_run = union_all(moved, taken).subquery("of_run")
    ends = select(of_run.c.bundle, func.min(of_run.c.id).label("first"), func.max(of_run.c.id).label("last"))
    return ends.group_by(of_run.c.bundle).subquery("ends")


def _last_request(run: str, column: ColumnElement[Any]) -> Any:
    newest = select(column).select_from(attempt).outerjoin(attempt_outcome, attempt_outcome.c.attempt == attempt.c.id)
    newest = newest.where(attempt.c.bundle == bundle.c.id, attempt.c.run == run)
    return newest.order_by(attempt.c.n.desc()).limit(1).correlate(bundle).scalar_subquery()
