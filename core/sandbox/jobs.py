"""Reading jobs, and the calls that make and change their headers."""

from __future__ import annotations

from collections.abc import Mapping

from core.sandbox import errors
from core.sandbox.ask import Ask, Update, read_window
from core.sandbox.body import Part
from core.sandbox.errors import BusinessError, Conflict, MissingElement, UnknownRecord
from core.sandbox.practice import Practice, find_record
from core.sandbox.render import FULL_JOB, HEADER_ONLY, STAFF_JOB, TASKS_JOB, JobDetail, render_job
from core.sandbox.state import Client, Job, JobState, JobTask
from core.sandbox.templates import apply_costs, apply_milestones, apply_tasks, find_template
from core.sandbox.wire import NOTHING, Payload, RenderedRows, Rows


def list_current_jobs(practice: Practice, ask: Ask) -> Payload:
    """Open jobs by client name, start date and number."""
    jobs = [job for job in practice.visible_jobs().values() if practice.is_current(job)]
    shown = FULL_JOB if ask.is_detailed else HEADER_ONLY
    if practice.switches.job_uuid_in_current == "no":
        shown = JobDetail(**{**vars(shown), "uuid": False})
    return render_jobs(practice, practice.order(jobs, lambda job: current_order(practice, job)), shown)


def current_order(practice: Practice, job: Job) -> tuple[str, str, str]:
    """Client name ignoring case, start date, number."""
    client = practice.tenant.clients.get(job.client)
    return (client.name.lower() if client else "", job.start_date.isoformat(), job.number)


def list_jobs(practice: Practice, ask: Ask) -> Payload:
    """Jobs of every state by creation day, as many as one year holds."""
    window = read_window(practice, ask)
    jobs = [job for job in practice.visible_jobs().values() if job.created in window]
    return render_jobs(practice, practice.order(jobs, name_order), FULL_JOB if ask.is_detailed else HEADER_ONLY)


def name_order(job: Job) -> tuple[str, str]:
    return job.name.lower(), job.number


def get_job(practice: Practice, ask: Ask) -> Payload:
    """In full, by number; by UUID only when the switch says so."""
    jobs = practice.visible_jobs()
    job = jobs.get(ask.key)
    if job is None and practice.switches.get_job_by_uuid == "accept":
        job = next((one for one in jobs.values() if one.uuid == ask.key.lower()), None)
    if job is None:
        raise UnknownRecord(errors.INVALID_JOB)
    return show_job(practice, job)


def list_jobs_of_staff(practice: Practice, ask: Ask) -> Payload:
    """Open jobs that the person is assigned to, on the job or on one of its tasks."""
    staff = practice.find_staff(ask.key)
    jobs = [job for job in practice.visible_jobs().values() if practice.is_current(job) and works_on(staff.uuid, job)]
    return render_jobs(practice, practice.order(jobs, lambda job: current_order(practice, job)), STAFF_JOB)


def works_on(staff_uuid: str, job: Job) -> bool:
    return staff_uuid in job.assigned or any(staff_uuid in task.assigned for task in job.tasks)


def list_jobs_of_client(practice: Practice, ask: Ask) -> Payload:
    """All jobs of the client, whatever their state and age."""
    client = practice.find_client(ask.key)
    jobs = [job for job in practice.visible_jobs().values() if job.client == client.uuid]
    return render_jobs(practice, practice.order(jobs, name_order), FULL_JOB if ask.is_detailed else HEADER_ONLY)


def list_jobs_with_tasks(practice: Practice, ask: Ask) -> Payload:
    """Open jobs having matching tasks, with those tasks; jobs without a match are left out."""
    jobs = [job for job in practice.visible_jobs().values() if practice.is_current(job)]
    matching = [(job, [task for task in job.tasks if matches(ask, task)]) for job in jobs]
    shown = practice.order([row for row in matching if row[1]], lambda row: current_order(practice, row[0]))
    rows = [render_job(practice.tenant, job, TASKS_JOB, tasks) for job, tasks in shown]
    return Payload([("Jobs", Rows("Job", rows))])


def matches(ask: Ask, task: JobTask) -> bool:
    """Whether the task fits the query: complete, due on or before, start on or after; no parameter fits all."""
    complete = ask.query.get("complete", "").lower()
    due, start = ask.day("due"), ask.day("start")
    if complete in {"true", "false"} and task.completed != (complete == "true"):
        return False
    if due and not (task.due_date and task.due_date <= due):
        return False
    return not start or bool(task.start_date and task.start_date >= start)


def render_jobs(practice: Practice, jobs: list[Job], detail: JobDetail) -> Payload:
    rows = RenderedRows(jobs, lambda job: render_job(practice.tenant, job, detail))
    return Payload([("Jobs", Rows("Job", rows))])


def show_job(practice: Practice, job: Job) -> Payload:
    """The job in full, with its address."""
    return Payload([("Job", render_job(practice.tenant, job))], practice.web_url("job", job.number))


def show_changed_job(practice: Practice, job: Job) -> Payload:
    """The job in full, as writing calls answer it."""
    return Payload([("Job", render_job(practice.tenant, job))])


def show_status(practice: Practice, job: Job) -> Payload:
    """Nothing but the status; strict mode shows the job."""
    return Payload([], as_json=[("Job", render_job(practice.tenant, job))])


def add_job(practice: Practice, ask: Ask) -> Payload:
    """In the first state; a template brings tasks, milestones and costs."""
    body = ask.body
    client = find_job_client(practice, body)
    template_uuid = body.text_of("TemplateUUID").strip()
    template = find_template(practice, template_uuid) if template_uuid else None
    job = read_new_job(practice, body, client)
    practice.remember_new_job(job.number)
    practice.tenant.jobs[job.number] = job
    if template:
        job.template = template.uuid
        apply_tasks(practice, job, template)
        apply_milestones(practice, job, template)
        apply_costs(practice, job, template)
    practice.record("job.add", job.uuid, **describe_job(job))
    return show_changed_job(practice, job)


def find_job_client(practice: Practice, body: Part) -> Client:
    client = practice.find_client(body.required_text("ClientUUID"))
    if client.is_deleted:
        raise UnknownRecord(errors.INVALID_CLIENT)
    return client


def read_new_job(practice: Practice, body: Part, client: Client) -> Job:
    """The number is taken last, so that a refused job leaves no gap in the sequence."""
    name = practice.fit_name("Name", body.required_text("Name"))
    start, due = body.required_date("StartDate"), body.required_date("DueDate")
    description = practice.fit_note("Description", body.text_of("Description"))
    order_number = practice.fit_name("ClientNumber", body.text_of("ClientNumber"))
    budget, category = body.decimal_of("Budget"), read_category(practice, body)
    contact = read_contact(client, body.text_of("ContactUUID").strip())
    return Job(
        number=take_number(practice, body.text_of("ID").strip()),
        uuid=practice.new_uuid(),
        name=name,
        client=client.uuid,
        state=practice.tenant.states[0].name,
        start_date=start,
        due_date=due,
        created=practice.today,
        description=description,
        client_order_number=order_number,
        budget=budget,
        category=category,
        contact=contact,
    )


def take_number(practice: Practice, wanted: str) -> str:
    """The caller's own number, or the next free one of the practice's sequence."""
    tenant = practice.tenant
    if wanted in tenant.jobs:
        taken = Conflict if practice.switches.dup_custom_job_id == "409" else BusinessError
        raise taken(errors.TAKEN_JOB)
    if wanted:
        return wanted
    while (number := f"{tenant.job_prefix}{tenant.next_job:06d}") in tenant.jobs:
        tenant.next_job += 1
    tenant.next_job += 1
    return number


def read_category(practice: Practice, body: Part) -> str | None:
    """The category under either of its documented names."""
    text = body.text_of("CategoryUUID").strip() or body.text_of("CategoryID").strip()
    return find_record(practice.tenant.categories, text, errors.INVALID_CATEGORY).uuid if text else None


def read_contact(client: Client, text: str) -> str | None:
    """The UUID of a contact of this client; None when the text is empty."""
    if not text:
        return None
    contacts = {contact.uuid: contact for contact in client.contacts if not contact.is_deleted}
    return find_record(contacts, text, errors.INVALID_CONTACT).uuid


def update_job(practice: Practice, ask: Ask) -> Payload:
    """Header fields under the switch partial_update. Nothing moves a job to another client."""
    body = ask.body
    job = practice.find_job(body.text_of("ID").strip())
    update = Update(practice, body)
    changed = {
        "name": practice.fit_name("Name", update.text("Name", job.name, stays=True)),
        "description": practice.fit_note("Description", update.text("Description", job.description)),
        "start_date": None if update.keeps("StartDate") else body.date_of("StartDate"),
        "due_date": None if update.keeps("DueDate") else body.date_of("DueDate"),
        "client_order_number": update.text("ClientNumber", job.client_order_number),
        "budget": job.budget if update.keeps("Budget") else body.decimal_of("Budget"),
        "category": job.category if keeps_category(update) else read_category(practice, body),
    }
    if not changed["name"]:
        raise MissingElement("Name")
    practice.remember_job(job)
    vars(job).update({**changed, **stay_dated(job, changed)})
    practice.record("job.update", job.uuid, **describe_job(job))
    return show_changed_job(practice, job)


def keeps_category(update: Update) -> bool:
    return not update.body.has("CategoryID") and update.keeps("CategoryUUID")


def stay_dated(job: Job, changed: Mapping[str, object]) -> dict[str, object]:
    """A job always has both dates: leaving one out keeps it."""
    return {"start_date": changed["start_date"] or job.start_date, "due_date": changed["due_date"] or job.due_date}


def set_state(practice: Practice, ask: Ask) -> Payload:
    """By the interface code of a state, never by its display name."""
    job = practice.find_job(ask.body.text_of("ID").strip(), recorded=True)
    code = ask.body.text_of("State").strip()
    state = next((state for state in practice.tenant.states if state.code == code), None)
    if state is None:
        raise BusinessError(errors.INVALID_STATE)
    move_job(practice, job, state)
    return show_status(practice, job)


def move_job(practice: Practice, job: Job, state: JobState) -> None:
    """Into the state; only completed jobs have a completion day."""
    practice.remember_job(job)
    job.state = state.name
    job.completed_date = practice.today if state.kind == "completed" else None
    practice.record("job.state", job.uuid, number=job.number, state=state.name)


def apply_template(practice: Practice, ask: Ask) -> Payload:
    """AddNew adds the template's tasks whatever is there, AppendExisting extends those of the same kind."""
    job = practice.find_job(ask.body.text_of("ID").strip(), recorded=True)
    template = find_template(practice, ask.body.text_of("TemplateUUID").strip())
    mode = ask.body.text_of("TaskMode").strip() or "AddNew"
    if mode not in {"AddNew", "AppendExisting"}:
        raise BusinessError(errors.INVALID_TASK_MODE)
    practice.remember_job(job)
    apply_tasks(practice, job, template, append=mode == "AppendExisting")
    apply_milestones(practice, job, template)
    if practice.switches.template_costs_on_applytemplate == "yes":
        apply_costs(practice, job, template)
    practice.record("job.applytemplate", job.uuid, number=job.number, template=template.uuid)
    return show_changed_job(practice, job)


def delete_job(practice: Practice, ask: Ask) -> Payload:
    """Refused for a job with time unless the switch accepts it; then its time stays behind."""
    job = practice.find_job(ask.body.text_of("ID").strip(), recorded=True)
    if practice.index.of_job(job.number) and practice.switches.delete_job_with_time == "reject":
        raise BusinessError(errors.JOB_HAS_TIME)
    practice.remember_job(job)
    del practice.tenant.jobs[job.number]
    practice.record("job.delete", job.uuid, number=job.number)
    return NOTHING


def describe_job(job: Job) -> dict[str, object]:
    """What the truth keeps of a job."""
    return {
        "number": job.number,
        "name": job.name,
        "client": job.client,
        "state": job.state,
        "client_order_number": job.client_order_number,
        "template": job.template,
    }
