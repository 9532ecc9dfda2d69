"""Which database addresses are accepted, and that no refusal repeats a password."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.store.urls import BadDatabaseUrl, describe_url, parse_url


def test_an_address_with_the_old_name_of_postgresql_is_understood() -> None:
    assert parse_url("postgres://ann@db/tieout").drivername == "postgresql+psycopg"


def test_the_description_of_an_address_has_no_password() -> None:
    url = parse_url("postgresql://ann:geheim@db.example:5433/tieout?sslmode=require")
    assert describe_url(url) == "the PostgreSQL database 'tieout' on db.example"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("geheim", "no database address"),
        ("postgresql://ann:geheim@db:port/tieout", "no database address"),
        ("mysql://ann:geheim@db/tieout", "neither sqlite nor postgresql"),
        ("postgresql+asyncpg://ann:geheim@db/tieout", "neither sqlite nor postgresql"),
        ("postgresql://ann:geheim@db", "names no database"),
        ("postgresql://ann@db/tieout?password=geheim", "'password' is not allowed"),
        ("postgresql://ann@db/tieout?options=geheim", "'options' is not allowed"),
        ("sqlite://", "path of a file"),
        ("sqlite:///:memory:", "path of a file"),
        ("sqlite:///file:geheim?mode=ro&uri=true", "path of a file"),
        ("sqlite:////no/such/folder/tieout.db", "'/no/such/folder' does not exist"),
    ],
)
def test_a_wrong_address_is_refused_without_repeating_it(address: str, words: str) -> None:
    with pytest.raises(BadDatabaseUrl, match=words) as caught:
        parse_url(address)
    assert "geheim" not in str(caught.value)


def test_a_sqlite_address_takes_no_options(tmp_path: Path) -> None:
    with pytest.raises(BadDatabaseUrl, match="no options"):
        parse_url(f"sqlite:///{tmp_path}/tieout.db?cache=shared")
