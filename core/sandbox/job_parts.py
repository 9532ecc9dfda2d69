"""What hangs on a job: its tasks, costs, notes, documents and quotes. Tasks and costs can be added, never deleted."""

from __future__ import annotations

from datetime import date

from core.sandbox import errors
from core.sandbox.ask import Ask, Update
from core.sandbox.body import Part
from core.sandbox.errors import BusinessError, MissingElement, UnknownRecord
from core.sandbox.jobs import show_changed_job, show_status
from core.sandbox.practice import Practice, find_record
from core.sandbox.records import read_document
from core.sandbox.render import render_document, render_job_cost
from core.sandbox.state import Job, JobCost, JobTask, Note
from core.sandbox.templates import new_task
from core.sandbox.wire import Payload, Rows


def add_task(practice: Practice, ask: Ask) -> Payload:
    """From a *catalogue* task; the answer is the new job task's UUID. The same kind twice makes two tasks."""
    body = ask.body
    job = practice.find_job(body.required_text("Job"))
    kind = find_record(practice.tenant.catalogue_tasks, body.required_text("TaskUUID"), errors.INVALID_TASK)
    minutes = body.integer_of("EstimatedMinutes")
    if minutes is None:
        raise MissingElement("EstimatedMinutes")
    task = new_task(practice, kind, practice.fit_name("Label", body.text_of("Label")), minutes)
    task.description = practice.fit_note("Description", body.text_of("Description", kind.description))
    task.start_date, task.due_date = body.date_of("StartDate"), body.date_of("DueDate")
    practice.remember_job(job)
    job.tasks.append(task)
    record_task(practice, "task.add", job, task)
    return Payload([("UUID", task.uuid)])


def update_task(practice: Practice, ask: Ask) -> Payload:
    """By the job task's UUID, under either of the two names the documentation gives it."""
    body = ask.body
    job, task = practice.find_job_of_task(body.text_of("UUID").strip() or body.required_text("TaskUUID"))
    update = Update(practice, body)
    name = practice.fit_name("Label", update.text("Label", task.name, stays=True)) or default_name(practice, task)
    description = practice.fit_note("Description", update.text("Description", task.description))
    minutes = task.estimated_minutes if update.keeps("EstimatedMinutes") else body.integer_of("EstimatedMinutes") or 0
    start: date | None = task.start_date if update.keeps("StartDate") else body.date_of("StartDate")
    due: date | None = task.due_date if update.keeps("DueDate") else body.date_of("DueDate")
    practice.remember_job(job)
    task.name, task.description, task.estimated_minutes = name, description, minutes
    task.start_date, task.due_date = start, due
    record_task(practice, "task.update", job, task)
    return Payload([("UUID", task.uuid)])


def default_name(practice: Practice, task: JobTask) -> str:
    """What a task is called without a label: the name of its kind."""
    kind = practice.tenant.catalogue_tasks.get(task.catalogue_uuid)
    return kind.name if kind else task.name


def complete_task(practice: Practice, ask: Ask) -> Payload:
    return tick_task(practice, ask, completed=True)


def reopen_task(practice: Practice, ask: Ask) -> Payload:
    return tick_task(practice, ask, completed=False)


def tick_task(practice: Practice, ask: Ask, *, completed: bool) -> Payload:
    job, task = practice.find_job_of_task(ask.key)
    practice.remember_job(job)
    task.completed = completed
    record_task(practice, "task.complete" if completed else "task.reopen", job, task)
    return show_changed_job(practice, job)


def reorder_tasks(practice: Practice, ask: Ask) -> Payload:
    """Named tasks first, in that order; the others keep theirs behind them."""
    job = practice.find_job(ask.body.text_of("ID").strip())
    tasks = {task.uuid: task for task in job.tasks}
    rows = ask.body.items("Tasks", "Task")
    named = [find_record(tasks, row.text_of("UUID"), errors.INVALID_TASK) for row in rows]
    practice.remember_job(job)
    job.tasks[:] = list({task.uuid: task for task in [*named, *job.tasks]}.values())
    practice.record("task.reorder", job.uuid, number=job.number, tasks=[task.uuid for task in job.tasks])
    return show_changed_job(practice, job)


def record_task(practice: Practice, op: str, job: Job, task: JobTask) -> None:
    practice.record(op, task.uuid, job=job.number, name=task.name, completed=task.completed)


def list_costs(practice: Practice, ask: Ask) -> Payload:
    """Costs in the order they came; template costs first."""
    job = practice.visible_jobs().get(ask.key)
    if job is None:
        raise UnknownRecord(errors.INVALID_JOB)
    return Payload([("Costs", Rows("Cost", [render_job_cost(cost) for cost in job.costs]))])


def add_cost(practice: Practice, ask: Ask) -> Payload:
    job = practice.find_job(ask.body.required_text("Job"))
    billable = ask.body.flag_of("Billable")
    cost = JobCost(practice.new_uuid(), ask.body.required_date("Date"), "", billable=billable is not False)
    fill_cost(practice, cost, ask.body, code=ask.body.text_of("Code"), note=ask.body.text_of("Note"))
    practice.remember_job(job)
    job.costs.append(cost)
    record_cost(practice, "cost.add", job, cost)
    return Payload([("UUID", cost.uuid)])


def update_cost(practice: Practice, ask: Ask) -> Payload:
    """Leaving Billable out resets it to true unless the switch keeps it."""
    body, update = ask.body, Update(practice, ask.body)
    job, cost = find_cost(practice, body.required_text("UUID"))
    if cost.invoiced and practice.switches.invoiced_edit == "reject":
        raise BusinessError(errors.INVOICED_COST)
    day, billable = body.required_date("Date"), body.flag_of("Billable")
    practice.remember_job(job)
    fill_cost(practice, cost, body, code=update.text("Code", cost.code), note=update.text("Note", cost.note))
    cost.date = day
    if billable is not None or practice.switches.omitted_billable_on_cost_update == "true":
        cost.billable = billable is not False
    record_cost(practice, "cost.update", job, cost)
    return Payload([("UUID", cost.uuid)])


def fill_cost(practice: Practice, cost: JobCost, body: Part, *, code: str, note: str) -> None:
    """Everything is read before anything is set, so that a refused call changes nothing."""
    description = practice.fit_name("Description", body.required_text("Description"))
    code, note = practice.fit_name("Code", code), practice.fit_note("Note", note)
    amounts = [body.required_decimal(name) for name in ("Quantity", "UnitCost", "UnitPrice")]
    cost.description, cost.code, cost.note = description, code, note
    cost.quantity, cost.unit_cost, cost.unit_price = amounts


def find_cost(practice: Practice, text: str) -> tuple[Job, JobCost]:
    """The cost and its job, by the UUID of the cost alone."""
    costs = {cost.uuid: (job, cost) for job in practice.tenant.jobs.values() for cost in job.costs}
    return find_record(costs, text, errors.INVALID_COST)


def record_cost(practice: Practice, op: str, job: Job, cost: JobCost) -> None:
    fields = {"description": cost.description, "quantity": str(cost.quantity), "unit_price": str(cost.unit_price)}
    practice.record(op, cost.uuid, job=job.number, billable=cost.billable, note=cost.note, **fields)


def add_note(practice: Practice, ask: Ask) -> Payload:
    """The note is dated now; its text is kept as sent."""
    body = ask.body
    job = practice.find_job(body.required_text("Job"))
    title, text = practice.fit_name("Title", body.required_text("Title")), body.required_text("Text")
    note = Note(practice.new_uuid(), title, practice.fit_note("Text", text), body.text_of("Folder"))
    note.date, note.created_by = practice.local_time(), "API"
    practice.remember_job(job)
    job.notes.append(note)
    practice.record("note.add", note.uuid, job=job.number, title=note.title)
    return show_status(practice, job)


def list_documents(practice: Practice, ask: Ask) -> Payload:
    job = practice.find_job(ask.key)
    rows = [render_document(one, practice.web_url("document", one.uuid)) for one in job.documents]
    return Payload([("Documents", Rows("Document", rows))])


def add_document(practice: Practice, ask: Ask) -> Payload:
    job = practice.find_job(ask.body.required_text("Job"))
    document = read_document(practice, ask.body)
    practice.remember_job(job)
    job.documents.append(document)
    practice.record("document.add", document.uuid, job=job.number, file_name=document.file_name)
    return show_status(practice, job)


def create_quote(practice: Practice, ask: Ask) -> Payload:
    """A quote or an estimate of the job; only its number is kept."""
    job = practice.find_job(ask.key)
    number = f"Q{practice.tenant.next_quote:06d}"
    practice.tenant.next_quote += 1
    practice.record("quote.add", job.uuid, number=number, job=job.number)
    return Payload([("ID", number)])
