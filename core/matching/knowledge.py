"""What accountants know about names, as tables: legal forms, titles, nicknames, words of the trade.

The tables are CSV files beside this package so that a person can read and extend them without reading code. All
texts in them are already folded (lower case, no accents, no punctuation). Everything here was written by hand from
general knowledge of Australian, New Zealand and British practice lists.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

Phrase = tuple[str, ...]


class EntityType(StrEnum):
    """What kind of client a name says it is; `unknown` when the name does not tell."""

    PERSON = "person"
    COUPLE = "couple"
    COMPANY = "company"
    TRUST = "trust"
    SUPER_FUND = "super fund"
    PARTNERSHIP = "partnership"
    ESTATE = "estate"
    ASSOCIATION = "association"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class LegalForm:
    """One form in its usual spelling and the kind of client that carries it."""

    name: str
    type: EntityType


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of one table shipped in `core/matching/data`."""
    text = (files("core.matching") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def _phrase(text: str) -> Phrase:
    return tuple(text.split())


@cache
def legal_forms() -> dict[Phrase, LegalForm]:
    """Each known spelling as a phrase of folded words."""
    rows = read_table("legal_forms.csv")
    return {_phrase(row["spelling"]): LegalForm(row["form"], EntityType(row["type"])) for row in rows}


@cache
def form_words() -> frozenset[str]:
    """Every word that occurs in a legal form and is long enough to be recognised when mistyped."""
    return frozenset(word for phrase in legal_forms() for word in phrase if len(word) >= 3)


@cache
def joiners() -> dict[Phrase, str]:
    """Phrases between the parts of a name and the role of the part: trustee, trading, former, alias."""
    return {_phrase(row["phrase"]): row["role"] for row in read_table("joiners.csv")}


@cache
def titles() -> dict[str, str]:
    """Titles of persons; the value is man, woman or empty."""
    return {row["title"]: row["means"] for row in read_table("titles.csv")}


@cache
def suffixes() -> dict[str, str]:
    """Words after a person's name; the value is junior, senior, deceased or empty."""
    return {row["suffix"]: row["means"] for row in read_table("suffixes.csv")}


@cache
def stop_words() -> frozenset[str]:
    """Words that tell nothing."""
    return frozenset(row["word"] for row in read_table("stop_words.csv"))


@cache
def particles() -> frozenset[str]:
    """Words that begin a surname of several words: van der Berg, Te Whaiti, Di Pietro."""
    return frozenset(row["word"] for row in read_table("particles.csv"))


@cache
def remarks() -> frozenset[Phrase]:
    """Remarks about a record that people type into its name: "inactive", "do not use", "zz" to sort it last."""
    return frozenset(_phrase(row["phrase"]) for row in read_table("remarks.csv"))


@cache
def remark_words() -> frozenset[str]:
    """Words that remarks in brackets or behind a dash are made of: "lost client", "BAS only", "new 2023"."""
    return frozenset(row["word"] for row in read_table("remark_words.csv"))


@cache
def plan_words() -> frozenset[str]:
    """Words that the names of bodies corporate are made of, beside the number of their plan."""
    return frozenset(row["word"] for row in read_table("plan_words.csv"))


@cache
def number_words() -> dict[str, str]:
    """Numbers written out, which count as numbers behind "No" or "Number"."""
    return {row["word"]: row["number"] for row in read_table("number_words.csv")}


@cache
def short_words() -> dict[str, str]:
    """Shortened and inflected words of business names and the word they stand for."""
    return {row["short"]: row["word"] for row in read_table("short_words.csv")}


@cache
def business_words() -> frozenset[str]:
    """Words that persons are not called: they make a name without a legal form a business name."""
    return frozenset(row["word"] for row in read_table("business_words.csv"))


@cache
def nicknames() -> dict[str, frozenset[str]]:
    """Each given name and the other forms it is known by, in both directions."""
    pairs: defaultdict[str, set[str]] = defaultdict(set)
    for row in read_table("nicknames.csv"):
        for other in row["also"].split():
            pairs[row["name"]].add(other)
            pairs[other].add(row["name"])
    return {name: frozenset(others) for name, others in pairs.items()}


@cache
def either_names() -> frozenset[str]:
    """Short given names that women and men are called by: Chris, Pat, Sam."""
    return frozenset(row["name"] for row in read_table("either_names.csv"))


@cache
def telling_words() -> frozenset[str]:
    """Words of trades, places and directions: where two names differ in them, neither is a slip of the other."""
    return business_words() | frozenset(row["word"] for row in read_table("place_words.csv"))


@lru_cache(maxsize=1 << 18)
def are_nicknames(one: str, other: str) -> bool:
    """Whether both may be the same given name: Bob and Robert, or Bob and Rob through Robert."""
    known = nicknames()
    mine, theirs = known.get(one), known.get(other)
    if not mine or not theirs:
        return False
    return other in mine or (len(one) <= 5 and len(other) <= 5 and not mine.isdisjoint(theirs))


@cache
def _roots() -> dict[str, tuple[str, ...]]:
    roots: defaultdict[str, list[str]] = defaultdict(list)
    for row in read_table("nicknames.csv"):
        for name in (row["name"], *row["also"].split()):
            roots[name].append(row["name"])
    return {name: tuple(found) for name, found in roots.items()}


def given_roots(word: str) -> tuple[str, ...]:
    """The full given names a word may stand for: Tony for Anthony and Antonio; none when it is no given name."""
    return _roots().get(word, ())


@cache
def work_kinds() -> dict[Phrase, str]:
    """Phrases for kinds of accounting work and the kind they mean."""
    return {_phrase(row["phrase"]): row["kind"] for row in read_table("work_kinds.csv")}


@cache
def stages() -> dict[Phrase, str]:
    """Phrases for the stage of a piece of work and the stage they mean."""
    return {_phrase(row["phrase"]): row["stage"] for row in read_table("stages.csv")}
