"""Which steps a creation consists of, in which order, and how our own is recognised in XPM afterwards.

A new job: the job itself; reading what its template brought; where a person wants it, a review of that; then costs,
documents, people, and the state last, since a completed job may take nothing any more. Where the costs of an existing
job are edited, the run begins with reading them again: only lines that are still as they were shown are changed.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count

from core.jobs.draft import CostLine, JobDraft
from core.jobs.merge import is_equal, line_from_cost, merge_costs, silence
from core.jobs.ports import HeldCost, People, Step, StepOp, StepState

#: Longer texts may be cut by XPM, and with them the marker at their end; so our own text is cut first.
MOST_TEXT = 2000
_LOOKALIKES = str.maketrans({"i": "1", "l": "1", "o": "0"})
_PART = "0-9a-z/_-"
_MARK = re.compile(rf"~[0-9a-z]{{10}}(?![{_PART}])|~[0-9a-z]{{10}}/")


@dataclass(frozen=True)
class Planned:
    """The steps that follow a reading of costs, and what a person should know of that reading."""

    steps: list[Step]
    words: str


@dataclass(frozen=True)
class Edit:
    """One held cost and what shall become of it. `conflict`: XPM has another one by now; a person has to look."""

    line: CostLine
    before: CostLine
    conflict: str = ""


def people_of(draft: JobDraft) -> People:
    """Who is put on the job."""
    return People(draft.staff_ids, draft.manager_id, draft.partner_id)


def plan_steps(draft: JobDraft, reference: str) -> list[Step]:
    """The steps known before anything is sent. What follows a reading of costs is planned once they are read."""
    if draft.existing:
        return [Step(1, StepOp.READ_COSTS, StepState.READY)]
    job = Step(1, StepOp.JOB, StepState.READY, marker=reference)
    if draft.template_id:
        return [job, Step(2, StepOp.READ_COSTS, StepState.READY)]
    return [job, *plan_rest(draft, reference, (), draft.costs, after=1)]


def plan_after_reading(
    draft: JobDraft, reference: str, held: Sequence[HeldCost], *, after: int, today: date
) -> Planned:
    """What follows once a job's costs are read: the review where one is wanted and there is something to review.

    today: the date of costs of which XPM tells none.
    """
    if draft.existing:
        words = f"{len(held)} costs on the job"
        return Planned(plan_rest(draft, reference, *diff_existing(draft, held), after=after), words)
    if draft.review and held:
        lines = tuple(hold_line(cost, today) for cost in held)
        return Planned([Step(after + 1, StepOp.REVIEW, StepState.WAITING, held=lines)], f"{len(held)} brought")
    merge = merge_costs(draft.costs, draft.removed, held)
    shown = {cost.xpm_id: hold_line(cost, today) for cost in held}
    edits = [Edit(line, shown[line.xpm_id]) for line in merge.update]
    return Planned(plan_rest(draft, reference, edits, merge.add, after=after), _tell_brought(held, merge.unseen))


def _tell_brought(held: Sequence[HeldCost], unseen: Sequence[HeldCost]) -> str:
    if not unseen:
        return f"{len(held)} brought" if held else "nothing brought"
    return f"{len(held)} brought; not in the table, so left as they are: {', '.join(one.description for one in unseen)}"


def plan_rest(
    draft: JobDraft, reference: str, edits: Iterable[Edit], adds: Iterable[CostLine], *, after: int
) -> list[Step]:
    """Costs, documents, people, state; numbered from `after` + 1."""
    numbers = count(after + 1)
    steps = [_plan_edit(next(numbers), edit) for edit in edits]
    steps += [
        Step(next(numbers), StepOp.COST_ADD, StepState.READY, line, marker=f"{reference}/{line.key}") for line in adds
    ]
    for one in draft.documents:
        marker = f"{reference}/{one.key}"
        steps.append(Step(next(numbers), StepOp.DOCUMENT, StepState.READY, document=one, marker=marker))
    if not people_of(draft).is_empty:
        steps.append(Step(next(numbers), StepOp.ASSIGN, StepState.READY))
    if draft.state_code:
        steps.append(Step(next(numbers), StepOp.STATE, StepState.READY))
    return steps


def _plan_edit(n: int, edit: Edit) -> Step:
    state = StepState.NEEDS_PERSON if edit.conflict else StepState.READY
    line = replace(edit.line, note=edit.line.note or edit.before.note)
    return Step(n, StepOp.COST_UPDATE, state, line, before=edit.before, words=edit.conflict)


def diff_lines(wanted: Sequence[CostLine], held: Sequence[CostLine]) -> tuple[list[Edit], list[CostLine]]:
    """What a whole wanted table changes of the costs shown: edits, and lines to add. Lines are paired by XPM id alone.

    A held line that is not wanted any more is set to quantity 0, not billable: XPM cannot delete a cost.
    """
    shown = {line.xpm_id: line for line in held}
    kept = {line.xpm_id for line in wanted if line.xpm_id}
    # XPM may clear a note that is left out of an update, so an empty one means the one it has.
    met = [replace(line, note=line.note or shown[line.xpm_id].note) for line in wanted if line.xpm_id in shown]
    edits = [Edit(line, shown[line.xpm_id]) for line in met if not is_same(line, shown[line.xpm_id])]
    for line in held:
        silent = silence(line, hold_cost(line))
        if line.xpm_id not in kept and not is_same(silent, line):
            edits.append(Edit(silent, line))
    return edits, [line for line in wanted if line.xpm_id not in shown]


def diff_existing(draft: JobDraft, held: Sequence[HeldCost]) -> tuple[list[Edit], list[CostLine]]:
    """What an edit of an existing job still has to do, as its costs are now. What changed since it was shown waits."""
    now = {cost.xpm_id: cost for cost in held}
    edits, adds = diff_lines(draft.costs, draft.held)
    judged = [replace(edit, conflict=judge_edit(edit, now.get(edit.before.xpm_id))) for edit in edits]
    done = [edit for edit in judged if not edit.conflict and holds(now.get(edit.before.xpm_id), edit.line)]
    return [edit for edit in judged if edit not in done], adds


def judge_edit(edit: Edit, now: HeldCost | None) -> str:
    """Why a cost may not be changed as wanted: somebody changed it since it was shown. Empty: it may."""
    if holds(now, edit.before) or holds(now, edit.line):
        return ""
    if now is None:
        return "XPM no longer has this line. Look at the job's costs again."
    return f"changed in XPM since it was shown, to {describe(now)}. Look at the job's costs again."


def describe(cost: HeldCost) -> str:
    """A cost in a few words: `2 × 45.00 Courier, not billable`."""
    billable = "" if cost.billable else ", not billable"
    return f"{cost.quantity.normalize():f} × {cost.unit_price:.2f} {cost.description}{billable}"


def holds(cost: HeldCost | None, line: CostLine) -> bool:
    """Whether XPM has the line exactly so, its date and note included."""
    return cost is not None and is_equal(replace(line, brought=False), cost)


def is_same(line: CostLine, other: CostLine) -> bool:
    """Whether two lines are the same to XPM."""
    return holds(hold_cost(other), line)


def hold_line(cost: HeldCost, today: date) -> CostLine:
    """A held cost as a line of the table, with its own date, note and id; dated today when XPM tells no date."""
    return replace(line_from_cost(cost, cost.date or today), note=cost.note, xpm_id=cost.xpm_id)


def hold_cost(line: CostLine) -> HeldCost:
    """A line as XPM would hold it."""
    names = ("xpm_id", "date", "description", "code", "note", "quantity", "unit_cost", "unit_price", "billable")
    return HeldCost(**{name: getattr(line, name) for name in names})


# -- markers ----------------------------------------------------------------------------------------------------------


def mark_description(description: str, reference: str) -> str:
    """The job's description with our reference as its last line."""
    mark = f"\n~{reference}"
    return f"{description.rstrip()[: MOST_TEXT - len(mark)]}{mark}".lstrip("\n")


def mark_note(note: str, marker: str) -> str:
    """A note or text with its marker at the end."""
    mark = f" ~{marker}"
    return f"{note.strip()[: MOST_TEXT - len(mark)]}{mark}".strip()


def carries(text: str, marker: str) -> bool:
    """Whether the marker is anywhere in the text, whatever XPM or a person did to case, blanks and what is around it.

    A marker within a longer one is not that marker: those of a job's costs begin with the job's own.
    """
    folded = _fold(html.unescape(text))
    return re.search(rf"~{re.escape(_fold(marker))}(?![{_PART}])", folded) is not None


def is_marked(text: str) -> bool:
    """Whether the text carries a mark of ours, whosever it is."""
    return _MARK.search(_fold(html.unescape(text))) is not None


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().translate(_LOOKALIKES)
