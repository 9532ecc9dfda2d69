"""What a timesheet's note says: the practice's template, filled for each entry, and the notes of several as one."""

from __future__ import annotations

from collections.abc import Sequence
from string import Formatter

import pandas as pd

from core.model import TieoutError

#: What may stand in a template, and the column of the standings that fills it.
PLACEHOLDERS = ("note", "task", "client", "process", "staff", "date")
PLAIN = "{note}"
SEPARATOR = " / "
#: What is left hanging when a placeholder had nothing to say.
_LOOSE = " \t:;,/|·–—-"


class BadTemplate(TieoutError):
    """A note template cannot be filled."""

    def __init__(self, template: str, what: str) -> None:
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        super().__init__(f"The note template {template!r} cannot be used: {what}. It may hold {known}; correct it.")


def check_template(template: str) -> None:
    """Raise BadTemplate, naming what is wrong, unless every placeholder is known and plain."""
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        raise BadTemplate(template, str(error)) from error
    for _, name, spec, conversion in parts:
        if name is not None and name not in PLACEHOLDERS:
            raise BadTemplate(template, f"nothing is known as {{{name}}}")
        if spec or conversion:
            raise BadTemplate(template, f"{{{name}}} stands for plain text and takes no format")


def write_notes(rows: pd.DataFrame, template: str) -> pd.Series:
    """The note of each entry, without marker; index that of `rows`. Raises BadTemplate.

    rows: columns note, date, and the names task, client, process and staff. What a template puts around a placeholder
    that has nothing to say is taken off where it hangs at either end.
    """
    check_template(template)
    if template == PLAIN:
        return rows["note"]
    named = [name for _, name, _, _ in Formatter().parse(template) if name]
    columns = {name: _as_text(rows[name]) for name in dict.fromkeys(named)}
    facts = zip(*columns.values(), strict=True) if columns else ((),) * len(rows)
    notes = [_tidy(template.format(**dict(zip(columns, fact, strict=True)))) for fact in facts]
    return pd.Series(notes, index=rows.index, dtype="str")


def join_notes(notes: Sequence[str], limit: int) -> str:
    """The notes of one timesheet's entries in order, joined by ` / `, equal ones once.

    What does not fit into `limit` characters is counted at the end: ` (+2 more)`. A single note is left whole; the one
    who adds the marker cuts it.
    """
    different = [note for note in dict.fromkeys(note.strip() for note in notes) if note]
    whole = SEPARATOR.join(different)
    if len(whole) <= limit or len(different) < 2:
        return whole
    for count in range(len(different) - 1, 0, -1):
        text = SEPARATOR.join(different[:count]) + f" (+{len(different) - count} more)"
        if len(text) <= limit:
            return text
    more = f" (+{len(different) - 1} more)"
    return different[0][: max(limit - len(more) - 1, 0)].rstrip() + "…" + more


def _as_text(values: pd.Series) -> list[str]:
    if values.dtype.kind == "M":
        return [str(day) for day in values.dt.strftime("%Y-%m-%d")]
    return [str(value) for value in values]


def _tidy(note: str) -> str:
    return " ".join(note.split()).strip(_LOOSE)
