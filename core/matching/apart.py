"""Two names taken apart side by side, as matching reads them: who, of which kind, with which numbers, acting for whom.

It shows a person why "Smith Family Trust" and "Smith Family Super Fund" are two clients, and where a name was read
wrongly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .client_lines import show_numbers, show_persons, show_type, show_words
from .explain import DIFFERS, MISSING, SAME, SIMILAR, Line
from .kinds import choose_method
from .parse import parse_name
from .people import Level, compare_person, compare_word
from .persons import Person
from .records import Record
from .staff import StaffMember


@dataclass(frozen=True)
class Piece:
    """One piece of two names: what each side says, empty when it says nothing, and how they agree."""

    title: str
    left: str
    right: str
    verdict: str


def take_apart(kind: str, left: Mapping[str, str], right: Mapping[str, str], year_end_month: int = 6) -> list[Piece]:
    """The pieces of the names of one pair, those that neither side has left out.

    left, right: rows of the two lists, as texts, see `match_lists`.
    """
    method = choose_method(kind, year_end_month)
    mine, theirs = method.read(dict(left)), method.read(dict(right))
    return [piece for piece in _list_pieces(mine, theirs, method.lines) if piece.left or piece.right]


@lru_cache(maxsize=1 << 16)
def read_key(name: str) -> str:
    """A text that two client names share when they say the same in all their parts, whatever the spelling."""
    found = parse_name(name)
    if not found.words:
        return ""
    return "|".join((found.type, " ".join(sorted(found.words)), *sorted(found.numbers)))


def _list_pieces(left: Any, right: Any, lines: Sequence[Line]) -> Iterator[Piece]:
    if isinstance(left, Record):
        yield from _list_client(left, right)
    elif isinstance(left, StaffMember):
        yield from _list_person(left.person, right.person)
        yield _compare_texts("Log-in", left.login, right.login)
    else:
        for line in lines:
            if line.part not in _NO_PIECE:
                yield _compare_texts(line.part.capitalize(), line.show(left), line.show(right))


def _list_client(left: Record, right: Record) -> Iterator[Piece]:
    yield _compare_texts("Kind", show_type(left), show_type(right))
    mine, theirs = left.name.persons, right.name.persons
    if len(mine) < 2 and len(theirs) < 2 and mine and theirs:
        yield from _list_person(mine[0], theirs[0])
    elif mine or theirs:
        yield _compare_texts(
            "Persons", show_persons(left) or show_words(left), show_persons(right) or show_words(right)
        )
    else:
        yield _compare_texts("Words", show_words(left), show_words(right))
    yield _compare_texts("Number", show_numbers(left), show_numbers(right))
    for title, part in (("Trustee", "trustee"), ("Trading as", "trading"), ("Formerly", "former"), ("Code", "code")):
        yield _compare_texts(title, _join(getattr(left.name, part)), _join(getattr(right.name, part)))


def _list_person(left: Person | None, right: Person | None) -> Iterator[Piece]:
    mine, theirs = left or _NOBODY, right or _NOBODY
    surname, given, _ = compare_person(mine, theirs)
    if surname > compare_word(mine.surname, theirs.surname):
        # The other way round: which of the words is the surname is a guess, so no guess is shown.
        verdict = SAME if min(surname, given) is Level.SAME else SIMILAR
        yield Piece("Person", _join((*mine.givens, mine.surname)), _join((*theirs.givens, theirs.surname)), verdict)
        return
    yield Piece("Surname", mine.surname.title(), theirs.surname.title(), _judge(mine.surname, theirs.surname))
    first, other = "".join(mine.givens[:1]), "".join(theirs.givens[:1])
    yield Piece("Given name", first.title(), other.title(), _judge(first, other))
    yield _compare_texts("Further names", _join(mine.givens[1:]), _join(theirs.givens[1:]))
    yield _compare_texts("Title", _show_title(mine), _show_title(theirs))


def _judge(left: str, right: str) -> str:
    level = compare_word(left, right)
    if level is Level.MISSING:
        return MISSING
    return SAME if level is Level.SAME else SIMILAR if level > Level.MISSING else DIFFERS


def _compare_texts(title: str, left: str, right: str) -> Piece:
    verdict = MISSING if not left or not right else SAME if left == right else DIFFERS
    return Piece(title, left, right, verdict)


def _join(words: str | tuple[str, ...]) -> str:
    return words.upper() if isinstance(words, str) else " ".join(words).title()


def _show_title(person: Person) -> str:
    return " ".join(filter(None, (_GENDERS.get(person.gender, ""), person.suffix)))


_GENDERS = {"man": "Mr", "woman": "Mrs or Ms"}
_NOBODY = Person((), "", True, "", "")
#: Lines of work that are no piece of a name.
_NO_PIECE = frozenset({"wording", "client"})
