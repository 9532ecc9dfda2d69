"""Tax and company numbers that satisfy their check digits and belong to nobody we know, addresses and phones."""

from __future__ import annotations

import re
from random import Random

from .clients import Client, Kind
from .words import Choice

_ABN_WEIGHTS = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
_MAIL_HOSTS = Choice((50, "mail.example"), (25, "post.example"), (15, "web.example"), (10, "office.example"))


def make_tax_number(client: Client, chance: Random) -> str:
    """An ABN, an IRD number or NZBN, or a UK company number, by the client's country; digits only."""
    if client.country == "AU":
        return make_abn(chance)
    if client.country == "NZ":
        return _make_nzbn(chance) if client.kind is Kind.COMPANY and chance.random() < 0.3 else _make_ird(chance)
    return f"{chance.randrange(1_000_000, 15_999_999):08d}"


def make_abn(chance: Random) -> str:
    """Eleven digits: two check digits so that the weighted sum, the first digit less one, is a multiple of 89."""
    body = [chance.randrange(10) for _ in range(9)]
    rest = sum(weight * digit for weight, digit in zip(_ABN_WEIGHTS[2:], body, strict=True))
    head = -rest % 89
    # the first digit counts one less, so that the head is a number of two digits from 10 on
    return f"{head + 10}" + "".join(map(str, body))


def _make_ird(chance: Random) -> str:
    while True:
        body = f"{chance.randrange(10_000_000, 13_999_999):08d}"
        for weights in ((3, 2, 7, 6, 5, 4, 3, 2), (7, 4, 3, 2, 5, 2, 7, 6)):
            rest = sum(weight * int(digit) for weight, digit in zip(weights, body, strict=True)) % 11
            if rest != 1:
                return f"{body}{(11 - rest) % 11}"


def _make_nzbn(chance: Random) -> str:
    body = f"9429{chance.randrange(10**8):08d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"


def write_number(number: str, chance: Random) -> str:
    """The number as someone types it: grouped, prefixed, now and then with a slip."""
    if chance.random() < 0.04:
        place = chance.randrange(1, len(number) - 1)
        pair = number[place : place + 2]
        number = number[:place] + pair[::-1] + number[place + 2 :]
    style = chance.random()
    if style < 0.4:
        return number
    grouped = re.sub(r"(?<=\d)(?=(\d{3})+$)", " " if style < 0.9 else "-", number)
    return f"ABN {grouped}" if len(number) == 11 and style > 0.85 else grouped


def make_mail(client: Client, chance: Random) -> str:
    """An address at a reserved domain that hints at the name, as most do."""
    if client.people and chance.random() < 0.8:
        person = client.people[0]
        shapes = (
            f"{person.given}.{person.surname}",
            f"{person.given[0]}{person.surname}",
            f"{person.given}{chance.randrange(99)}",
        )
        return f"{_squeeze(chance.choice(shapes))}@{_MAIL_HOSTS.draw(chance)}"
    words = _squeeze(client.stem or client.people[0].surname)[:18] + str(chance.randrange(1, 99))
    return f"{chance.choice(('info', 'admin', 'accounts', 'hello'))}@{words}.example"


def _squeeze(text: str) -> str:
    return re.sub(r"[^a-z0-9.]", "", text.lower())


def make_phone(country: str, chance: Random) -> str:
    """A mobile or a landline, digits only."""
    number = chance.randrange(10**7, 10**8)
    if country == "NZ":
        return f"02{chance.choice('127')}{number // 10:07d}"
    if country == "UK":
        return f"07{chance.randrange(10)}{number:08d}"
    return f"0{chance.choice('4423478')}{number:08d}"


def write_phone(phone: str, chance: Random) -> str:
    """The phone as someone types it."""
    drawn = chance.random()
    if drawn < 0.5:
        return phone
    if drawn < 0.85:
        return f"{phone[:4]} {phone[4:7]} {phone[7:]}"
    return f"({phone[:2]}) {phone[2:6]} {phone[6:]}"


def make_code(client: Client, chance: Random) -> str:
    """A client code as practices make them: four letters of the name and a number."""
    name = client.people[-1].surname if client.people else client.stem
    letters = re.sub(r"[^A-Z]", "", name.upper())[:4].ljust(4, "X")
    return f"{letters}{chance.randrange(1, 9999):04d}"
