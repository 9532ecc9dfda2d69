"""What the whole list says of a pair: its rivals, records that hold its partner, and records entered twice.

The words name records of either list by their names and no list by a name of its own, so that they fit any two lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .assign import Standing
from .engine import Pairs, Scored
from .explain import Part
from .method import Method
from .parts import WHOLE_LIST
from .records import as_text
from .weigh import Model

#: Verdicts of the last line: nobody else comes near; another partner is as good, or is a copy of this one; the left
#: record repeats another one; the partner is another left record's; the pair was not seen within its lists.
ALONE, RIVAL, TWICE, TWIN, TAKEN, UNSEEN = "alone", "rival", "twice", "twin", "taken", "unseen"

#: Log-odds from which two tied partners are told as one record listed twice: more likely than not.
COPY = 0.0
#: A near-copy of another left record repeats it when its pair with the partner is no worse than this.
FAINT_TWIN = 0.1
#: Least chance that two left records both are one partner, from which the second repeats the first.
BOTH = 0.7
_LONGEST_NAME = 36


@dataclass(frozen=True)
class Setting:
    """How a pair stands in the whole list; `left` and `right` name the other record of either list it meets."""

    verdict: str = ALONE
    left: str = ""
    right: str = ""

    @property
    def note(self) -> str:
        """The sentence behind the explanation, empty when nobody else comes near."""
        if self.verdict == RIVAL:
            return f"{_quote(self.right) or 'Another one'} fits about as well."
        if self.verdict == TWICE:
            return f"{_quote(self.right)} looks like the same one listed twice."
        if self.verdict == TWIN:
            return f"Looks like {_quote(self.left)} entered twice."
        return f"Its partner fits {_quote(self.left)} better." if self.verdict == TAKEN else ""

    def as_part(self, score_odds: float, leads: Sequence[float]) -> Part:
        """The last line of the explanation. leads: the pair's row of `Outcome.values`, empty when it was not seen."""
        return {
            "part": WHOLE_LIST,
            "left": self.left,
            "right": self.right,
            "verdict": self.verdict,
            "weight": score_odds,
            "leads": list(leads),
        }


def place_pairs(
    method: Method,
    left: pd.DataFrame,
    right: pd.DataFrame,
    pairs: Pairs,
    scored: Scored,
    evidence: Model,
    order: np.ndarray,
    ties: np.ndarray,
) -> list[Setting]:
    """The setting of each pair of `order` (positions of pairs, best first within each left record)."""
    settings = [Setting()] * len(order)
    for place, found in _find_ties(method, right, pairs, evidence, order, ties).items():
        settings[place] = found
    standing = scored.outcome.standing
    holder, names, twins = find_holders(pairs, standing), Names(left), find_twins(pairs, scored)
    aside = np.flatnonzero((standing[order] != Standing.CHOSEN) & ~ties[order])
    for at, pair in zip(aside.tolist(), order[aside].tolist(), strict=True):
        other = holder.get(int(pairs.right[pair]))
        if other is not None and other != pairs.left[pair]:
            verdict = TWIN if twins[pair] else TAKEN
            settings[at] = Setting(verdict, left=names.read(other))
    return settings


def find_twins(pairs: Pairs, scored: Scored) -> np.ndarray:
    """A mask of the pairs whose left record repeats the one that holds its partner: a client entered twice.

    Either the two left records are near-copies by the evidence itself, or both fit the partner so well that both must
    be it.
    """
    standing = scored.outcome.standing
    chosen = standing == Standing.CHOSEN
    held = np.zeros(len(pairs.right_records))
    held[pairs.right[chosen]] = scored.score[chosen]
    both = scored.score + held[pairs.right] - 1.0
    copies = (standing == Standing.SHARED) & (scored.score >= FAINT_TWIN)
    return np.asarray(copies | ((standing == Standing.PASSED_OVER) & (both >= BOTH)))


def find_holders(pairs: Pairs, standing: np.ndarray) -> dict[int, int]:
    """Right position -> position of the left record that the assignment gave it to."""
    chosen = standing == Standing.CHOSEN
    return dict(zip(pairs.right[chosen].tolist(), pairs.left[chosen].tolist(), strict=True))


def _find_ties(
    method: Method, right: pd.DataFrame, pairs: Pairs, evidence: Model, order: np.ndarray, ties: np.ndarray
) -> dict[int, Setting]:
    """Place in `order` -> setting of the tied pairs: each with its best rival, or with its best copy if it has one."""
    groups: dict[int, list[int]] = {}
    for place in np.flatnonzero(ties[order]).tolist():
        groups.setdefault(int(pairs.left[order[place]]), []).append(place)
    partners = pairs.right[order].tolist()
    rivals = {
        place: [partners[other] for other in group if other != place] for group in groups.values() for place in group
    }
    copied = _find_copies(method, pairs, evidence, [(partners[at], other) for at in rivals for other in rivals[at]])
    found: dict[int, Setting] = {}
    names = Names(right)
    for place, others in rivals.items():
        copies = [other for other in others if (partners[place], other) in copied]
        named = (copies or others)[:1]
        rival = names.read(named[0]) if named else ""
        found[place] = Setting(TWICE if copies else RIVAL, right=rival)
    return found


def _find_copies(method: Method, pairs: Pairs, evidence: Model, rivals: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """The pairs of right positions that are one record entered twice, by the evidence that joins the lists."""
    if not rivals:
        return set()
    records = pairs.right_records
    values = [method.compare(records[one], records[other], pairs.context) for one, other in rivals]
    odds = evidence.log_odds(np.array(values)).tolist()
    judged = zip(rivals, values, odds, strict=True)
    return {pair for pair, row, odd in judged if odd > COPY and not method.hard(row)}


class Names:
    """The names of a list's records as they are written."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._ids = frame.index
        self._columns = [frame[column] for column in _NAMING if column in frame]
        self._codes = frame.get("code")

    def read(self, place: int) -> str:
        """The name at this place, with its code when it has one; its id when it has no name."""
        words = [as_text(column.iat[place]) for column in self._columns]
        name = " ".join(filter(None, words)) or str(self._ids[place])
        code = "" if self._codes is None else as_text(self._codes.iat[place])
        return f"{name} ({code})" if code and code not in name else name


#: Columns that name a record, of which a list has some.
_NAMING = ("job_name", "name", "given_name", "surname")


def _quote(name: str) -> str:
    cut = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"
    return f"'{cut}'" if cut else ""
