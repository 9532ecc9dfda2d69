"""Time: reading windows of it, and writing entries under all the rules that could refuse one.

An entry names a *job task* in the element called TaskUUID; the UUID of the practice-wide catalogue task is refused,
which is the mistake most worth catching. Nothing looks for duplicates, exactly as in the real service.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from core.sandbox import errors
from core.sandbox.ask import Ask, Update, Window, read_window
from core.sandbox.body import Part, read_clock_time, read_uuid
from core.sandbox.errors import BusinessError, MissingElement, UnknownRecord
from core.sandbox.practice import BY_PERSON, Practice, find_record
from core.sandbox.render import TimeRenderer
from core.sandbox.state import Job, JobTask, Staff, Time
from core.sandbox.wire import NOTHING, Payload, RenderedRows, Rows


def list_times(practice: Practice, ask: Ask) -> Payload:
    """Of everybody, in a window of at most one year."""
    window = read_window(practice, ask)
    return render_times(practice, times_in(practice, window))


def list_times_of_staff(practice: Practice, ask: Ask) -> Payload:
    """Of one person, former staff included, in a window of at most one year."""
    staff_uuid = find_record(practice.tenant.staff, ask.key, errors.INVALID_STAFF).uuid
    window = read_window(practice, ask)
    return render_times(practice, [time for time in times_in(practice, window) if time.staff == staff_uuid])


def list_times_of_job(practice: Practice, ask: Ask) -> Payload:
    """All entries of a job; from and to may narrow them."""
    practice.find_job(ask.key)
    window = read_window(practice, ask) if "from" in ask.query or "to" in ask.query else Window(date.min, date.max)
    hidden = practice.hidden("time")
    shown = [practice.tenant.times[uuid] for uuid in practice.index.of_job(ask.key) if uuid not in hidden]
    shown += [time for time in hidden.values() if time and time.job == ask.key]
    return render_times(practice, [time for time in shown if window_day(practice, time) in window])


def get_time(practice: Practice, ask: Ask) -> Payload:
    """As reads see it: one just written may be hidden by the switch read_after_write_delay."""
    time_uuid = read_uuid(ask.key, errors.INVALID_TIME)
    hidden = practice.hidden("time")
    time = hidden[time_uuid] if time_uuid in hidden else practice.tenant.times.get(time_uuid)
    if time is None:
        raise UnknownRecord(errors.INVALID_TIME)
    return render_time(practice, time)


def times_in(practice: Practice, window: Window) -> list[Time]:
    """Entries of the window as reads see them, by day, then in the order they were made."""
    times, hidden = practice.tenant.times, practice.hidden("time")
    if practice.switches.window_filter == "created":
        candidates: Iterable[Time] = times.values()
    else:
        candidates = (times[uuid] for uuid in practice.index.between(window.first, window.last))
    seen = [time for time in candidates if time.uuid not in hidden]
    seen += [time for time in hidden.values() if time]
    return practice.order((time for time in seen if window_day(practice, time) in window), lambda time: time.date)


def window_day(practice: Practice, time: Time) -> date:
    """The day that from and to are compared with; entries without a creation day count as made on their date."""
    if practice.switches.window_filter == "created":
        return time.created or time.date
    return time.date


def render_times(practice: Practice, times: list[Time]) -> Payload:
    return Payload([("Times", Rows("Time", RenderedRows(times, TimeRenderer(practice.tenant).render)))])


def render_time(practice: Practice, time: Time) -> Payload:
    return Payload([("Time", TimeRenderer(practice.tenant).render(time))])


@dataclass(frozen=True)
class Entry:
    """An entry whose references were found, before the practice's rules have looked at it."""

    job: Job
    task: JobTask
    staff: Staff
    date: date
    minutes: int
    note: str
    start: str = ""
    end: str = ""


def add_time(practice: Practice, ask: Ask) -> Payload:
    """No duplicate check whatsoever: the same call twice makes two entries."""
    entry = read_entry(practice, ask.body)
    return render_time(practice, enter_time(practice, entry))


def update_time(practice: Practice, ask: Ask) -> Payload:
    """Job, task, person, day, minutes and note anew; the switch partial_update rules what is left out."""
    time = find_record(practice.tenant.times, ask.body.required_text("UUID"), errors.INVALID_TIME)
    entry = read_entry(practice, complete_body(practice, ask.body, time))
    change_time(practice, time, entry)
    return render_time(practice, time)


def delete_time(practice: Practice, ask: Ask) -> Payload:
    remove_time(practice, find_record(practice.tenant.times, ask.key, errors.INVALID_TIME))
    return NOTHING


def read_entry(practice: Practice, body: Part) -> Entry:
    """The entry of a Timesheet; every wrong reference, date and duration is refused here."""
    job = practice.find_job(body.required_text("Job"))
    task = find_task(job, body.required_text("TaskUUID"))
    staff = practice.find_staff(body.required_text("StaffUUID"))
    day = body.required_date("Date")
    minutes, start, end = read_duration(body)
    note = practice.fit_note("Note", body.text_of("Note"))
    if practice.switches.note_escape == "html":
        note = html.escape(note)
    return Entry(job, task, staff, day, round_minutes(minutes, practice.switches.minutes_round), note, start, end)


def find_task(job: Job, text: str) -> JobTask:
    """The task of this very job; neither a catalogue task nor another job's task will do."""
    task_uuid = read_uuid(text, errors.INVALID_TASK)
    for task in job.tasks:
        if task.uuid == task_uuid:
            return task
    raise UnknownRecord(errors.INVALID_TASK)


def read_duration(body: Part) -> tuple[int, str, str]:
    """Minutes, and start and end as HH:mm (empty when the entry was given in minutes)."""
    has_minutes = bool(body.text_of("Minutes").strip())
    has_span = bool(body.text_of("Start").strip() or body.text_of("End").strip())
    if has_minutes and has_span:
        raise BusinessError(errors.MINUTES_AND_SPAN)
    if has_span:
        return read_span(body.required_text("Start").strip(), body.required_text("End").strip())
    if not has_minutes:
        raise MissingElement("Minutes")
    return check_minutes(body), "", ""


def check_minutes(body: Part) -> int:
    """A whole number other than zero; negative ones are corrections."""
    try:
        minutes = body.integer_of("Minutes")
    except errors.InvalidElement as error:
        raise BusinessError(errors.INVALID_MINUTES) from error
    if not minutes:
        raise BusinessError(errors.INVALID_MINUTES)
    return minutes


def read_span(start: str, end: str) -> tuple[int, str, str]:
    """A span must end after it starts, on the same day."""
    minutes = read_clock_time("End", end) - read_clock_time("Start", start)
    if minutes <= 0:
        raise BusinessError(errors.INVALID_SPAN)
    return minutes, start, end


def round_minutes(minutes: int, step: int) -> int:
    """The nearest multiple of `step`, halves away from zero, never zero; step 0 leaves the minutes alone."""
    if not step:
        return minutes
    rounded = max((abs(minutes) + step // 2) // step, 1) * step
    return rounded if minutes > 0 else -rounded


def complete_body(practice: Practice, body: Part, time: Time) -> Part:
    """An update's body, with the old values put in where the practice keeps what is left out."""
    update = Update(practice, body)
    has_duration = any(body.has(name) for name in ("Minutes", "Start", "End"))
    old = {"Job": time.job, "TaskUUID": time.task, "StaffUUID": time.staff, "Note": time.note}
    old["Date"] = time.date.strftime("%Y%m%d")
    kept = {name: text for name, text in old.items() if update.keeps(name)}
    if not has_duration and update.keeps("Minutes"):
        kept |= {"Start": time.start, "End": time.end} if time.start else {"Minutes": str(time.minutes)}
    return replace(body, children=body.children + tuple(body.make(name, text) for name, text in kept.items()))


def enter_time(practice: Practice, entry: Entry) -> Time:
    """Make the entry if the practice's rules allow it; its billable flag is the task's."""
    check_entry(practice, entry)
    assign_on_entry(practice, entry)
    time = Time(practice.new_uuid(), entry.job.number, entry.task.uuid, entry.staff.uuid, entry.date, entry.minutes)
    time.note, time.start, time.end = entry.note, entry.start, entry.end
    time.billable = entry.task.billable
    time.created = practice.today
    time.by_person = practice.by == BY_PERSON
    practice.remember_new_time(time.uuid)
    put_time(practice, time)
    practice.record("time.add", time.uuid, **describe_time(time))
    return time


def change_time(practice: Practice, time: Time, entry: Entry) -> None:
    """Replace what the entry says; its UUID, creation day and invoice stay."""
    check_changeable(practice, time)
    check_entry(practice, entry)
    practice.remember_time(time)
    take_time(practice, time)
    time.job, time.task, time.staff = entry.job.number, entry.task.uuid, entry.staff.uuid
    time.date, time.minutes, time.note = entry.date, entry.minutes, entry.note
    time.start, time.end, time.billable = entry.start, entry.end, entry.task.billable
    put_time(practice, time)
    practice.record("time.update", time.uuid, **describe_time(time))


def remove_time(practice: Practice, time: Time) -> None:
    """Take the entry out for good, unless it is invoiced or its week locked."""
    check_changeable(practice, time)
    practice.remember_time(time)
    take_time(practice, time)
    practice.record("time.delete", time.uuid, **describe_time(time))


def put_time(practice: Practice, time: Time) -> None:
    """Into the records, the index and the task's actual minutes."""
    index = practice.index
    practice.tenant.times[time.uuid] = time
    index.add(time)
    add_actual_minutes(practice, time, time.minutes)


def take_time(practice: Practice, time: Time) -> None:
    """Out of the records, the index and the task's actual minutes."""
    index = practice.index
    del practice.tenant.times[time.uuid]
    index.remove(time)
    add_actual_minutes(practice, time, -time.minutes)


def add_actual_minutes(practice: Practice, time: Time, minutes: int) -> None:
    """A task or job that is gone counts nothing."""
    job = practice.tenant.jobs.get(time.job)
    for task in job.tasks if job else []:
        if task.uuid == time.task:
            task.actual_minutes += minutes


def check_entry(practice: Practice, entry: Entry) -> None:
    """Refuse what the switches do not allow; they rule the API, not people at work in the product itself."""
    if practice.by == BY_PERSON:
        return
    switches = practice.switches
    state = practice.state_of(entry.job)
    kind = state.kind if state else "open"
    if kind == "completed" and switches.time_on_completed_job == "reject":
        raise BusinessError(errors.CLOSED_JOB)
    if kind == "cancelled" and switches.time_on_cancelled_job == "reject":
        raise BusinessError(errors.CANCELLED_JOB)
    if entry.task.completed and switches.time_on_completed_task == "reject":
        raise BusinessError(errors.COMPLETED_TASK)
    if entry.staff.disabled and switches.time_for_disabled_staff == "reject":
        raise BusinessError(errors.DISABLED_STAFF)
    if switches.time_requires_assignment == "yes" and not is_assigned(entry):
        raise BusinessError(errors.NOT_ASSIGNED)
    check_week(practice, entry.staff, entry.date)


def is_assigned(entry: Entry) -> bool:
    """To the job as a whole, or to this very task."""
    return entry.staff.uuid in entry.job.assigned or entry.staff.uuid in entry.task.assigned


def assign_on_entry(practice: Practice, entry: Entry) -> None:
    """Under the switch value auto-assign, entering time assigns."""
    if practice.switches.time_requires_assignment != "auto-assign" or is_assigned(entry):
        return
    practice.remember_job(entry.job)
    entry.job.assigned.append(entry.staff.uuid)
    entry.task.assigned.append(entry.staff.uuid)


def check_week(practice: Practice, staff: Staff, day: date) -> None:
    """Refuse a day in a week that the person has submitted."""
    monday = day - timedelta(days=day.weekday())
    if monday in staff.locked_weeks and practice.switches.locked_week == "reject":
        raise BusinessError(errors.LOCKED_WEEK)


def check_changeable(practice: Practice, time: Time) -> None:
    """Refuse an entry that is invoiced or whose week is locked."""
    if practice.by == BY_PERSON:
        return
    if time.invoice_task and practice.switches.invoiced_edit == "reject":
        raise BusinessError(errors.INVOICED_TIME)
    staff = practice.tenant.staff.get(time.staff)
    if staff:
        check_week(practice, staff, time.date)


def describe_time(time: Time) -> dict[str, object]:
    """What the truth keeps of an entry."""
    return {
        "job": time.job,
        "task": time.task,
        "staff": time.staff,
        "date": time.date.isoformat(),
        "minutes": time.minutes,
        "note": time.note,
        "billable": time.billable,
        "start": time.start,
        "end": time.end,
    }
