"""Why a pair has its score: one line per part of the evidence, and one sentence.

Each line says what both sides show, whether they agree, and how far that moved the log-odds of the pair; the lines add
up to the score, so a page can draw them as a waterfall. The sentence names what contradicts or differs by its words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

#: Verdicts of a part.
SAME, SIMILAR, DIFFERS, MISSING, CONTRADICTS = "same", "similar", "differs", "missing", "contradicts"
#: The verdicts by the codes that judges give.
VERDICTS = (MISSING, SAME, SIMILAR, DIFFERS, CONTRADICTS)
_MISSING, _SAME, _SIMILAR, _DIFFERS, _CONTRADICTS = range(5)

#: A sentence is cut to this many characters.
LONGEST_SENTENCE = 160
_LONGEST_WORDS = 32
#: The first line of every explanation: what is known before the two records are compared.
BEFORE = "before comparing"
#: The line of what a hard difference holds down.
LIMIT = "limit"

Part = dict[str, Any]
Columns = Mapping[str, np.ndarray]


class Judge(Protocol):
    """Gives the codes of VERDICTS for many pairs at once, from their columns of evidence by feature."""

    def __call__(self, columns: Columns) -> np.ndarray: ...


@dataclass(frozen=True)
class Line:
    """One part of the evidence: its title, the features that belong to it, how to show a side, how to judge it.

    narrow: names the piece that differs, as title, left words and right words. within: the title of a line whose words
    hold those of this one, so that a sentence names them once. neutral: for features that always have a value, the
    value that says nothing; its weight counts as known before comparing.
    """

    part: str
    features: tuple[str, ...]
    show: Callable[[Any], str]
    judge: Judge
    narrow: Callable[[Any, Any, dict[str, float]], tuple[str, str, str]] | None = None
    within: str = ""
    neutral: Mapping[str, float] = field(default_factory=dict)


def say_chance(share: float) -> str:
    """A probability in per cent: `54 %`; near the ends `0.3 %`, `98.8 %`, and never a certainty that nobody has."""
    if share < 0.001:
        return "under 0.1 %"
    if share > 0.999:
        return "over 99.9 %"
    near_an_end = share < 0.0995 or share > 0.95
    return f"{round(share * 100, 1 if near_an_end else 0):g} %"


def judge_cases(
    feature: str, same: Sequence[float] = (0,), similar: Sequence[float] = (), missing: Sequence[float] = ()
) -> Judge:
    """A judge for a feature of named cases: the ones given are same, similar or missing, all others differ."""

    def judge(columns: Columns) -> np.ndarray:
        value = columns[feature]
        missed = np.isnan(value) | np.isin(value, missing)
        conditions = [missed, np.isin(value, same), np.isin(value, similar)]
        return np.select(conditions, [_MISSING, _SAME, _SIMILAR], _DIFFERS)

    return judge


def judge_share(feature: str, same: float, similar: float) -> Judge:
    """A judge for a feature that grows with likeness."""
    return judge_least((feature,), same, similar)


def judge_least(features: Sequence[str], same: float, similar: float) -> Judge:
    """A judge for several features that grow with likeness: the least one counts; NaN in any says nothing."""

    def judge(columns: Columns) -> np.ndarray:
        least = np.minimum.reduce([columns[feature] for feature in features])
        return np.select([np.isnan(least), least >= same, least >= similar], [_MISSING, _SAME, _SIMILAR], _DIFFERS)

    return judge


def judge_lines(
    lines: Sequence[Line], features: Sequence[str], values: np.ndarray, hard: Sequence[Sequence[str]]
) -> np.ndarray:
    """A row of codes of VERDICTS per pair, a column per line.

    values: evidence, one row per pair. hard: the features of each pair that no likeness can outweigh.
    """
    columns = {feature: values[:, place] for place, feature in enumerate(features)}
    codes = np.empty((len(values), len(lines)), dtype=np.uint8)
    for place, line in enumerate(lines):
        codes[:, place] = line.judge(columns)
    line_of = {feature: place for place, line in enumerate(lines) for feature in line.features}
    for row, found in enumerate(hard):
        for feature in found:
            codes[row, line_of[feature]] = _CONTRADICTS
    return codes


def list_parts(
    lines: Sequence[Line], left: Any, right: Any, codes: Sequence[int], weights: Sequence[float]
) -> list[Part]:
    """The parts of one pair, leaving out those that neither side shows. codes, weights: one per line."""
    parts = []
    for line, code, weight in zip(lines, codes, weights, strict=True):
        mine, theirs = line.show(left), line.show(right)
        if not mine and not theirs and abs(weight) < 0.3:
            continue
        verdict = VERDICTS[code] if (mine and theirs) or code == _CONTRADICTS else MISSING
        parts.append(make_part(line.part, mine, theirs, verdict, weight))
    return parts


def make_part(part: str, left: str, right: str, verdict: str, weight: float) -> Part:
    """One line of the explanation. `weight` is in log-odds: positive speaks for the pair."""
    return {"part": part, "left": left, "right": right, "verdict": verdict, "weight": round(float(weight), 3)}


class Sentences:
    """Writes explanations. Pairs of one pattern of verdicts share their words but for the pieces that differ."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._patterns: dict[bytes, tuple[tuple[int, ...], str]] = {}

    def write(self, codes: bytes, left: Any, right: Any, values: Callable[[], dict[str, float]], note: str) -> str:
        """The explanation of one pair: what contradicts, what agrees, what is alike or differs, with its words.

        codes: the pair's row of `judge_lines`. values: gives its evidence by feature, asked only when it is needed.
        note: what the whole list says of it. At most LONGEST_SENTENCE characters; the note is never left out.
        """
        named, agreeing = self._patterns.get(codes) or self._read_pattern(codes)
        if not named:
            return f"{agreeing}{' ' if agreeing and note else ''}{note}" or "Nothing to compare."
        pieces = [self._name(line, codes[line], left, right, values()) for line in named]
        first = 1 if codes[named[0]] == _CONTRADICTS else 0
        ordered = [*pieces[:first], agreeing, *pieces[first:]]
        return _join(ordered, note)

    def _read_pattern(self, codes: bytes) -> tuple[tuple[int, ...], str]:
        same = [line.part for line, code in zip(self._lines, codes, strict=True) if code == _SAME]
        plural = len(same) > 1 or "".join(same).endswith("s")
        agreeing = f"{_enumerate(same)} {'agree' if plural else 'agrees'}." if same else ""
        # The worst first, so that what is cut off at the end tells least.
        apart = [place for place, code in enumerate(codes) if code >= _SIMILAR]
        titles = {self._lines[place].part for place in apart}
        named = sorted((at for at in apart if self._lines[at].within not in titles), key=lambda at: -codes[at])
        self._patterns[codes] = found = tuple(named), agreeing[:1].upper() + agreeing[1:]
        return found

    def _name(self, place: int, code: int, left: Any, right: Any, values: dict[str, float]) -> str:
        line = self._lines[place]
        title, mine, theirs = line.part, "", ""
        if line.narrow is not None:
            title, mine, theirs = line.narrow(left, right, values)
        if not mine and not theirs:
            mine, theirs = line.show(left), line.show(right)
        title = f"{title[:1].upper()}{title[1:]}"
        if code != _CONTRADICTS and bool(mine) != bool(theirs):
            return f"{title} {'agrees but for' if code == _SIMILAR else 'differs by'} {_cut(mine or theirs)}."
        return f"{title} {_WORDS[code]}: {_cut(mine)} / {_cut(theirs)}."


_WORDS = {_SIMILAR: "is similar", _DIFFERS: "differs", _CONTRADICTS: "contradicts"}


def _join(pieces: Sequence[str], note: str) -> str:
    """As many of the pieces as fit in front of the note, the first of them always."""
    room = LONGEST_SENTENCE - len(note)
    said = ""
    for piece in pieces:
        if piece and (not said or len(said) + len(piece) < room):
            said += f" {piece}" if said else piece
    return f"{said} {note}" if note else said


def _cut(words: str) -> str:
    if len(words) <= _LONGEST_WORDS:
        return words or "–"
    return f"{words[: _LONGEST_WORDS - 1].rstrip()}…"


def _enumerate(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
