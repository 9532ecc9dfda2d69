"""To whom a client belongs: its group, partner and manager as XPM has them beside what the local side says.

XPM's word counts where it has one, as the columns show; what only the local side says counts where XPM says nothing.
What rows are narrowed by travels as one text, so that a sample of them can be kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import pandas as pd

#: What rows of clients can be narrowed by -> the columns that say it: the local one, and XPM's in the local spelling.
FACETS: dict[str, tuple[str, str]] = {
    "group": ("client_group", "xpm_group"),
    "partner": ("partner", "xpm_partner_here"),
    "manager": ("manager", "xpm_manager_here"),
}
_XPM_COLUMN = {"xpm_group": "client_group", "xpm_partner": "partner", "xpm_manager": "manager"}
#: How XPM's groups of one client are joined in its frame.
_BETWEEN = ", "


def add_people(
    rows: pd.DataFrame, local: pd.DataFrame, xpm: pd.DataFrame, known: Mapping[str, str] | None = None
) -> None:
    """Give review rows of clients the columns of FACETS: the local ones, and those of the XPM client a row names.

    Empty where a side says nothing; a row without an XPM client has no XPM values. known: names of XPM's staff -> what
    their links call them here. Beside them xpm_group, xpm_partner and xpm_manager, as XPM spells them.
    """
    for name in ("partner", "manager"):
        rows[name] = local[name].reindex(rows.index).fillna("").to_numpy()
    for column, source in _XPM_COLUMN.items():
        rows[column] = xpm[source].reindex(rows["xpm_id"].to_numpy()).fillna("").to_numpy()
    for column in ("xpm_partner", "xpm_manager"):
        rows[f"{column}_here"] = rows[column].map(known).fillna(rows[column]) if known else rows[column]


def name_linked(links: pd.DataFrame, local: pd.DataFrame, xpm: pd.DataFrame) -> dict[str, str]:
    """Names of XPM's records -> the names of the local ones linked to them; names that several bear are left out.

    links: from resolve_links. local, xpm: index id, column name.
    """
    linked = links[links["xpm_id"].ne("") & links.index.isin(local.index) & links["xpm_id"].isin(xpm.index)]
    there = xpm["name"].reindex(linked["xpm_id"].to_numpy()).to_numpy()
    pairs = pd.Series(local["name"].reindex(linked.index).to_numpy(), index=there)
    alone = ~xpm["name"].duplicated(keep=False)
    told = pairs[pairs.index.isin(xpm["name"][alone]) & ~pairs.index.duplicated(keep=False)]
    return {str(name): str(here) for name, here in told.items()}


def list_names(rows: pd.DataFrame, facet: str) -> list[str]:
    """Every name of the facet that counts for a row, in order."""
    said = {name for side in (0, 1) for text in _read(rows, facet, side).unique() for name in _split(facet, side, text)}
    return sorted(said - {""}, key=lambda name: (name.casefold(), name))


def bear_name(rows: pd.DataFrame, facet: str, name: str) -> pd.Series:
    """Whether the name counts for each row: XPM says it, or only the local side says anything."""
    bears = pd.Series(False, index=rows.index)
    for side in (0, 1):
        values = _read(rows, facet, side)
        bears |= values.isin([text for text in values.unique() if name in _split(facet, side, text)])
    return bears


def _read(rows: pd.DataFrame, facet: str, side: int) -> pd.Series:
    local, xpm = (_take(rows, column) for column in FACETS[facet])
    return xpm if side else local.where(xpm.eq(""), "")


def _take(rows: pd.DataFrame, column: str) -> pd.Series:
    return rows[column] if column in rows else pd.Series("", index=rows.index, dtype="str")


def _split(facet: str, side: int, text: str) -> list[str]:
    """A client of XPM may be in several groups."""
    return text.split(_BETWEEN) if (facet, side) == ("group", 1) else [text]


def write_narrowing(chosen: Mapping[str, str]) -> str:
    """Facet -> name as one text; empty when nothing narrows."""
    said = {facet: chosen[facet] for facet in FACETS if chosen.get(facet)}
    return json.dumps(said, ensure_ascii=False) if said else ""


def read_narrowing(text: str) -> dict[str, str]:
    """Facet -> name; a text of an earlier version is the name of a client group."""
    if not text.startswith("{"):
        return {"group": text} if text else {}
    return {facet: str(name) for facet, name in json.loads(text).items() if facet in FACETS}


def tell_narrowing(text: str) -> str:
    """The narrowing as people read it: `Birds, partner Paul`."""
    said = read_narrowing(text)
    return ", ".join(name if facet == "group" else f"{facet} {name}" for facet, name in said.items())


def narrow_to(rows: pd.DataFrame, text: str) -> pd.DataFrame:
    """The rows that bear every name of the narrowing."""
    for facet, name in read_narrowing(text).items():
        rows = rows[bear_name(rows, facet, name)]
    return rows
