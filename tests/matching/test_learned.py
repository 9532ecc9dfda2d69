"""What was learned, kept: it survives JSON, and a shipped model that changed since."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from core.matching.describe import describe, tell
from core.matching.learned import SHIPPED_CERTAIN, Check, Finding, Learned, Shift, list_shifts
from core.matching.weigh import Model, read_model

MODEL = Model(("email", "code"), ((1.0, 2.0), (1.0,)), (np.array([0, 4.0, 1.0, -5]), np.array([0, 4.0, -5])), -9.0)
SHARED_EMAIL = Shift("email", 1.0, 2.0, 1.0, 0.8)
LEARNED = Learned("clients", "clients", (SHARED_EMAIL,), 0.995, Check(Finding.ADOPTED, 60, 90, accepted=80), "abc")


def test_it_comes_back_from_json_as_it_was() -> None:
    assert Learned.from_json(json.loads(json.dumps(LEARNED.to_json()))) == LEARNED


def test_what_another_version_wrote_is_read_as_far_as_it_is_known() -> None:
    data = LEARNED.to_json() | {"colour": "blue", "check": {"finding": "dreamt", "decisions": 7, "mood": 1}}
    found = Learned.from_json(data)
    assert (found.shifts, found.check) == (LEARNED.shifts, Check(decisions=7))


def test_it_moves_the_weight_of_its_bin_and_no_other() -> None:
    moved, ignored = LEARNED.adapt("clients", MODEL)
    assert [row.tolist() for row in moved.weights] == [[0, 4.0, 1.8, -5], [0, 4.0, -5]]
    assert (ignored, moved.log_odds(np.array([[1.0, np.nan]])).tolist()) == ((), [-7.2])


@pytest.mark.parametrize("gone", [Shift("mood", None, 1.0, 0, 1), Shift("email", 1.0, 1.5, 0, 1)])
def test_a_shift_the_model_has_no_place_for_is_left_out(gone: Shift) -> None:
    moved, ignored = replace(LEARNED, shifts=(gone, SHARED_EMAIL)).adapt("clients", MODEL)
    assert (ignored, moved.weights[0][2]) == ((gone,), 1.8)


def test_lists_that_call_for_another_model_are_weighed_as_shipped() -> None:
    assert LEARNED.adapt("suppliers", MODEL) == (MODEL, LEARNED.shifts)


def test_no_practice_calls_less_certain_than_shipped() -> None:
    assert Learned.from_json(LEARNED.to_json() | {"certain": 0.5}).certain == SHIPPED_CERTAIN


def test_shifts_too_small_to_matter_are_not_kept() -> None:
    moved = (np.array([0, 0.01, 0.8, 0]), np.array([0, 0, 0.3]))
    assert list_shifts(MODEL, moved, 0.05) == (SHARED_EMAIL, Shift("code", 1.0, None, -5.0, 0.3))


@pytest.mark.parametrize(("kind", "model"), [("clients", "clients"), ("clients", "persons"), ("staff", "staff")])
def test_every_part_of_the_evidence_has_words(kind: str, model: str) -> None:
    shipped = read_model(model)
    shifts = list_shifts(shipped, [np.r_[0.0, np.ones(len(row) - 1)] for row in shipped.weights], 0.5)
    told = describe(Learned(kind, model, shifts))["evidence"]
    bare = {one.feature.replace("_", " ").capitalize() for one in shifts}
    assert sorted(set(told) & bare) == []


def test_a_shared_e_mail_that_counts_more_is_told_so() -> None:
    row = describe(replace(LEARNED, shifts=(replace(SHARED_EMAIL, shipped=1.77),))).iloc[0]
    assert row.tolist() == ["E-mail agrees, shared by few", 1.77, 2.57, 0.8, "counts more"]


@pytest.mark.parametrize("finding", list(Finding))
def test_each_finding_is_told_with_its_figures(finding: Finding) -> None:
    assert "90" in tell(replace(LEARNED, check=Check(finding, 60, 90)))


def test_without_decisions_it_says_how_many_are_needed() -> None:
    assert tell(Learned("clients", "", check=Check(needed=60))).startswith("No decisions to learn from yet; 60 are")
