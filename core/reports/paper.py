"""The tie-out as a paper to keep: both equations, what is not explained, what was verified, and who signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from core.reports.html import Paper, Section, Share
from core.reports.tieout import COLUMNS, TieOut, show_hours

#: The colours of the columns on paper; every piece is named beside the bar as well.
_COLOURS = {
    "synced": "#1f7a5c",
    "ready": "#2f6db5",
    "waiting": "#c9781b",
    "in_doubt": "#7a57b0",
    "excluded": "#8a8f8c",
    "filtered": "#b9bdb6",
    "draft": "#a88a16",
    "unreadable": "#b93a32",
}
_TITLES = {"synced": "In XPM", "in_doubt": "In doubt, being read back", "filtered": "Filtered out"}
_SUMS = frozenset({"Recorded", "Ours in XPM", "XPM's own total", "Remainder"})

#: Of a verification: the sentence names who, when and for whom.
_VERIFIED = ["Result", "What was found", "Work", "Note in XPM", "Minutes recorded", "Minutes sent", "Minutes in XPM"]
_SEALS = ["Content", "Seal", "Seal before"]
#: What each sheet of the workbook says on paper, in the order of the paper.
_TOLD = {
    "Not explained": "What XPM shows otherwise than the records here claim, one by one.",
    "Signatures": "Who signed these dates, and what has changed since where the period is another one by now.",
    "Verification": "What the last reading back of XPM found otherwise than equal, entry by entry.",
    "Entries": "Every entry recorded here, by work date.",
    "Timesheets in XPM": "Every timesheet XPM showed when it was read last.",
    "Unreadable rows": "Rows of local time that could not be read.",
    "Seals": "Each seal covers a signature, its content and the seal before it.",
}


def make_paper(practice: str, tie: TieOut, sheets: Mapping[str, pd.DataFrame], told: Sequence[str]) -> Paper:
    """The document. sheets: as the workbook's, by name; told: lines under the title, for example who made it when."""
    bar = [
        Share(name_column(column), f"{show_hours(tie.minutes[column])} h", float(tie.minutes[column]), _COLOURS[column])
        for column in COLUMNS
        if tie.minutes[column]
    ]
    equations = [
        Section(
            "Recorded here", _write_equation(tie.equation()), "Every recorded minute is in exactly one place.", _SUMS
        ),
        Section("In XPM", _write_equation(tie.xpm_side()), "What XPM's own timesheets add up to.", _SUMS),
    ]
    items = tie.items.drop(columns="column").rename(columns=str.capitalize)
    items.insert(0, "Counts as", tie.items["column"].map(name_column))
    items["Time"] = items["Minutes"].map(show_hours)
    shown = dict(sheets)
    if "Verification" in shown:
        found = shown["Verification"]
        shown["Verification"] = found.loc[found["Result"].ne("equal"), [one for one in _VERIFIED if one in found]]
    if "Signatures" in shown:
        shown["Seals"] = shown["Signatures"][["Signed by", "At (UTC)", *_SEALS]]
        shown["Signatures"] = shown["Signatures"].drop(columns=_SEALS)
    rest = [Section(name, shown[name], told_of) for name, told_of in _TOLD.items() if name in shown]
    mood = "good" if tie.ties else "bad" if not tie.closes else "open"
    title = f"Tie-out of {practice}, {tie.start} to {tie.end}"
    sections = [*equations, Section("What it is made of", items), *rest]
    return Paper(title, told, tie.verdict(), mood, bar, sections)


def _write_equation(lines: pd.DataFrame) -> pd.DataFrame:
    """The lines of an equation under their titles."""
    table = lines.reset_index().rename(columns={"minutes": "Minutes", "hours": "Time", "line": "Line"})
    names = {"recorded here": "Recorded", "remainder": "Remainder"}
    columns = {column.replace("_", " "): name_column(column) for column in COLUMNS}
    return table.assign(Line=table["Line"].replace(names | columns))


def name_column(column: str) -> str:
    """A column of the equation as a headline."""
    return _TITLES.get(column, column.capitalize())
