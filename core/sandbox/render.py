"""The practice's records as answers show them: names, order and null rules of every element."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.sandbox.state import (
    CatalogueCost,
    CatalogueTask,
    Document,
    Job,
    JobCost,
    JobTask,
    Milestone,
    Note,
    Tenant,
    Time,
)
from core.sandbox.state import Staff as StaffRecord
from core.sandbox.wire import JSON_NULL, Fields, Rows, SharedFields, money


def render_staff(staff: StaffRecord) -> Fields:
    """All texts are shown, empty ones too; there is no active flag."""
    return [
        ("UUID", staff.uuid),
        ("Name", staff.name),
        ("Email", staff.email),
        ("Phone", staff.phone),
        ("Mobile", staff.mobile),
        ("Address", staff.address),
        ("PayrollCode", staff.payroll_code),
        ("WebUrl", JSON_NULL),
    ]


def render_staff_ref(tenant: Tenant, staff_uuid: str | None) -> Fields | None:
    """UUID and name; None without one. A staff member no longer known keeps an empty name."""
    if not staff_uuid:
        return None
    staff = tenant.staff.get(staff_uuid)
    return [("UUID", staff_uuid), ("Name", staff.name if staff else "")]


def render_client_ref(tenant: Tenant, client_uuid: str) -> Fields:
    """UUID and name; a client no longer known keeps an empty name."""
    client = tenant.clients.get(client_uuid)
    return [("UUID", client_uuid), ("Name", client.name if client else "")]


def render_contact_ref(tenant: Tenant, job: Job) -> Fields | None:
    """None when the job's contact is no longer one of its client."""
    client = tenant.clients.get(job.client)
    contacts = client.contacts if client else []
    found = next((contact for contact in contacts if contact.uuid == job.contact), None)
    return [("UUID", found.uuid), ("Name", found.name)] if found else None


@dataclass(frozen=True)
class JobDetail:
    """Which parts of a job a call shows."""

    uuid: bool = True
    partner: bool = True
    tasks: bool = False
    milestones: bool = False
    notes: bool = False


HEADER_ONLY = JobDetail()
FULL_JOB = JobDetail(tasks=True, milestones=True, notes=True)
STAFF_JOB = JobDetail(partner=False, tasks=True)
TASKS_JOB = JobDetail(tasks=True)


def render_job(tenant: Tenant, job: Job, detail: JobDetail = FULL_JOB, tasks: list[JobTask] | None = None) -> Fields:
    """One job; `tasks` shows only those of its tasks."""
    category = tenant.categories.get(job.category or "")
    fields: Fields = [
        ("ID", job.number),
        ("UUID", job.uuid if detail.uuid else None),
        ("Name", job.name),
        ("Description", job.description),
        ("Client", render_client_ref(tenant, job.client)),
        ("ClientOrderNumber", job.client_order_number),
        ("Budget", None if job.budget is None else money(job.budget)),
        ("State", job.state),
        ("Type", category.name if category else None),
        ("StartDate", job.start_date),
        ("DueDate", job.due_date),
        ("CompletedDate", job.completed_date),
        ("Contact", render_contact_ref(tenant, job) if job.contact else None),
        ("Manager", render_staff_ref(tenant, job.manager)),
        ("Partner", render_staff_ref(tenant, job.partner) if detail.partner else None),
        ("Assigned", Rows("Staff", [render_staff_ref(tenant, uuid) or [] for uuid in job.assigned])),
    ]
    if detail.tasks:
        shown = job.tasks if tasks is None else tasks
        fields.append(("Tasks", Rows("Task", [render_job_task(tenant, task) for task in shown])))
    if detail.milestones:
        fields.append(("Milestones", Rows("Milestone", [render_milestone(one) for one in job.milestones])))
    if detail.notes:
        fields.append(("Notes", Rows("Note", [render_job_note(note) for note in job.notes])))
    fields.append(("WebUrl", JSON_NULL))
    return fields


def render_job_task(tenant: Tenant, task: JobTask) -> Fields:
    """Staff only when somebody is assigned to this very task."""
    fields: Fields = [
        ("UUID", task.uuid),
        ("TaskUUID", task.catalogue_uuid),
        ("Name", task.name),
        ("Description", task.description),
        ("EstimatedMinutes", task.estimated_minutes),
        ("ActualMinutes", task.actual_minutes),
        ("Completed", task.completed),
        ("Billable", task.billable),
        ("Folder", task.folder),
        ("StartDate", task.start_date),
        ("DueDate", task.due_date),
    ]
    if task.assigned:
        rows = [[*(render_staff_ref(tenant, uuid) or []), ("AllocatedMinutes", 0)] for uuid in task.assigned]
        fields.append(("Assigned", Rows("Staff", rows)))
    return fields


def render_milestone(milestone: Milestone) -> Fields:
    return [
        ("UUID", milestone.uuid),
        ("Date", milestone.date),
        ("Description", milestone.description),
        ("Completed", milestone.completed),
        ("Folder", milestone.folder),
    ]


def render_job_note(note: Note) -> Fields:
    comments = [
        [("UUID", one.uuid), ("Text", one.text), ("Date", one.date), ("CreatedBy", one.created_by)]
        for one in note.comments
    ]
    return [("UUID", note.uuid), *render_note(note), ("Comments", Rows("Comment", comments))]


def render_note(note: Note) -> Fields:
    """As clients show it; jobs add UUID and comments."""
    return [
        ("Title", note.title),
        ("Text", note.text),
        ("Folder", note.folder),
        ("Date", note.date or None),
        ("CreatedBy", note.created_by),
    ]


def render_document(document: Document, url: str) -> Fields:
    return [
        ("Title", document.title),
        ("Text", document.text),
        ("Folder", document.folder),
        ("Date", document.date),
        ("CreatedBy", document.created_by),
        ("FileName", document.file_name),
        ("URL", url),
    ]


def render_job_cost(cost: JobCost) -> Fields:
    """Money with two digits at least, the quantity as it was sent."""
    return [
        ("UUID", cost.uuid),
        ("Date", cost.date),
        ("Description", cost.description),
        ("Code", cost.code),
        ("Note", cost.note),
        ("Quantity", cost.quantity),
        ("UnitCost", money(cost.unit_cost)),
        ("UnitPrice", money(cost.unit_price)),
        ("Billable", cost.billable),
    ]


def render_catalogue_task(task: CatalogueTask) -> Fields:
    return [("UUID", task.uuid), ("Name", task.name), ("Description", task.description)]


def render_catalogue_cost(cost: CatalogueCost) -> Fields:
    return [
        ("UUID", cost.uuid),
        ("Description", cost.description),
        ("Code", cost.code),
        ("Note", cost.note),
        ("UnitCost", money(cost.unit_cost)),
        ("UnitPrice", money(cost.unit_price)),
        ("IncomeAccount", cost.income_account),
        ("CostOfSaleAccount", cost.cost_of_sale_account),
    ]


@dataclass
class TimeRenderer:
    """Renders times of one tenant; remembers the references, which repeat in thousands of rows."""

    tenant: Tenant
    _jobs: dict[str, Fields] = field(default_factory=dict)
    _tasks: dict[str, Fields] = field(default_factory=dict)
    _staff: dict[str, Fields] = field(default_factory=dict)

    def render(self, time: Time) -> Fields:
        return [
            ("UUID", time.uuid),
            ("Job", self._jobs.get(time.job) or self._job_ref(time.job)),
            ("Task", self._tasks.get(time.task) or self._task_ref(time)),
            ("Staff", self._staff.get(time.staff) or self._staff_ref(time.staff)),
            ("Date", time.date),
            ("Minutes", time.minutes),
            ("Note", time.note),
            ("Billable", time.billable),
            ("Start", time.start or None),
            ("End", time.end or None),
            ("InvoiceTaskUUID", time.invoice_task or None),
            ("WebUrl", JSON_NULL),
        ]

    def _job_ref(self, number: str) -> Fields:
        job = self.tenant.jobs.get(number)
        return self._jobs.setdefault(number, SharedFields([("ID", number), ("Name", job.name if job else "")]))

    def _task_ref(self, time: Time) -> Fields:
        job = self.tenant.jobs.get(time.job)
        tasks = job.tasks if job else []
        name = next((task.name for task in tasks if task.uuid == time.task), "")
        return self._tasks.setdefault(time.task, SharedFields([("UUID", time.task), ("Name", name)]))

    def _staff_ref(self, staff_uuid: str) -> Fields:
        return self._staff.setdefault(staff_uuid, SharedFields(render_staff_ref(self.tenant, staff_uuid) or []))
