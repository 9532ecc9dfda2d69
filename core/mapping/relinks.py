"""What becomes of task links when a process or its rules name another XPM task than before.

A link that a rule made follows: to the certain proposal under the new XPM task, else it is open again. What a person
linked stays, and is listed. An exclusion ends no link: it keeps the time back as long as it stands.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pandas as pd

from core.model import Band, Verdict

RELINK_COLUMNS = ["effect", "old_xpm_id", "new_xpm_id", "by", "decision_id", "score", "explanation"]
#: Decisions nobody looked at one by one are made in the name of a rule.
AUTOMATIC_BY = "rule:"


class Effect(StrEnum):
    """What becomes of a task's link."""

    CHANGES = "changes"  # an automatic link goes over to the certain proposal
    REOPENS = "reopens"  # an automatic link ends, and nothing certain takes its place
    KEPT = "kept"  # a person's link stays, though another XPM task is named now
    RESTS = "rests"  # the link stays, and its time is excluded
    PROPOSED = "proposed"  # the task has no link, and would have a proposal


def judge_relinks(
    before: pd.DataFrame | None,
    after: pd.DataFrame,
    decisions: pd.DataFrame,
    job_tasks: pd.DataFrame,
    proposals: pd.DataFrame,
    also: frozenset[str] = frozenset(),
) -> pd.DataFrame:
    """The tasks whose link or proposal is touched, index task id, columns RELINK_COLUMNS.

    before, after: from `want_types`, of the same tasks; without `before` every task may have changed. decisions: index
    task id, columns verdict, xpm_id, by, id. proposals: those under `after`, columns PROPOSAL_COLUMNS. also: tasks
    whose link follows although a person made it. `new_xpm_id` is empty where nothing takes the old link's place, of a
    link that is kept: where nothing would.
    """
    rows = after.join(decisions[["verdict", "xpm_id", "by", "id"]].add_prefix("link_"))
    if before is not None:
        changed = before["verdict"].ne(after["verdict"]) | before["xpm_id"].ne(after["xpm_id"])
        rows = rows[changed]
    best = proposals[proposals["rank"].eq(1)].set_index("local_id")
    best = best.reindex(rows.index)
    rows["effect"] = _name_effects(rows, job_tasks, best, also)
    follows = rows["effect"].isin((Effect.CHANGES, Effect.PROPOSED))
    follows |= rows["effect"].eq(Effect.KEPT) & best["band"].eq(Band.CERTAIN.value)
    rows["new_xpm_id"] = best["xpm_id"].fillna("").where(follows, "")
    rows["score"], rows["explanation"] = best["score"].astype("float64"), best["explanation"].fillna("")
    rows = rows[rows["effect"].ne("")].rename(
        columns={"link_xpm_id": "old_xpm_id", "link_by": "by", "link_id": "decision_id"}
    )
    rows = rows.fillna({"old_xpm_id": "", "by": "", "decision_id": 0}).astype({"decision_id": "int64"})
    return rows[RELINK_COLUMNS]


def _name_effects(rows: pd.DataFrame, job_tasks: pd.DataFrame, best: pd.DataFrame, also: frozenset[str]) -> np.ndarray:
    linked = rows["link_verdict"].eq(Verdict.LINKED.value)
    is_now = pd.Series(job_tasks["task_type_id"].reindex(rows["link_xpm_id"].fillna("")).to_numpy(), index=rows.index)
    named = rows["verdict"].eq(Verdict.LINKED.value)
    elsewhere = linked & named & is_now.notna() & is_now.ne(rows["xpm_id"])
    automatic = rows["link_by"].fillna("").str.startswith(AUTOMATIC_BY) | rows.index.isin(also)
    certain = best["band"].eq(Band.CERTAIN.value)
    tests = [
        (linked & rows["verdict"].eq(Verdict.EXCLUDED.value), Effect.RESTS),
        (elsewhere & ~automatic, Effect.KEPT),
        (elsewhere & certain, Effect.CHANGES),
        (elsewhere, Effect.REOPENS),
        (rows["link_verdict"].isna() & named & best["xpm_id"].notna(), Effect.PROPOSED),
    ]
    return np.select([test.to_numpy(dtype=bool) for test, _ in tests], [one.value for _, one in tests], default="")
