"""What rules that narrow a process make of the entries they take: another XPM task than the process's, or none.

An entry whose task is linked stays on the job of its task: it goes to that job's only open task of the kind the rule
names. An entry without a task goes where the process would send it, with the rule's XPM task in the process's place.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.model import Verdict

#: What a rule found on the job of an entry's task.
LACKS, SEVERAL = "lacks", "several"


def overrule(columns: dict[str, np.ndarray], entries: pd.Index, ruled: pd.DataFrame) -> None:
    """Put what the rules say in the place of the process's own link, for the entries they take.

    columns: by name, each one value per entry, as `find_targets` looks them up. ruled: index entry id, columns verdict,
    xpm_id; with `rule_words` and `xpm_name` sentences can name rule and XPM task; with `of_task`, true where the rule
    takes the entry's task as a whole, so that the task's link has followed it already. Adds process_rule, rule_task and
    rule_type, the XPM task type an entry is to be moved to on the job of its task, empty for none.
    """
    place = ruled.index.get_indexer(entries)
    hit = place >= 0
    told = {name: _read(ruled, name)[place[hit]] for name in ("verdict", "xpm_id", "rule_words", "xpm_name")}
    columns["process_verdict"][hit], columns["process_xpm"][hit] = told["verdict"], told["xpm_id"]
    columns["process_broken"][hit] = ""
    for name, source in (("process_rule", "rule_words"), ("rule_task", "xpm_name"), ("rule_type", "xpm_id")):
        columns[name] = np.full(len(entries), "", dtype="object")
        columns[name][hit] = told[source]
    columns["is_ruled"] = hit
    if "of_task" in ruled:
        columns["rule_type"][hit] = np.where(ruled["of_task"].to_numpy(dtype=bool)[place[hit]], "", told["xpm_id"])


def _read(ruled: pd.DataFrame, name: str) -> np.ndarray:
    return ruled[name].to_numpy(dtype="object") if name in ruled else np.full(len(ruled), "", dtype="object")


def divert(rows: pd.DataFrame, job_tasks: pd.DataFrame) -> None:
    """Move entries to the task of their job that their rule names; job and job_task_id are placed already.

    Adds `diverted`: `lacks` or `several` where the job has no open task of that kind, or more than one; such entries
    have no job_task_id any more, but keep their job.
    """
    rows["diverted"] = ""
    now = job_tasks["task_type_id"].reindex(rows["job_task_id"]).fillna("").to_numpy(dtype="object")
    linked = rows["task_xpm"].ne("") & rows["process_verdict"].eq(Verdict.LINKED.value) & rows["job"].ne("")
    moves = (linked & rows["rule_type"].ne("")).to_numpy(dtype=bool) & (now != rows["rule_type"].to_numpy())
    if not moves.any():
        return
    still_open = job_tasks[~job_tasks["completed"].astype(bool)]
    groups = pd.Series(still_open.index, index=still_open.index).groupby(
        [still_open["job"].to_numpy(), still_open["task_type_id"].to_numpy()]
    )
    found = groups.agg(count="size", only="first")
    place = found.index.get_indexer(pd.MultiIndex.from_frame(rows.loc[moves, ["job", "rule_type"]]))
    count = np.where(place >= 0, found["count"].to_numpy()[place], 0) if len(found) else np.zeros(len(place))
    only = found["only"].to_numpy(dtype="object")[place] if len(found) else np.full(len(place), "", dtype="object")
    rows.loc[moves, "job_task_id"] = np.where(count == 1, only, "")
    rows.loc[moves, "diverted"] = np.select([count == 0, count > 1], [LACKS, SEVERAL], default="")
