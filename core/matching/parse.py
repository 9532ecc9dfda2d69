"""A client's name, taken apart: who, of which kind, with which numbers, acting for whom, trading as what.

"0012 - J & P Smith Pty Ltd ATF The Smith Family Trust T/A Smith's Bakery (No 2)" has a code, a trustee, a main part of
type trust, a trading name and a number. Comparing typed parts is what keeps "Smith Family Trust" and "Smith Family
Super Fund" apart although nearly all their letters agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

from rapidfuzz.distance import OSA

from . import knowledge
from .asides import cut_register_number, drop_remarks, turn_owner, turn_trustee
from .cuts import finish_cut
from .forms import NO_FORM, Formed, split_form, strip_remarks
from .knowledge import EntityType, LegalForm, Phrase
from .normalise import fold, series_number, split_code, split_words
from .persons import Person, is_title, read_persons

#: A longer name says no more, and comparing it would cost the square of its words.
MOST_WORDS = 14


@dataclass(frozen=True, slots=True)
class Name:
    """One parsed name. `words` are the telling words of the main part; numbers stand apart from them."""

    folded: str
    type: EntityType
    form: str
    words: Phrase
    numbers: frozenset[str]
    persons: tuple[Person, ...]
    trustee: Phrase
    trading: Phrase
    former: Phrase
    trustee_type: EntityType
    code: str
    #: Of `words`, for the many comparisons that need them: written together, the same in the order of the alphabet,
    #: and the single letters in that order.
    joined: str
    joined_sorted: str
    initials: Phrase
    #: Digits of a company or tax number that was written into the name.
    register_no: str = ""

    @property
    def all_words(self) -> Phrase:
        """The words of all parts."""
        if not (self.trustee or self.trading or self.former):
            return self.words
        return self.words + self.trustee + self.trading + self.former

    def __reduce__(self) -> tuple[Any, ...]:
        """As its fields, see `Record`."""
        return Name, _fields_of(self)


_fields_of = attrgetter(*Name.__slots__)


def parse_name(text: str, code: str = "") -> Name:
    """The parts of a name as written in a client list; any text is accepted, empty text gives empty parts."""
    folded, glued = split_code(fold(text), fold(code))
    bare, register_no = cut_register_number(folded)
    spoken = split_words(turn_owner(turn_trustee(drop_remarks(bare))))
    roles = _split_roles(finish_cut(_spell_plan(spoken), len(folded)))
    main, trustee = split_form(strip_remarks(roles["main"])), split_form(roles["trustee"])
    trading, former = split_form(roles["trading"]), split_form(roles["former"])
    if main.form is NO_FORM and former.form is not NO_FORM:
        # "Tarling (formerly Quokka) Pty Ltd": the form stands behind the remark but belongs to the name.
        main = Formed(main.words, former.form)
    words, is_estate = _strip_estate(main.words)
    may_be_persons = main.form.type in (EntityType.UNKNOWN, EntityType.PARTNERSHIP)
    persons, sure = read_persons(words) if may_be_persons else ((), False)
    kind = EntityType.ESTATE if is_estate else _decide_type(main.form, persons, sure)
    telling, numbers = _telling_words(words)
    ordered = sorted(telling)
    joined, joined_sorted = "".join(telling), "".join(ordered)
    return Name(
        folded=folded,
        type=kind,
        form=main.form.name,
        words=telling,
        numbers=numbers,
        persons=persons,
        trustee=_telling_words(trustee.words)[0],
        trading=_telling_words(trading.words)[0],
        former=_telling_words(former.words)[0],
        trustee_type=trustee.form.type,
        code=glued,
        joined=joined,
        joined_sorted=joined if joined == joined_sorted else joined_sorted,
        initials=tuple([word for word in ordered if len(word) == 1]),
        register_no=register_no,
    )


def _spell_plan(words: list[str]) -> list[str]:
    """A body corporate ("Strata Plan 44101", "B/C 87305") spelled one way, its plan's number as word and as number.

    Nothing but words for bodies corporate may stand with the number, because SP and BC are people's initials as well.
    """
    plans = [word for word in words if word.isdecimal()]
    if not plans:
        return words
    known = knowledge.plan_words()
    others = [word for word in words if not word.isdecimal() and word not in known]
    if len(plans) != 1 or len(plans[0]) < 3 or not all(_is_near(word, known) for word in others):
        return words
    return [f"plan{series_number(plans[0])}", plans[0], "body", "corporate"] if len(words) > 1 else words


def _is_near(word: str, known: frozenset[str]) -> bool:
    return len(word) >= 4 and any(OSA.distance(word, other, score_cutoff=1) <= 1 for other in known if len(other) >= 4)


def _decide_type(form: LegalForm, persons: tuple[Person, ...], sure: bool) -> EntityType:
    if form.type is not EntityType.UNKNOWN or not sure:
        return form.type
    return EntityType.COUPLE if len(persons) > 1 else EntityType.PERSON


def _split_roles(words: list[str]) -> dict[str, list[str]]:
    roles: dict[str, list[str]] = {"main": [], "trustee": [], "trading": [], "former": []}
    if _joiner_starts().isdisjoint(words):
        roles["main"] = words
        return roles
    current = "main"
    position = 0
    while position < len(words):
        length, role = _joiner_at(words, position, bool(roles["main"]))
        if not length:
            roles[current].append(words[position])
            position += 1
            continue
        position += length
        current = _open_role(roles, role)
    return roles


def _open_role(roles: dict[str, list[str]], role: str) -> str:
    """Start the part behind a joiner; what stood before "as trustee for" turns out to be the trustee."""
    if role == "trustee":
        roles["trustee"] += [word for word in roles["main"] if word != "the"]
        roles["main"] = []
        return "main"
    if role == "now":
        roles["former"] += roles["main"]
        roles["main"] = []
        return "main"
    return "former" if role == "former" else "trading"


@cache
def _joiner_starts() -> frozenset[str]:
    return frozenset(phrase[0] for phrase in knowledge.joiners())


def _joiner_at(words: list[str], position: int, has_main: bool) -> tuple[int, str]:
    known = knowledge.joiners()
    if words[position] not in _joiner_starts():
        return 0, ""
    for length in range(min(8, len(words) - position - 1), 0, -1):
        role = known.get(tuple(words[position : position + length]), "")
        if not role or (role != "trustee" and not has_main):
            continue
        if length == 1 and words[position] in ("ta", "tas") and not _ends_in_form(words[:position]):
            continue
        return length, role
    return 0, ""


def _ends_in_form(words: list[str]) -> bool:
    return any(tuple(words[-length:]) in knowledge.legal_forms() for length in (1, 2, 3) if len(words) > length)


_ESTATE_WORDS = frozenset({"estate", "est", "deceased", "decd", "dec"})


def _strip_estate(words: list[str]) -> tuple[list[str], bool]:
    if _ESTATE_WORDS.isdisjoint(words):
        return words, False
    rest = [word for word in words if word != "the"]
    if len(rest) > 2 and rest[0] in ("estate", "est") and rest[1] in ("of", "late"):
        cut = 3 if rest[2] == "late" else 2
        return [word for word in rest[cut:] if word not in ("deceased", "decd")], True
    if len(rest) > 2 and rest[0] in ("estate", "est") and knowledge.business_words().isdisjoint(rest[1:]):
        return rest[1:], True
    if len(rest) > 2 and rest[-1] == "estate" and knowledge.business_words().isdisjoint(rest[:-1]):
        return rest[:-1], True
    if len(rest) > 2 and rest[-1] in ("deceased", "decd", "dec"):
        return rest[:-1], True
    if len(rest) > 3 and rest[-2:] == ["deceased", "estate"]:
        return rest[:-2], True
    return words, False


def _telling_words(words: list[str]) -> tuple[Phrase, frozenset[str]]:
    """The words that tell, in one spelling, and the numbers among them."""
    if not words:
        return (), _NO_NUMBERS
    telling: list[str] = []
    numbers: set[str] = set()
    last = len(words) - 1
    for position, word in enumerate(words):
        number = series_number(word) if position or word.isdecimal() else ""
        if position and position == last:
            # "Launceston Glass Four": behind all other words a written number tells one of a series.
            number = number or knowledge.number_words().get(word, "")
        if number:
            numbers.add(number)
        else:
            # Once each: two fields typed into one often say the same twice.
            telling += [part for part in _spell_out(word, not last) if part not in telling]
    return tuple(telling[:MOST_WORDS]), frozenset(numbers) if numbers else _NO_NUMBERS


_NO_NUMBERS: frozenset[str] = frozenset()


@lru_cache(maxsize=1 << 16)
def _spell_out(word: str, is_alone: bool) -> Phrase:
    """A word in its usual spelling, which may be several words; none when it tells nothing."""
    if word == "," or word in knowledge.stop_words() or word in knowledge.suffixes():
        return ()
    if is_title(word) and not is_alone:
        return ()
    return tuple(knowledge.short_words().get(word, word).split())
