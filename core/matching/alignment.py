"""Word against word: which words of two names say the same, and how much that tells.

A word tells the more the rarer it is in the two lists being matched: sharing "Garymon" nearly settles a pair, sharing
"Holdings" says little. Words agree exactly, as nickname, as initial, cut short, mistyped, or written together.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

from rapidfuzz.distance import OSA, JaroWinkler

from .knowledge import Phrase, are_nicknames, business_words, nicknames


@dataclass(frozen=True, slots=True)
class Rarity:
    """How much each word tells, in natural logarithms: learned from the names of both lists."""

    weights: dict[str, float]
    unseen: float

    def of(self, word: str) -> float:
        """The weight of one word; a word never seen weighs most."""
        return self.weights.get(word, self.unseen)


def learn_rarity(names: Iterable[Phrase]) -> Rarity:
    """Weigh words by the number of names they occur in."""
    sets = [set(words) for words in names]
    counts, total = Counter(chain.from_iterable(sets)), len(sets)
    # A short list cannot tell rare from common: some hundred imagined names keep its weights moderate.
    scale = total + 200.0
    usual = business_words()
    weights = {word: math.log(scale / (count + (6.0 if word in usual else 0.5))) for word, count in counts.items()}
    return Rarity(weights, math.log(scale / 0.5))


@dataclass(frozen=True, slots=True)
class Alignment:
    """What two lists of words share. All amounts are sums of word weights."""

    agreed: float
    exact: float
    left_rest: float
    right_rest: float
    total: float
    pairs: tuple[tuple[str, str, float], ...]
    left_only: tuple[str, ...]
    right_only: tuple[str, ...]

    @property
    def share(self) -> float:
        """Part of both names that agrees, 0 to 1."""
        return 2 * self.agreed / self.total if self.total else 0.0


_VOWELS = re.compile("[aeiou]")


@lru_cache(maxsize=1 << 18)
def word_similarity(one: str, other: str) -> float:
    """How far two different words may be the same word, 0 to 1."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    known = nicknames()
    if one in known and other in known and are_nicknames(one, other):
        return 0.9
    if len(short) == 1:
        return 0.5 if long.startswith(short) else 0.0
    if len(short) < 3:
        return 0.3 if long.startswith(short) else 0.0
    distance = OSA.distance(one, other, score_cutoff=3 if len(long) >= 10 else 2)
    if distance == 1:
        return 0.92 if len(long) >= 6 else 0.85 if len(long) >= 4 else 0.5
    if distance == 2 and len(long) >= 6:
        return 0.85 if len(long) >= 8 else 0.7
    if long.startswith(short):
        return 0.75
    if distance == 3 and len(long) >= 10:
        return 0.7
    if short[0] == long[0] and len(bones := _VOWELS.sub("", short)) >= 4 and bones == _VOWELS.sub("", long):
        return 0.8
    return 0.6 if JaroWinkler.similarity(one, other, score_cutoff=0.9) else 0.0


def align(left: Phrase, right: Phrase, rarity: Rarity) -> Alignment:
    """Pair the words of two names, the most alike first; each word is used once."""
    pairs, left_open, right_open = _pair_exact(left, right)
    for pair_more in (_pair_whole, _pair_joined, _pair_alike, _pair_initials):
        if not left_open or not right_open:
            break
        pairs += pair_more(left_open, right_open)
    return _sum_up(pairs, left_open, right_open, rarity)


def _pair_exact(left: Phrase, right: Phrase) -> tuple[list[tuple[str, str, float]], list[str], list[str]]:
    if left == right:
        return [(word, word, 1.0) for word in left], [], []
    right_open = list(right)
    left_open = []
    pairs = []
    for word in left:
        if word in right_open:
            right_open.remove(word)
            pairs.append((word, word, 1.0))
        else:
            left_open.append(word)
    return pairs, left_open, right_open


def _pair_alike(left_open: list[str], right_open: list[str]) -> list[tuple[str, str, float]]:
    scored = []
    for one in left_open:
        for other in right_open:
            similarity = word_similarity(one, other)
            if similarity >= 0.5:
                scored.append((similarity, one, other))
    if len(scored) > 1:
        scored.sort(key=_best_first)
    pairs = []
    for similarity, one, other in scored:
        if one in left_open and other in right_open:
            left_open.remove(one)
            right_open.remove(other)
            pairs.append((one, other, similarity))
    return pairs


def _best_first(scored: tuple[float, str, str]) -> float:
    return -scored[0]


def _pair_joined(left_open: list[str], right_open: list[str]) -> list[tuple[str, str, float]]:
    """Words that one side writes together: "Micha El" and "Michael", "Sky Borne" and "Skyborne"."""
    if len(left_open) < 2 and len(right_open) < 2:
        return []
    pairs = []
    for split, whole, turned in ((left_open, right_open, False), (right_open, left_open, True)):
        for first, second in pairwise(tuple(split)):
            near = _find_whole(first + second, whole)
            if near is None or first not in split or split.count(second) <= (first == second):
                continue
            split.remove(first)
            split.remove(second)
            whole.remove(near)
            pairs.append((near, f"{first} {second}", 0.9) if turned else (f"{first} {second}", near, 0.9))
    return pairs


def _pair_whole(left_open: list[str], right_open: list[str]) -> list[tuple[str, str, float]]:
    """All that is left, when one side only writes it together: "limbsandthings" and "Limbs and Things"."""
    if len(left_open) == len(right_open) or min(len(left_open), len(right_open)) > 1:
        return []
    one, other = "".join(left_open), "".join(right_open)
    if one != other and (len(one) < 8 or one.replace("and", "") != other.replace("and", "")):
        return []
    pair = (" ".join(left_open), " ".join(right_open), 0.95)
    left_open.clear()
    right_open.clear()
    return [pair]


def _find_whole(joined: str, words: list[str]) -> str | None:
    is_given = joined in nicknames()
    for word in words:
        # But for given names, only words of about one length are so much alike.
        near = is_given or -3 < len(word) - len(joined) < 3
        if word == joined or (near and word_similarity(joined, word) >= 0.85):
            return word
    return None


def _pair_initials(left_open: list[str], right_open: list[str]) -> list[tuple[str, str, float]]:
    """Letters that stand for several words: "MJ" for Min Jie, "AIATSIS" for the institute."""
    pairs = []
    for blocks, others, turned in ((left_open, right_open, False), (right_open, left_open, True)):
        if len(others) < 2:
            continue
        for block in [word for word in blocks if 2 <= len(word) <= 8 and word.isalpha()]:
            at = "".join([word[0] for word in others]).find(block)
            if at < 0:
                continue
            spelled = others[at : at + len(block)]
            blocks.remove(block)
            del others[at : at + len(block)]
            similarity = 0.5 if len(block) < 3 else 0.8
            text = " ".join(spelled)
            pairs.append((text, block, similarity) if turned else (block, text, similarity))
    return pairs


def _sum_up(
    pairs: list[tuple[str, str, float]],
    left_open: list[str],
    right_open: list[str],
    rarity: Rarity,
) -> Alignment:
    weight_of, unseen = rarity.weights.get, rarity.unseen
    agreed = exact = paired = left_rest = right_rest = 0.0
    for one, other, similarity in pairs:
        weight = weight_of(one, unseen)
        if one != other:
            weight = min(weight, weight_of(other, unseen))
        agreed += weight * similarity
        # A mistyped word is rare only because it is mistyped: both sides of a pair count with the commoner spelling.
        paired += 2 * weight
        if similarity == 1.0:
            exact += weight
    for word in left_open:
        left_rest += weight_of(word, unseen)
    for word in right_open:
        right_rest += weight_of(word, unseen)
    total = paired + left_rest + right_rest
    return Alignment(agreed, exact, left_rest, right_rest, total, tuple(pairs), tuple(left_open), tuple(right_open))
