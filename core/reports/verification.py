"""What a verification found, as people read it: every timesheet by name with one sentence, and entry by entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from core.reports.tieout import show_hours

#: Columns of `flatten_items`, index the item's key.
SHOWN = ["result", "date", "staff", "client", "work", "minutes", "xpm_minutes", "words", "note", "invoiced", "entries"]
#: The order in which results are shown: what somebody has to look at first.
RESULT_ORDER = ("missing", "different", "in doubt", "extra", "equal")
#: Which columns of a verified row are compared by name, and how a difference in them is told.
_NAMED = {"staff": ("staff", "under"), "job": ("job_name", "on"), "task": ("task", "on the task")}


def tell_result(row: Mapping[str, Any]) -> str:
    """One sentence about one timesheet: who, when and for whom, then what XPM holds beside what was sent."""
    where = ", ".join(
        str(part) for part in (row["staff"], _write_day(row["date"]), row["client"] or row["job_name"]) if part
    )
    return f"{where}: {_tell_what(row)}"


def _tell_what(row: Mapping[str, Any]) -> str:
    result, sent, held = row["result"], show_hours(row["minutes"]), show_hours(row["xpm_minutes"])
    if result == "equal":
        linked = "linked to a timesheet typed by hand" if row["by_hand"] else "as sent"
        return f"XPM holds {held} h, {linked}."
    if result == "missing":
        return f"XPM does not have it; {sent} h were sent."
    if result == "extra" and row["differs"]:
        return f"XPM holds {held} h with our mark, of no entry here. It may be a second copy: look at it in XPM."
    if result == "extra":
        return f"typed by hand in XPM, {held} h of no entry here."
    if result == "in doubt":
        return f"{sent} h are on their way, or being changed; XPM is read back until it is known what it holds."
    return " ".join(_tell_difference(name, row) for name in str(row["differs"]).split(",") if name)


def _tell_difference(name: str, row: Mapping[str, Any]) -> str:
    if name == "minutes":
        return f"XPM holds {show_hours(row['xpm_minutes'])} h, {show_hours(row['minutes'])} h were sent."
    if name == "date":
        return f"XPM has it on {_write_day(row['xpm_date'])}, it was sent for {_write_day(row['date'])}."
    if name in _NAMED:
        column, word = _NAMED[name]
        return f"XPM has it {word} {row[f'xpm_{column}'] or 'another'}, it was sent {word} {row[column] or 'another'}."
    told = {
        "note": "Its note was changed in XPM.",
        "marker": "Our mark was taken out of its note.",
        "twice": "XPM has it twice.",
    }
    return told.get(name, f"It differs in {name}.")


def _write_day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def flatten_items(items: pd.DataFrame) -> pd.DataFrame:
    """The items of a verification for a table: one row per timesheet, columns SHOWN, what needs a look first.

    items: as `RunItems.read` gives them. `minutes` were sent, `xpm_minutes` is what XPM holds; `entries` how many local
    entries the timesheet is made of.
    """
    facts = list(items["content"])
    rows = pd.DataFrame(
        {
            "result": items["outcome"],
            "words": items["words"],
            "date": pd.to_datetime(pd.Series([one["date"] for one in facts], index=items.index, dtype="object")),
            **{
                name: pd.Series([one[name] for one in facts], index=items.index, dtype="str")
                for name in ("staff", "client", "work", "note")
            },
            **{
                name: pd.Series([one[name] for one in facts], index=items.index, dtype="int64")
                for name in ("minutes", "xpm_minutes")
            },
            "invoiced": pd.Series([one["invoiced"] for one in facts], index=items.index, dtype="bool"),
            "entries": pd.Series([len(one["entries"]) for one in facts], index=items.index, dtype="int64"),
        },
        columns=SHOWN,
    )
    places = rows["result"].map({result: place for place, result in enumerate(RESULT_ORDER)})
    return rows.assign(place=places).sort_values(["place", "date", "staff"], kind="stable")[SHOWN]


def list_by_entry(items: pd.DataFrame) -> pd.DataFrame:
    """The same entry by entry, for an export: one row per local entry, and one per timesheet that has none.

    XPM's minutes of a timesheet made of several entries stand at the first of them, so that the column adds up.
    """
    rows = [line for item in items.itertuples() for line in _expand(str(item.outcome), str(item.words), item.content)]
    titles = ["Result", "Work date", "Staff", "Client", "Work", "XPM job", "Minutes recorded", "Minutes sent"]
    frame = pd.DataFrame(rows, columns=[*titles, "Minutes in XPM", "What was found", "Note in XPM", "Invoiced"])
    order = {result: place for place, result in enumerate(RESULT_ORDER)}
    by = ["Result", "Work date", "Staff"]
    return frame.sort_values(
        by, key=lambda column: column.map(order) if column.name == "Result" else column, kind="stable"
    )


def _expand(outcome: str, words: str, facts: Any) -> Sequence[list[object]]:
    tail = [words, facts["xpm_note"], "yes" if facts["invoiced"] else "no"]
    day, job = date.fromisoformat(facts["date"]), facts["job_name"]
    if not facts["entries"]:
        place = [outcome, day, facts["staff"], facts["client"], facts["work"], job]
        return [[*place, 0, facts["minutes"], facts["xpm_minutes"], *tail]]
    lines = []
    for position, entry in enumerate(facts["entries"]):
        there = facts["xpm_minutes"] if position == 0 else 0
        who = [entry["staff"] or facts["staff"], entry["client"] or facts["client"], entry["work"] or facts["work"]]
        lines.append([outcome, day, *who, job, entry["minutes"], entry["sent"], there, *tail])
    return lines
