"""Rules that narrow a process: for some clients, people, dates or words its work is another XPM task, or none.

A process as a whole is mapped by the decision about it. Its rules are asked first, one after the other: the first that
takes a task or an entry decides in the decision's place. A task is asked with its client, assignee, start and name; an
entry with its client, author, date, the name of its task and its note. Everything here is pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd

from core.model import TieoutError, Verdict

RULED_COLUMNS = ["verdict", "xpm_id", "rule"]
#: Alternatives are separated by these.
_BETWEEN = re.compile(r"[,;\n]")


class BadProcessRule(TieoutError):
    """A rule that cannot mean what its author wants."""

    def __init__(self, what: str, step: str) -> None:
        super().__init__(f"This rule was not saved: {what}. {step}")


@dataclass(frozen=True)
class ProcessRule:
    """What the work of a process is in XPM where all that is named here holds; what is left empty holds everywhere.

    `clients` (local ids) and `groups` (names of client groups) together name whose work it is: one of either is
    enough. `staff` are local ids: of a task its assignee, of an entry its author. `start` and `end` are days, both
    included. `words`: every word begins a word of the text, in any order; commas part alternatives. `xpm_id` is a task
    type, empty for Verdict.EXCLUDED. `id` is empty until the rule is kept.
    """

    process_id: str
    verdict: Verdict
    xpm_id: str = ""
    clients: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    words: str = ""
    id: str = ""

    @property
    def narrows(self) -> bool:
        """Whether anything is named that could be otherwise."""
        return bool(self.clients or self.groups or self.staff or self.start or self.end or read_words(self.words))

    def check(self) -> None:
        """Raise BadProcessRule for a rule that takes everything, nothing, or names no XPM task."""
        if not self.narrows:
            raise BadProcessRule(
                "it narrows by nothing, so it would take all work of the process",
                "Name a client, a client group, a person, a date or a word; to map all work, map the process itself.",
            )
        if self.verdict is Verdict.LINKED and not self.xpm_id:
            raise BadProcessRule("it names no XPM task", "Choose the XPM task, or choose Excluded from XPM.")
        if self.start and self.end and self.start > self.end:
            raise BadProcessRule(f"its dates end ({self.end}) before they begin ({self.start})", "Correct the dates.")

    def takes(self, rows: pd.DataFrame) -> np.ndarray:
        """Which rows it fits, whatever their process; rows as `list_tasks` and `list_entries` make them."""
        fits = np.ones(len(rows), dtype=bool)
        if self.clients or self.groups:
            whose = rows["client_id"].isin(self.clients) | rows["client_group"].isin(self.groups)
            fits &= whose.to_numpy(dtype=bool)
        if self.staff:
            fits &= rows["staff_id"].isin(self.staff).to_numpy(dtype=bool)
        if self.start:
            fits &= (rows["date"] >= pd.Timestamp(self.start)).to_numpy(dtype=bool)
        if self.end:
            fits &= (rows["date"] <= pd.Timestamp(self.end)).to_numpy(dtype=bool)
        if read_words(self.words):
            fits &= _hold_words(rows["text"], self.words)
        return fits


@lru_cache(maxsize=512)
def read_words(words: str) -> tuple[tuple[str, ...], ...]:
    """The alternatives, each the words that have to be there together; empty when there are none."""
    alternatives = (tuple(part.casefold().split()) for part in _BETWEEN.split(words))
    return tuple(one for one in alternatives if one)


def _hold_words(texts: pd.Series, words: str) -> np.ndarray:
    patterns = [[_begins_a_word(word) for word in one] for one in read_words(words)]
    codes, different = pd.factorize(texts)
    lowered = [str(text).casefold() for text in different]
    held = [any(all(word.search(text) for word in one) for one in patterns) for text in lowered]
    return np.asarray(held, dtype=bool)[codes] if len(codes) else np.zeros(0, dtype=bool)


def _begins_a_word(word: str) -> re.Pattern[str]:
    return re.compile((r"(?<!\w)" if re.match(r"\w", word) else "") + re.escape(word))


def list_tasks(tasks: pd.DataFrame, clients: pd.DataFrame) -> pd.DataFrame:
    """Local tasks as rules are asked about them, index task id: process_id, client_id, client_group, staff_id (the
    assignee), date (the start, else the due date) and text (the name)."""
    rows = tasks[["process_id", "client_id"]].copy()
    rows["client_group"] = _find(clients["client_group"], rows["client_id"])
    rows["staff_id"], rows["date"] = tasks["assignee_id"], tasks["start"].fillna(tasks["due"])
    rows["text"] = tasks["name"]
    return rows


def list_entries(times: pd.DataFrame, tasks: pd.DataFrame, clients: pd.DataFrame) -> pd.DataFrame:
    """Actual times as rules are asked about them, index entry id: the columns of `list_tasks`; staff_id is the author,
    date the work date, text the name of the task and the note."""
    rows = times[["process_id", "client_id", "staff_id", "date"]].copy()
    rows["client_group"] = _find(clients["client_group"], rows["client_id"])
    rows["text"] = _find(tasks["name"], times["task_id"]) + " " + times["note"].to_numpy(dtype="object")
    return rows


def _find(values: pd.Series, ids: pd.Series) -> np.ndarray:
    place = values.index.get_indexer(ids)
    found = np.full(len(ids), "", dtype="object")
    found[place >= 0] = values.to_numpy(dtype="object")[place[place >= 0]]
    return found


def apply_rules(rules: Sequence[ProcessRule], rows: pd.DataFrame) -> pd.DataFrame:
    """What the first fitting rule says of each row, in the order in which the rules are given.

    Index that of the rows a rule takes, no others; columns verdict, xpm_id (task type, empty for excluded) and rule
    (the rule's id).
    """
    first = find_first(rules, rows)
    hit = first >= 0
    taken = [rules[place] for place in first[hit]]
    found = {"verdict": [one.verdict.value for one in taken], "xpm_id": [one.xpm_id for one in taken]}
    found["rule"] = [one.id for one in taken]
    return pd.DataFrame(found, index=rows.index[hit], columns=RULED_COLUMNS, dtype="object")


def find_first(rules: Sequence[ProcessRule], rows: pd.DataFrame) -> np.ndarray:
    """For each row the place of the rule that decides about it, -1 where none does."""
    first = np.full(len(rows), -1)
    for process_id in {rule.process_id for rule in rules}:
        mine = np.flatnonzero(rows["process_id"].eq(process_id).to_numpy(dtype=bool))
        part = rows.iloc[mine]
        # From the last to the first, so that the first rule that fits has the last word.
        for place in reversed([n for n, rule in enumerate(rules) if rule.process_id == process_id]):
            first[mine[rules[place].takes(part)]] = place
    return first


def count_hits(rules: Sequence[ProcessRule], rows: pd.DataFrame) -> pd.DataFrame:
    """How many rows each rule takes, index its place: `rows`, and `behind`, those an earlier rule takes before it.

    `minutes` are those of the rows it takes, 0 when `rows` has no such column.
    """
    first = find_first(rules, rows)
    minutes = rows["minutes"].to_numpy() if "minutes" in rows else np.zeros(len(rows), dtype="int64")
    counts = []
    for place, rule in enumerate(rules):
        fits = rule.takes(rows) & rows["process_id"].eq(rule.process_id).to_numpy(dtype=bool)
        won = first == place
        counts.append((int(won.sum()), int((fits & ~won).sum()), int(minutes[won].sum())))
    return pd.DataFrame(counts, columns=["rows", "behind", "minutes"])


def want_types(tasks: pd.DataFrame, processes: pd.DataFrame, ruled: pd.DataFrame | None) -> pd.DataFrame:
    """What rules and processes say of each task, index task id: verdict (linked, excluded, empty while the process is
    open), xpm_id (task type) and rule (empty when the process itself decides).

    processes: resolved links; one whose XPM task is gone counts as open. ruled: from `apply_rules`, None without rules.
    """
    whole = processes[~processes["broken"].astype("bool")]
    wanted = pd.DataFrame(
        {name: _find(whole[name], tasks["process_id"]) for name in ("verdict", "xpm_id")}, index=tasks.index
    )
    wanted["rule"] = ""
    if ruled is not None and len(ruled):
        mine = ruled[ruled.index.isin(tasks.index)]
        wanted.loc[mine.index, RULED_COLUMNS] = mine[RULED_COLUMNS]
    return wanted.astype("object")
