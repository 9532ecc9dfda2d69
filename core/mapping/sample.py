"""Accepting many proposals after looking at a few: how many to look at, which ones, and what that proves.

Pairs are drawn by lot, whatever their rank or score, from a finite band, so the number of wrong ones among those looked
at follows the hypergeometric distribution. Its exact one-sided bound (Clopper and Pearson's argument, for a finite
band) says how many of the others may be wrong.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass

import numpy as np
from scipy.special import gammaln

CONFIDENCE = 0.95
#: When all but a tenth would have to be looked at, everything is.
_NEARLY_ALL = 0.9

Pair = tuple[str, str]


@dataclass(frozen=True)
class Bound:
    """What a checked sample proves: `most` of the `rest` pairs nobody looked at are wrong at most."""

    most: int
    rest: int
    confidence: float

    @property
    def share(self) -> float:
        """The same as a share of the rest, 0 to 1; 0 when everything was looked at."""
        return self.most / self.rest if self.rest else 0.0


def size_sample(total: int, most_wrong: float, wrong: int = 0, confidence: float = CONFIDENCE) -> int:
    """How many of `total` pairs have to be looked at so that, with `wrong` of them wrong, the share of wrong ones among
    all others is `most_wrong` (0 to 1) at most, with this confidence. `total` when only looking at all can show it.
    """
    sizes = np.arange(wrong, total)
    # The fewest wrong pairs that would break the promise; the sample has to make them implausible.
    broken = np.floor(most_wrong * (total - sizes) + 1e-9).astype(np.int64) + wrong + 1
    chance = _chance_of_at_most(wrong, total, broken, sizes)
    proven = np.flatnonzero((broken <= total) & (chance <= 1 - confidence))
    size = int(sizes[proven[0]]) if len(proven) else total
    return size if size < _NEARLY_ALL * total else total


def bound_error(checked: int, wrong: int, total: int, confidence: float = CONFIDENCE) -> Bound:
    """How many of the pairs that were not looked at may be wrong, after `wrong` of `checked` out of `total` were.

    The largest number with which so few wrong ones among the checked are still plausible: were there more, a sample
    would show more than `wrong` of them with at least this confidence.
    """
    low, high = wrong, total - (checked - wrong)
    while low < high:
        middle = (low + high + 1) // 2
        if _chance_of_at_most(wrong, total, np.array([middle]), np.array([checked]))[0] > 1 - confidence:
            low = middle
        else:
            high = middle - 1
    return Bound(low - wrong, total - checked, confidence)


def _chance_of_at_most(wrong: int, total: int, bad: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """How likely samples of these sizes hold at most `wrong` of so many bad ones: the hypergeometric distribution."""
    chance = np.zeros(len(sizes))
    for seen in range(wrong + 1):
        fits = (bad >= seen) & (total - bad >= sizes - seen) & (sizes >= seen)
        ways = _log_ways(bad[fits], seen) + _log_ways(total - bad[fits], sizes[fits] - seen)
        chance[fits] += np.exp(ways - _log_ways(np.full(fits.sum(), total), sizes[fits]))
    return chance


def _log_ways(of: np.ndarray, take: np.ndarray | int) -> np.ndarray:
    return np.asarray(gammaln(of + 1) - gammaln(np.add(take, 1)) - gammaln(of - take + 1))


def confidence_of(look: int) -> float:
    """The confidence a sample is held to; look: 0 for the first one, 1 after it was enlarged once, and so on.

    Whoever may look again has more chances to be lucky. Each further look may add only half the doubt of the one
    before, so that all of them together never come to twice the first.
    """
    return 1.0 - (1.0 - CONFIDENCE) / float(2**look)


def draw_sample(pairs: Iterable[Pair], size: int, seed: str) -> list[Pair]:
    """`size` of the pairs by lot, in the order drawn; all of them when there are no more.

    A pair's lot depends on the seed and on the pair alone: a larger sample begins with the smaller one, and a pair that
    is gone gives its place to the next one without moving any other.
    """
    return sorted(set(pairs), key=lambda pair: _cast_lot(pair, seed))[:size]


def _cast_lot(pair: Pair, seed: str) -> bytes:
    return hashlib.sha256("\x1f".join((seed, *pair)).encode()).digest()


@dataclass(frozen=True)
class Sample:
    """Pairs drawn from the proposals of one band, to be looked at.

    group, words: what narrowed the band when it was drawn. look: 0 at first, one more each time it is enlarged.
    size: how many are to be looked at. drawn: those drawn last. replaced: how many drawn ones had to give way because
    they changed. at: UTC text.
    """

    id: str
    band: str
    group: str
    words: str
    seed: str
    size: int
    drawn: tuple[Pair, ...]
    by: str
    at: str
    look: int = 0
    replaced: int = 0

    def to_json(self) -> str:
        """As one JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Sample:
        """Read back from `to_json`."""
        found = json.loads(text)
        return cls(**found | {"drawn": tuple((one, other) for one, other in found["drawn"])})


@dataclass(frozen=True)
class Stock:
    """How far a sample is: pairs judged (True for right), those still to look at, and the others of its band now.

    gone: how many of the pairs drawn are no longer proposed so.
    """

    judged: Mapping[Pair, bool]
    to_check: tuple[Pair, ...]
    rest: tuple[Pair, ...]
    gone: int
    look: int

    @property
    def checked(self) -> int:
        """How many were judged."""
        return len(self.judged)

    @property
    def wrong(self) -> int:
        """How many of them were wrong."""
        return self.checked - sum(self.judged.values())

    @property
    def total(self) -> int:
        """The band: judged or not."""
        return self.checked + len(self.to_check) + len(self.rest)

    @property
    def bound(self) -> Bound:
        """What the judged ones prove of the rest, once nothing is left to look at."""
        return self.bound_if_right

    @property
    def bound_if_right(self) -> Bound:
        """What the whole sample would prove if all pairs still to look at were right."""
        checked = self.checked + len(self.to_check)
        return bound_error(checked, self.wrong, checked + len(self.rest), confidence_of(self.look))

    def size_more(self, most_wrong: float) -> int:
        """How many more would have to be looked at, all right, to show that at most this share of the rest is wrong;
        0 when only looking at every one can."""
        known = self.checked + len(self.rest)
        size = size_sample(known, most_wrong, self.wrong, confidence_of(self.look + 1))
        return 0 if size >= known else size - self.checked


def take_stock(sample: Sample, band: Collection[Pair], judged: Mapping[Pair, bool]) -> Stock:
    """How far the sample is.

    band: the pairs that could be drawn now. judged: whether pairs drawn were found right. A pair that is in neither has
    changed since and is out; the lots decide which others take its place, new ones of the band included.
    """
    known = {pair: right for pair, right in judged.items() if pair in set(sample.drawn)}
    everything = draw_sample([*band, *known], len(band) + len(known), sample.seed)
    last = max((place for place, pair in enumerate(everything) if pair in known), default=-1)
    inside = everything[: max(sample.size, last + 1)]
    return Stock(
        judged=known,
        to_check=tuple(pair for pair in inside if pair not in known),
        rest=tuple(everything[len(inside) :]),
        gone=len(set(sample.drawn) - set(everything)),
        look=sample.look,
    )


def mark_pairs(pairs: Iterable[Pair]) -> str:
    """A short text that differs when the pairs do: what was shown is what is accepted, or nothing is."""
    return hashlib.sha256("\x1e".join("\x1f".join(pair) for pair in sorted(pairs)).encode()).hexdigest()[:16]
