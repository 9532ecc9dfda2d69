"""The planted problems come out as the table in the demo's README says, through the real rooms."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.local import LocalLoad, SourceConfig, load_source
from core.model import Kind, Standing
from core.push.marker import find_markers
from core.sandbox.state import Tenant
from core.store import Store, migrate, open_engine
from data.demo.build import Demo
from data.demo.builder.planted import PROBLEMS, Problem
from data.demo.builder.team import MEMBERS
from tests.demo.chain import TODAY, Chain
from tests.fakes import FakeClock, counting_ids

#: What a reload of the file gives the second row of a doubled id.
SECOND = "#2"


@pytest.fixture(scope="module")
def load(folder: Path, settings: Any) -> LocalLoad:
    config = SourceConfig.from_dict(settings["settings"]["local"], base=folder)
    return load_source(config, zone=settings["zone"], today=TODAY)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'tieout.db'}")
    migrate(engine)
    yield Store(engine, FakeClock(), counting_ids())
    engine.dispose()


@pytest.fixture(scope="module")
def chain(load: LocalLoad, xpm: Tenant, settings: Any) -> Chain:
    started = Chain.start(load, xpm, settings["decisions"])
    started.accept_certain()
    return started


@pytest.fixture(scope="module")
def standings(chain: Chain, kept: Store) -> pd.DataFrame:
    chain.adopt(kept)
    return chain.stand(kept)


def list_ids(demo: Demo, problem: Problem) -> list[str]:
    ids = demo.ids_of(problem.key)
    if problem.key == "copy_rows":
        return [one + SECOND for one in ids]
    return [ids[0], ids[0] + SECOND] if problem.key == "reuse_ids" else ids


@pytest.mark.parametrize(
    "problem", [one for one in PROBLEMS if one.key not in ("spoiled", "delete_here")], ids=lambda one: one.key
)
def test_a_planted_problem_comes_out_as_the_readme_says(demo: Demo, standings: pd.DataFrame, problem: Problem) -> None:
    rows = standings.loc[list_ids(demo, problem)]
    assert set(zip(rows["standing"], rows["reason"], strict=True)) == {(problem.standing, problem.reason)}


def test_the_rows_that_cannot_be_read_are_problems_with_their_line(load: LocalLoad) -> None:
    problems = load.frames["problems"]
    assert sorted(problems["value"]) == ["31/11/2026", "abc"]
    assert problems["line"].gt(1).all()


def test_the_deleted_entry_is_withdrawn_time(standings: pd.DataFrame) -> None:
    withdrawn = standings[standings["standing"].eq(Standing.WITHDRAWN)]
    assert len(withdrawn) == 1
    assert withdrawn["minutes"].tolist() == [0]


def test_exactly_the_intended_entries_are_ready(demo: Demo, standings: pd.DataFrame) -> None:
    meant = {one.id for one in demo.entries if one.fate in ("", "hold_back", "locked_week") and not one.in_xpm}
    assert set(standings.index[standings["standing"].eq(Standing.READY)]) == meant


def test_the_time_that_was_pushed_is_synced_without_any_link(load: LocalLoad, xpm: Tenant, kept: Store) -> None:
    unlinked = Chain.start(load, xpm, [])
    unlinked.adopt(kept)
    standings = unlinked.stand(kept)
    marked = sum(bool(find_markers(time.note)) for time in xpm.times.values())
    assert standings["standing"].eq(Standing.SYNCED).sum() == marked - 4


def test_every_certain_link_is_the_true_one(demo: Demo, chain: Chain) -> None:
    clients = {pair.local.id: pair.xpm.uuid for pair in demo.pairs if pair.xpm and pair.grade != "tie"}
    tasks = {piece.task.id: piece.job_task.uuid for piece in demo.register.pieces if piece.job_task}
    for truth, kind in ((clients, Kind.CLIENT), (tasks, Kind.TASK)):
        linked = chain.decisions[kind].query("verdict == 'linked'")["xpm_id"]
        assert [one for one in linked.index if linked[one] != truth.get(one)] == []


def test_the_best_proposal_of_each_staff_member_is_the_true_one(chain: Chain) -> None:
    best = chain.propose(Kind.STAFF).query("rank == 1").set_index("local_id")["xpm_id"]
    assert {one.id: one.xpm_id for one in MEMBERS if one.active and one.xpm_id} == best.to_dict()


def test_most_clients_are_certain_and_a_few_are_not(chain: Chain) -> None:
    proposals = chain.propose(Kind.CLIENT)
    bands = proposals[proposals["rank"].eq(1)]["band"].value_counts()
    assert 190 <= bands["certain"] <= 260
    assert bands["tie"] >= 4
    assert bands["likely"] + bands.get("possible", 0) >= 10
