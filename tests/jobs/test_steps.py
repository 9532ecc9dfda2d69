"""Which steps a creation consists of, and what an edit of a job's costs may touch."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from core.jobs import CostLine, JobDraft, StepOp, StepState
from core.jobs.steps import carries, diff_lines, hold_line, is_marked, mark_description, mark_note
from tests.jobs.bench import BROUGHT, DAY, DRAFT, REFERENCE, Bench, held, line

HELD = (held("h1", "Fee"), held("h2", "Courier", "9"))
SHOWN = tuple(hold_line(cost, DAY) for cost in HELD)


def edit(costs: tuple[CostLine, ...]) -> Bench:
    """A bench on which the costs of an existing job are edited."""
    bench = Bench(JobDraft(existing="J5", held=SHOWN, costs=costs))
    bench.xpm.costs = {cost.xpm_id: cost for cost in HELD}
    return bench


def test_the_review_waits_once_the_templates_costs_are_known_and_sends_nothing_more() -> None:
    bench = Bench(replace(DRAFT, review=True), brought=(BROUGHT,))
    creation = bench.run()
    assert (creation.waits_for_review, creation.job, bench.xpm.writes) == (True, "J000001", 1)
    assert [one.xpm_id for one in creation.steps[-1].held] == ["h1"]


def test_where_the_template_brought_nothing_there_is_nothing_to_review() -> None:
    assert Bench(replace(DRAFT, review=True)).run().is_whole


def test_a_wanted_table_is_told_apart_by_xpms_ids_alone() -> None:
    changed, new = replace(SHOWN[0], quantity=Decimal(3)), line("n", "Courier")
    edits, adds = diff_lines((changed, new), SHOWN)
    assert [(one.line.xpm_id, int(one.line.quantity), one.line.billable) for one in edits] == [
        ("h1", 3, True),
        ("h2", 0, False),
    ]
    assert adds == [new]
    assert diff_lines(SHOWN, SHOWN) == ([], [])


def test_an_edit_of_an_existing_job_sends_what_differs_and_nothing_else() -> None:
    bench = edit((replace(SHOWN[0], unit_price=Decimal(45)), SHOWN[1], line("n", "Travel")))
    assert bench.run().is_whole
    assert bench.xpm.writes == 2
    assert (str(bench.xpm.costs["h1"].unit_price), len(bench.xpm.jobs)) == ("45", 0)


def test_a_line_somebody_changed_since_it_was_shown_is_left_to_a_person() -> None:
    bench = edit((replace(SHOWN[0], unit_price=Decimal(45)), SHOWN[1]))
    bench.xpm.costs["h1"] = replace(HELD[0], unit_price=Decimal(99))
    step = bench.run().steps[-1]
    assert (step.op, step.state) == (StepOp.COST_UPDATE, StepState.NEEDS_PERSON)
    assert "to 1 × 99.00 Fee" in step.words
    assert bench.xpm.writes == 0


def test_an_update_keeps_the_note_xpm_holds() -> None:
    bench = edit((replace(SHOWN[0], unit_price=Decimal(45), note=""), SHOWN[1]))
    bench.xpm.costs["h1"] = replace(HELD[0], note="by Kim")
    bench.draft = replace(bench.draft, held=(replace(SHOWN[0], note="by Kim"), SHOWN[1]))
    bench.run()
    assert bench.xpm.costs["h1"].note == "by Kim"


@pytest.mark.parametrize(
    ("text", "is_ours"),
    [
        (f"Annual accounts\n~{REFERENCE}", True),
        (f"~{REFERENCE.lower()}", True),
        ("~7k3m9qxa42 moved here, then more text", True),
        ("&#126;7K3M9QXA42", True),
        (f"~{REFERENCE}/a", False),
        (f"~{REFERENCE}9", False),
        ("7K3M9QXA42", False),
    ],
)
def test_a_mark_is_known_whatever_became_of_the_text_around_it(text: str, is_ours: bool) -> None:
    assert carries(text, REFERENCE) is is_ours


def test_the_mark_of_one_line_is_not_that_of_another_whose_key_begins_alike() -> None:
    assert not carries(mark_note("", f"{REFERENCE}/k-10"), f"{REFERENCE}/k-1")
    assert carries(mark_note("Fee", f"{REFERENCE}/k-1"), f"{REFERENCE}/k-1")


def test_our_own_text_is_cut_so_that_the_mark_fits() -> None:
    text = mark_description("x" * 5000, REFERENCE)
    assert (len(text), carries(text, REFERENCE), is_marked(text)) == (2000, True, True)
    assert not is_marked("around ~10 hours, see ~/files")
