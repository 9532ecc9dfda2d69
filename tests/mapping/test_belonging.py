"""Group, partner and manager of clients, from both sides."""

from __future__ import annotations

import pandas as pd
import pytest

from core.mapping.belonging import (
    add_people,
    bear_name,
    list_names,
    name_linked,
    narrow_to,
    read_narrowing,
    tell_narrowing,
    write_narrowing,
)


@pytest.fixture
def rows() -> pd.DataFrame:
    local = pd.DataFrame({"partner": ["Paul", "", ""], "manager": ["", "Mona", ""]}, index=["C1", "C2", "C3"])
    xpm = pd.DataFrame(
        {"client_group": ["Birds, Bees", ""], "partner": ["Paul", "Pia"], "manager": ["Mo", "mona"]}, index=["X1", "X2"]
    )
    made = pd.DataFrame({"xpm_id": ["X1", "X2", ""], "client_group": ["Birds", "", "Cats"]}, index=local.index)
    add_people(made, local, xpm)
    return made


def test_rows_tell_what_xpm_says_of_the_client_they_name(rows: pd.DataFrame) -> None:
    assert rows[["xpm_group", "xpm_partner", "xpm_manager"]].values.tolist() == [
        ["Birds, Bees", "Paul", "Mo"],
        ["", "Pia", "mona"],
        ["", "", ""],
    ]


def test_the_names_that_count_are_offered(rows: pd.DataFrame) -> None:
    assert list_names(rows, "group") == ["Bees", "Birds", "Cats"]
    assert list_names(rows, "manager") == ["Mo", "mona"]


@pytest.mark.parametrize(
    ("facet", "name", "found"),
    [
        ("group", "Bees", ["C1"]),
        ("group", "Bee", []),
        ("group", "Cats", ["C3"]),
        ("partner", "Paul", ["C1"]),
        ("partner", "Pia", ["C2"]),
        ("manager", "Mona", []),
        ("manager", "mona", ["C2"]),
    ],
)
def test_xpms_name_counts_and_the_local_one_where_xpm_says_nothing(
    rows: pd.DataFrame, facet: str, name: str, found: list[str]
) -> None:
    assert rows.index[bear_name(rows, facet, name)].tolist() == found


def test_an_empty_list_has_no_names(rows: pd.DataFrame) -> None:
    assert list_names(rows.iloc[:0], "group") == []
    assert bear_name(rows.iloc[:0], "group", "Birds").tolist() == []


def test_a_narrowing_survives_as_a_text(rows: pd.DataFrame) -> None:
    text = write_narrowing({"manager": "", "partner": "Paul", "group": "Birds"})
    assert read_narrowing(text) == {"group": "Birds", "partner": "Paul"}
    assert tell_narrowing(text) == "Birds, partner Paul"
    assert narrow_to(rows, text).index.tolist() == ["C1"]


def test_no_narrowing_is_no_text_and_a_lone_name_is_a_group(rows: pd.DataFrame) -> None:
    assert write_narrowing({}) == ""
    assert len(narrow_to(rows, "")) == 3
    assert narrow_to(rows, "Cats").index.tolist() == ["C3"]


def test_one_person_is_one_name_once_the_two_are_linked(rows: pd.DataFrame) -> None:
    local = pd.DataFrame({"name": ["Paula Lee", "Mona Ray"]}, index=["S1", "S2"])
    xpm = pd.DataFrame({"name": ["Pia", "mona", "Mo", "Mo"]}, index=["XS1", "XS2", "XS3", "XS4"])
    links = pd.DataFrame({"xpm_id": ["XS1", "XS3"]}, index=["S1", "S2"])
    known = name_linked(links, local, xpm)
    # Two people of XPM are called Mo: the name alone does not say which of them is linked.
    assert known == {"Pia": "Paula Lee"}
    clients = pd.DataFrame({"partner": ["Paula Lee"], "manager": [""]}, index=["C1"])
    there = pd.DataFrame({"client_group": [""], "partner": ["Pia"], "manager": ["Mo"]}, index=["X1"])
    made = pd.DataFrame({"xpm_id": ["X1"], "client_group": [""]}, index=["C1"])
    add_people(made, clients, there, known)
    assert (made.at["C1", "xpm_partner"], list_names(made, "partner")) == ("Pia", ["Paula Lee"])
