"""Learning in a practice: what counts as a decision, when it is learned, and that forgetting forgets."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from core.mapping.propose import list_sides
from core.matching.learn import NEEDED
from core.model import LOCAL_FRAMES, XPM_FRAMES, Kind, Verdict, shape_frame
from core.settings import Settings
from core.store import NewDecision, Practice, Store
from core.workspace import Workspace
from core.workspace.learning import IN_ONE_GO
from tests.fakes import FakeClock
from tests.matching.habits import decide, make_practice

PECULIAR = make_practice(own_numbers=True)


@pytest.fixture
def workspace(store: Store, clock: FakeClock, tmp_path: Path) -> Workspace:
    """A practice whose client codes mean nothing to XPM; nothing decided yet."""
    store.practices.create(Practice("small", "Small & Sons", "Australia/Sydney", clock.now().date()))
    for side, contracts, frame in (("local", LOCAL_FRAMES, PECULIAR.left), ("xpm", XPM_FRAMES, PECULIAR.right)):
        shaped = shape_frame(frame.rename_axis("id"), contracts["clients"])
        store.frames.write(side, "clients", "small", shaped)
        store.frames.mark_part("small", side, "clients", True, len(shaped), "", "")
    return Workspace.open("small", settings=Settings(data_dir=tmp_path, user="Ann"), store=store, clock=clock)


def add(workspace: Workspace, decided: pd.DataFrame, clock: FakeClock, by: str = "Ann", apart: float = 1) -> None:
    """Save the decisions one after the other, `apart` seconds from each other."""
    for left_id, right_id, same in decided.itertuples(index=False, name=None):
        clock.advance(apart)
        verdict = Verdict.LINKED if same else Verdict.REJECTED
        workspace.store.decisions.add([NewDecision("small", Kind.CLIENT, left_id, verdict, by, right_id)])


def learn(workspace: Workspace) -> None:
    lists = list_sides(Kind.CLIENT, workspace.local("clients"), workspace.xpm("clients"))
    workspace.learning.learn(Kind.CLIENT, lists)


def test_matching_again_learns_and_proposes_more(workspace: Workspace, clock: FakeClock) -> None:
    workspace.proposing.propose([Kind.CLIENT])
    before = workspace.review.proposals(Kind.CLIENT)
    decided = decide(PECULIAR, 150)
    add(workspace, decided, clock)
    counts = workspace.proposing.propose([Kind.CLIENT])
    after = workspace.review.proposals(Kind.CLIENT)
    report = workspace.learning.report(Kind.CLIENT)
    undecided = [~frame["local_id"].isin(decided["left_id"]) & frame["rank"].eq(1) for frame in (before, after)]
    assert not report.is_shipped
    assert report.sentence.startswith("Learned from 150 decisions")
    assert counts["client decisions learned from"] == 150
    assert after.loc[undecided[1], "score"].mean() > before.loc[undecided[0], "score"].mean()


def test_a_rejected_pair_never_comes_back_after_learning(workspace: Workspace, clock: FakeClock) -> None:
    decided = decide(PECULIAR, 100)
    add(workspace, decided.assign(same=decided["same"] & (decided.index > 3)), clock)
    workspace.proposing.propose([Kind.CLIENT])
    found = workspace.store.proposals.read_pairs("small", Kind.CLIENT)
    refused = set(zip(decided["left_id"][:4], decided["right_id"][:4], strict=True))
    assert not refused & set(zip(found["local_id"], found["xpm_id"], strict=True))


def test_what_a_rule_accepted_teaches_nothing(workspace: Workspace, clock: FakeClock) -> None:
    add(workspace, decide(PECULIAR, 100), clock, by="rule:certain")
    learn(workspace)
    assert workspace.learning.current(Kind.CLIENT) is None
    assert workspace.learning.report(Kind.CLIENT).decisions == 0


@pytest.mark.parametrize(("many", "counted"), [(IN_ONE_GO, IN_ONE_GO), (IN_ONE_GO + 1, 0)])
def test_links_made_in_one_go_count_only_when_few(
    workspace: Workspace, clock: FakeClock, many: int, counted: int
) -> None:
    add(workspace, decide(PECULIAR, 200).query("same").head(many), clock, apart=0)
    assert workspace.learning.report(Kind.CLIENT).decisions == counted


def test_pairs_checked_in_a_sample_count_although_they_are_saved_together(workspace: Workspace) -> None:
    checked = decide(PECULIAR, 200).query("same").head(2 * IN_ONE_GO)
    workspace.store.decisions.add(
        [
            NewDecision("small", Kind.CLIENT, left_id, Verdict.LINKED, "Ann", right_id, run="sample-1")
            for left_id, right_id, _ in checked.itertuples(index=False, name=None)
        ]
    )
    assert workspace.learning.report(Kind.CLIENT).decisions == 2 * IN_ONE_GO


def test_forgetting_matches_as_shipped_and_starts_from_new_decisions(workspace: Workspace, clock: FakeClock) -> None:
    decided = decide(PECULIAR, 150)
    add(workspace, decided, clock)
    learn(workspace)
    workspace.learning.reset(Kind.CLIENT)
    learn(workspace)
    assert workspace.learning.current(Kind.CLIENT) is None
    fresh = decide(PECULIAR, 300, seed=2)
    add(workspace, fresh[~fresh["left_id"].isin(decided["left_id"])].head(5), clock)
    report = workspace.learning.report(Kind.CLIENT)
    assert (report.decisions, report.is_shipped) == (5, True)
    assert report.sentence == f"5 decisions so far; {NEEDED} are needed to check what was learned."


def test_learning_anew_from_the_same_decisions_keeps_nothing_new(workspace: Workspace, clock: FakeClock) -> None:
    add(workspace, decide(PECULIAR, 80), clock)
    learn(workspace)
    learn(workspace)
    assert len(workspace.store.learned.history("small", Kind.CLIENT)) == 1


def test_activity_tells_when_matching_learned_something_and_when_it_was_forgotten(
    workspace: Workspace, clock: FakeClock
) -> None:
    add(workspace, decide(PECULIAR, 150), clock)
    learn(workspace)
    workspace.learning.reset(Kind.CLIENT)
    log = workspace.log.entries().iloc[:2]
    assert log[["did", "what"]].to_numpy().tolist() == [
        ["forgot", "what matching learned"],
        ["learned", "what matching learned"],
    ]


def test_what_is_kept_names_no_record(workspace: Workspace, clock: FakeClock) -> None:
    add(workspace, decide(PECULIAR, 150), clock)
    learn(workspace)
    content = workspace.store.learned.history("small", Kind.CLIENT)["content"].iloc[0]
    named = [*PECULIAR.left.index, *PECULIAR.right.index, *PECULIAR.left["name"]]
    assert [one for one in named if f'"{one}"' in content] == []


def test_before_enough_decisions_the_page_is_told_how_many_are_needed(workspace: Workspace, clock: FakeClock) -> None:
    assert "No decisions" in workspace.learning.report(Kind.CLIENT).sentence
    add(workspace, decide(PECULIAR, NEEDED), clock)
    assert "the next matching checks" in workspace.learning.report(Kind.CLIENT).sentence
