"""The people of a made-up practice: where their names come from and who belongs to one family."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from .words import Choice, draw_surname, pool

#: Origins of surnames by country, in hundredths.
ORIGINS = {
    "AU": Choice(
        (59, "anglo"),
        (6, "italian"),
        (4, "greek"),
        (4, "slavic"),
        (4, "germanic"),
        (7, "chinese"),
        (6, "indian"),
        (4, "vietnamese"),
        (3.5, "arabic"),
        (1, "pacific"),
        (1, "iberian"),
        (0.5, "korean"),
    ),
    "NZ": Choice(
        (62, "anglo"),
        (12, "maori"),
        (7, "pacific"),
        (7, "chinese"),
        (6, "indian"),
        (4, "germanic"),
        (1, "korean"),
        (1, "iberian"),
    ),
    "UK": Choice(
        (78, "anglo"), (10, "indian"), (4, "slavic"), (3, "arabic"), (2, "italian"), (2, "chinese"), (1, "iberian")
    ),
}


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the register of births has them. `western`: a given name used at work instead; `birth`: née."""

    given: str
    middle: str
    surname: str
    origin: str
    female: bool
    title: str = ""
    western: str = ""
    birth: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """A surname and who bears it; `partner` may keep another surname."""

    surname: str
    origin: str
    father: Person
    partner: Person
    children: tuple[Person, ...]


def make_person(
    chance: Random, country: str, surname: str = "", origin: str = "", female: bool | None = None
) -> Person:
    """A person, of a given family or of any."""
    origin = origin or ORIGINS[country].draw(chance)
    woman = chance.random() < 0.5 if female is None else female
    western = ""
    if origin in ("chinese", "korean", "vietnamese") and chance.random() < 0.4:
        western = pool("chinese english", 0.3).draw(chance)
    return Person(
        given=draw_given(origin, woman, chance),
        middle=_draw_middle(origin, woman, chance),
        surname=surname or draw_surname(origin, chance),
        origin=origin,
        female=woman,
        title=_draw_title(woman, chance),
        western=western,
    )


def draw_given(origin: str, female: bool, chance: Random) -> str:
    """A given name; children of migrants often bear an English one."""
    if origin == "chinese":
        first, second = (pool("chinese syllables", 0.2).draw(chance) for _ in range(2))
        return chance.choice((f"{first}{second.lower()}", f"{first} {second}", f"{first}-{second}"))
    if origin != "vietnamese" and chance.random() < 0.3:
        origin = "anglo"
    return pool(f"{origin} {'female' if female else 'male'}", 0.6).draw(chance)


def _draw_middle(origin: str, female: bool, chance: Random) -> str:
    if origin in ("vietnamese", "chinese", "korean") or chance.random() < 0.25:
        return ""
    return pool(f"{origin} {'female' if female else 'male'}", 0.5).draw(chance)


def _draw_title(female: bool, chance: Random) -> str:
    drawn = chance.random()
    if drawn < 0.03:
        return "Dr"
    if not female:
        return "Mr"
    return "Mrs" if drawn < 0.5 else "Ms" if drawn < 0.9 else "Miss"


def make_family(chance: Random, country: str) -> Family:
    """A family: a couple and up to four children, one in twelve sons named as his father."""
    origin = ORIGINS[country].draw(chance)
    surname = draw_surname(origin, chance)
    father = make_person(chance, country, surname, origin, female=False)
    children = tuple(
        make_person(chance, country, surname, origin) for _ in range(chance.choice((0, 0, 1, 1, 2, 2, 3, 4)))
    )
    if children and chance.random() < 0.15:
        junior = replace(father, middle=_draw_middle(origin, False, chance), title="Mr")
        children = (junior, *children[1:])
    return Family(surname, origin, father, _make_partner(chance, country, surname, origin), children)


def _make_partner(chance: Random, country: str, surname: str, origin: str) -> Person:
    own = draw_surname(origin, chance)
    partner = make_person(chance, country, surname, origin, female=True)
    drawn = chance.random()
    if drawn < 0.15:
        return replace(partner, surname=own)
    if drawn < 0.21:
        return replace(partner, surname=f"{own}-{surname}")
    return replace(partner, birth=own) if drawn < 0.35 else partner
