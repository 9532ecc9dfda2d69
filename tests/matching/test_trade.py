"""Names of work are read into kind, entity, stage, period and job number, whatever else stands in them."""

from __future__ import annotations

import pytest

from core.matching.trade import guess_year_end, mend_word, read_work


@pytest.mark.parametrize(
    ("name", "kind", "entity"),
    [
        ("ITR - Company", "itr", "company"),
        ("CTR", "itr", "company"),
        ("IR3", "itr", "individual"),
        ("SA800", "itr", "partnership"),
        ("PTR", "itr", "partnership"),
        ("Personal tax return", "itr", "individual"),
        ("Tax Return (Trust)", "itr", "trust"),
        ("ITR - SMSF", "smsf", "smsf"),
        ("SMSF audit", "audit", "smsf"),
        ("Business Activity Stmt", "bas", ""),
        ("MTD VAT Return", "vat", ""),
        ("Confirmation statement", "asic", ""),
        ("Internal - Administration", "admin", ""),
        ("Client meeting", "meeting", ""),
        ("Bank rec", "bookkeeping", ""),
        ("Annual compliance - tax return", "itr", ""),
    ],
)
def test_words_of_the_trade_name_kind_and_entity(name: str, kind: str, entity: str) -> None:
    work = read_work({"name": name})
    assert (set(work.kinds), set(work.entities)) == ({kind}, {entity} - {""})


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        ("01 - Prep BAS", "prepare"),
        ("BAS: Ptr review", "review.partner"),
        ("BAS awaiting info", "request"),
        ("BAS - lodge with ATO", "lodge"),
        ("BAS - Reconcile", "reconcile"),
        ("BAS - raise invoice", "bill"),
    ],
)
def test_a_stage_is_read_beside_the_kind(name: str, stage: str) -> None:
    work = read_work({"name": name})
    assert (set(work.kinds), set(work.stages)) == ({"bas"}, {stage})


def test_the_name_of_the_client_says_nothing_about_the_work() -> None:
    work = read_work({"name": "Payroll Plus Pty Ltd - FY24 BAS", "client": "PAYR01 Payroll Plus Pty Ltd"})
    assert set(work.kinds) == {"bas"}
    assert not work.entities
    assert not work.rest


def test_a_financial_year_is_no_job_number() -> None:
    assert read_work({"name": "ITR FY2024"}).job_nos == frozenset()


def test_a_season_of_a_task_lies_in_the_year_of_its_job() -> None:
    work = read_work({"job_name": "FY25 BAS", "name": "Sep Qtr"})
    assert [(period.start.year, period.start.month) for period in work.periods] == [(2024, 7)]


@pytest.mark.parametrize(("word", "mended"), [("atx", "tax"), ("ptar", "tpar"), ("gas", "gas"), ("revview", "review")])
def test_short_words_are_mended_only_where_letters_are_swapped(word: str, mended: str) -> None:
    assert mend_word(word) == mended


@pytest.mark.parametrize(("text", "month"), [("BAS ep 2025", 9), ("BAS dce 24", 12)])
def test_a_month_cut_before_a_year_is_mended(text: str, month: int) -> None:
    assert read_work({"name": text}).periods[0].end.month == month


@pytest.mark.parametrize(
    ("names", "month"),
    [(["BAS Q1", "IAS Oct", "GST return"], 6), (["IR3 2025", "GST return Mar 25", "IR4"], 3), (["Payroll"], 6)],
)
def test_the_year_end_shows_in_what_the_work_is_called(names: list[str], month: int) -> None:
    assert guess_year_end(names) == month
