"""Jobs and their costs: a durable draft, a cost table checked cell by cell, and creation as one resumable run."""

from core.jobs.costs import CellProblem, CostTable, Totals, add_up, read_costs
from core.jobs.create import Creation, JobWaits, StepMoved, Waits, create_job
from core.jobs.draft import Attachment, CostLine, FieldProblem, JobDraft, check_draft
from core.jobs.merge import line_from_cost, merge_costs
from core.jobs.ports import Became, FoundJob, HeldCost, JobSender, Sent, Step, StepOp, Steps, StepState

__all__ = [
    "Attachment",
    "Became",
    "CellProblem",
    "CostLine",
    "CostTable",
    "Creation",
    "FieldProblem",
    "FoundJob",
    "HeldCost",
    "JobDraft",
    "JobSender",
    "JobWaits",
    "Sent",
    "Step",
    "StepMoved",
    "StepOp",
    "StepState",
    "Steps",
    "Totals",
    "Waits",
    "add_up",
    "check_draft",
    "create_job",
    "line_from_cost",
    "merge_costs",
    "read_costs",
]
