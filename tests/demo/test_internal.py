"""Time for the practice itself goes to XPM by ordinary mappings: its client is linked, its processes are mapped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.local import SourceConfig, load_source
from core.model import Kind
from core.sandbox.state import Tenant
from core.store import Store, migrate, open_engine
from tests.demo.chain import TODAY, Chain
from tests.fakes import FakeClock, counting_ids

INTERNAL = {"P23": "Internal - Training", "P24": "Internal - Leave", "P25": "Internal - Administration"}


@pytest.fixture(scope="module")
def chain(folder: Path, settings: Any, xpm: Tenant) -> Chain:
    """The demo practice whose internal processes are mapped instead of excluded, and everything certain accepted."""
    types = {one.name: one.uuid for one in xpm.catalogue_tasks.values()}
    kept = [one for one in settings["decisions"] if one["local_id"] not in INTERNAL]
    mapped = [
        {"kind": "process", "local_id": one, "verdict": "linked", "xpm_id": types[name]}
        for one, name in INTERNAL.items()
    ]
    config = SourceConfig.from_dict(settings["settings"]["local"], base=folder)
    load = load_source(config, zone=settings["zone"], today=TODAY)
    made = Chain.start(load, xpm, kept + mapped)
    made.accept_certain()
    return made


def test_internal_tasks_find_the_job_of_the_practice_itself(chain: Chain) -> None:
    tasks = chain.local["tasks"]
    internal = tasks[tasks["process_id"].isin(INTERNAL)]
    links = chain.resolve(Kind.TASK)["xpm_id"].reindex(internal.index)
    assert internal.index[links.isna()].tolist() == []
    found = chain.xpm["job_tasks"].loc[links.to_numpy()]
    assert set(found["job"]) == {"J001321"}
    assert found["name"].tolist() == internal["process_id"].map(INTERNAL).tolist()


def test_internal_time_is_ready_or_in_xpm_and_none_is_excluded(chain: Chain, tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'tieout.db'}")
    migrate(engine)
    store = Store(engine, FakeClock(), counting_ids())
    chain.adopt(store)
    rows = chain.stand(store)
    engine.dispose()
    mine = rows[rows["process_id"].isin(INTERNAL) & rows["reason"].eq("")]
    assert set(mine["job"]) == {"J001321"}
    assert not rows[rows["process_id"].isin(INTERNAL)]["reason"].eq("process excluded").any()
