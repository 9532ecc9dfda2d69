"""Matching staff: names, nicknames, initials, log-ins and e-mail addresses."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

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

STAFF_FEATURES = ("surname", "given", "middle", "letters", "shared", "login", "email", "email_name")
STAFF_BINS: dict[str, tuple[float, ...]] = {
    "surname": (1, 2, 3, 4, 5),
    "given": (1, 2, 3, 4, 5),
    "middle": (1, 2, 3, 4, 5),
    "letters": (0.4, 0.6, 0.75, 0.9, 0.999),
    "shared": (1, 2),
    "login": (1, 1.5, 2, 3, 4),
    "email": (1, 2, 3, 4),
    "email_name": (1, 1.5, 2, 3, 4),
}
#: Mailboxes that belong to a desk and not to a person.
_DESKS = frozenset(
    {
        "accounts", "admin", "administration", "bookkeeping", "bookkeepers", "contact", "enquiries", "enquiry",
        "finance", "hello", "help", "info", "mail", "office", "payroll", "practice", "reception", "sales", "service",
        "staff", "support", "tax", "team"
    }
)  # fmt: skip
#: Words of the names under which contractors work.
_TRADES = frozenset({"accountants", "accounting", "advisory", "bookkeeping", "business", "consulting", "services"})
#: "Ann Lee (Syd)", "Ann Lee [left]", "Ann Lee - Manager": what follows the name.
_ASIDE = re.compile(r"[(\[{]([^)\]}]*)[)\]}]?")
_TAIL = re.compile(r"(?:\s+[-–|:/]\s*|\s*[-–|:/]\s+|\s*\|\s*)(?=\S)")
_HYPHENED = re.compile(r"([a-z']{2,})-([a-z']{2,})$")
#: "HK - Helen King", "hk: Helen King"; the hyphen of Mei-Ling has no blank beside it.
_INITIALS_BEFORE = re.compile(r"^\s*([a-z]{2,4})(?:\s+[-–]\s*|[-–]\s+|\s*[:|]\s*)(?=\S+\s+\S)")
NAN = float("nan")


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One person of the practice; `box` is the e-mail's part before the @, `login` a name written as one word.

    persons: how the name may be read, the plain way first. words: all words of the name, remarks included.
    """

    text: str
    persons: tuple[Person, ...]
    login: str
    email: str
    box: str
    words: frozenset[str]

    @property
    def person(self) -> Person | None:
        """The plain reading of the name."""
        return self.persons[0] if self.persons else None


def read_staff(row: dict[str, str]) -> StaffMember:
    """Read one row of name and e-mail."""
    text = fold(row.get("name", ""))
    text = _INITIALS_BEFORE.sub("", text)
    email = fold(row.get("email", "")).replace(" ", "")
    main, asides = _cut_asides(text)
    is_login = " " not in main and bool(main)
    login = main.split("@")[0].split("\\")[-1] if is_login else ""
    words = frozenset(word for word in split_words(text) if len(word) > 2)
    return StaffMember(main, _read_persons(main, asides), login, email, email.split("@")[0], words)


def _cut_asides(text: str) -> tuple[str, list[str]]:
    """The name itself and the remarks in brackets or behind a dash."""
    asides = [found.strip() for found in _ASIDE.findall(text)]
    main = " ".join(_ASIDE.sub(" ", text).split())
    head, *tails = _TAIL.split(main)
    if tails and " " in head:
        return head, asides + tails
    return main, asides


def _read_persons(main: str, asides: list[str]) -> tuple[Person, ...]:
    """The readings of a name of several words; of a business name, the person named beside it."""
    for text in (main, *asides):
        words = split_words(text) if " " in text else []
        found = read_persons(words)[0] if words and _TRADES.isdisjoint(words) else ()
        if found:
            return (found[0], *_read_other_surnames(text, found[0]))
    return ()


def _read_other_surnames(text: str, person: Person) -> list[Person]:
    """Ann Lee-Berg may be Ann Lee or Ann Berg in the other list."""
    hyphened = _HYPHENED.search(text.replace(" - ", " "))
    if not hyphened or "," in text:
        return []
    givens = tuple(split_words(text[: hyphened.start()]))
    surnames = (hyphened[1] + hyphened[2], hyphened[1], hyphened[2])
    return [replace(person, givens=givens, surname=surname, order_known=True) for surname in surnames if givens]


def match_login(login: str, person: Person) -> float:
    """How well a log-in names a person: 4 both names in full, 3 one full name with the other's initial, 2 as 3 but
    mistyped or by nickname, 1.5 all initials, 1 only a given name or some initials, 0 not."""
    plain = re.sub(r"[^a-z]", "", login)
    if len(plain) < 2 or not person.givens:
        return 0.0
    surname, first = person.surname, person.givens[0]
    if plain in (first + surname, surname + first):
        return 4.0
    if plain in (first[0] + surname, surname + first[0], first + surname[:1]):
        return 3.0
    forms = [given + surname for given in (*given_roots(first), first[0])]
    forms += [surname + given for given in (*given_roots(first), first[0])]
    if any(plain == form or (len(plain) >= 5 and word_similarity(plain, form) >= 0.85) for form in forms):
        return 2.0
    letters = "".join(given[0] for given in person.givens) + surname[:1]
    if plain in (letters, first[0] + surname[:1]):
        return 1.5
    # A middle initial that the other list does not know.
    has_middle = len(plain) == 3 and len(person.givens) == 1 and plain[0] + plain[2] == letters
    return 1.0 if has_middle or plain in (first, surname, *given_roots(first)) else 0.0


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

    def find(
        self, left: list[StaffMember], right: list[StaffMember], on_progress: Progress, workers: int = 1
    ) -> Candidates:
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
            if _may_be_same(member, right[other])
        ]
        pairs.sort()
        del workers
        on_progress(1.0)
        found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return Candidates(found[:, 0], found[:, 1])

    def compare(self, left: StaffMember, right: StaffMember, context: None) -> tuple[float, ...]:
        """One value per name of STAFF_FEATURES."""
        surname: float = NAN
        given: float = NAN
        middle: float = NAN
        letters = shared = NAN
        if left.person and right.person:
            surname, given, middle = _compare_readings(left, right)
            letters = ratio(left.text.replace(" ", ""), right.text.replace(" ", "")) / 100
        elif not left.login and not right.login:
            shared = _compare_words(left.words, right.words)
        return (
            surname,
            given,
            middle,
            letters,
            shared,
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


def _may_be_same(left: StaffMember, right: StaffMember) -> bool:
    """Whether there is anything to compare: of a name that means no person, at least a word or the mailbox."""
    both_read = (left.person or left.login) and (right.person or right.login)
    return bool(both_read or left.words & right.words or (left.box and left.box == right.box))


def _compare_readings(left: StaffMember, right: StaffMember) -> tuple[Level, Level, Level]:
    """Levels of the readings that agree best; one known by the middle name agrees no better than by an initial."""
    pairs = [(one, other) for one in left.persons for other in right.persons]
    best = max(
        (compare_persons((one,), (other,)) for one, other in pairs), key=lambda found: (found[0] + found[1], found)
    )
    if best[1] != Level.DIFFERENT:
        return best
    for one, other in ((left.person, right.person), (right.person, left.person)):
        if one and other and len(one.givens) > 1 and len(one.givens[1]) > 1 and len(other.givens) == 1:
            surname, given, _ = compare_persons((replace(one, givens=one.givens[1:]),), (other,))
            if surname >= Level.CLOSE and given >= Level.CLOSE:
                return surname, Level.INITIAL, Level.DIFFERENT
    return best


def _compare_words(one: frozenset[str], other: frozenset[str]) -> float:
    """2 all words of one name are in the other, 1 some are, 0 none: for names that mean no person."""
    both = one & other
    return 2.0 if both and both in (one, other) else 1.0 if both else 0.0


def _own_addresses(members: list[StaffMember]) -> dict[str, int]:
    """E-mail address -> place of the one member who has it; those of a desk or that several share are nobody's own."""
    count = Counter(member.email for member in members if member.email and member.box not in _DESKS)
    return {member.email: place for place, member in enumerate(members) if count[member.email] == 1}


def _letters(member: StaffMember) -> set[str]:
    texts = (
        *member.text.split(),
        *member.words,
        member.box,
        member.login,
        *re.split(r"[._-]", member.box + "." + member.login),
    )
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
    """0 same, 1 same mailbox, 2 mailbox alike, 3 differ, 4 the same one of a desk; one desk's alone says nothing."""
    if not left.email or not right.email:
        return NAN
    if left.email == right.email:
        return 4.0 if left.box in _DESKS else 0.0
    if left.box in _DESKS or right.box in _DESKS:
        return NAN
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
    Line("name", ("surname", "given", "middle", "letters", "shared"), lambda s: s.text, _judge_staff_name),
    Line("log-in", ("login",), lambda s: s.login or s.text, judge_cases("login", (4, 3), (2, 1.5, 1))),
    Line("e-mail", ("email",), lambda s: s.email, judge_cases("email", (0, 4), (1, 2))),
    Line("name in the mailbox", ("email_name",), lambda s: s.box or s.text, judge_share("email_name", 3, 1)),
)
