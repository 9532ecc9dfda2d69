"""The demo practice's tasks find their job task every time or ask: no link is guessed, and each open task says why."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from core.local import SourceConfig, load_source
from core.mapping.gaps import Gap, list_gaps
from core.mapping.labels import Conventions
from core.model import Kind
from core.sandbox.state import Tenant
from data.demo.build import HERE, Demo
from tests.demo.chain import CLOSED, TODAY, Chain


@pytest.fixture(scope="module")
def chain(demo: Demo, xpm: Tenant, settings: Any) -> Chain:
    """With the true links of clients and processes, as after a review by somebody who knows."""
    config = SourceConfig.from_dict(settings["settings"]["local"], base=HERE)
    started = Chain.start(load_source(config, zone=settings["zone"], today=TODAY), xpm, settings["decisions"])
    started.accept_certain()
    decided = started.decisions[Kind.CLIENT]
    true = {pair.local.id: pair.xpm.uuid for pair in demo.pairs if pair.xpm and pair.local.id not in decided.index}
    linked = pd.DataFrame({"xpm_id": true, "verdict": "linked"})
    started.decisions[Kind.CLIENT] = pd.concat([decided, linked])
    return started


@pytest.fixture(scope="module")
def truth(demo: Demo) -> dict[str, str]:
    """Local task id -> its job task, for the work that both systems know."""
    return {piece.task.id: piece.job_task.uuid for piece in demo.register.pieces if piece.job_task}


@pytest.fixture(scope="module")
def proposed(chain: Chain) -> pd.DataFrame:
    """The best proposal of each task, index task id."""
    found = chain.propose(Kind.TASK)
    return found[found["rank"].eq(1)].set_index("local_id")


@pytest.fixture(scope="module")
def gaps(chain: Chain) -> pd.DataFrame:
    tasks, jobs, job_tasks = chain.local["tasks"], chain.xpm["jobs"], chain.xpm["job_tasks"]
    links = chain.resolve(Kind.CLIENT), chain.resolve(Kind.PROCESS)
    names = chain.xpm["task_types"]["name"].to_dict()
    rejected = chain.rejected[Kind.TASK]
    return list_gaps(tasks, *links, jobs, job_tasks, Conventions(), CLOSED, rejected, type_names=names)


def test_every_certain_proposal_is_the_true_one(proposed: pd.DataFrame, truth: dict[str, str]) -> None:
    certain = proposed.loc[proposed["band"].eq("certain"), "xpm_id"]
    assert {one: xpm_id for one, xpm_id in certain.items() if truth.get(str(one)) != xpm_id} == {}


def test_all_work_that_both_systems_know_is_found_but_for_two_jobs_of_one_name(
    gaps: pd.DataFrame, truth: dict[str, str]
) -> None:
    found = gaps.loc[list(truth), "gap"].value_counts().to_dict()
    assert found == {Gap.NONE: len(truth) - 2, Gap.TIE: 2}
    assert len(truth) > 650


@pytest.mark.parametrize(
    ("key", "gap", "words"),
    [
        ("no_period", Gap.TIE, "BAS - Quarter December and J"),
        ("two_jobs", Gap.TIE, "2 job tasks fit equally well"),
        ("broken_link", Gap.CLIENT_BROKEN, "the linked XPM client is archived"),
        ("pro_bono", Gap.CLIENT_EXCLUDED, "is excluded from XPM"),
        ("new_clients", Gap.CLIENT_OPEN, "is not linked to XPM yet"),
    ],
)
def test_a_planted_question_is_asked_in_words(demo: Demo, gaps: pd.DataFrame, key: str, gap: Gap, words: str) -> None:
    """Entries of `two_jobs` name no task: theirs are those of the same client and process."""
    entries = [entry for entry in demo.entries if entry.fate == key]
    pairs = {(entry.pair.local.id, entry.process.id) for entry in entries}
    asked = [one.id for one in demo.register.tasks if (one.pair.local.id, one.process.id) in pairs]
    asked = [one for one in asked if gaps.loc[one, "gap"] == gap]
    assert len(asked) >= len(pairs)
    assert gaps.loc[asked, "sentence"].str.contains(words, regex=False).all()


def test_work_that_xpm_has_not_is_told_as_missing(demo: Demo, gaps: pd.DataFrame) -> None:
    late = [one.id for one in demo.register.tasks if one.name == "TPAR 2026 late"]
    assert set(gaps.loc[late, "gap"]) <= {Gap.NO_JOB, Gap.NO_TASK}
    assert gaps.loc[late, "page"].eq("jobs").all()


def test_every_task_that_is_not_certain_says_why_and_where_to_go(gaps: pd.DataFrame) -> None:
    asked = gaps[gaps["gap"].ne(Gap.NONE)]
    assert (asked["sentence"].ne("") & asked["page"].isin(["clients", "work", "jobs"])).all()
    assert gaps[gaps["gap"].eq(Gap.NONE)]["sentence"].eq("").all()
