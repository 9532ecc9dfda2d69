"""How a second system spells the same client: other legal forms, other orders of names, codes, slips of the hand."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from data.demo.builder.parties import Party, Person

_SAME_CLIENT = {
    "company": ("{c} Pty Ltd",) * 4
    + ("{c} P/L", "{c} Pty. Ltd.", "{c} PTY LTD", "{c} Proprietary Limited", "{C} PTY LTD", "{c} Pty Limited"),
    "nz company": ("{c} Limited", "{c} Ltd"),
    "trust": ("{c} Trust", "The {c} Trust", "The Trustee for {c} Trust", "{c} Trust", "{C} TRUST", "{c} Trust"),
    "unit trust": ("{c} Unit Trust", "The Trustee for {c} Unit Trust", "The {c} Unit Trust"),
    "super fund": ("{c} Super Fund", "{c} Superannuation Fund", "{c} SMSF", "The {c} Super Fund", "{c} S/F"),
    "partnership": ("{c}", "{c} Partnership", "{a}"),
    "club": ("{c} Inc", "{c} Incorporated", "{c} Inc."),
}

_SHORTENED = {
    "Engineering": "Eng",
    "Electrical": "Elec",
    "Transport": "Trans.",
    "Veterinary": "Vet",
    "Imports": "Import",
    "Investments": "Invest",
    "Holdings": "Hldgs",
    "Property": "Prop",
    "Concrete": "Concreting",
    "Marine Services": "Marine Svcs",
    "Company": "Co",
    "Street": "St",
    "Road": "Rd",
    "Community": "Comm.",
    "Hospitality": "Hosp.",
    "Landscapes": "Landscaping",
}


def spell_same(party: Party, rng: Random, trustee: str = "") -> str:
    """A spelling that any bookkeeper reads as the same client.

    trustee: the family's company, when it has one; a trust or fund may then be written "Company ATF Trust".
    """
    if party.kind in _PERSONAL:
        return rng.choice(_PERSONAL[party.kind](party))
    if trustee and party.kind in ("trust", "super fund") and rng.random() < 0.5:
        return f"{trustee} ATF {party.local_name}"
    form = rng.choice(_SAME_CLIENT[party.kind])
    return form.format(c=party.core, C=party.core.upper(), a=party.core.replace("&", "and"))


def spell_loosely(party: Party, rng: Random) -> str:
    """A spelling with a slip or an abbreviation, to be looked at once."""
    if party.kind == "person":
        person = party.people[0]
        return rng.choice((f"{person.surname}, {person.given[0]}", f"{person.given[0]} {person.surname}"))
    if party.kind == "couple":
        first, second = party.people
        return f"{first.surname}, {first.given[0]} & {second.given[0]}"
    for word, short in _SHORTENED.items():
        if word in party.core:
            return party.local_name.replace(word, short).replace("Pty Ltd", "P/L")
    return _slip(party.local_name, rng)


def glue_code(name: str, code: str, rng: Random) -> str:
    """The client code written into the name, as some practices do."""
    return rng.choice((f"{code} {name}", f"{name} ({code})"))


def _slip(name: str, rng: Random) -> str:
    """Two neighbouring letters changed over in the longest word."""
    word = max(name.split(), key=len)
    place = rng.randrange(1, len(word) - 2)
    return name.replace(word, word[:place] + word[place + 1] + word[place] + word[place + 2 :])


def _forms_of_person(party: Party) -> list[str]:
    person = party.people[0]
    forms = [f"{person.surname}, {person.given}", f"{person.surname.upper()}, {person.given}", party.core]
    if person.middle:
        forms += [
            f"{person.surname}, {person.given} {person.middle}",
            f"{person.given} {person.middle[0]} {person.surname}",
        ]
    return forms


def _forms_of_couple(party: Party) -> list[str]:
    first, second = party.people
    return [
        f"{first.surname}, {first.given} & {second.given}",
        f"{first.given} and {second.given} {first.surname}",
        f"{first.surname} {first.given} & {second.given}",
        party.core,
    ]


def _forms_of_estate(party: Party) -> list[str]:
    person = party.people[0]
    return [f"Estate of {person.given} {person.surname}", f"{person.surname}, {person.given} (Estate of the Late)"]


def _forms_of_trader(party: Party) -> list[str]:
    person: Person = party.people[0]
    trade = party.core.partition(" t/as ")[2]
    return [f"{person.surname}, {person.given} T/A {trade}", f"{person.given} {person.surname} trading as {trade}"]


_PERSONAL: dict[str, Callable[[Party], list[str]]] = {
    "person": _forms_of_person,
    "couple": _forms_of_couple,
    "estate": _forms_of_estate,
    "sole trader": _forms_of_trader,
}
