"""The words of made-up practices: few common names, many rare ones, as in a real list.

The commonest words stand in words.txt; the long tail of surnames and coined business names is put together from heads
and tails, so that fifty thousand clients do not share three hundred surnames.
"""

from __future__ import annotations

from bisect import bisect
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Pool:
    """Words drawn the more often the earlier they stand: weight 1 / (place + 3) ^ steepness."""

    def __init__(self, words: list[str], steepness: float = 0.8) -> None:
        self.words = words
        self.ends = list(accumulate((place + 3) ** -steepness for place in range(len(words))))

    def draw(self, chance: Random) -> str:
        return self.words[bisect(self.ends, chance.random() * self.ends[-1])]


class Choice(Generic[Item]):
    """Things drawn by given weights."""

    def __init__(self, *weighted: tuple[float, Item]) -> None:
        self.items = [item for _, item in weighted]
        self.ends = list(accumulate(weight for weight, _ in weighted))

    def draw(self, chance: Random) -> Item:
        return self.items[bisect(self.ends, chance.random() * self.ends[-1])]


@lru_cache(maxsize=1)
def _sections() -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    name = ""
    for line in (Path(__file__).parent / "words.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
            sections[name] = []
        elif line and not line.startswith("#"):
            # a head such as "Abou " keeps its blank
            sections[name] += [word.lstrip() for word in line.split(",") if word.strip()]
    return sections


def words_of(section: str) -> list[str]:
    """The words of a section, commonest first."""
    return _sections()[section]


@lru_cache(maxsize=256)
def pool(section: str, steepness: float = 0.8) -> Pool:
    """The words of a section, to draw from."""
    return Pool(words_of(section), steepness)


@lru_cache(maxsize=16)
def pairs(section: str) -> dict[str, list[str]]:
    """A section of entries "this: that other" by what stands before the colon."""
    entries = (entry.split(":") for entry in words_of(section))
    return {full.strip(): short.split() for full, short in entries}


@lru_cache(maxsize=1)
def sound_alikes() -> dict[str, list[str]]:
    """Other spellings of a name, by each of its spellings."""
    groups = [entry.split() for entry in words_of("romanised")]
    return {name: [other for other in group if other != name] for group in groups for name in group}


#: By origin: how often a surname is put together rather than drawn, and how steep its common names fall.
_TAILS = {
    "anglo": 0.42,
    "italian": 0.65,
    "greek": 0.6,
    "slavic": 0.6,
    "germanic": 0.5,
    "indian": 0.4,
    "arabic": 0.4,
}

_BRITISH = Choice((76, "english"), (19, "gaelic"), (5, "irish"))


def draw_surname(origin: str, chance: Random) -> str:
    """A surname of people of that origin."""
    if chance.random() >= _TAILS.get(origin, 0.0):
        return pool(f"{origin} surnames", 0.9).draw(chance)
    if origin == "anglo":
        origin = _BRITISH.draw(chance)
    return pool(f"{origin} heads", 0.3).draw(chance) + pool(f"{origin} tails", 0.5).draw(chance)


def coin(chance: Random) -> str:
    """An invented business word."""
    middle = pool("coined middles", 0.2).draw(chance) if chance.random() < 0.7 else ""
    return pool("coined heads", 0.1).draw(chance) + middle + pool("coined tails", 0.1).draw(chance)
