"""What a job template brings to a job. Its content cannot be read through the API, only met on a job made from it."""

from __future__ import annotations

from core.sandbox import errors
from core.sandbox.practice import Practice, by_name, find_record
from core.sandbox.state import CatalogueTask, Job, JobCost, JobTask, Milestone, Template, TemplateTask
from core.sandbox.wire import Payload, Rows


def find_template(practice: Practice, text: str) -> Template:
    """The refusal for an unknown one is a recorded text."""
    return find_record(practice.tenant.templates, text, errors.INVALID_TEMPLATE, recorded=True)


def list_templates(practice: Practice, _ask: object) -> Payload:
    """UUIDs and names, nothing else."""
    rows = [
        [("UUID", one.uuid), ("Name", one.name)] for one in practice.order(practice.tenant.templates.values(), by_name)
    ]
    return Payload([("Templates", Rows("Template", rows))])


def apply_tasks(practice: Practice, job: Job, template: Template, *, append: bool = False) -> None:
    """Add the template's tasks; `append` extends a task of the same kind already there instead of adding another."""
    present = {task.catalogue_uuid: task for task in job.tasks} if append else {}
    for planned in template.tasks:
        extended = present.get(planned.catalogue_uuid)
        if extended is None:
            job.tasks.append(make_task(practice, planned))
        elif practice.switches.append_existing == "sum":
            extended.estimated_minutes += planned.estimated_minutes


def make_task(practice: Practice, planned: TemplateTask) -> JobTask:
    """The task that a template's line plans."""
    kind = practice.tenant.catalogue_tasks[planned.catalogue_uuid]
    return new_task(practice, kind, planned.label, planned.estimated_minutes)


def new_task(practice: Practice, kind: CatalogueTask, label: str, estimated_minutes: int) -> JobTask:
    """A job task of its own UUID, made from a catalogue task."""
    return JobTask(
        uuid=practice.new_uuid(),
        catalogue_uuid=kind.uuid,
        name=label or kind.name,
        description=kind.description,
        estimated_minutes=estimated_minutes,
        billable=kind.billable,
    )


def apply_milestones(practice: Practice, job: Job, template: Template) -> None:
    """Dated with the job's due date: an assumption."""
    for description in template.milestones:
        job.milestones.append(Milestone(practice.new_uuid(), description, job.due_date))


def apply_costs(practice: Practice, job: Job, template: Template) -> None:
    """Copy the template's costs, dated with the job's start."""
    for planned in template.costs:
        cost = JobCost(practice.new_uuid(), job.start_date, planned.description, planned.code, planned.note)
        cost.quantity, cost.billable = planned.quantity, planned.billable
        cost.unit_cost, cost.unit_price = planned.unit_cost, planned.unit_price
        job.costs.append(cost)
