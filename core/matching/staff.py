"""Matching staff: names, nicknames, initials, log-ins and e-mail addresses."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
from rapidfuzz.fuzz import ratio

from .alignment import word_similarity
from .candidates import Candidates
from .explain import Line, judge_cases, judge_least, judge_share
from .knowledge import given_roots
from .normalise import fold, split_words
from .people import Level, compare_persons
from .persons import Person, read_persons
from .progress import Progress
from .weigh import HARD_CEILING

STAFF_FEATURES = ("surname", "given", "middle", "letters", "login", "email", "email_name")
STAFF_BINS: dict[str, tuple[float, ...]] = {
    "surname": (1, 2, 3, 4, 5),
    "given": (1, 2, 3, 4, 5),
    "middle": (1, 2, 3, 4, 5),
    "letters": (0.4, 0.6, 0.75, 0.9, 0.999),
    "login": (1, 2, 3, 4),
    "email": (1, 2, 3),
    "email_name": (1, 2, 3, 4),
}
#: "HK - Helen King", "hk: Helen King"; the hyphen of Mei-Ling has no blank beside it.
_INITIALS_BEFORE = re.compile(r"^\s*([a-z]{2,4})(?:\s+[-–]\s*|[-–]\s+|\s*[:|]\s*)(?=\S+\s+\S)")
NAN = float("nan")


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One person of the practice; `box` is the e-mail's part before the @, `login` a name written as one word."""

    text: str
    person: Person | None
    login: str
    email: str
    box: str


def read_staff(row: dict[str, str]) -> StaffMember:
    """Read one row of name and e-mail."""
    text = fold(row.get("name", ""))
    text = _INITIALS_BEFORE.sub("", text)
    email = fold(row.get("email", "")).replace(" ", "")
    is_login = " " not in text and bool(text)
    login = text.split("@")[0].split("\\")[-1] if is_login else ""
    words = split_words(text) if not is_login else []
    persons, _ = read_persons(words) if words else ((), False)
    return StaffMember(text, persons[0] if persons else None, login, email, email.split("@")[0])


def match_login(login: str, person: Person) -> float:
    """How well a log-in names a person: 4 both names in full, 3 one full name with the other's initial, 2 as 3 but
    mistyped or by nickname, 1 only a given name or initials, 0 not."""
    plain = re.sub(r"[^a-z]", "", login)
    if len(plain) < 2 or not person.givens:
        return 0.0
    surname, first = person.surname, person.givens[0]
    if plain in (first + surname, surname + first):
        return 4.0
    if plain in (first[0] + surname, surname + first[0], first + surname[:1]):
        return 3.0
    forms = [given + surname for given in (*given_roots(first), first[0])]
    if any(plain == form or (len(plain) >= 5 and word_similarity(plain, form) >= 0.85) for form in forms):
        return 2.0
    letters = "".join(given[0] for given in person.givens) + surname[:1]
    return 1.0 if plain in (first, surname, letters, first[0] + surname[:1]) else 0.0


class StaffMethod:
    """The staff of one practice: short lists, every pair is looked at."""

    shares = False
    features = STAFF_FEATURES
    bins = STAFF_BINS

    def __init__(self) -> None:
        self.lines = STAFF_LINES

    def read(self, row: dict[str, str]) -> StaffMember:
        """Read one row."""
        return read_staff(row)

    def learn(self, left: list[StaffMember], right: list[StaffMember]) -> None:
        """Nothing: staff lists are too short to learn from."""

    def find(self, left: list[StaffMember], right: list[StaffMember], on_progress: Progress) -> Candidates:
        """All pairs that share a first letter of some word or of the mailbox; two that share an e-mail address of
        their own have no other candidate."""
        mine, theirs = _own_addresses(left), _own_addresses(right)
        shared = mine.keys() & theirs.keys()
        bound = {mine[address]: theirs[address] for address in shared}
        held = set(bound.values())
        by_letter: dict[str, list[int]] = {}
        for place, member in enumerate(right):
            for letter in _letters(member) if place not in held else ():
                by_letter.setdefault(letter, []).append(place)
        pairs = list(bound.items()) + [
            (place, other)
            for place, member in enumerate(left)
            if place not in bound
            for other in {other for letter in _letters(member) for other in by_letter.get(letter, ())}
        ]
        pairs.sort()
        on_progress(1.0)
        found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return Candidates(found[:, 0], found[:, 1])

    def compare(self, left: StaffMember, right: StaffMember, context: None) -> tuple[float, ...]:
        """One value per name of STAFF_FEATURES."""
        surname: float = NAN
        given: float = NAN
        middle: float = NAN
        letters = NAN
        if left.person and right.person:
            surname, given, middle = compare_persons((left.person,), (right.person,))
            letters = ratio(left.text.replace(" ", ""), right.text.replace(" ", "")) / 100
        return (
            surname,
            given,
            middle,
            letters,
            _compare_logins(left, right),
            _compare_emails(left, right),
            _compare_boxes(left, right),
        )

    def hard(self, values: tuple[float, ...]) -> tuple[str, ...]:
        """A given name that contradicts, unless the e-mail address is the same."""
        return ("given",) if values[1] == Level.DIFFERENT and values[5] != 0.0 else ()

    def ceiling(self, values: tuple[float, ...]) -> float:
        """Another given name stays below likely."""
        return HARD_CEILING if self.hard(values) else 1.0

    def model(self, left: list[StaffMember], right: list[StaffMember]) -> str:
        """There is one model."""
        return "staff"


def _own_addresses(members: list[StaffMember]) -> dict[str, int]:
    """E-mail address -> place of the one member who has it; addresses that several share are nobody's own."""
    count = Counter(member.email for member in members if member.email)
    return {member.email: place for place, member in enumerate(members) if count[member.email] == 1}


def _letters(member: StaffMember) -> set[str]:
    texts = (*member.text.split(), member.box, member.login, *re.split(r"[._-]", member.box + "." + member.login))
    letters = {text[0] for text in texts if text}
    roots = (root for word in member.text.split() for root in given_roots(word))
    return letters | {root[0] for root in roots}


def _compare_logins(left: StaffMember, right: StaffMember) -> float:
    if left.login and right.login:
        return 4.0 if left.login == right.login else 0.0
    if left.login and right.person:
        return match_login(left.login, right.person)
    return match_login(right.login, left.person) if right.login and left.person else NAN


def _compare_emails(left: StaffMember, right: StaffMember) -> float:
    """0 same, 1 same mailbox, 2 mailbox alike, 3 differ."""
    if not left.email or not right.email:
        return NAN
    if left.email == right.email:
        return 0.0
    if left.box == right.box:
        return 1.0
    return 2.0 if word_similarity(left.box, right.box) >= 0.85 else 3.0


def _compare_boxes(left: StaffMember, right: StaffMember) -> float:
    """Whether one side's mailbox names the other side's person, as `match_login` counts."""
    found = []
    for mine, theirs in ((left, right), (right, left)):
        if mine.box and theirs.person:
            found.append(match_login(mine.box, theirs.person))
        elif mine.box and theirs.login:
            found.append(4.0 if mine.box == theirs.login else 0.0)
    return max(found, default=NAN)


_judge_staff_name = judge_least(("surname", "given"), Level.NICKNAME, Level.MISSING)

STAFF_LINES = (
    Line("name", ("surname", "given", "middle", "letters"), lambda s: s.text, _judge_staff_name),
    Line("log-in", ("login",), lambda s: s.login or s.text, judge_cases("login", (4, 3), (2, 1))),
    Line("e-mail", ("email",), lambda s: s.email, judge_cases("email", (0,), (1, 2))),
    Line("name in the mailbox", ("email_name",), lambda s: s.box or s.text, judge_share("email_name", 3, 1)),
)
