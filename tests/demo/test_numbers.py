"""The numbers of the demo practice pass their check digits, and nothing in it could be a real address."""

from random import Random

import pytest

from core.sandbox.state import Tenant
from data.demo.builder.numbers import draw_abn, draw_acn, draw_nzbn, is_abn
from tests.demo.conftest import read_table


@pytest.mark.parametrize(
    ("digits", "good"), [("51824753556", True), ("53004085616", True), ("51824753557", False), ("5182475355", False)]
)
def test_an_abn_is_told_by_its_check_digits(digits: str, good: bool) -> None:
    assert is_abn(digits) is good


def test_a_company_s_abn_ends_in_its_acn() -> None:
    rng = Random(7)
    acn = draw_acn(rng)
    assert draw_abn(rng, acn).endswith(acn)
    assert is_abn(draw_abn(rng, acn))


def test_an_nzbn_sums_to_a_multiple_of_ten() -> None:
    digits = draw_nzbn(Random(3))
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    assert (len(digits), total % 10) == (13, 0)


def test_every_abn_on_both_sides_has_valid_check_digits(xpm: Tenant) -> None:
    local = [row["ABN / NZBN"].replace(" ", "") for row in read_table("clients")]
    numbers = [number for number in [*local, *(one.business_number for one in xpm.clients.values())] if number]
    assert len(numbers) > 150
    assert all(is_abn(number) for number in numbers if len(number) == 11)
    assert {len(number) for number in numbers} <= {11, 13}


def test_every_mail_address_is_of_the_reserved_domain(xpm: Tenant) -> None:
    addresses = [row["E-mail"] for table in ("clients", "staff") for row in read_table(table)]
    addresses += [one.email for one in xpm.clients.values()] + [one.email for one in xpm.staff.values()]
    assert all(address.endswith(".example") for address in addresses if address)
