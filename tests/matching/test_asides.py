from __future__ import annotations

import pytest

from core.matching.asides import cut_register_number, drop_remarks, is_remark, turn_trustee


@pytest.mark.parametrize(
    "text",
    [
        "quokka trust (trustee: tamarind nominees pty ltd)",
        "quokka trust (ttee tamarind nominees pty ltd)",
        "quokka trust - trustee tamarind nominees pty ltd",
        "quokka trust - tamarind nominees pty ltd (trustee)",
    ],
)
def test_a_trustee_behind_its_trust_is_turned_in_front(text: str) -> None:
    assert turn_trustee(text) == "tamarind nominees pty ltd atf quokka trust"


@pytest.mark.parametrize("text", ["smith family trust (the trustee for)", "the trustee for quokka trust", "trustee"])
def test_a_trust_without_named_trustee_stays_as_it_is(text: str) -> None:
    assert turn_trustee(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "tarling pty ltd - new 2023",
        "tarling pty ltd (from 1 july 2023)",
        "tarling pty ltd (see file)",
        "tarling pty ltd - inactve",
        "lost client - tarling pty ltd",
        "tarling pty ltd **",
    ],
)
def test_a_remark_about_the_record_is_no_part_of_the_name(text: str) -> None:
    assert drop_remarks(text) == "tarling pty ltd"


@pytest.mark.parametrize("text", ["tarling trust (no 2)", "tarling pty ltd (2)", "tarling (nsw) pty ltd", "a - b"])
def test_what_tells_two_clients_apart_is_no_remark(text: str) -> None:
    assert drop_remarks(text) == text


def test_a_number_alone_is_no_remark() -> None:
    assert not is_remark("2023")
    assert is_remark("final 2023")


def test_a_company_number_in_the_name_is_taken_out() -> None:
    assert cut_register_number("tarling pty ltd acn 123 456 789") == ("tarling pty ltd", "123456789")
    assert cut_register_number("tarling pty ltd (abn: 51 824 753 556)") == ("tarling pty ltd", "51824753556")
    assert cut_register_number("abn 51 824 753 556") == ("abn 51 824 753 556", "")
