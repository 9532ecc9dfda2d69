"""The page beside the files: what the practice is, and which entries carry which problem."""

from __future__ import annotations

from data.demo.builder.diary import Entry
from data.demo.builder.planted import PROBLEMS

_HEAD = """# The demo practice

Banksia & Wren Accountants, Sydney: twelve people, 300 clients, three months of time. It lives on Friday,
20 November 2026. Everything is invented; addresses end in `.example`, numbers only have the right check digits.

| file | what it is |
|---|---|
| `local/*.csv` | exports of the practice's own system, "Harbour Desk": clients, staff, processes, tasks, actual times |
| `local/documents/` | what `documents.csv` names; the last PDF is cut short, the last letter is missing |
| `practice.json` | the practice's settings, how its files are read, and what people decided before |
| `xpm.json` | what its XPM holds: the seed of the sandbox, one record a line |

The two sides spell most names differently. Time up to Thursday, 19 November was pushed: its timesheets in XPM carry
the marker of their entry at the end of the note. Friday's time is new. What was done wrong on purpose:

| kind | comes out as | entries | what happened |
|---|---|---|---|
"""

_TAIL = """
The standings hold once the certain matches are accepted. A timesheet in XPM with an entry's marker makes that entry
synced whatever its links say. 26 timesheets of XPM were typed by hand and belong to nothing here; one more looks like
an entry (`type_twice`). The entry of `locked_week` is ready, and XPM refuses it, because its week was submitted there.

`python -m data.demo.build` writes all these files anew from `build.py` and `builder/`; the same code gives the same
bytes. Never edit them by hand: change the builder, run it, and commit both.
"""


def write_readme(entries: list[Entry]) -> str:
    """The text of README.md; long lists of entries are given as their number."""
    lines = []
    for problem in PROBLEMS:
        ids = list(dict.fromkeys(entry.id for entry in entries if entry.fate == problem.key))
        shown = ", ".join(ids) if len(ids) <= 6 else f"{len(ids)}, from {ids[0]}"
        outcome = f"{problem.standing}: {problem.reason}" if problem.reason else str(problem.standing)
        lines.append(f"| {problem.key} | {outcome} | {shown} | {problem.note} |\n")
    return _HEAD + "".join(lines) + _TAIL
