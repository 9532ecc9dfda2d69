"""What would change a pair: the smallest changes of evidence that move it over the next band or under its own.

A change sets one feature to the value it would have if both sides agreed or differed in it; the model's weights tell
how far that moves the evidence, and the outcome model what it makes of that among the same rivals. Everything else
about the pair stays as it is, so the sentences are estimates: the same lists with the change in them may differ a
little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .assign import OUTCOME_FEATURES
from .explain import LIMIT, Line, Part
from .kinds import choose_method
from .knowledge import EntityType
from .learned import SHIPPED_CERTAIN, Learned
from .method import Method
from .parts import WHOLE_LIST
from .rank import LIKELY, POSSIBLE, TIE_MARGIN
from .records import Record
from .rivals import TWICE
from .weigh import Model, read_model, to_probability

#: Keys that a person may find and type in: feature -> its value when both sides agree, and when they differ.
_KEYS = {
    "tax_no": (1.0, 3.0),
    "email": (0.0, 5.0),
    "phone": (0.0, 5.0),
    "code": (0.0, 1.0),
    "company_no": (1.0, 3.0),
    "dob": (0.0, 3.0),
    "job_no": (0.0, 1.0),
}
#: Parts that forbid a match when they contradict: feature -> its value when both sides agree, and when they differ.
_FACTS = {
    "numbers": (0.0, 3.0),
    "given": (5.0, 0.0),
    "type": (0.0, 5.0),
    "form": (0.0, 7.0),
    "initials": (0.0, 3.0),
    "period": (0.0, 4.0),
    "kind": (0.0, 3.0),
    "stage": (0.0, 3.0),
}
KEYS_AND_FACTS = (*_FACTS, *_KEYS)
#: Features that are told under another name than their line's.
_TITLES = {"given": "given name"}
_BANDS = ("none", "possible", "likely", "certain")
_FAR = 12.0


@dataclass(frozen=True)
class Rival:
    """Another partner proposed for the same left record."""

    name: str
    band: str
    parts: Sequence[Part]


@dataclass(frozen=True)
class Shown:
    """A pair as it is shown: its band, its parts, the other partners proposed for its left record."""

    band: str
    parts: Sequence[Part]
    rivals: Sequence[Rival] = ()


def say_what_would_change(
    kind: str,
    left: Mapping[str, str],
    right: Mapping[str, str],
    shown: Shown,
    *,
    learned: Learned | None = None,
    year_end_month: int = 6,
) -> list[str]:
    """At most three short sentences about one pair, proposed or chosen by hand; none when nothing single would.

    left, right: rows of the two lists, as texts, see `match_lists`.
    """
    pair = _Pair(choose_method(kind, year_end_month), left, right, shown, learned)
    said = [_say_tie(pair), _say_upward(pair), _say_downward(pair)]
    return [sentence for sentence in said if sentence]


class _Pair:
    """One pair with the means to score it again after a change."""

    def __init__(
        self, method: Method, left: Mapping[str, str], right: Mapping[str, str], shown: Shown, learned: Learned | None
    ) -> None:
        self.method, self.shown = method, shown
        self.left, self.right = method.read(dict(left)), method.read(dict(right))
        name = method.model([self.left], [self.right])
        self._evidence = read_model(name) if learned is None else learned.adapt(name, read_model(name))[0]
        self._outcome: Model = read_model(f"{name}_outcome")
        self._certain = SHIPPED_CERTAIN if learned is None else learned.certain
        context = method.learn([self.left], [self.right])
        self.values = dict(zip(method.features, method.compare(self.left, self.right, context), strict=True))
        self.leads = [float(lead) for lead in shown.parts[-1].get("leads", ())] if shown.parts else []
        self.odds = sum_evidence(shown.parts)
        self.score = float(to_probability(np.array(sum(float(part["weight"]) for part in shown.parts))))

    @property
    def rank(self) -> int:
        """The place of the pair's band among _BANDS; a tie counts as what its score says."""
        return self._rank_score(self.score)

    def _rank_score(self, score: float) -> int:
        return 3 if score >= self._certain else 2 if score >= LIKELY else 1 if score >= POSSIBLE else 0

    def line_of(self, feature: str) -> Line | None:
        """The line that shows the feature, none when the kind has no such feature."""
        return next((line for line in self.method.lines if feature in line.features), None)

    def title_of(self, feature: str) -> str:
        """What the feature is called; empty when the kind has no such feature."""
        line = self.line_of(feature)
        return "" if line is None else _TITLES.get(feature, line.part)

    def change(self, changes: Mapping[str, float]) -> int:
        """The place among _BANDS that the pair would have with these values of features."""
        known = {name: value for name, value in changes.items() if name in self.values}
        new = self.values | known
        shift = self._weigh(new) - self._weigh(self.values)
        score = self._score_shifted(shift)
        ceiling = self.method.ceiling(tuple(new.values()))
        bounded = max(score, self.score) if shift > 0 else min(score, self.score)
        place = self._rank_score(min(bounded, ceiling))
        return min(place, 2) if self.shown.band == "tie" and shift < TIE_MARGIN else place

    def _weigh(self, values: Mapping[str, float]) -> float:
        return float(self._evidence.log_odds(np.array([list(values.values())]))[0])

    def _score_shifted(self, shift: float) -> float:
        if not self.leads:
            return float(to_probability(np.array(self.odds + shift)))
        moved = [
            lead
            if name == "standing"
            else float(np.clip(lead + shift, -_FAR, _FAR))
            if "lead" in name
            else lead + shift
            for name, lead in zip(OUTCOME_FEATURES, self.leads, strict=True)
        ]
        return self._score_leads(moved)

    def _score_leads(self, leads: Sequence[float]) -> float:
        return float(to_probability(self._outcome.log_odds(np.array([leads])))[0])

    def without(self, rivals: Sequence[Rival]) -> int:
        """The place among _BANDS that the pair would have if these rivals were rejected."""
        rest = [sum_evidence(rival.parts) for rival in self.shown.rivals if rival not in rivals]
        best = max(rest, default=-_FAR)
        lead = float(np.clip(self.odds - best, -_FAR, _FAR))
        new = {"row_lead": lead, "free_row_lead": lead, "alone": self.odds - float(np.logaddexp(best, 0.0))}
        leads = [new.get(name, old) for name, old in zip(OUTCOME_FEATURES, self.leads, strict=True)]
        ceiling = self.method.ceiling(tuple(self.values.values()))
        return self._rank_score(min(self._score_leads(leads), ceiling))


def _shift_lead(name: str, lead: float, shift: float) -> float:
    if name == "standing":
        return lead
    return float(np.clip(lead + shift, -_FAR, _FAR)) if "lead" in name else lead + shift


def sum_evidence(parts: Sequence[Part]) -> float:
    """The log-odds of a pair's own evidence, without the whole list and what a hard difference takes away."""
    return sum(float(part["weight"]) for part in parts if part["part"] not in (WHOLE_LIST, LIMIT))


def _say_tie(pair: _Pair) -> str:
    if pair.shown.band != "tie" or not pair.leads:
        return ""
    tied = [rival for rival in pair.shown.rivals if rival.band == "tie"]
    if not tied:
        return ""
    which, those = (f"'{tied[0].name}'", "that one") if len(tied) == 1 else (f"{len(tied)} others", "those")
    if pair.shown.parts[-1]["verdict"] == TWICE and len(tied) == 1:
        return f"It is a tie because {which} looks like a copy of it: link the one that stays in use."
    band = _BANDS[pair.without(tied)]
    becomes = f" and this becomes {band}" if band != "none" else ""
    verb = "fits" if len(tied) == 1 else "fit"
    return f"It is a tie because {which} {verb} about as well: reject {those}{becomes}."


def _say_upward(pair: _Pair) -> str:
    """What would lift the pair: that nothing contradicts, else a key that a side lacks, else a key that differs."""
    if pair.rank == 3 and pair.shown.band != "tie":
        return ""
    told = _lift_by_facts(pair)
    lifted = {} if told else _lift_by_keys(pair)
    if lifted:
        reached = max(lifted.values())
        titles = [title for title, place in lifted.items() if place == reached]
        return f"The same {_either(titles[:3])} on both sides would make it {_BANDS[reached]}."
    return told or _lift_by_differing_keys(pair)


def _lift_by_keys(pair: _Pair) -> dict[str, int]:
    """Title of a key that a side lacks -> the band it would lift the pair to."""
    lifted = {}
    for feature, (agreeing, _) in _KEYS.items():
        if feature not in pair.values or not _is_missing(pair, feature) or not _is_plausible(pair, feature):
            continue
        place = pair.change({feature: agreeing})
        if place > pair.rank or (pair.shown.band == "tie" and place == 3):
            lifted[pair.title_of(feature)] = place
    return lifted


def _lift_by_facts(pair: _Pair) -> str:
    values = tuple(pair.values.values())
    against = [feature for feature in pair.method.hard(values) if feature in _FACTS]
    place = pair.change({feature: _FACTS[feature][0] for feature in against})
    if not against or place <= pair.rank:
        return ""
    lines = dict.fromkeys(filter(None, (pair.title_of(feature) for feature in against)))
    agreed = "agreed" if len(lines) == 1 else "both agreed" if len(lines) == 2 else "all agreed"
    return f"If the {_join(list(lines))} {agreed}, it would be {_BANDS[place]}."


def _lift_by_differing_keys(pair: _Pair) -> str:
    for feature, (agreeing, differing) in _KEYS.items():
        if pair.values.get(feature) != differing:
            continue
        place = pair.change({feature: agreeing})
        if place > pair.rank:
            return f"If the {pair.title_of(feature)} were the same on both sides, it would be {_BANDS[place]}."
    return ""


def _say_downward(pair: _Pair) -> str:
    """What the band hangs on: a key without which it falls, else what would contradict."""
    if pair.rank < 1 or pair.shown.band == "tie":
        return ""
    for feature, (agreeing, _) in _KEYS.items():
        if feature in pair.values and pair.values[feature] == agreeing:
            place = pair.change({feature: float("nan")})
            if place < pair.rank:
                return f"Without the same {pair.title_of(feature)} it would {_name_fall(place)}."
    return _fall_by_difference(pair) if pair.rank > 1 else ""


def _fall_by_difference(pair: _Pair) -> str:
    for feature, (_, differing) in (_FACTS | _KEYS).items():
        if feature not in pair.values or not _may_differ(pair, feature):
            continue
        place = pair.change({feature: differing})
        if place < pair.rank:
            example = " (No 2)" if feature == "numbers" else ""
            return f"If the {pair.title_of(feature)} differed{example}, it would {_name_fall(place)}."
    return ""


def _name_fall(place: int) -> str:
    return f"be {_BANDS[place]} at most" if place else "not be proposed"


def _is_missing(pair: _Pair, feature: str) -> bool:
    value = pair.values[feature]
    return value != value


def _may_differ(pair: _Pair, feature: str) -> bool:
    """Whether a difference can be thought of: both sides say something, or it is a body that could bear a number."""
    if not _is_missing(pair, feature):
        return True
    return feature == "numbers" and isinstance(pair.left, Record) and not pair.left.name.persons


def _is_plausible(pair: _Pair, feature: str) -> bool:
    """Whether such a record has the key at all: only companies have company numbers, only persons birth dates."""
    if not isinstance(pair.left, Record) or not isinstance(pair.right, Record):
        return True
    kinds = {pair.left.name.type, pair.right.name.type}
    if feature == "company_no":
        return EntityType.COMPANY in kinds
    return feature != "dob" or kinds <= {EntityType.PERSON, EntityType.UNKNOWN}


def _either(titles: Sequence[str]) -> str:
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} or {titles[-1]}"


def _join(titles: Sequence[str]) -> str:
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}"
