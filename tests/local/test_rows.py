from __future__ import annotations

from pathlib import Path

import pytest

from core.local.rows import SeveralTables, WrongShape, cut_rows
from tests.local.builders import load_clients

GOOD = "".join(f"C{i},Client {i}\n" for i in range(40))


def test_blank_lines_repeated_headers_and_footers_are_skipped_and_counted(tmp_path: Path) -> None:
    load = load_clients(tmp_path, "id,name\nC1,Abel\n\n,\nid,name\nC2,Beth\n\nTotal,2\n")
    assert load.frames["clients"].index.tolist() == ["C1", "C2"]
    assert load.notes[1:] == [
        "clients.csv: 3 blank rows skipped.",
        "clients.csv: 1 repeated header skipped.",
        "clients.csv: 1 total row skipped.",
    ]


def test_a_footer_of_another_width_is_still_a_footer(tmp_path: Path) -> None:
    load = load_clients(tmp_path, "id,name,code\nC1,Abel,x\nGrand Total: ,40\n")
    assert load.frames["clients"].index.tolist() == ["C1"]
    assert load.frames["problems"].empty


def test_a_client_called_total_is_no_footer(tmp_path: Path) -> None:
    load = load_clients(tmp_path, "id,name,code,email\nTotal,Total Plumbing Ltd,TOT,a@b.c\n")
    assert load.frames["clients"].index.tolist() == ["Total"]


def test_a_sub_total_between_the_rows_is_held(tmp_path: Path) -> None:
    load = load_clients(tmp_path, "id,name,code\nC1,Abel,x\nSubtotal,,\nC2,Beth,y\n")
    assert load.frames["problems"]["line"].tolist() == [3]
    assert "sub-total" in load.frames["problems"]["sentence"].iloc[0]


@pytest.mark.parametrize("line", ["C99,Late,extra", "C99"])
def test_a_line_with_the_wrong_number_of_cells_is_held(tmp_path: Path, line: str) -> None:
    load = load_clients(tmp_path, "id,name\n" + GOOD + line + "\n")
    problem = load.frames["problems"].iloc[0]
    assert (problem["line"], len(load.frames["clients"])) == (42, 40)
    assert problem["value"] == line.replace(",", " | ")
    assert f"has {line.count(',') + 1} cell" in problem["sentence"]


def test_one_short_line_never_stops_a_small_file(tmp_path: Path) -> None:
    load = load_clients(tmp_path, "id,name\nC1,Abel\nC2\n")
    assert load.frames["clients"].index.tolist() == ["C1"]


def test_more_than_one_in_twenty_odd_lines_refuse_the_file(tmp_path: Path) -> None:
    with pytest.raises(WrongShape, match=r"3 of 43 lines.*line 42.*delimiter or the quotes"):
        load_clients(tmp_path, "id,name\n" + GOOD + "C97\nC98\nC99\n")


def test_an_extra_cell_in_every_row_does_not_shift_the_columns(tmp_path: Path) -> None:
    with pytest.raises(WrongShape):
        load_clients(tmp_path, "id,name\nC1,Abel,x\nC2,Beth,y\n")


def test_a_second_table_below_the_first_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SeveralTables, match=r"begins in line 4 \('Staff ID', 'Email'\)"):
        load_clients(tmp_path, "id,name\nC1,Abel\n\nStaff ID,Email\nS1,a@b.c\n")


def test_progress_is_told_by_chunks() -> None:
    told: list[tuple[str, int]] = []
    rows = [(1, ["id", "name"]), *((line, [str(line), "x"]) for line in range(2, 150_002))]
    cut_rows(rows, "a.csv", limit=1_000_000, on_progress=lambda file, done: told.append((file, done)))
    assert told == [("a.csv", 100_000), ("a.csv", 150_000)]
