"""Two records side by side: their fields, their names taken apart, what moved the score and what would change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from core.matching.alone import explain_pair
from core.matching.apart import take_apart
from core.matching.explain import BEFORE, LIMIT, SAME, Part, say_chance
from core.matching.kinds import choose_method
from core.matching.parts import WHOLE_LIST, walk_chances
from core.matching.rivals import ALONE, RIVAL, TAKEN, TWICE, TWIN, UNSEEN
from core.matching.whatif import Rival, Shown, say_what_would_change
from core.model import Band, Kind
from core.workspace.review_frames import LOCAL_NAME

if TYPE_CHECKING:
    from core.workspace import Workspace

#: The words of a comparison that a page reads come with it.
__all__ = [
    "ALONE",
    "BEFORE",
    "LIMIT",
    "RIVAL",
    "TAKEN",
    "TWICE",
    "TWIN",
    "UNSEEN",
    "WHOLE_LIST",
    "Comparison",
    "compare_records",
    "say_chance",
]

_LOCAL_FIELDS = {
    "name": "Name",
    "entity_type": "Entity type",
    "email": "E-mail",
    "phone": "Phone",
    "tax_number": "Tax number",
    "company_number": "Company number",
    "code": "Code",
    "client_name": "Client",
    "process_name": "Kind of work",
    "period": "Period",
    "start": "Start",
    "due": "Due",
    "status": "Status",
    "client_group": "Client group",
    "partner": "Partner",
    "manager": "Manager",
}
_XPM_FIELDS = _LOCAL_FIELDS | {
    "structure": "Entity type",
    "business_number": "Tax number",
    "type_name": "Kind of work",
    "job_name": "Job",
    "job_start": "Start",
    "job_due": "Due",
    "state": "Status",
}
#: The columns of a record under the names that matching knows; the first that holds something counts.
_MATCHED = {
    "name": ("name",),
    "email": ("email",),
    "phone": ("phone",),
    "tax_no": ("business_number", "tax_number"),
    "company_no": ("company_number",),
    "code": ("code", "export_code"),
    "entity_type": ("entity_type", "structure"),
    "job_name": ("job_name",),
    "period": ("period",),
}
_PART_COLUMNS = ["part", "left", "right", "verdict", "weight"]


@dataclass(frozen=True)
class Comparison:
    """Two records side by side.

    fields: index field, columns local, xpm, same. pieces: the names taken apart, index piece, columns local, xpm and
    verdict (same, similar, differs, missing). parts: what moved the score in order, columns part, left, right, verdict,
    weight (log-odds), before and after (chances, 0 to 1); no rows when a rule and no score made the proposal.
    changes: what would change it, in sentences. proposed: whether matching proposed the pair, or a person chose it.
    """

    fields: pd.DataFrame
    pieces: pd.DataFrame
    parts: pd.DataFrame
    changes: tuple[str, ...]
    proposed: bool


def compare_records(ws: Workspace, kind: Kind, local_id: str, xpm_id: str) -> Comparison:
    """The two records of a pair, proposed or chosen by hand."""
    local, xpm = ws.review.local(kind).loc[local_id], ws.review.xpm(kind).loc[xpm_id]
    mine, theirs = _name_columns(local), _name_columns(xpm)
    name, month = LOCAL_NAME[kind], ws.practice.settings.year_end_month
    stored = _read_stored(ws, kind, local_id)
    proposed = xpm_id in stored
    learned = ws.learning.current(kind)
    shown = stored.pop(xpm_id, None) or Rival("", "", explain_pair(choose_method(name, month), mine, theirs, learned))
    pieces = [(one.title, one.left, one.right, one.verdict) for one in take_apart(name, mine, theirs, month)]
    weighed = bool(shown.parts) and shown.parts[0]["part"] == BEFORE
    asked = Shown(shown.band or Band.POSSIBLE, shown.parts, list(stored.values()))
    changes = say_what_would_change(name, mine, theirs, asked, learned=learned, year_end_month=month) if weighed else []
    fields = _side_by_side(local, xpm)
    if pieces and all(verdict == SAME for *_, verdict in pieces):
        # "Pty Ltd" and "P/L" are no difference.
        fields.loc[fields.index == "Name", "same"] = True
    return Comparison(
        fields=fields,
        pieces=pd.DataFrame(pieces, columns=["piece", "local", "xpm", "verdict"]).set_index("piece"),
        parts=_walk_parts(shown.parts),
        changes=tuple(changes),
        proposed=proposed,
    )


def _read_stored(ws: Workspace, kind: Kind, local_id: str) -> dict[str, Rival]:
    """XPM id -> the stored proposal of the local record, but those rejected since."""
    found = ws.store.proposals.read(ws.practice_id, kind, local_id)
    standing = ws.review.proposals(kind, [local_id])
    kept = found[found["xpm_id"].isin(standing.loc[standing["local_id"].eq(local_id), "xpm_id"])]
    names = ws.review.labels(kind).reindex(kept["xpm_id"].to_numpy()).fillna("").to_list()
    rows = zip(kept["xpm_id"], names, kept["band"], kept["parts"], strict=True)
    return {str(xpm_id): Rival(str(label), str(band), parts) for xpm_id, label, band, parts in rows}


def _walk_parts(parts: Sequence[Part]) -> pd.DataFrame:
    frame = pd.DataFrame(list(parts), columns=_PART_COLUMNS)
    chances = walk_chances(parts)
    return frame.assign(before=[one for one, _ in chances], after=[other for _, other in chances])


def _name_columns(record: pd.Series) -> dict[str, str]:
    """The record as texts under the column names that matching knows."""
    return {name: _first_of(record, columns) for name, columns in _MATCHED.items()}


def _first_of(record: Mapping[str, object] | pd.Series, columns: tuple[str, ...]) -> str:
    texts = (str(record[column]) for column in columns if column in record and record[column] == record[column])
    return next(filter(None, texts), "")


def _side_by_side(local: pd.Series, xpm: pd.Series) -> pd.DataFrame:
    rows: dict[str, dict[str, str]] = {}
    for names, record, column in ((_LOCAL_FIELDS, local, "local"), (_XPM_FIELDS, xpm, "xpm")):
        for name, title in names.items():
            if name in record and (shown := _show_value(record[name])):
                rows.setdefault(title, {"local": "", "xpm": ""})[column] = shown
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["local", "xpm"])
    plain = frame.apply(lambda column: column.str.casefold().str.replace(r"[\W_]+", "", regex=True))
    frame["same"] = plain["local"].eq(plain["xpm"])
    return frame.rename_axis("field")


def _show_value(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return f"{value:%d %b %Y}"
    return "" if value is pd.NaT else str(value)
