"""The clock, the switches, and reading and writing the two formats, each by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from lxml import etree

from core.sandbox.body import read_body, read_xml
from core.sandbox.clock import SandboxClock
from core.sandbox.errors import MalformedBody, ServerError
from core.sandbox.state import Tenant, Time
from core.sandbox.switches import (
    LengthRule,
    ReadDelay,
    Switches,
    UnknownSwitch,
    describe_switches,
    set_switch,
)
from core.sandbox.time_index import TimeIndex
from core.sandbox.wire import Payload, Rows, money, write_json, write_xml

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_running_clock_goes_on_from_where_it_was_set() -> None:
    moments = iter([NOON, NOON + timedelta(seconds=5), NOON + timedelta(seconds=5)])
    clock = SandboxClock(system_time=lambda: next(moments))
    clock.set(datetime(2030, 1, 1, tzinfo=UTC))
    assert clock.now() == datetime(2030, 1, 1, 0, 0, 5, tzinfo=UTC)


def test_a_frozen_clock_moves_only_when_told_and_can_run_again() -> None:
    clock = SandboxClock(NOON)
    clock.advance(90)
    assert clock.now() == NOON + timedelta(seconds=90)
    clock.resume()
    assert not clock.is_frozen
    assert timedelta() <= clock.now() - NOON - timedelta(seconds=90) < timedelta(seconds=60)


@pytest.mark.parametrize(("zone", "day"), [("Pacific/Auckland", 23), ("UTC", 22), ("America/New_York", 22)])
def test_the_day_is_the_zones_own(zone: str, day: int) -> None:
    assert SandboxClock(NOON).today(zone) == date(2026, 11, day)


VALUES = [
    ("note_max", "2000 error", LengthRule(2000, "error")),
    ("name_max", "none", LengthRule()),
    ("read_after_write_delay", "3 reads", ReadDelay(reads=3)),
    ("read_after_write_delay", "1.5 seconds", ReadDelay(seconds=1.5)),
    ("read_after_write_delay", "0", ReadDelay()),
    ("minutes_round", "15", 15),
    ("daily_limit", "1000", 1000),
    ("locked_week", "accept", "accept"),
]


@pytest.mark.parametrize(("name", "text", "value"), VALUES)
def test_a_switch_reads_its_text_and_writes_it_back(name: str, text: str, value: object) -> None:
    switches = set_switch(Switches(), name, text)
    assert getattr(switches, name) == value
    assert describe_switches(switches)[name]["value"] == text


def test_every_default_can_be_set_as_it_is_described() -> None:
    for name, described in describe_switches(Switches()).items():
        assert set_switch(Switches(), name, described["default"]) == Switches()
        assert described["meaning"]


@pytest.mark.parametrize(
    ("name", "text"), [("note_max", "many"), ("locked_week", "maybe"), ("daily_limit", "0"), ("minutes_round", "-1")]
)
def test_a_value_outside_its_grammar_is_refused_with_what_is_accepted(name: str, text: str) -> None:
    with pytest.raises(UnknownSwitch, match=f"Switch '{name}' does not take '{text}'. Use one of: "):
        set_switch(Switches(), name, text)


def test_an_unknown_switch_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(UnknownSwitch, match=r"There is no switch 'lock_week'. Use one of: .*locked_week"):
        set_switch(Switches(), "lock_week", "accept")


def test_xml_leaves_nulls_out_closes_empty_lists_and_opens_empty_texts() -> None:
    fields = [
        ("A", ""),
        ("B", None),
        ("C", Rows("D", [])),
        ("E", True),
        ("F", Decimal("1.50")),
        ("G", date(2026, 1, 2)),
    ]
    assert write_xml("Get", Payload(fields)) == (
        b'<Response api-method="Get"><Status>OK</Status><A></A><C /><E>true</E><F>1.50</F>'
        b"<G>2026-01-02T00:00:00</G></Response>"
    )


def test_a_text_survives_the_xml_parser_of_the_other_side() -> None:
    text = "a & b < c > d \"e\" 'f' ]]> \r\n \U0001f600 \u202e \u0101"
    body = write_xml("Get", Payload([("A", text)]))
    assert etree.fromstring(body).findtext("A") == text


def test_what_no_answer_can_carry_is_dropped() -> None:
    body = write_xml("Get", Payload([("A", "a\x00b\x1fc\ufffe")]))
    assert etree.fromstring(body).findtext("A") == "abc"
    assert write_json(Payload([("A", "a\x00b")])) == b'{"status":"OK","a":"ab"}'


@pytest.mark.parametrize(("amount", "text"), [("45", "45.00"), ("9.5", "9.50"), ("9.125", "9.125"), ("-0.1", "-0.10")])
def test_money_has_two_digits_or_its_own(amount: str, text: str) -> None:
    assert str(money(Decimal(amount))) == text


BROKEN = [b"", b"   ", b"<a>", b"<a/><b/>", b"plain", b"<a>&undefined;</a>", b"\xff\xfe<a/>"]


@pytest.mark.parametrize("body", BROKEN)
def test_what_is_not_one_element_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedBody):
        read_xml(body)


def test_an_entity_bomb_is_refused_before_it_grows() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    with pytest.raises(MalformedBody):
        read_xml(f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><a>&l8;</a>'.encode())


def test_a_comment_does_not_cut_a_text() -> None:
    assert read_xml(b"<a><b>one<!-- x -->two</b></a>").text_of("b") == "onetwo"


def test_the_encoding_of_a_declaration_is_obeyed() -> None:
    body = '<?xml version="1.0" encoding="iso-8859-1"?><a><b>\u00e9</b></a>'.encode("latin-1")
    assert read_xml(body).text_of("b") == "\u00e9"


@pytest.mark.parametrize("body", [b"<a>\x0b</a>", b"<a>&#11;</a>", b"<a>&#x1F;</a>", b"<a>\xef\xbf\xbe</a>"])
def test_control_characters_are_a_stumble_or_stripped(body: bytes) -> None:
    with pytest.raises(ServerError):
        read_body(body, as_json=False, strip_controls=False)
    assert read_body(body, as_json=False, strip_controls=True).text == ""


def test_tabs_and_newlines_are_no_control_characters() -> None:
    assert read_body(b"<a>&#9;\n&#xA;&#13;</a>", as_json=False, strip_controls=False).text == "\t\n\n\r"


def test_the_index_finds_what_a_walk_through_all_times_finds() -> None:
    chance = Random(5)
    tenant = Tenant("t", "T")
    index = TimeIndex(tenant)
    start = date(2026, 1, 1)
    for number in range(400):
        if tenant.times and chance.random() < 0.3:
            gone = tenant.times.pop(chance.choice(list(tenant.times)))
            index.remove(gone)
        day = start + timedelta(days=chance.randrange(60))
        time = tenant.times[str(number)] = Time(str(number), f"J{chance.randrange(5)}", "", "", day, 5)
        index.add(time)
    first, last = start + timedelta(days=10), start + timedelta(days=30)
    assert set(index.between(first, last)) == {one.uuid for one in tenant.times.values() if first <= one.date <= last}
    assert index.of_job("J3") == [one.uuid for one in tenant.times.values() if one.job == "J3"]
    assert index.fits(tenant)


def test_an_index_does_not_fit_another_snapshot() -> None:
    tenant = Tenant("t", "T", times={"1": Time("1", "J", "", "", date(2026, 1, 1), 5)})
    index = TimeIndex(tenant)
    assert not index.fits(Tenant("t", "T", times=dict(tenant.times)))
    tenant.times.clear()
    assert not index.fits(tenant)
