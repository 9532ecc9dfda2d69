"""What each reason means: its standing, the sentence a practice admin reads, and the page that fixes it.

Sentences are templates over the columns of the standings frame, filled per entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter
from typing import Any

import numpy as np
import pandas as pd

from core.model import Reason, Standing


@dataclass(frozen=True)
class Meaning:
    """`page`: the one that fixes it: clients, staff, work, time, sending or connection; empty: nothing is to fix."""

    standing: Standing
    page: str
    sentence: str


_W, _D, _X, _F, _C = Standing.WAITING, Standing.IN_DOUBT, Standing.EXCLUDED, Standing.FILTERED, Standing.CHANGED

REASONS: dict[Reason, Meaning] = {
    Reason.CLIENT_UNLINKED: Meaning(_W, "clients", "Client {client} has no XPM client yet. Choose one on Clients."),
    Reason.STAFF_UNLINKED: Meaning(_W, "staff", "{staff} has no XPM staff member yet. Choose one on Staff."),
    Reason.PROCESS_OPEN: Meaning(
        _W, "work", "Process {process} is not mapped yet. Map it to an XPM task, or exclude it, on Work."
    ),
    Reason.TASK_UNLINKED: Meaning(
        _W, "work", "Task {task} of {client} has no XPM job task yet. Accept or choose one on Work."
    ),
    Reason.TASK_MISSING: Meaning(
        _W,
        "work",
        "No open XPM job of {client} has a task for {process}. Add it in XPM and sync, or choose another on Work.",
    ),
    Reason.TIE: Meaning(
        _W,
        "work",
        "Several open XPM jobs of {client} have a task for {process}. Choose one on Work; nothing is guessed.",
    ),
    Reason.RULED_TASK_MISSING: Meaning(
        _W,
        "work",
        "A rule of {process} ({process_rule}) sends it to the XPM task {rule_task}, and job {job} has none that is "
        "open. Add it to the job in XPM and sync, or change the rule on Work.",
    ),
    Reason.RULED_TIE: Meaning(
        _W,
        "work",
        "A rule of {process} ({process_rule}) sends it to the XPM task {rule_task}, and job {job} has several that are "
        "open. Complete one in XPM and sync, or change the rule on Work; nothing is guessed.",
    ),
    Reason.LINK_BROKEN: Meaning(
        _W, "{broken_page}", "The link is broken: {broken_why}. Choose another on {broken_title}."
    ),
    Reason.JOB_CLOSED: Meaning(
        _W,
        "work",
        "Job {job} is {job_state} in XPM. Reopen it there and sync, or link the task to an open job on Work.",
    ),
    Reason.STAFF_INACTIVE: Meaning(
        _W, "staff", "{staff} is no longer listed in XPM. Enable the person there and sync, or choose another on Staff."
    ),
    Reason.PERIOD_CLOSED: Meaning(
        _W,
        "sending",
        "{day} lies in the period closed until {closed_until}. Let it through with a reason, exclude it, or move the "
        "guard on How time is sent.",
    ),
    Reason.LOOKS_EQUAL: Meaning(
        _W,
        "time",
        "XPM already holds time of {staff} on {day} that looks like this entry. Say whether it is the same work.",
    ),
    Reason.OVER_DAY_TOTAL: Meaning(
        _W,
        "time",
        "With this entry XPM would hold more time of {staff} on {day} than was recorded here. Compare the day first.",
    ),
    Reason.DOUBLED_ID: Meaning(
        _W, "time", "The id {entry} occurs more than once with different content. Correct the source."
    ),
    Reason.ODD_MINUTES: Meaning(_W, "time", "{minutes} minutes cannot be one entry of a day. Correct the source."),
    Reason.ODD_ENTRY: Meaning(_W, "time", "The entry needs a second look before it can go. Correct the source."),
    Reason.SENDING: Meaning(_D, "time", "It is being sent now. The outcome is recorded when XPM answers."),
    Reason.UNKNOWN_OUTCOME: Meaning(
        _D, "time", "XPM's answer was lost. It is read back from XPM before anything is sent again; nothing to do."
    ),
    Reason.NEEDS_PERSON: Meaning(
        _D,
        "time",
        "Whether XPM holds this entry could not be settled ({ledger_why}). Look in XPM, then say so on Time.",
    ),
    Reason.REJECTED: Meaning(_W, "time", "XPM refused it: {xpm_words}. Fix the cause, then send it again."),
    Reason.ECHO_DIFFERS: Meaning(
        _C, "time", "XPM stored something else than was sent ({ledger_why}). Send ours again, or keep XPM's, on Time."
    ),
    Reason.DRIFTED: Meaning(
        _C, "time", "XPM holds something else than was pushed ({ledger_why}). Send ours again, or keep XPM's, on Time."
    ),
    Reason.DELETED_REMOTELY: Meaning(
        _C, "time", "It was pushed and has been deleted in XPM since. Send it again, or exclude it, on Time."
    ),
    Reason.EDITED_LOCALLY: Meaning(
        _C, "time", "It was pushed and has been edited here since; XPM holds {xpm_minutes} minutes. {next_step}"
    ),
    Reason.REMAPPED: Meaning(
        _C, "time", "It was pushed, and its links lead to another place in XPM by now. {next_step}"
    ),
    Reason.CHANGE_INVOICED: Meaning(
        _C,
        "time",
        "It was edited here after XPM had invoiced its {xpm_minutes} minutes, which stay as they are. "
        "{correction}Let a correction be sent, or leave it so, on Time.",
    ),
    Reason.CHANGE_REFUSED: Meaning(
        _C, "time", "XPM refused to bring it up to date: {xpm_words}. Fix the cause, then send it again."
    ),
    Reason.DELETED_LOCALLY: Meaning(
        Standing.WITHDRAWN, "time", "XPM holds {xpm_minutes} minutes of {day} whose local entry is gone. {next_step}"
    ),
    Reason.WITHDRAWN_INVOICED: Meaning(
        Standing.WITHDRAWN,
        "time",
        "XPM has invoiced {xpm_minutes} minutes of {day} whose local entry is gone, and they stay. "
        "{correction}Let a correction be sent, or restore the entry.",
    ),
    Reason.UNDONE: Meaning(_W, "time", "Its push was undone ({choice_why}). Send it again, or exclude it, on Time."),
    Reason.ROUNDS_TO_NOTHING: Meaning(
        _W,
        "sending",
        "{minutes} minutes leave nothing to send of their own with time rounded to {rounding}. Exclude it, or change "
        "the rounding on How time is sent.",
    ),
    Reason.EXCLUDED_CLIENT: Meaning(_X, "clients", "Client {client} is excluded from XPM."),
    Reason.EXCLUDED_STAFF: Meaning(_X, "staff", "{staff} is excluded from XPM."),
    Reason.EXCLUDED_PROCESS: Meaning(_X, "work", "Process {process} is excluded from XPM."),
    Reason.EXCLUDED_BY_RULE: Meaning(_X, "work", "A rule of {process} excludes it from XPM: {process_rule}."),
    Reason.EXCLUDED_TASK: Meaning(_X, "work", "Task {task} of {client} is excluded from XPM."),
    Reason.EXCLUDED_ENTRY: Meaning(_X, "time", "This entry was excluded: {choice_why}."),
    Reason.RULE_DATES: Meaning(_F, "time", "{day} is outside the dates of {rule}."),
    Reason.RULE_STAFF: Meaning(_F, "time", "{staff} is not among the staff of {rule}."),
    Reason.RULE_CLIENTS: Meaning(_F, "time", "Client {client} is not among the clients of {rule}."),
    Reason.RULE_PROCESSES: Meaning(_F, "time", "Process {process} is not among the processes of {rule}."),
    Reason.RULE_BILLABLE: Meaning(_F, "time", "{rule} leaves it out by its billable flag."),
    Reason.RULE_STATUS: Meaning(_F, "time", "{rule} leaves it out by the status of its task."),
    Reason.RULE_GROUPS: Meaning(_F, "time", "The group of client {client} is not among the client groups of {rule}."),
    Reason.RULE_COMMITTED: Meaning(_F, "time", "{rule} takes drafts only, and this entry is committed."),
    Reason.RULE_APPROVED: Meaning(_F, "time", "{rule} leaves it out by whether it was approved."),
    Reason.RULE_MINUTES: Meaning(_F, "time", "With {minutes} minutes it is shorter than {rule} takes."),
    Reason.RULE_NOTE: Meaning(_F, "time", "{rule} leaves it out by whether it has a note."),
    Reason.RULE_ENTRIES: Meaning(_F, "time", "It is not among the single entries that were chosen."),
    Reason.DRAFT: Meaning(Standing.DRAFT, "time", "{staff} has not committed it yet."),
    Reason.UNREADABLE: Meaning(Standing.UNREADABLE, "time", "The row could not be read. Correct the source."),
}

#: Standings that need no reason.
PLAIN = {
    Standing.SYNCED: "XPM holds it as recorded here.",
    Standing.READY: "It goes to XPM with the next push.",
}


def standing_of(reason: str) -> Standing:
    """The standing a reason leads to; not for Reason.NONE, which says nothing about it."""
    return REASONS[Reason(reason)].standing


def write_sentences(rows: pd.DataFrame) -> pd.DataFrame:
    """Columns `sentence` and `fix_page` for rows that have `standing`, `reason` and the fields the templates name.

    Index that of `rows`. A row's own `problem_sentence` wins over the template of its reason.
    """
    sentences = np.select([rows["standing"].eq(one.value) for one in PLAIN], list(PLAIN.values()), default="")
    sentences, pages = sentences.astype("object"), np.full(len(rows), "", dtype="object")
    for reason in rows["reason"].unique():
        if reason:
            hit = rows["reason"].eq(reason).to_numpy(dtype=bool)
            sentences[hit], pages[hit] = _fill(REASONS[Reason(reason)], rows, hit)
    own = rows["problem_sentence"].ne("") & rows["reason"].eq(rows["problem"]) & rows["reason"].ne("")
    sentences[own.to_numpy(dtype=bool)] = rows.loc[own, "problem_sentence"].to_numpy(dtype="object")
    return pd.DataFrame({"sentence": sentences, "fix_page": pages}, index=rows.index, dtype="object")


def _fill(meaning: Meaning, rows: pd.DataFrame, hit: np.ndarray) -> tuple[list[str], list[str]]:
    """Sentence and page of each row hit. Many rows share their facts: each combination is written once."""
    used = sorted({name for _, name, _, _ in Formatter().parse(meaning.sentence + meaning.page) if name})
    columns = [rows.loc[hit, name].tolist() for name in used]
    facts: list[tuple[Any, ...]] = list(zip(*columns, strict=True)) if used else [()] * int(hit.sum())
    named = {fact: dict(zip(used, fact, strict=True)) for fact in dict.fromkeys(facts)}
    texts = {
        fact: (meaning.sentence.format_map(names), meaning.page.format_map(names)) for fact, names in named.items()
    }
    return [texts[fact][0] for fact in facts], [texts[fact][1] for fact in facts]
