"""The builder and the files it wrote agree, and the practice has the size that the pages promise."""

from pathlib import Path

import pytest

from core.push.marker import find_markers
from core.sandbox.state import Tenant
from data.demo.build import Demo, build_demo, write_files
from tests.demo.conftest import Rows, read_table


def test_the_builder_writes_the_committed_files_byte_for_byte(demo: Demo, folder: Path) -> None:
    stale = [path for path, text in write_files(demo).items() if (folder / path).read_bytes() != text.encode()]
    assert not stale, "run python -m data.demo.build"


def test_another_seed_makes_another_practice_that_holds_together() -> None:
    other = write_files(build_demo("Kowhai & Rimu"))
    assert other["local/actual_times.csv"] != write_files(build_demo())["local/actual_times.csv"]


@pytest.mark.parametrize(
    ("table", "least", "most"),
    [
        ("clients", 300, 300),
        ("staff", 12, 12),
        ("processes", 25, 25),
        ("tasks", 650, 750),
        ("actual_times", 3400, 3800),
    ],
)
def test_the_local_side_has_its_promised_size(table: str, least: int, most: int) -> None:
    assert least <= len(read_table(table)) <= most


def test_the_xpm_side_has_its_promised_size(xpm: Tenant) -> None:
    assert len(xpm.staff) == 13
    assert 305 <= len(xpm.clients) <= 320
    assert 400 <= len(xpm.jobs) <= 460
    sizes = (len(xpm.templates), len(xpm.catalogue_tasks), len(xpm.catalogue_costs))
    assert sizes == (12, 25, 60)


def test_the_seed_stays_small_enough_to_read_at_once(folder: Path) -> None:
    assert (folder / "xpm.json").stat().st_size < 3_000_000


def test_the_seed_keeps_one_record_a_line(folder: Path, xpm: Tenant) -> None:
    lines = (folder / "xpm.json").read_text("utf-8").splitlines()
    assert sum(line.startswith('{"uuid"') for line in lines) >= len(xpm.times) + len(xpm.clients)


def test_every_local_id_is_used_once_but_for_the_planted_doubles(demo: Demo, times: Rows) -> None:
    ids = [row["Entry ID"] for row in times]
    doubled = {one for one in ids if ids.count(one) > 1}
    assert doubled == set(demo.ids_of("copy_rows")) | set(demo.ids_of("reuse_ids"))


def test_most_of_the_time_is_in_xpm_with_a_marker(xpm: Tenant, times: Rows) -> None:
    marked = [time for time in xpm.times.values() if find_markers(time.note)]
    assert 0.8 < len(marked) / len(times) < 0.95
    assert all(len(find_markers(time.note)) == 1 for time in marked)
