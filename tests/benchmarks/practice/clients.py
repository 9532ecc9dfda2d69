"""The clients of a made-up practice, in groups: a family with its companies, trusts and funds, or a business alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from .people import Family, Person, make_family, make_person
from .words import Choice, coin, draw_surname, pool


class Kind(StrEnum):
    """What a client is before the law."""

    PERSON = "person"
    COUPLE = "couple"
    COMPANY = "company"
    TRUST = "trust"
    FUND = "super fund"
    PARTNERSHIP = "partnership"
    ESTATE = "estate"
    CLUB = "club"
    STRATA = "body corporate"


@dataclass(frozen=True, slots=True)
class Client:
    """One client, true to the register. `stem`: its name without the legal form; number 0: not one of a series."""

    kind: Kind
    country: str
    stem: str = ""
    form: str = ""
    number: int = 0
    people: tuple[Person, ...] = ()
    trustee: str = ""
    trading: str = ""
    former: str = ""

    @property
    def formal(self) -> str:
        """What the register says."""
        return " ".join(filter(None, (self.stem, f"No {self.number}" if self.number else "", self.form)))

    @property
    def known_as(self) -> str:
        """What clients share that a practice would call by one name: middle names and kinds of trust are left out."""
        if not self.stem:
            return f"{self.kind}: " + " & ".join(f"{person.given} {person.surname}" for person in self.people)
        if self.form in ("Family Trust", "Discretionary Trust"):
            return self.formal.replace(self.form, "Trust")
        return self.formal


_COMPANY_FORMS = {"AU": "Pty Ltd", "NZ": "Limited", "UK": "Limited"}
_TRUST_FORMS = Choice(
    (58, "Family Trust"),
    (13, "Trust"),
    (9, "Unit Trust"),
    (7, "Discretionary Trust"),
    (5, "Investment Trust"),
    (4, "Property Trust"),
    (2, "Testamentary Trust"),
    (1, "Children's Trust"),
    (1, "Hybrid Trust"),
)
_FUND_FORMS = Choice(
    (50, "Super Fund"),
    (28, "Superannuation Fund"),
    (10, "Family Super Fund"),
    (6, "Self Managed Super Fund"),
    (4, "Retirement Fund"),
    (2, "Private Superannuation Fund"),
)


def make_group(chance: Random, country: str) -> list[Client]:
    """Clients that belong together: mostly one family's, sometimes a single business or club."""
    drawn = chance.random()
    if drawn < 0.28:
        return [Client(Kind.PERSON, country, people=(make_person(chance, country),))]
    if drawn < 0.48:
        return list(_make_household(chance, country, make_family(chance, country)))
    if drawn < 0.79:
        return list(_make_family_business(chance, country, make_family(chance, country)))
    if drawn < 0.95:
        return list(_make_businesses(chance, country, make_stem(chance, country, draw_surname("anglo", chance))))
    return [_make_club(chance, country) if drawn < 0.98 else _make_strata(chance, country)]


def _make_household(chance: Random, country: str, family: Family) -> Iterator[Client]:
    if chance.random() < 0.15:
        yield Client(Kind.COUPLE, country, people=(family.father, family.partner))
    else:
        yield Client(Kind.PERSON, country, people=(family.father,))
        yield Client(Kind.PERSON, country, people=(family.partner,))
    for child in family.children:
        if chance.random() < 0.3:
            yield Client(Kind.PERSON, country, people=(child,))
    if chance.random() < 0.05:
        yield Client(Kind.ESTATE, country, people=(_elder(chance, country, family),))


def _elder(chance: Random, country: str, family: Family) -> Person:
    # an estate whose testator is a client too is the trap: one person, two clients
    return family.father if chance.random() < 0.3 else make_person(chance, country, family.surname, family.origin)


def _make_family_business(chance: Random, country: str, family: Family) -> Iterator[Client]:
    household = list(_make_household(chance, country, family))
    yield from household
    stem = make_stem(chance, country, family.surname, family)
    companies = list(_make_businesses(chance, country, stem)) if chance.random() < 0.8 else []
    yield from companies
    trustee = next((company.formal for company in companies if company.kind is Kind.COMPANY), "")
    if chance.random() < 0.75:
        yield from _make_trusts(chance, country, family, trustee)
    if country == "AU" and chance.random() < 0.5:
        yield _make_fund(chance, country, family, stem)
    # a couple kept as one client is its own partnership, which nobody could tell apart
    if household[0].kind is Kind.PERSON and chance.random() < 0.15:
        yield _make_partnership(chance, country, family)


def _make_businesses(chance: Random, country: str, stem: str) -> Iterator[Client]:
    form = _company_form(chance, country)
    extra = chance.random()
    yield Client(
        Kind.COMPANY,
        country,
        stem,
        form,
        trading=_draw_trading(chance, country) if extra < 0.12 else "",
        former=_draw_business(chance, country) if extra > 0.95 else "",
    )
    if chance.random() < 0.08:
        for number in range(2, chance.choice((3, 3, 3, 4, 5))):
            yield Client(Kind.COMPANY, country, stem, form, number)
    if chance.random() < 0.14:
        yield Client(Kind.COMPANY, country, _sibling_stem(chance, stem), form)
    if chance.random() < 0.08:
        yield Client(Kind.TRUST, country, stem, "Unit Trust" if chance.random() < 0.5 else "Trust")


def _company_form(chance: Random, country: str) -> str:
    if country == "UK" and chance.random() < 0.07:
        return "LLP"
    return "Limited" if chance.random() < 0.03 else _COMPANY_FORMS[country]


def _sibling_stem(chance: Random, stem: str) -> str:
    first = stem.rsplit(" ", 1)[0] if " " in stem else stem
    return f"{first} {pool('business words', 0.6).draw(chance)}"


def make_stem(chance: Random, country: str, surname: str, family: Family | None = None) -> str:
    """The name of a business without its legal form, after a person, a place, a thing or nothing at all."""
    business, trade = pool("business words", 0.7).draw(chance), pool("trades", 0.3).draw(chance)
    drawn = chance.random()
    if drawn < 0.17:
        return f"{surname} {business}"
    if drawn < 0.26:
        return f"{surname} {chance.choice(('& Sons ', 'Bros ', '', '', '', 'Family '))}{trade}"
    if drawn < 0.33:
        return f"{_initials(chance, family)} {surname} {chance.choice((business, trade))}"
    if drawn < 0.37:
        return f"{surname} {draw_surname('anglo', chance)} {business}"
    if drawn < 0.41:
        return _initials_only(chance, business)
    if drawn < 0.44:
        return f"{chance.randint(1, 240)} {pool('streets', 0.3).draw(chance)}"
    return _draw_business(chance, country)


def _initials(chance: Random, family: Family | None) -> str:
    letters = [family.father.given[0], family.partner.given[0]] if family else chance.sample("ABCDEGHJKLMNPRST", 2)
    return chance.choice((letters[0], " & ".join(letters), "".join(letters)))


def _initials_only(chance: Random, business: str) -> str:
    letters = [chance.choice("ABCDEFGHJKLMNPRSTVW") for _ in range(chance.choice((2, 3, 3)))]
    written = chance.choice(("".join(letters), "".join(letters), " & ".join(letters[:2]), ".".join(letters)))
    return f"{written} {business}"


def _draw_business(chance: Random, country: str) -> str:
    trade, business = pool("trades", 0.3).draw(chance), pool("business words", 0.7).draw(chance)
    drawn = chance.random()
    if drawn < 0.3:
        return f"{pool(f'places {country.lower()}', 0.3).draw(chance)} {trade}"
    if drawn < 0.65:
        pair = f"{pool('qualities', 0.2).draw(chance)} {pool('things', 0.2).draw(chance)}"
        return f"{pair} {chance.choice((trade, trade, business, ''))}".strip()
    if drawn < 0.9:
        return f"{coin(chance)} {chance.choice((trade, business, business, ''))}".strip()
    return f"The {pool('things', 0.1).draw(chance)} {trade} Company"


def _draw_trading(chance: Random, country: str) -> str:
    return (
        f"{pool('qualities', 0.1).draw(chance)} {pool('things', 0.1).draw(chance)} {pool('trades', 0.2).draw(chance)}"
    )


def _make_trusts(chance: Random, country: str, family: Family, trustee: str) -> Iterator[Client]:
    drawn = chance.random()
    stem = family.surname
    if drawn < 0.18:
        stem = f"{family.father.given[0]} & {family.partner.given[0]} {family.surname}"
    elif drawn < 0.30:
        stem = f"{family.father.given} {family.surname}"
    elif drawn < 0.45:
        stem = _draw_business(chance, country)
    form = _TRUST_FORMS.draw(chance)
    named = trustee if chance.random() < 0.5 else ""
    yield Client(Kind.TRUST, country, stem, form, trustee=named)
    if chance.random() < 0.12:
        yield Client(Kind.TRUST, country, stem, form, number=2, trustee=named)
    if chance.random() < 0.12:
        yield Client(Kind.TRUST, country, family.surname, _TRUST_FORMS.draw(chance))
    if family.children and chance.random() < 0.1:
        yield Client(Kind.TRUST, country, f"{family.children[0].given} {family.surname}", form)


def _make_fund(chance: Random, country: str, family: Family, stem: str) -> Client:
    named = chance.choice(
        (
            family.surname,
            family.surname,
            f"{family.father.given[0]} & {family.partner.given[0]} {family.surname}",
            f"{family.father.given} {family.surname}",
            stem,
            coin(chance),
        )
    )
    trustee = f"{named} Super Pty Ltd" if chance.random() < 0.2 else ""
    return Client(Kind.FUND, country, named, _FUND_FORMS.draw(chance), trustee=trustee)


def _make_partnership(chance: Random, country: str, family: Family) -> Client:
    if chance.random() < 0.6:
        return Client(Kind.PARTNERSHIP, country, people=(family.father, family.partner))
    stem = f"{family.surname} {chance.choice(('Farming', '& Sons', '& Co', 'Pastoral', 'Bros'))}"
    return Client(Kind.PARTNERSHIP, country, stem, "Partnership")


def _make_club(chance: Random, country: str) -> Client:
    place = pool(f"places {country.lower()}", 0.1).draw(chance)
    side = chance.choice(("", "", "", " North", " South", " East", " District", " & District"))
    form = {"AU": "Inc", "NZ": "Incorporated", "UK": ""}[country]
    return Client(Kind.CLUB, country, f"{place}{side} {pool('clubs', 0.2).draw(chance)}", form)


def _make_strata(chance: Random, country: str) -> Client:
    number = str(chance.randint(1200, 99_999))
    if country == "NZ":
        return Client(Kind.STRATA, country, "Body Corporate", number)
    if country == "UK":
        return Client(Kind.STRATA, country, f"{number[:2]} {pool('streets', 0.2).draw(chance)} Residents", "Limited")
    named = f"Body Corporate for {pool('qualities', 0.2).draw(chance)} {pool('things', 0.2).draw(chance)} CTS"
    return Client(Kind.STRATA, country, chance.choice((named, "Owners Corporation PS", "Strata Plan")), number)
