"""Ids: kept as text exactly as written; doubled ones held, missing ones derived, near-equal ones pointed out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import pandas as pd

from core.local.table import count_words, show_text

#: First character of an id that was derived because the file has none.
DERIVED = "~"


@dataclass
class Identified:
    """Unique ids for all rows, and what is wrong with some.

    `ids` and `sentences` have the frame's index; a sentence is empty where the id is fine. `copies` marks rows that are
    exact copies of an earlier row.
    """

    ids: pd.Series
    sentences: pd.Series
    copies: pd.Series
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def identify_rows(frame: pd.DataFrame, table: str, lasting: tuple[str, ...]) -> Identified:
    """Give every row a unique id.

    frame: index 0..n-1, columns id (may be absent), file, line and the values. lasting: the columns that make a row
    without id what it is; it gets an id from their values and its order among rows that are equal in them.

    Of a doubled id the first row keeps it and later ones get `#2`, `#3`...; equal rows hold the later ones, unequal
    rows hold all of them.
    """
    given = frame["id"].astype("str") if "id" in frame.columns else pd.Series("", index=frame.index, dtype="str")
    content = frame.drop(columns=["id", "file", "line"], errors="ignore")
    blank = given.str.strip() == ""
    found = Identified(
        given.copy(), pd.Series("", index=frame.index, dtype="object"), pd.Series(False, index=frame.index)
    )
    if blank.any():
        found.ids[blank] = _derive_ids(content.loc[blank, [name for name in lasting if name in content]])
        found.notes.append(_say_derived(int(blank.sum()), table))
    _hold_doubles(found, frame, content)
    found.warnings += warn_near_equal(found.ids[~blank], table)
    return found


def join_content(frame: pd.DataFrame) -> pd.Series:
    """The row's values as one text, for comparing and hashing."""
    joined = pd.Series("", index=frame.index, dtype="object")
    for column in frame.columns:
        joined = joined + frame[column].map(_write_value).astype("object") + "\x1f"
    return joined


def hash_text(text: str) -> str:
    """sha256 in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def plain_id(text: str) -> str:
    """The id without what people lose on the way: case, blanks, leading zeros, a trailing `.0`."""
    return "".join(text.split()).casefold().removesuffix(".0").lstrip("0")


def warn_near_equal(ids: pd.Series, table: str) -> list[str]:
    """One warning when ids differ only in case, blanks, leading zeros or a trailing `.0`."""
    distinct = ids.drop_duplicates()
    plain = distinct.map(plain_id)
    near = distinct[plain.duplicated(keep=False)]
    if near.empty:
        return []
    first = plain[near.index[0]]
    examples = " and ".join(show_text(text) for text in near[plain[near.index] == first][:3])
    return [f"{table}: {count_words(len(near), 'id')} are nearly equal, for example {examples}; they stay different."]


def warn_near_references(references: pd.Series, ids: pd.Index, column: str, table: str) -> list[str]:
    """One warning when references point to no id but nearly to one, and one when they point to nothing known."""
    unknown = references[(references != "") & ~references.isin(ids)].drop_duplicates()
    by_plain = {plain_id(text): text for text in ids} if len(unknown) else {}
    near = {text: by_plain[plain_id(text)] for text in unknown if plain_id(text) in by_plain}
    lost = [text for text in unknown if text not in near]
    warnings = []
    if near:
        text, meant = next(iter(near.items()))
        warnings.append(
            f"{table}: {count_words(len(near), 'value')} of {column} nearly equal a known id, "
            f"for example {show_text(text)} and {show_text(meant)}; they stay different."
        )
    if lost:
        then = "They are offered for nobody." if table == "documents" else "Their time waits."
        warnings.append(
            f"{table}: {count_words(len(lost), 'value')} of {column} stand in no row of the table they point to, for "
            f"example {show_text(lost[0])}. Is another column its id, or is a row missing? {then}"
        )
    return warnings


def _write_value(value: object) -> str:
    return "" if value is None or value != value else str(value)


def _derive_ids(content: pd.DataFrame) -> pd.Series:
    hashes = join_content(content).map(hash_text).str.slice(0, 16)
    order = hashes.groupby(hashes).cumcount() + 1
    return (DERIVED + hashes.astype("object") + "-" + order.astype("str").astype("object")).astype("str")


def _say_derived(count: int, table: str) -> str:
    return (
        f"{table}: {count_words(count, 'row')} without an id; ids were derived from content and order. "
        "An edit of such a row looks like one row deleted and another added, and is held. Export ids if there are any."
    )


def _hold_doubles(found: Identified, frame: pd.DataFrame, content: pd.DataFrame) -> None:
    doubled = found.ids[found.ids.duplicated(keep=False)]
    if doubled.empty:
        return
    joined = join_content(content.loc[doubled.index])
    taken = set(found.ids)
    for text, rows in doubled.groupby(doubled):
        _hold_group(found, frame, str(text), [int(row) for row in rows.index], joined, taken)


def _hold_group(
    found: Identified, frame: pd.DataFrame, text: str, rows: list[int], joined: pd.Series, taken: set[str]
) -> None:
    lines = ", ".join(f"{frame.at[row, 'file']} line {frame.at[row, 'line']}" for row in rows[:4])
    differ = joined[rows].nunique() > 1
    first_by_content: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        earlier = first_by_content.setdefault(joined[row], row)
        found.copies[row] = earlier != row
        if earlier != row:
            where = f"{frame.at[earlier, 'file']} line {frame.at[earlier, 'line']}"
            found.sentences[row] = f"The id {show_text(text)} is doubled: exact copy of {where}. Remove one of them."
        elif differ:
            found.sentences[row] = (
                f"The id {show_text(text)} is doubled with other content ({lines}). Correct the ids or the rows."
            )
        if number > 1:
            found.ids[row] = _free_id(text, number, taken)


def _free_id(text: str, number: int, taken: set[str]) -> str:
    while f"{text}#{number}" in taken:
        number += 1
    taken.add(f"{text}#{number}")
    return f"{text}#{number}"
