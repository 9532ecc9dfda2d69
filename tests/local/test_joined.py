from __future__ import annotations

from pathlib import Path

import pytest

from core.local import ColumnsRefused
from tests.local.builders import load_clients

TEXT = "id,First,Last\nC1,Ana , Li\nC2,,Cher\n"


def test_a_declared_sum_of_headers_is_their_text_with_a_blank(tmp_path: Path) -> None:
    load = load_clients(tmp_path, TEXT, columns={"name": "First + Last"})
    assert load.frames["clients"]["name"].to_dict() == {"C1": "Ana Li", "C2": "Cher"}


def test_a_missing_piece_is_named(tmp_path: Path) -> None:
    with pytest.raises(ColumnsRefused, match=r"'First \+ Middle' \(our name\) is missing"):
        load_clients(tmp_path, TEXT, columns={"name": "First + Middle"})


def test_a_header_that_holds_a_plus_is_taken_as_written(tmp_path: Path) -> None:
    load = load_clients(tmp_path, "id,A + B,A,B\nC1,Abel,x,y\n", columns={"name": "A + B"})
    assert load.frames["clients"].loc["C1", "name"] == "Abel"
