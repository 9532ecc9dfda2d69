"""The distinct words of the lists being matched, each looked at once: its code, letters, given names and slips."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from .knowledge import given_roots

#: Words of one name that are looked up; a name with more says no more.
MOST_LOOKED_UP = 12


@dataclass(frozen=True, slots=True)
class Forms:
    """Several codes per word, word after word: those of word `w` stand between starts[w] and starts[w + 1]."""

    starts: np.ndarray
    codes: np.ndarray

    def of(self, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """For all forms of all the words: which of the words a form belongs to, by position, and its code."""
        begins = self.starts[words]
        counts = self.starts[words + 1] - begins
        repeat = np.repeat(np.arange(len(words)), counts)
        before = np.cumsum(counts) - counts
        return repeat, self.codes[(begins - before)[repeat] + np.arange(len(repeat))]


@dataclass(frozen=True, slots=True)
class Words:
    """What is known of each word, by its place in the vocabulary."""

    codes: np.ndarray
    firsts: np.ndarray
    seconds: np.ndarray
    sizes: np.ndarray
    roots: Forms
    slips: Forms


class Vocabulary(dict[str, int]):
    """Words in the order they were first seen: asked for the place of a new word, it gives it the next one."""

    def __missing__(self, word: str) -> int:
        self[word] = place = len(self)
        return place

    def look_up(self) -> Words:
        """Everything about the words seen so far."""
        words = list(self)
        return Words(
            codes=_code_all(words),
            firsts=np.array([ord(word[0]) for word in words], dtype=np.uint64),
            seconds=np.array([ord(word[1]) if len(word) > 1 else 0 for word in words], dtype=np.uint64),
            sizes=np.array([len(word) for word in words], dtype=np.int32),
            roots=_list_forms(words, given_roots),
            slips=_list_forms(words, _spell_slips),
        )


def _code_all(texts: Iterable[str]) -> np.ndarray:
    return np.array([crc32(text.encode("utf-8", "replace")) for text in texts], dtype=np.uint64)


def _list_forms(words: list[str], spell: Callable[[str], Iterable[str]]) -> Forms:
    starts, forms = [0], list[str]()
    for word in words:
        forms += spell(word)
        starts.append(len(forms))
    return Forms(np.array(starts, dtype=np.int64), _code_all(forms))


def _spell_slips(word: str) -> Iterable[str]:
    """The word and the word short of one letter: two spellings one slip apart share such a form."""
    if not 3 <= len(word) <= 30:
        return ()
    return dict.fromkeys((*(word[:place] + word[place + 1 :] for place in range(len(word))), word))
