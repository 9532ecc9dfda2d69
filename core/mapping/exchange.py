"""A review list that leaves as a workbook, is decided about in a spreadsheet, and comes back as a list of changes.

A row carries the record's id and the decision it was exported with, so that neither sorting nor a colleague who was
faster can turn an answer into one about something else. Only the columns Decision, XPM and Note are read back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass

import pandas as pd

from core.model import TieoutError, Verdict

ID, NAME, DETAIL, STANDING = "Local id", "Local", "Details", "Standing"
PARTNER, SCORE, BAND, WHY = "XPM", "Score", "Band", "Why"
DECISION, NOTE, SEEN = "Decision", "Note", "Seen"
SHEET_COLUMNS = (ID, NAME, DETAIL, STANDING, PARTNER, SCORE, BAND, WHY, DECISION, NOTE, SEEN)

#: What may stand in Decision, in small letters, and what it means. Empty: the row is left as it is.
ANSWERS = {
    "link": Verdict.LINKED,
    "accept": Verdict.LINKED,
    "reject": Verdict.REJECTED,
    "exclude": Verdict.EXCLUDED,
    "undo": Verdict.REOPENED,
}
HOW_TO = (
    "Write one of these words in the column Decision; rows without one stay as they are.",
    "link: this is the record in the column XPM. Another one is chosen by its name there, as XPM's list shows it.",
    "reject: the proposal in the column XPM is wrong and is never made again.",
    "exclude: the record never goes to XPM, with all its time.",
    "undo: takes the present decision back.",
    "Note is kept with the decision. Other columns are not read back. Nothing changes until you have seen the list of "
    "changes and confirmed it.",
)


class NotOurSheet(TieoutError):
    """A file without the columns of an exported review list."""

    def __init__(self, file: str, missing: str) -> None:
        super().__init__(
            f"{file} was not taken: the column {missing!r} is missing. Export the review list, fill in its column "
            "Decision, and import that file."
        )


@dataclass(frozen=True)
class Changes:
    """What a sheet asks for: changes that can be made, and rows that cannot, each with its sentence.

    changes: index local id, columns name, before, after (words), verdict, xpm_id, score (of the proposal accepted, 0 to
    1), note, seen (decision id, 0 for none) and line. problems: index line, columns name and sentence. `same` counts
    rows that ask for what stands already.
    """

    changes: pd.DataFrame
    problems: pd.DataFrame
    same: int


def make_sheet(rows: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    """The rows of `review_rows` as they leave, one per record; labels: XPM id -> a name no other record has."""
    score = rows["score"].mul(100).round(1)
    sheet = {
        ID: rows.index,
        NAME: rows["name"],
        DETAIL: rows["detail"],
        STANDING: rows["state"],
        PARTNER: labels.reindex(rows["xpm_id"].to_numpy()).fillna("").to_numpy(),
        SCORE: [f"{one:g} %" if one == one else "" for one in score],
        BAND: rows["band"],
        WHY: rows["why"].where(rows["why"].ne(""), rows["explanation"]),
        DECISION: "",
        NOTE: "",
        SEEN: rows["decision_id"].astype("str"),
    }
    return pd.DataFrame({name: pd.Series(values, index=rows.index) for name, values in sheet.items()})


def read_changes(
    cells: pd.DataFrame, rows: pd.DataFrame, labels: pd.Series, may_link: Callable[[str, str], bool], file: str
) -> Changes:
    """What a returned sheet asks for, compared with the rows as they stand now.

    cells: text, index line, columns the sheet's headers. labels: XPM id -> a name no other record has. may_link: of a
    local id and an XPM id, whether they may be linked. Raises NotOurSheet.
    """
    for column in (ID, PARTNER, DECISION, SEEN):
        if column not in cells:
            raise NotOurSheet(file, column)
    asked = cells[cells[DECISION].str.strip() != ""]
    by_name = {str(name).strip(): str(xpm_id) for xpm_id, name in labels.items()}
    twice = asked[ID].map(_strip).duplicated(keep=False)
    reader = _Reader(rows, by_name, labels.to_dict(), may_link, set(twice.index[twice]))
    found = [
        reader.read(int(str(line)), {str(k): _strip(str(v)) for k, v in row.items()}) for line, row in asked.iterrows()
    ]
    changes = [one for one in found if isinstance(one, dict) and one["before"] != one["after"]]
    problems = [one for one in found if isinstance(one, tuple)]
    columns = ["local_id", "name", "before", "after", "verdict", "xpm_id", "score", "note", "seen", "line"]
    return Changes(
        pd.DataFrame(changes, columns=columns).set_index("local_id"),
        pd.DataFrame(problems, columns=["line", "name", "sentence"]).set_index("line"),
        len(found) - len(changes) - len(problems),
    )


def _strip(text: str) -> str:
    """A cell without the apostrophe that exports put before what a spreadsheet would run."""
    plain = text.strip()
    return plain[1:] if len(plain) > 1 and plain[0] == "'" and plain[1] in "=+-@" else plain


@dataclass(frozen=True)
class _Reader:
    rows: pd.DataFrame
    by_name: Mapping[str, str]
    labels: Mapping[str, str]
    may_link: Callable[[str, str], bool]
    twice: Set[int]

    def read(self, line: int, row: Mapping[str, str]) -> dict[str, object] | tuple[int, str, str]:
        """The change of one line, or its problem: line, name, sentence."""
        local_id, verdict = row[ID], ANSWERS.get(row[DECISION].casefold())
        name = row.get(NAME, "") or local_id
        if local_id not in self.rows.index:
            return line, name, f"There is no record {local_id!r} any more. Export the list again."
        if line in self.twice:
            return line, name, "The record is in the sheet more than once. Keep the row you mean."
        if verdict is None:
            return line, name, f"{row[DECISION]!r} is no decision. Write link, reject, exclude or undo."
        now = self.rows.loc[local_id]
        if row[SEEN] != str(now["decision_id"]):
            return line, name, f"It was decided about since the export: {self._say_now(now)}. Export the list again."
        return self._make_change(line, row, now, verdict)

    def _make_change(
        self, line: int, row: Mapping[str, str], now: pd.Series, verdict: Verdict
    ) -> dict[str, object] | tuple[int, str, str]:
        xpm_id = ""
        if verdict in (Verdict.LINKED, Verdict.REJECTED):
            xpm_id = self.by_name.get(row[PARTNER], "")
            if not xpm_id:
                return line, now["name"], self._say_unknown(row[PARTNER])
            if verdict is Verdict.LINKED and not self.may_link(row[ID], xpm_id):
                return (
                    line,
                    now["name"],
                    f"{row[PARTNER]!r} cannot be linked to it: it is archived, or another client's.",
                )
        if verdict is Verdict.REOPENED and not now["decision_id"]:
            return line, now["name"], "Nothing was decided about it, so there is nothing to undo."
        return {
            "local_id": row[ID],
            "name": now["name"],
            "before": self._say_now(now),
            "after": self._say(verdict, xpm_id),
            "verdict": str(verdict),
            "xpm_id": xpm_id,
            "score": now["score"] if xpm_id and xpm_id == now["proposed_xpm_id"] else None,
            "note": row.get(NOTE, ""),
            "seen": int(now["decision_id"]),
            "line": line,
        }

    def _say_unknown(self, name: str) -> str:
        if not name:
            return "The column XPM is empty: write there which XPM record is meant."
        return f"XPM has no record {name!r} that it could be. Copy the name from XPM's list on the review page."

    def _say_now(self, now: pd.Series) -> str:
        if now["state"] == "excluded" and now["decision_id"]:
            return self._say(Verdict.EXCLUDED, "")
        if now["link_xpm_id"]:
            return self._say(Verdict.LINKED, now["link_xpm_id"])
        return "open"

    def _say(self, verdict: Verdict, xpm_id: str) -> str:
        name = self.labels.get(xpm_id, "a record that can no longer be chosen")
        return {
            Verdict.LINKED: f"linked to {name}",
            Verdict.REJECTED: f"not {name}",
            Verdict.EXCLUDED: "excluded from XPM",
            Verdict.REOPENED: "open",
        }[verdict]
