"""What was learned, in words: rows for a page, and one sentence that says what came of it.

The words of each part of the evidence are data (`data/evidence_words.csv`): those of a named case by the value its bin
begins with (`low`, "first" for the lowest), those of a graded part once, with the unit of the bounds told after them.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

import pandas as pd

from .learned import Check, Finding, Learned, Shift
from .weigh import read_model

DESCRIBED_COLUMNS = ["evidence", "shipped", "here", "by", "change"]
#: Log-odds too small to be felt.
_HARDLY = 0.2
#: How the words name the bin below all bounds.
_FIRST = "first"


def describe(learned: Learned) -> pd.DataFrame:
    """One row per part of the evidence that counts otherwise than as shipped, the largest move first; a 0..n index.

    Columns evidence (words), shipped, here and by (log-odds: positive speaks for a pair), change ("counts more",
    "counts less", "speaks for, not against"...). Parts that the shipped model has no place for any more are
    left out: they change nothing.
    """
    ignored = set(_find_ignored(learned))
    rows = [
        (_name_evidence(learned.kind, one), one.shipped, round(one.shipped + one.by, 2), one.by, _name_change(one))
        for one in sorted(learned.shifts, key=lambda one: (-abs(one.by), one.feature, one.low or 0.0))
        if one not in ignored
    ]
    return pd.DataFrame(rows, columns=DESCRIBED_COLUMNS)


def _find_ignored(learned: Learned) -> tuple[Shift, ...]:
    try:
        model = read_model(learned.model)
    except FileNotFoundError:
        return learned.shifts
    return learned.adapt(learned.model, model)[1]


def tell(learned: Learned) -> str:
    """What came of the decisions so far, in one sentence with its figures."""
    return _SENTENCES[learned.check.finding](learned.check)


def _tell_too_few(check: Check) -> str:
    if not check.decisions:
        return f"No decisions to learn from yet; {check.needed} are needed to check what was learned."
    several = "decision" if check.decisions == 1 else "decisions"
    return f"{check.decisions} {several} so far; {check.needed} are needed to check what was learned."


def _tell_not_better(check: Check) -> str:
    return (
        f"What {check.decisions} decisions taught did not do clearly better on decisions it had not seen "
        f"(average surprise {check.loss_learned:.3f} against {check.loss_shipped:.3f} as shipped), "
        "so matching stays as shipped."
    )


def _tell_more_wrong(check: Check) -> str:
    return (
        f"What {check.decisions} decisions taught would have called more wrong pairs certain among decisions it had "
        f"not seen ({check.wrong_learned} of {check.certain_learned} against {check.wrong_shipped} of "
        f"{check.certain_shipped} as shipped), so matching stays as shipped."
    )


def _tell_adopted(check: Check) -> str:
    return (
        f"Learned from {check.decisions} decisions, and better on decisions it had not seen "
        f"(average surprise {check.loss_learned:.3f} against {check.loss_shipped:.3f} as shipped)."
    )


_SENTENCES = {
    Finding.TOO_FEW: _tell_too_few,
    Finding.NOT_BETTER: _tell_not_better,
    Finding.MORE_WRONG: _tell_more_wrong,
    Finding.ADOPTED: _tell_adopted,
}


def _name_evidence(kind: str, shift: Shift) -> str:
    words = _read_words()
    named = words.get((kind, shift.feature, _FIRST if shift.low is None else f"{shift.low:g}"))
    graded = words.get((kind, shift.feature, ""))
    if named is None and graded is not None:
        return f"{graded[1]}, {_name_bounds(shift, graded[0])}"
    return named[1] if named else shift.feature.replace("_", " ").capitalize()


def _name_bounds(shift: Shift, unit: str) -> str:
    low, high = (
        "" if bound is None else f"{bound:.3g}" if unit == "number" else f"{100 * bound:.3g} %"
        for bound in (shift.low, shift.high)
    )
    if not low:
        return f"below {high}"
    return f"from {low} to {high}" if high else f"{low} and more"


def _name_change(shift: Shift) -> str:
    before, here = shift.shipped, shift.shipped + shift.by
    if abs(here) < _HARDLY:
        return "hardly counts" if abs(before) < _HARDLY else "hardly counts any more"
    if abs(before) < _HARDLY:
        return "now speaks for a pair" if here > 0 else "now speaks against a pair"
    if before * here < 0:
        return "speaks for, not against" if here > 0 else "speaks against, not for"
    return "counts more" if abs(here) > abs(before) else "counts less"


@cache
def _read_words() -> dict[tuple[str, str, str], tuple[str, str]]:
    """Kind, feature and low end -> unit and words."""
    text = (files("core.matching") / "data" / "evidence_words.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {(row["kind"], row["feature"], row["low"]): (row["unit"], row["words"]) for row in rows}
