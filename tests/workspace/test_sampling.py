"""A band is accepted on the word of a sample, and only of the sample that was shown."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from core.model import LOCAL_FRAMES, XPM_FRAMES, Band, Kind, Verdict, shape_frame
from core.settings import Settings
from core.store import Practice, SampleMovedOn, Store
from core.workspace import Workspace
from core.workspace.sampling import BandChanged, BoundTooHigh, OpenSample, Scope
from tests.fakes import FakeClock, counting_ids

LIKELY = Scope(Band.LIKELY)


def propose(store: Store, count: int, band: Band = Band.LIKELY) -> None:
    """Write proposals C0 -> X0 and so on, all of one band."""
    rows = [
        {"local_id": f"C{n}", "rank": 1, "xpm_id": f"X{n}", "score": 0.9, "band": band, "explanation": "", "parts": []}
        for n in range(count)
    ]
    store.proposals.replace("p", Kind.CLIENT, pd.DataFrame(rows))


@pytest.fixture
def workspace(store: Store, tmp_path: Path) -> Workspace:
    """Two hundred clients, each with a likely partner."""
    store.practices.create(Practice("p", "P", "Australia/Sydney"))
    for side, letter, contract in (("local", "C", LOCAL_FRAMES["clients"]), ("xpm", "X", XPM_FRAMES["clients"])):
        rows = {f"{letter}{n}": {"name": f"Client {n}", "client_group": "Birds" if n < 50 else ""} for n in range(200)}
        frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("id")
        store.frames.write(side, "clients", "p", shape_frame(frame, contract))
        store.frames.mark_part("p", side, "clients", True, len(rows))
    propose(store, 200)
    return Workspace("p", Settings(data_dir=tmp_path, user="Ann"), store, FakeClock(), counting_ids("id"))


def look(workspace: Workspace) -> OpenSample:
    found = workspace.sampling.look(Kind.CLIENT, workspace.review.rows(Kind.CLIENT))
    assert found is not None
    return found


def judge(workspace: Workspace, wrong: int = 0) -> OpenSample:
    """Judge everything there is to look at, the first ones wrong."""
    pairs = look(workspace).stock.to_check
    workspace.sampling.judge(Kind.CLIENT, dict(pairs[wrong:]), dict(pairs[:wrong]), {})
    return look(workspace)


def verdicts(workspace: Workspace) -> pd.DataFrame:
    return workspace.review.decisions(Kind.CLIENT)


def test_the_offer_says_how_many_to_check_and_what_that_proves(workspace: Workspace) -> None:
    offer = workspace.sampling.offer(Kind.CLIENT, workspace.review.rows(Kind.CLIENT), LIKELY)
    assert (offer.total, offer.left_out, offer.allowed) == (200, 0, 0.05)
    assert 40 < offer.size < 80
    assert offer.bound.share <= 0.05


def test_a_clean_sample_lets_the_rest_be_accepted(workspace: Workspace) -> None:
    workspace.sampling.draw(Kind.CLIENT, LIKELY)
    found = judge(workspace)
    assert found.is_proven
    saved = workspace.sampling.accept_rest(Kind.CLIENT, found.mark)
    assert (saved, len(verdicts(workspace))) == (200 - found.stock.checked, 200)
    made = verdicts(workspace)
    unseen = made[made["by"].eq("rule:sample")]
    assert len(unseen) == saved
    assert f"sample of {found.stock.checked}, 0 wrong" in unseen["why"].iloc[0]
    assert workspace.sampling.look(Kind.CLIENT, workspace.review.rows(Kind.CLIENT)) is None


def test_a_wrong_pair_is_refused_and_raises_the_bound(workspace: Workspace) -> None:
    workspace.sampling.draw(Kind.CLIENT, LIKELY)
    first = look(workspace).stock.to_check[0]
    found = judge(workspace, wrong=1)
    assert first in workspace.store.decisions.rejected("p", Kind.CLIENT)
    assert found.stock.wrong == 1
    assert not found.is_proven
    with pytest.raises(BoundTooHigh):
        workspace.sampling.accept_rest(Kind.CLIENT, found.mark)
    assert not verdicts(workspace)["by"].eq("rule:sample").any()


def test_an_enlarged_sample_can_make_up_for_a_wrong_pair(workspace: Workspace) -> None:
    workspace.options.change(sample_likely=0.1)
    workspace.sampling.draw(Kind.CLIENT, LIKELY)
    before = judge(workspace, wrong=1)
    workspace.sampling.enlarge(Kind.CLIENT)
    assert len(look(workspace).stock.to_check) == before.stock.size_more(before.allowed)
    after = judge(workspace)
    assert after.is_proven
    assert after.stock.bound.confidence == 0.975


def test_the_sample_is_the_same_in_another_process(workspace: Workspace) -> None:
    workspace.sampling.draw(Kind.CLIENT, LIKELY)
    other = Workspace("p", workspace.settings, workspace.store, workspace.clock)
    assert look(other).stock.to_check == look(workspace).stock.to_check


def test_a_drawn_pair_that_changed_gives_its_place_to_another(workspace: Workspace) -> None:
    workspace.sampling.draw(Kind.CLIENT, LIKELY)
    (local_id, _), *others = look(workspace).stock.to_check
    workspace.review.decide(Kind.CLIENT, Verdict.EXCLUDED, {local_id: ""}, seen={})
    now = look(workspace)
    assert now.stock.to_check[: len(others)] == tuple(others)
    assert (len(now.stock.to_check), now.sample.replaced) == (len(others) + 1, 1)
    assert look(workspace).sample.replaced == 1


def test_a_decision_made_elsewhere_on_a_drawn_pair_counts(workspace: Workspace) -> None:
    workspace.sampling.draw(Kind.CLIENT, LIKELY)
    (one, right), (two, _), *_ = look(workspace).stock.to_check
    workspace.review.decide(Kind.CLIENT, Verdict.LINKED, {one: right, two: "X199"}, seen={})
    assert (look(workspace).stock.checked, look(workspace).stock.wrong) == (2, 1)


def test_a_rule_judges_no_drawn_pair(workspace: Workspace) -> None:
    propose(workspace.store, 200, Band.CERTAIN)
    workspace.sampling.draw(Kind.CLIENT, Scope(Band.CERTAIN, group="Birds"))
    workspace.proposing.accept_certain(Kind.CLIENT)
    assert look(workspace).stock.checked == 0


def test_only_the_rest_that_was_shown_is_accepted(workspace: Workspace) -> None:
    workspace.sampling.draw(Kind.CLIENT, LIKELY)
    found = judge(workspace)
    workspace.review.decide(Kind.CLIENT, Verdict.REJECTED, dict([found.stock.rest[0]]), seen={})
    with pytest.raises(BandChanged):
        workspace.sampling.accept_rest(Kind.CLIENT, found.mark)


def test_a_second_click_accepts_nothing_more(workspace: Workspace) -> None:
    workspace.sampling.draw(Kind.CLIENT, LIKELY)
    mark = judge(workspace).mark
    workspace.sampling.accept_rest(Kind.CLIENT, mark)
    with pytest.raises(BandChanged):
        workspace.sampling.accept_rest(Kind.CLIENT, mark)
    with pytest.raises(BandChanged):
        workspace.sampling.judge(Kind.CLIENT, {"C0": "X0"}, {}, {})


def test_two_samples_of_a_kind_are_never_open_at_once(workspace: Workspace) -> None:
    workspace.sampling.draw(Kind.CLIENT, LIKELY)
    with pytest.raises(SampleMovedOn):
        workspace.sampling.draw(Kind.CLIENT, LIKELY)


def test_a_sample_of_a_group_is_about_that_group_only(workspace: Workspace) -> None:
    workspace.sampling.draw(Kind.CLIENT, Scope(Band.LIKELY, group="Birds", words="client 1"))
    found = look(workspace)
    assert {one for one, _ in (*found.stock.to_check, *found.stock.rest)} == {
        f"C{n}" for n in range(50) if "1" in str(n)
    }


def test_what_nobody_looked_at_is_undone_together(workspace: Workspace) -> None:
    workspace.sampling.draw(Kind.CLIENT, LIKELY)
    found = judge(workspace)
    saved = workspace.sampling.accept_rest(Kind.CLIENT, found.mark)
    listed = workspace.sampling.accepted(Kind.CLIENT)
    assert listed["links"].tolist() == [saved]
    assert workspace.sampling.undo(Kind.CLIENT, str(listed.index[0])) == saved
    assert len(verdicts(workspace)) == found.stock.checked
    assert workspace.sampling.accepted(Kind.CLIENT)["links"].tolist() == [0]


def test_pairs_that_claim_one_partner_are_in_no_sample(workspace: Workspace) -> None:
    rows = workspace.store.proposals.read("p", Kind.CLIENT)
    rows.loc[rows["local_id"].isin(["C1", "C2"]), "xpm_id"] = "X1"
    rows.loc[rows["local_id"].eq("C3"), "band"] = Band.TIE
    workspace.store.proposals.replace("p", Kind.CLIENT, rows)
    offer = workspace.sampling.offer(Kind.CLIENT, workspace.review.rows(Kind.CLIENT), LIKELY)
    assert (offer.total, offer.left_out) == (197, 2)
