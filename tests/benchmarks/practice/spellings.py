"""The ways a practice writes the name of a client: legal forms shortened or left out, trustees named or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from .clients import Client, Kind
from .persons import COUPLE_WAYS, PERSON_WAYS
from .words import Choice

#: How a legal form is spelled, by its right spelling; "" leaves it out. Weight on the untidy list, on the tidy one.
_FORMS: dict[str, tuple[tuple[float, float, str], ...]] = {
    "Pty Ltd": (
        (52, 78, "Pty Ltd"),
        (11, 3, "P/L"),
        (9, 3, "Pty Limited"),
        (6, 6, "PTY LTD"),
        (4, 3, "Pty. Ltd."),
        (1, 3, "Proprietary Limited"),
        (1.5, 0, "PL"),
        (1, 0, "Pty"),
        (0.5, 0, "(Pty) Ltd"),
        (0.5, 0, "P/Ltd"),
        (13, 3, ""),
    ),
    "Limited": ((48, 78, "Limited"), (30, 18, "Ltd"), (6, 2, "Ltd."), (2, 1, "LIMITED"), (14, 2, "")),
    "LLP": ((80, 95, "LLP"), (20, 5, "")),
    "Inc": ((46, 50, "Inc"), (14, 20, "Incorporated"), (15, 20, "Inc."), (25, 10, "")),
    "Incorporated": ((40, 70, "Incorporated"), (35, 25, "Inc"), (25, 5, "")),
    "Partnership": ((55, 85, "Partnership"), (10, 3, "P'ship"), (10, 2, "Pship"), (4, 2, "Ptnrship"), (25, 8, "")),
    "Family Trust": (
        (66, 88, "Family Trust"),
        (9, 1, "FT"),
        (5, 1, "F/T"),
        (6, 1, "Fam Trust"),
        (3, 0.5, "Family Tst"),
        (2, 0, "Fmly Trust"),
        (4, 2, "Trust"),
        (1, 0.5, "Family Trust (Discretionary)"),
    ),
    "Trust": ((85, 97, "Trust"), (7, 1, "Tst"), (4, 0, "Tr"), (2, 0, "")),
    "Unit Trust": ((75, 95, "Unit Trust"), (12, 1, "UT"), (7, 1, "U/T"), (4, 1, "Unit Tst")),
    "Discretionary Trust": ((60, 92, "Discretionary Trust"), (16, 3, "Disc Trust"), (8, 0, "DT"), (12, 2, "Trust")),
    "Investment Trust": ((80, 96, "Investment Trust"), (15, 1, "Inv Trust"), (5, 0, "Invest Tst")),
    "Property Trust": ((82, 97, "Property Trust"), (15, 1, "Prop Trust")),
    "Testamentary Trust": ((75, 96, "Testamentary Trust"), (15, 1, "Test Trust"), (8, 1, "TT")),
    "Super Fund": (
        (56, 75, "Super Fund"),
        (9, 12, "Superannuation Fund"),
        (10, 3, "SMSF"),
        (8, 1, "SF"),
        (7, 1, "S/F"),
        (6, 1, "Super"),
        (3, 1, "Superfund"),
    ),
    "Superannuation Fund": (
        (42, 85, "Superannuation Fund"),
        (24, 8, "Super Fund"),
        (10, 2, "SMSF"),
        (7, 0, "S/F"),
        (6, 0, "Superann Fund"),
        (5, 1, "S/Fund"),
        (4, 1, "SF"),
    ),
    "Family Super Fund": (
        (60, 80, "Family Super Fund"),
        (12, 12, "Family Superannuation Fund"),
        (8, 1, "Fam SF"),
        (8, 1, "Family SMSF"),
        (8, 2, "Super Fund"),
    ),
    "Self Managed Super Fund": (
        (35, 70, "Self Managed Super Fund"),
        (35, 12, "SMSF"),
        (15, 4, "Super Fund"),
        (8, 10, "Self Managed Superannuation Fund"),
    ),
    "Retirement Fund": ((80, 97, "Retirement Fund"), (15, 2, "Ret Fund")),
}


@dataclass(frozen=True)
class House:
    """How one list is kept: untidy (the practice's own system) or tidy, with a favourite way to write persons."""

    tidy: bool
    persons: Choice[tuple[str, Any]]
    couples: Choice[tuple[str, Any]]
    forms: dict[str, Choice[str]] = field(default_factory=dict)


def make_house(tidy: bool, chance: Random) -> House:
    """A list's habits; one of the usual ways to write persons is its favourite."""
    favourite = chance.randrange(8)
    persons = [
        ((right if tidy else left) * (4 if place == favourite else 1), (how, write))
        for place, (left, right, how, write) in enumerate(PERSON_WAYS)
    ]
    couples = [(right if tidy else left, (how, write)) for left, right, how, write in COUPLE_WAYS]
    forms = {
        form: Choice(*((right if tidy else left, written) for left, right, written in ways))
        for form, ways in _FORMS.items()
    }
    return House(tidy, Choice(*persons), Choice(*couples), forms)


def spell(client: Client, house: House, chance: Random) -> tuple[str, str]:
    """The name as someone types it who makes no slip, and which way it was written."""
    how, text = _WRITERS[client.kind](client, house, chance)
    return " ".join(text.split()), how


def _write_way(subject: Any, ways: Choice[tuple[str, Any]], chance: Random) -> tuple[str, str]:
    for _ in range(20):
        how, write = ways.draw(chance)
        text = write(subject, chance)
        if text:
            return how, text
    raise AssertionError("the plain ways fit everybody")


def _write_person(client: Client, house: House, chance: Random) -> tuple[str, str]:
    return _write_way(client.people[0], house.persons, chance)


def _write_couple(client: Client, house: House, chance: Random) -> tuple[str, str]:
    return _write_way(client.people, house.couples, chance)


def _form(form: str, house: House, chance: Random) -> str:
    return house.forms[form].draw(chance) if form in house.forms else form


def _number(number: int, house: House, chance: Random) -> str:
    if not number:
        return ""
    roman = "I" * number if number < 4 else "IV"
    usual = (f"No {number}", f"No. {number}", f"No.{number}")
    rare = (str(number), roman, f"(No {number})", f"#{number}", ("One", "Two", "Three", "Four", "Five")[number - 1])
    return chance.choice(usual if house.tidy or chance.random() < 0.55 else rare)


def _write_company(client: Client, house: House, chance: Random) -> tuple[str, str]:
    form = _form(client.form, house, chance)
    name = f"{client.stem} {_number(client.number, house, chance)} {form}"
    drawn = chance.random()
    if client.trading and drawn < (0.3 if house.tidy else 0.45):
        return _write_trading(client, name, house, chance)
    if client.former and drawn < 0.5:
        return _write_former(client, name, form, chance)
    return ("plain" if form else "no legal form"), name


def _write_trading(client: Client, name: str, house: House, chance: Random) -> tuple[str, str]:
    drawn = chance.random()
    if drawn < 0.75 or house.tidy:
        words = chance.choice(("T/A", "t/as", "trading as", "T/as", "ta", "-"))
        return "trading name behind", f"{name} {words} {client.trading}"
    if drawn < 0.9:
        return "trading name in front", f"{client.trading} ({name})"
    return "trading name alone", client.trading


def _write_former(client: Client, name: str, form: str, chance: Random) -> tuple[str, str]:
    drawn = chance.random()
    if drawn < 0.75:
        words = chance.choice(("formerly", "Formerly", "fka", "previously", "prev."))
        return "former name behind", f"{name} ({words} {client.former} {form})"
    return "former name alone", f"{client.former} {form}"


def _write_trust(client: Client, house: House, chance: Random) -> tuple[str, str]:
    form, number = _form(client.form, house, chance), _number(client.number, house, chance)
    numbered = f"{client.stem} {number} {form}" if chance.random() < 0.4 else f"{client.stem} {form} {number}"
    drawn = chance.random()
    if drawn < 0.12 and not client.stem.startswith("The "):
        return "the", f"The {numbered}"
    if drawn < (0.34 if house.tidy else 0.2):
        return "trustee words", f"{chance.choice(('The Trustee for', 'The Trustee for the', 'Trustee for'))} {numbered}"
    if client.trustee and drawn < 0.6:
        return _write_trustee(client, numbered, house, chance)
    return "plain", numbered


def _write_trustee(client: Client, name: str, house: House, chance: Random) -> tuple[str, str]:
    trustee = client.trustee
    if not house.tidy and chance.random() < 0.4:
        trustee = trustee.replace("Pty Ltd", chance.choice(("P/L", "")))
    if chance.random() < 0.85:
        words = chance.choice(("ATF", "ATF", "ATF the", "as trustee for", "As Trustee For The", "atf"))
        return "trustee in front", f"{trustee} {words} {name}"
    return "trustee behind", f"{name} ({chance.choice(('Trustee:', 'Trustee', 'ttee'))} {trustee})"


def _write_partnership(client: Client, house: House, chance: Random) -> tuple[str, str]:
    if not client.people:
        return "plain", f"{client.stem} {_form('Partnership', house, chance)}"
    how, text = _write_couple(client, house, chance)
    if "," in text:
        return how, f"{text} ({chance.choice(('Partnership', 'Pship', 'Ptnrs'))})"
    return how, f"{text} {_form('Partnership', house, chance) or 'Partnership'}"


_ESTATES = Choice(
    (30, "Estate of the late {}"),
    (20, "Estate of {}"),
    (12, "The Estate of {}"),
    (10, "Estate Late {}"),
    (6, "Est Late {}"),
    (5, "Est of {}"),
    (7, "{} (Deceased)"),
    (4, "{} - Estate"),
    (4, "{} (Dec'd)"),
    (2, "{} (Estate)"),
)


def _write_estate(client: Client, house: House, chance: Random) -> tuple[str, str]:
    how, text = _write_person(client, house, chance)
    return f"estate, {how}", _ESTATES.draw(chance).format(text)


def _write_club(client: Client, house: House, chance: Random) -> tuple[str, str]:
    form = _form(client.form, house, chance)
    article = "The " if chance.random() < 0.08 else ""
    return ("plain" if form else "no legal form"), f"{article}{client.stem} {form}"


_STRATA = {
    "Body Corporate": ("Body Corporate", "BC", "B/C", "Body Corp"),
    "Strata Plan": ("Strata Plan", "The Owners - Strata Plan No", "SP", "Owners of Strata Plan"),
    "Owners Corporation PS": ("Owners Corporation PS", "OC PS", "Owners Corp PS", "Owners Corporation Plan No PS"),
}


def _write_strata(client: Client, house: House, chance: Random) -> tuple[str, str]:
    for words, others in _STRATA.items():
        if client.stem.startswith(words):
            written = words if chance.random() < (0.8 if house.tidy else 0.45) else chance.choice(others)
            return "body corporate", f"{client.stem.replace(words, written)} {client.form}"
    return "plain", f"{client.stem} {_form(client.form, house, chance)}"


_WRITERS: dict[Kind, Callable[[Client, House, Random], tuple[str, str]]] = {
    Kind.PERSON: _write_person,
    Kind.COUPLE: _write_couple,
    Kind.COMPANY: _write_company,
    Kind.TRUST: _write_trust,
    Kind.FUND: _write_trust,
    Kind.PARTNERSHIP: _write_partnership,
    Kind.ESTATE: _write_estate,
    Kind.CLUB: _write_club,
    Kind.STRATA: _write_strata,
}
