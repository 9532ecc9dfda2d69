"""Deciding about links in a spreadsheet: a review list out, its answers in, shown as changes before they apply."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from core.local.config import TableConfig
from core.local.csv_text import read_csv_table
from core.local.sheet import read_sheet_table
from core.local.table import FileRefused
from core.mapping.exchange import HOW_TO, Changes, make_sheet, read_changes
from core.model import Kind, Verdict
from core.reports import to_csv, to_xlsx
from core.store import NewDecision

if TYPE_CHECKING:
    from core.workspace import Workspace

_MOST_ROWS = 200_000
_SHEET = "Review"


@dataclass(frozen=True)
class Answers:
    """A returned sheet: of which file it is, which kind it decides about, and the changes it asks for."""

    kind: Kind
    file: str
    changes: Changes


class Exchanging:
    """The round trip of one practice's review lists."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def sheet(self, kind: Kind, rows: pd.DataFrame | None = None) -> pd.DataFrame:
        """The list as it leaves; `rows`: those of `ws.review.rows(kind)` that shall leave, all without it."""
        review = self._ws.review
        return make_sheet(review.rows(kind) if rows is None else rows, review.labels(kind))

    def write(self, kind: Kind, rows: pd.DataFrame | None = None, *, as_csv: bool = False) -> bytes:
        """The list as a workbook with a second sheet that says how to fill it in, or as CSV."""
        sheet = self.sheet(kind, rows)
        if as_csv:
            return to_csv(sheet)
        return to_xlsx({_SHEET: sheet, "How to decide": pd.DataFrame({"How to decide": HOW_TO})})

    def read(self, kind: Kind, data: bytes, file: str) -> Answers:
        """What a returned CSV or XLSX asks for; changes nothing. Raises FileRefused, FileAsks or NotOurSheet."""
        review = self._ws.review
        cells = _read_cells(data, file)
        return Answers(
            kind,
            file,
            read_changes(cells, review.rows(kind), review.labels(kind), partial(review.may_link, kind), file),
        )

    def apply(self, answers: Answers) -> int:
        """Make the changes, all or none; returns how many. Raises SomebodyWasFaster when one was decided meanwhile."""
        decisions = [
            NewDecision(
                practice=self._ws.practice_id,
                kind=answers.kind,
                local_id=str(local_id),
                verdict=Verdict(row["verdict"]),
                by=self._ws.actor,
                xpm_id=row["xpm_id"],
                score=None if pd.isna(row["score"]) else float(row["score"]),
                why=row["note"] or f"decided in {answers.file}",
                expected_id=int(row["seen"]),
            )
            for local_id, row in answers.changes.changes.iterrows()
        ]
        return self._ws.review.save(answers.kind, decisions) if decisions else 0


def _read_cells(data: bytes, file: str) -> pd.DataFrame:
    suffix = file.casefold().rpartition(".")[2]
    if suffix == "xlsx":
        table = read_sheet_table(data, file, TableConfig(sheet=_SHEET), limit=_MOST_ROWS)
    elif suffix == "csv":
        table = read_csv_table(data, file, TableConfig(), limit=_MOST_ROWS)
    else:
        raise FileRefused(file, "it is neither .xlsx nor .csv", "Save it as one of these.")
    if table.flaws:
        flaw = table.flaws[0]
        raise FileRefused(file, f"line {flaw.line} cannot be read: {flaw.sentence}", "Correct it and import it again.")
    return table.cells.set_axis([header.strip() for header in table.headers], axis=1)
