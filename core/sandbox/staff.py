"""Staff: the list, which has no active flag, and the calls that administrate them."""

from __future__ import annotations

from core.sandbox import errors
from core.sandbox.ask import Ask, Update
from core.sandbox.practice import Practice, by_name, find_record
from core.sandbox.render import render_staff
from core.sandbox.state import Staff
from core.sandbox.wire import NOTHING, Payload, Rows

TEXTS = {
    "Email": "email",
    "Phone": "phone",
    "Mobile": "mobile",
    "Address": "address",
    "PayrollCode": "payroll_code",
}


def list_staff(practice: Practice, _ask: Ask) -> Payload:
    """Disabled staff are listed like the others; deleted ones only when the switch says so."""
    shows_deleted = practice.switches.deleted_staff_in_list == "yes"
    staff = [one for one in practice.tenant.staff.values() if shows_deleted or not one.deleted]
    return Payload([("StaffList", Rows("Staff", [render_staff(one) for one in practice.order(staff, by_name)]))])


def get_staff(practice: Practice, ask: Ask) -> Payload:
    """With the address of the record; deleted staff are found too."""
    staff = find_record(practice.tenant.staff, ask.key, errors.INVALID_STAFF)
    return Payload([("Staff", render_staff(staff))], practice.web_url("staff", staff.uuid))


def add_staff(practice: Practice, ask: Ask) -> Payload:
    """Only the name is required."""
    staff = Staff(practice.new_uuid(), practice.fit_name("Name", ask.body.required_text("Name")))
    for element, attribute in TEXTS.items():
        setattr(staff, attribute, ask.body.text_of(element))
    practice.tenant.staff[staff.uuid] = staff
    practice.record("staff.add", staff.uuid, name=staff.name)
    return Payload([("Staff", render_staff(staff))])


def update_staff(practice: Practice, ask: Ask) -> Payload:
    """Under the switch partial_update; the name cannot be emptied."""
    staff, update = find_staff(practice, ask), Update(practice, ask.body)
    name = practice.fit_name("Name", update.text("Name", staff.name, stays=True))
    texts = {attribute: update.text(element, getattr(staff, attribute)) for element, attribute in TEXTS.items()}
    vars(staff).update(texts, name=name or staff.name)
    practice.record("staff.update", staff.uuid, name=staff.name)
    return Payload([("Staff", render_staff(staff))])


def delete_staff(practice: Practice, ask: Ask) -> Payload:
    """Marks the person; entries of theirs stay."""
    staff = find_staff(practice, ask)
    staff.deleted = True
    practice.record("staff.delete", staff.uuid)
    return NOTHING


def enable_staff(practice: Practice, ask: Ask) -> Payload:
    disable_member(practice, find_staff(practice, ask), disabled=False)
    return NOTHING


def disable_staff(practice: Practice, ask: Ask) -> Payload:
    disable_member(practice, find_staff(practice, ask), disabled=True)
    return NOTHING


def disable_member(practice: Practice, staff: Staff, *, disabled: bool) -> None:
    """Disabled staff stay listed; the switches decide about their time."""
    staff.disabled = disabled
    practice.record("staff.disable" if disabled else "staff.enable", staff.uuid)


def remind_staff(practice: Practice, ask: Ask) -> Payload:
    """The forgotten-password call: the sandbox sends nothing."""
    practice.record("staff.forgottenpassword", find_staff(practice, ask).uuid)
    return NOTHING


def find_staff(practice: Practice, ask: Ask) -> Staff:
    return practice.find_staff(ask.body.required_text("UUID"))
