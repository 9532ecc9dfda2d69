from __future__ import annotations

from pathlib import Path

from core.local import SourceConfig
from core.local.peek import peek_source
from tests.local.builders import write_side


def peek_clients(folder: Path, text: str) -> list[object]:
    write_side(folder, clients=text)
    config = SourceConfig.from_dict({"path": str(folder), "tables": {"clients": {"file": "clients.csv"}}})
    (peek,) = peek_source(config, rows=1)
    return [peek.rows.to_dict("split"), peek.found, bool(peek.refused), [p.column for p in peek.proposals]]


def test_a_look_shows_the_first_rows_and_the_columns_found(tmp_path: Path) -> None:
    rows, found, refused, _ = peek_clients(tmp_path, "Client ID,Client Name\n007,Abel\n008,Beth\n")
    assert rows == {"index": [2], "columns": ["Client ID", "Client Name"], "data": [["007", "Abel"]]}
    assert (found, refused) == ({"id": "Client ID", "name": "Client Name"}, False)


def test_a_look_at_unknown_headers_offers_columns_instead_of_refusing(tmp_path: Path) -> None:
    _, found, refused, proposals = peek_clients(tmp_path, "Client ID,Klient Names\n007,Abel\n")
    assert (found, refused, proposals) == ({}, True, ["id", "name"])


def test_doubled_headers_are_shown_apart(tmp_path: Path) -> None:
    rows, *_ = peek_clients(tmp_path, "id,name,name\n007,Abel,Beth\n")
    assert isinstance(rows, dict)
    assert rows["columns"] == ["id", "name (2)", "name (3)"]


def test_a_confirmed_proposal_is_remembered_by_its_signature(tmp_path: Path) -> None:
    write_side(tmp_path, clients="Ref,Klient Names\n007,Abel\n")
    config = SourceConfig.from_dict({"path": str(tmp_path), "tables": {"clients": {"file": "clients.csv"}}})
    (peek,) = peek_source(config)
    known = config.remember(peek.signature, {"id": "Ref", "name": "Klient Names"})
    assert peek_source(known)[0].found == {"id": "Ref", "name": "Klient Names"}
