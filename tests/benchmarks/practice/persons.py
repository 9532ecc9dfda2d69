"""The ways a practice writes a person or a couple: which parts, in which order, shortened how."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from .people import Person
from .words import pairs, sound_alikes

#: Writes one person; "" where the way does not fit the person.
Way = Callable[[Person, Random], str]


def _initial(name: str) -> str:
    return name[:1]


def _given_middle(person: Person, joint: str = " ") -> str:
    return f"{person.given}{joint}{person.middle}" if person.middle else person.given


def _short(person: Person, chance: Random) -> str:
    if person.western:
        return person.western
    shorts = pairs("nicknames").get(person.given)
    return chance.choice(shorts) if shorts else ""


def _nickname(person: Person, chance: Random) -> str:
    short = _short(person, chance)
    return f"{short} {person.surname}" if short else ""


def _nickname_behind(person: Person, chance: Random) -> str:
    short = _short(person, chance)
    return f"{person.surname}, {short}" if short else ""


def _nickname_too(person: Person, chance: Random) -> str:
    short = _short(person, chance)
    shape = chance.choice(("{0}, {1} ({2})", '{0}, {1} "{2}"', "{0}, {2} ({1})"))
    return shape.format(person.surname, person.given, short) if short else ""


def _sound_alike(person: Person, chance: Random) -> str:
    others = {name: sound_alikes()[name] for name in (person.given, person.surname) if name in sound_alikes()}
    if not others:
        return ""
    changed = chance.choice(sorted(others))
    given, surname = (chance.choice(others[n]) if n == changed else n for n in (person.given, person.surname))
    return chance.choice((f"{surname}, {given}", f"{given} {surname}"))


def _birth_name(person: Person, chance: Random) -> str:
    if not person.birth:
        return ""
    shapes = ("{s}, {g} (nee {b})", "{g} {s} nee {b}", "{s}, {g} (formerly {b})", "{b}, {g} (now {s})", "{g} {b}-{s}")
    return chance.choice(shapes).format(g=person.given, s=person.surname, b=person.birth)


def _old_name(person: Person, chance: Random) -> str:
    return f"{person.birth}, {person.given}" if person.birth else ""


def _half_surname(person: Person, chance: Random) -> str:
    halves = person.surname.split("-")
    if len(halves) != 2 or len(halves[0]) < 4:
        return ""
    return chance.choice((f"{halves[1]}, {person.given}", f"{person.given} {' '.join(halves)}"))


def _rejoin(person: Person, chance: Random) -> str:
    """The syllables of the given name parted, hyphened or written as one."""
    given = chance.choice((" ", "-", "")).join(person.given.replace("-", " ").split())
    return chance.choice((f"{person.surname} {given}", f"{given} {person.surname}", f"{person.surname}, {given}"))


def _asian_order(person: Person, chance: Random) -> str:
    if person.origin not in ("chinese", "vietnamese", "korean"):
        return ""
    shapes = [f"{person.surname} {person.given}", _rejoin(person, chance)]
    if person.origin == "vietnamese":
        *before, last = person.given.split()
        shapes += [f"{last} {person.surname}", f"{last} {' '.join(before)} {person.surname}"]
    if person.western:
        shapes += [
            f"{person.western} {person.given} {person.surname}",
            f"{person.surname}, {person.given} {person.western}",
        ]
    return " ".join(chance.choice(shapes).split())


def _honoured(person: Person, chance: Random) -> str:
    return f"{person.given} {person.surname} {chance.choice(('OAM', 'JP', 'Jnr', 'Snr', 'PhD', 'AM'))}"


#: Weight on the untidy list, weight on the tidy one, and the way; the first eight are the house styles of practices.
PERSON_WAYS: tuple[tuple[float, float, str, Way], ...] = (
    (20, 36, "surname, given middle", lambda p, _: f"{p.surname}, {_given_middle(p)}"),
    (16, 14, "surname, given", lambda p, _: f"{p.surname}, {p.given}"),
    (15, 14, "given surname", lambda p, _: f"{p.given} {p.surname}"),
    (8, 20, "given middle surname", lambda p, _: f"{_given_middle(p)} {p.surname}"),
    (6, 3, "surname given", lambda p, _: f"{p.surname} {p.given}"),
    (4, 4, "SURNAME given middle", lambda p, _: f"{p.surname.upper()} {_given_middle(p)}"),
    (4, 3, "surname, given m", lambda p, _: f"{p.surname}, {p.given} {_initial(p.middle)}".strip()),
    (3, 2, "title given surname", lambda p, _: f"{p.title} {p.given} {p.surname}"),
    (3, 3, "given m surname", lambda p, _: " ".join(f"{p.given} {_initial(p.middle)} {p.surname}".split())),
    (1.5, 0.5, "surname, given (title)", lambda p, _: f"{p.surname}, {p.given} ({p.title})"),
    (1.5, 0.5, "surname, title given", lambda p, _: f"{p.surname}, {p.title} {_given_middle(p)}"),
    (2, 0.2, "initials surname", lambda p, _: " ".join(f"{p.given[0]} {_initial(p.middle)} {p.surname}".split())),
    (1.5, 0.2, "glued initials", lambda p, _: f"{p.given[0]}{_initial(p.middle)} {p.surname}"),
    (2, 0.2, "surname, initials", lambda p, _: " ".join(f"{p.surname}, {p.given[0]} {_initial(p.middle)}".split())),
    (0.8, 0, "surname initial", lambda p, _: f"{p.surname} {p.given[0]}"),
    (1, 0.1, "title initial surname", lambda p, _: f"{p.title} {p.given[0]} {p.surname}"),
    (0.8, 0.2, "middle name used", lambda p, _: f"{p.surname}, {p.middle}" if p.middle else ""),
    (0.8, 0.3, "initial and middle name", lambda p, _: f"{p.given[0]} {p.middle} {p.surname}" if p.middle else ""),
    (9, 0.8, "nickname surname", _nickname),
    (6, 0.8, "surname, nickname", _nickname_behind),
    (2, 1, "nickname too", _nickname_too),
    (5, 0.5, "spelled by ear", _sound_alike),
    (10, 4, "birth name too", _birth_name),
    (4, 0.3, "birth name alone", _old_name),
    (8, 1, "half of a double surname", _half_surname),
    (40, 12, "order of names", _asian_order),
    (0.4, 0.6, "honours", _honoured),
)


def _pair(first: str, second: str, chance: Random) -> str:
    return f"{first} {chance.choice(('&', '&', 'and', '+', '/'))} {second}"


def _both(people: tuple[Person, ...], chance: Random, write: Callable[[Person], str]) -> tuple[str, str]:
    one, other = people if chance.random() < 0.88 else people[::-1]
    return write(one), write(other)


def _couple_given(people: tuple[Person, ...], chance: Random, write: Callable[[Person], str], behind: bool) -> str:
    """Both by given names, the surname said once where they share it."""
    one, other = people if chance.random() < 0.88 else people[::-1]
    if one.surname != other.surname:
        return _pair(f"{write(one)} {one.surname}", f"{write(other)} {other.surname}", chance)
    named = _pair(write(one), write(other), chance)
    return f"{one.surname}, {named}" if behind else f"{named} {one.surname}"


def _given(person: Person) -> str:
    return person.given


def _letters(person: Person) -> str:
    return f"{person.given[0]}{_initial(person.middle)}"


def _titled(person: Person) -> str:
    return f"{person.title} {person.given}"


def _titled_initial(person: Person) -> str:
    return f"{person.title} {person.given[0]}"


#: The same for a couple or partners.
COUPLE_WAYS: tuple[tuple[float, float, str, Callable[[tuple[Person, ...], Random], str]], ...] = (
    (22, 34, "surname, both", lambda p, c: _couple_given(p, c, _given, behind=True)),
    (22, 30, "both surname", lambda p, c: _couple_given(p, c, _given, behind=False)),
    (6, 12, "both with middle names", lambda p, c: _couple_given(p, c, _given_middle, behind=False)),
    (9, 3, "surname, initials of both", lambda p, c: _couple_given(p, c, lambda q: q.given[0], behind=True)),
    (9, 3, "initials of both", lambda p, c: _couple_given(p, c, lambda q: q.given[0], behind=False)),
    (6, 6, "all initials of both", lambda p, c: _couple_given(p, c, _letters, behind=False)),
    (5, 4, "titles of both", lambda p, c: _couple_given(p, c, _titled, behind=False)),
    (3, 1, "titles and initials of both", lambda p, c: _couple_given(p, c, _titled_initial, behind=False)),
    (5, 6, "two full names", lambda p, c: _pair(*_both(p, c, lambda q: f"{q.given} {q.surname}"), c)),
    (3, 1, "nicknames of both", lambda p, c: _couple_given(p, c, lambda q: _short(q, c) or q.given, behind=False)),
)
