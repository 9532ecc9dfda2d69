"""Custom fields: their definitions, and their values on clients, contacts, jobs, tasks, costs and times.

The owner of values is written as its kind and key, such as `time:f1...` or `job:J000412`.
"""

from __future__ import annotations

from collections.abc import Callable

from core.sandbox import errors
from core.sandbox.ask import Ask
from core.sandbox.body import Part
from core.sandbox.contacts import find_contact
from core.sandbox.job_parts import find_cost
from core.sandbox.practice import Practice, by_name, find_record
from core.sandbox.state import CustomField
from core.sandbox.wire import NOTHING, Fields, Payload, Rows

Owner = Callable[[Practice, Ask], str]
USES = {
    "client": "UseClient",
    "contact": "UseContact",
    "job": "UseJob",
    "task": "UseJobTask",
    "cost": "UseJobCost",
    "time": "UseJobTime",
}


def list_definitions(practice: Practice, _ask: Ask) -> Payload:
    """By name, with the kinds of records each is used for."""
    fields = practice.order(practice.tenant.custom_fields.values(), by_name)
    return Payload(
        [("CustomFieldDefinitions", Rows("CustomFieldDefinition", [render_definition(one) for one in fields]))]
    )


def render_definition(custom: CustomField) -> Fields:
    return [
        ("UUID", custom.uuid),
        ("Name", custom.name),
        ("Type", custom.value_element),
        ("LinkUrl", custom.link_url),
        ("Options", custom.options),
        *[(element, kind in custom.used_for) for kind, element in USES.items()],
        ("ValueElement", custom.value_element),
    ]


def own_client(practice: Practice, ask: Ask) -> str:
    return f"client:{practice.find_client(ask.key).uuid}"


def own_contact(practice: Practice, ask: Ask) -> str:
    return f"contact:{find_contact(practice, ask)[1].uuid}"


def own_job(practice: Practice, ask: Ask) -> str:
    return f"job:{practice.find_job(ask.key).number}"


def own_task(practice: Practice, ask: Ask) -> str:
    return f"task:{practice.find_job_of_task(ask.key)[1].uuid}"


def own_cost(practice: Practice, ask: Ask) -> str:
    return f"cost:{find_cost(practice, ask.key)[1].uuid}"


def own_time(practice: Practice, ask: Ask) -> str:
    return f"time:{find_record(practice.tenant.times, ask.key, errors.INVALID_TIME).uuid}"


def read_values(owner: Owner) -> Callable[[Practice, Ask], Payload]:
    """The call that lists the values of such an owner; fields without one are left out."""

    def list_values(practice: Practice, ask: Ask) -> Payload:
        values = practice.tenant.custom_values.get(owner(practice, ask), {})
        fields = practice.tenant.custom_fields
        rows = [render_value(fields[uuid], text) for uuid, text in values.items() if uuid in fields]
        return Payload([("CustomFields", Rows("CustomField", rows))])

    return list_values


def render_value(custom: CustomField, text: str) -> Fields:
    """UUID, name, and the value in the element of its type."""
    holder = Part("", children=(Part(custom.value_element, text),))
    return [("UUID", custom.uuid), ("Name", custom.name), (custom.value_element, read_value(custom, holder))]


def read_value(custom: CustomField, row: Part) -> object:
    """The value in its own type; None when its element is missing or empty."""
    element = custom.value_element
    match element:
        case "Decimal":
            return row.decimal_of(element)
        case "Number":
            return row.integer_of(element)
        case "Boolean":
            return row.flag_of(element)
        case "Date":
            return row.date_of(element)
    return row.text_of(element) or None


def write_values(owner: Owner) -> Callable[[Practice, Ask], Payload]:
    """The call that sets the named values of such an owner; an empty element clears, others stay."""

    def set_values(practice: Practice, ask: Ask) -> Payload:
        key = owner(practice, ask)
        rows = ask.body.items("CustomFields", "CustomField") if ask.body.from_json else ask.body.find_all("CustomField")
        changes = [read_change(practice, row) for row in rows]
        values = practice.tenant.custom_values.setdefault(key, {})
        for field_uuid, text in changes:
            values.pop(field_uuid, None)
            if text:
                values[field_uuid] = text
        practice.record("customfield.update", key.partition(":")[2], owner=key, values=dict(values))
        return NOTHING

    return set_values


def read_change(practice: Practice, row: Part) -> tuple[str, str]:
    """The field, and the text as it was sent once it is known to be valid."""
    custom = find_record(practice.tenant.custom_fields, row.required_text("UUID"), errors.INVALID_FIELD)
    is_set = read_value(custom, row) is not None
    return custom.uuid, row.text_of(custom.value_element) if is_set else ""
