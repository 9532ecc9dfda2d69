"""Jobs and their costs: a durable draft, a cost table checked cell by cell, and creation as one resumable run."""

from core.jobs.costs import CellProblem, CostTable, Totals, add_up, read_costs
from core.jobs.create import Creation, create_job
from core.jobs.desk import JobStopped, JobWaits, Seams, StepMoved, Waits
from core.jobs.draft import Attachment, CostLine, FieldProblem, JobDraft, check_draft
from core.jobs.merge import line_from_cost, merge_costs
from core.jobs.ports import (
    Became,
    Change,
    FoundJob,
    HeldCost,
    HeldDocument,
    JobSender,
    Journal,
    NotThere,
    People,
    Refuse,
    Sent,
    Step,
    StepOp,
    Steps,
    StepState,
)
from core.jobs.twins import Known, TwinJob, find_twins

__all__ = [
    "Attachment",
    "Became",
    "CellProblem",
    "Change",
    "CostLine",
    "CostTable",
    "Creation",
    "FieldProblem",
    "FoundJob",
    "HeldCost",
    "HeldDocument",
    "JobDraft",
    "JobSender",
    "JobStopped",
    "JobWaits",
    "Journal",
    "Known",
    "NotThere",
    "People",
    "Refuse",
    "Seams",
    "Sent",
    "Step",
    "StepMoved",
    "StepOp",
    "StepState",
    "Steps",
    "Totals",
    "TwinJob",
    "Waits",
    "add_up",
    "check_draft",
    "create_job",
    "find_twins",
    "line_from_cost",
    "merge_costs",
    "read_costs",
]
