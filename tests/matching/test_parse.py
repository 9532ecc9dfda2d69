from __future__ import annotations

import pytest

from core.matching.knowledge import EntityType, are_nicknames, legal_forms
from core.matching.parse import parse_name


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Acacia Welding P/L", EntityType.COMPANY),
        ("Acacia Welding Pty Lyd", EntityType.COMPANY),
        ("Murphy Super Pty Ltd", EntityType.COMPANY),
        ("Vega Real Estate Trust", EntityType.TRUST),
        ("Quokka Super", EntityType.SUPER_FUND),
        ("AJ & LG MacDonald Partnership", EntityType.PARTNERSHIP),
        ("Estate of Harold Beck", EntityType.ESTATE),
        ("Kereama, Bill (Deceased)", EntityType.ESTATE),
        ("Netball Club Inc", EntityType.ASSOCIATION),
        ("Ferrier, Robert", EntityType.PERSON),
        ("Mr P & Mrs A Clarke", EntityType.COUPLE),
        ("Blue Gum Consulting", EntityType.UNKNOWN),
        ("", EntityType.UNKNOWN),
    ],
)
def test_the_name_tells_the_kind_of_client(text: str, kind: EntityType) -> None:
    assert parse_name(text).type is kind


def test_a_name_comes_apart_into_its_parts() -> None:
    name = parse_name("0012 - J & P Smith Pty Ltd ATF The Smith Family Trust T/A Smith's Bakery")
    assert (name.code, name.words, name.form) == ("0012", ("smith",), "family trust")
    assert name.trustee == ("j", "p", "smith")
    assert name.trading == ("smiths", "bakery")
    assert name.trustee_type is EntityType.COMPANY


def test_numbers_stand_apart_from_words() -> None:
    name = parse_name("168 Market Rd No 2 Limited")
    assert (name.words, name.numbers) == (("market", "road"), frozenset({"168", "2"}))


def test_trading_letters_at_the_front_are_initials() -> None:
    assert parse_name("T A Smith").trading == ()


def test_joint_persons_share_the_surname() -> None:
    persons = parse_name("Clarke, Paul & Andrea").persons
    assert [(person.givens, person.surname) for person in persons] == [(("paul",), "clarke"), (("andrea",), "clarke")]


def test_a_surname_of_several_words_is_one() -> None:
    assert parse_name("Anna van der Berg").persons[0].surname == "vanderberg"


def test_a_former_name_is_not_the_name() -> None:
    assert parse_name("Acacia Pty Ltd formerly Banksia Pty Ltd").words == ("acacia",)


@pytest.mark.parametrize(("one", "other"), [("robert", "bob"), ("bob", "rob"), ("wiremu", "bill"), ("libby", "liz")])
def test_nicknames_are_known_both_ways(one: str, other: str) -> None:
    assert are_nicknames(one, other)
    assert are_nicknames(other, one)


def test_every_form_in_the_table_has_a_kind() -> None:
    assert all(form.type is not EntityType.UNKNOWN for form in legal_forms().values())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Launceston Glass Four P/L", "Launceston Glass No 4 Pty Ltd"),
        ("Smith Trust Two", "THE SMITH TRUST NO.2"),
        ("STRATA PLAN 44101", "SP 44101"),
        ("B/C 87305", "Body Corporate 87305"),
        ("Claire / Adam Melcombe", "Claire & Adam Melcombe"),
        ("Bradley, B / P (Ptnrs)", "Partnership of B & P Bradley"),
        ("LAVA9907_Lavapuri, Viliami", "Lavapuri, Viliami"),
        ("MillerSuper Fund", "Miller Super Fund"),
        ("MrsSarah Rose", "Sarah Rose"),
        ("Mrz Helen Doyle", "Helen Doyle"),
        ("Tarling Tr ust", "Tarling Trust"),
        ("Martin Fencing No3 Pty Ltd", "Martin Fencing No. 3 Pty Ltd"),
        ("- final 2022 Quokka Family Trust", "Quokka Fmly Trust"),
        ("96 George Street Pty Ltd NEW", "96 George Street Pty Lim"),
        ("Robins0n, Lindsay", "Robinson, Lindsay"),
        ("Smith, Victor - Estate", "Estate of Victor Smith"),
        ("Susan ElizabethGeraghty", "Susan Elizabeth Geraghty"),
        ("R & E Mahawardena Discretionar", "R & E Mahawardena Discretionary Trust"),
        ("The Rothbert Superannuation Fu", "The Rothbert Superannuation Fund"),
        ("Clear Koala Photography Pty Lt", "Clear Koala Photography Pty Ltd"),
        ("Morgan Farnily Trust", "Morgan Family Trust"),
        ("Thompson Supper Fund", "Thompson Super Fund"),
        ("Owners Corporaion Plan No PS 53748", "OC PS 53748"),
        ("Penrith CafeP/L", "Penrith Cafe Pty Ltd"),
        ("TAYL9188 TAYL9188_Fernlock, Susan", "Fernlock, Susan"),
        ("Jolly Cafe (Bunya Bros Pty Ltd)", "Bunya Bros Pty Ltd T/A Jolly Cafe"),
        ("JKW Nominees (No 2) P/L", "JKW Nominees No.2 Pty Ltd"),
        ("1st Choice Plumbing Pty Ltd", "First Choice Plumbing Pty Ltd"),
    ],
)
def test_two_spellings_are_read_as_one(one: str, other: str) -> None:
    mine, theirs = parse_name(one), parse_name(other)
    assert (mine.type, sorted(mine.words), mine.numbers) == (theirs.type, sorted(theirs.words), theirs.numbers)


def test_a_company_cut_off_before_its_trust_is_no_company() -> None:
    assert parse_name("64 Lakeview Crescent Pty Ltd A").type is EntityType.TRUST
    assert parse_name("Tauranga Cleaning Limited ATF").trustee == ("tauranga", "cleaning")
    assert parse_name("Tarling Pty Ltd A").type is EntityType.COMPANY


def test_a_name_that_looks_like_a_code_stays_a_name() -> None:
    assert parse_name("Studio54 Pty Ltd").words == ("studio54",)
    assert parse_name("Smith Real Estate").type is not EntityType.ESTATE


def test_initials_with_a_number_are_no_body_corporate() -> None:
    assert parse_name("SP Holdings 441").form != "body corporate"


def test_a_company_number_in_a_name_is_kept_apart() -> None:
    assert parse_name("Tarling Pty Ltd ACN 123 456 789").register_no == "123456789"
