from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.local import FileRefused, LocalLoad
from core.local.parquet import read_parquet_table
from tests.local.builders import load_folder, write_side


def load_parquet(folder: Path, columns: dict[str, Any], **settings: Any) -> LocalLoad:
    write_side(folder)
    pq.write_table(pa.table(columns), folder / "times.parquet")
    tables: dict[str, Any] = {name: {"file": f"{name}.csv"} for name in ("clients", "staff", "processes", "tasks")}
    return load_folder(folder, tables={**tables, "actual_times": {"file": "times.parquet", **settings}})


def entry(**columns: Any) -> dict[str, Any]:
    base = {"id": ["E1"], "staff_id": ["S1"], "task_id": ["T1"], "date": [date(2026, 11, 3)], "minutes": [60]}
    return {**base, **columns}


@pytest.mark.parametrize(
    ("columns", "minutes"),
    [
        (entry(), 60),
        (entry(minutes=[60.0]), 60),
        (entry(minutes=[Decimal("59.50")]), 60),
        (entry(minutes=pa.array(["60"]).dictionary_encode()), 60),
        (entry(id=[123], minutes=pa.array([60], pa.int16())), 60),
    ],
)
def test_typed_columns_convert_by_their_type(tmp_path: Path, columns: dict[str, Any], minutes: int) -> None:
    frame = load_parquet(tmp_path, columns).frames["actual_times"]
    assert (frame["minutes"].iloc[0], str(frame["date"].iloc[0].date())) == (minutes, "2026-11-03")


def test_a_duration_column_is_read_as_hours_and_minutes(tmp_path: Path) -> None:
    load = load_parquet(tmp_path, entry(minutes=[timedelta(hours=25, minutes=15)]), unit="h:mm")
    assert load.frames["actual_times"]["minutes"].tolist() == [1515]


def test_an_instant_counts_for_the_practices_date(tmp_path: Path) -> None:
    load = load_parquet(tmp_path, entry(date=[datetime(2026, 11, 2, 23, 30, tzinfo=UTC)]))
    assert str(load.frames["actual_times"]["date"].iloc[0].date()) == "2026-11-03"


def test_an_empty_value_is_absent_text(tmp_path: Path) -> None:
    load = load_parquet(tmp_path, entry(note=pa.array([None], pa.string())))
    assert load.frames["actual_times"]["note"].tolist() == [""]


def test_nested_columns_are_left_out_and_named(tmp_path: Path) -> None:
    load = load_parquet(tmp_path, entry(tags=[["a", "b"]]))
    assert "times.parquet: column 'tags' is nested or binary and was not read." in load.notes


@pytest.mark.parametrize("data", [b"PAR1 nothing PAR1", b"PAR1", b"id,name\n"])
def test_a_broken_parquet_file_is_refused(data: bytes) -> None:
    with pytest.raises(FileRefused, match="Parquet"):
        read_parquet_table(data, "a.parquet", limit=10)


def test_more_rows_than_the_limit_are_refused_before_reading(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": list(range(11))}), tmp_path / "a.parquet")
    with pytest.raises(FileRefused, match="more than 10 rows"):
        read_parquet_table((tmp_path / "a.parquet").read_bytes(), "a.parquet", limit=10)
