from __future__ import annotations

from pathlib import Path

import pytest

from core.local import LocalLoad, LocalShrunk, check_shrink
from tests.local.builders import load_folder, write_side


def load_with(folder: Path, clients: int) -> LocalLoad:
    write_side(folder, clients="id,name\n" + "".join(f"C{i},x\n" for i in range(clients)))
    return load_folder(folder)


def test_a_vanished_table_is_a_question(tmp_path: Path) -> None:
    before = load_with(tmp_path, 2).counts
    after = load_folder(tmp_path, tables={"staff": {"file": "staff.csv"}})
    with pytest.raises(LocalShrunk, match=r"clients had 2 rows and now has 0.*really deleted"):
        check_shrink(before, after)


def test_a_table_that_lost_most_of_its_rows_is_a_question(tmp_path: Path) -> None:
    before = load_with(tmp_path, 40).counts
    with pytest.raises(LocalShrunk) as shrunk:
        check_shrink(before, load_with(tmp_path, 19))
    assert shrunk.value.shrunk == {"clients": (40, 19)}


def test_a_few_rows_less_are_no_question(tmp_path: Path) -> None:
    before = load_with(tmp_path, 40).counts
    check_shrink(before, load_with(tmp_path, 21))


def test_a_shrunken_table_is_taken_once_a_person_accepts(tmp_path: Path) -> None:
    before = load_with(tmp_path, 40).counts
    check_shrink(before, load_with(tmp_path, 1), accept_shrink=True)


def test_a_table_whose_rows_turn_unreadable_is_a_question(tmp_path: Path) -> None:
    """An export with years of two digits must not look as if all entries had been deleted."""
    rows = "".join(f"C{i},x,{{0}}\n" for i in range(10))
    write_side(tmp_path, clients="id,name,archived\n" + rows.format("no"))
    before = load_folder(tmp_path).counts
    write_side(tmp_path, clients="id,name,archived\n" + rows.format("maybe"))
    with pytest.raises(LocalShrunk):
        check_shrink(before, load_folder(tmp_path))
