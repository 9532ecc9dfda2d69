"""The small read-only lists of a practice, its cost catalogue, and documents of clients and jobs."""

from __future__ import annotations

import base64
import binascii
from decimal import Decimal

from core.sandbox import errors
from core.sandbox.ask import Ask, Update
from core.sandbox.body import Part
from core.sandbox.errors import BadParameter, InvalidElement, NotFound
from core.sandbox.practice import Practice, by_name, find_record
from core.sandbox.render import render_catalogue_cost, render_catalogue_task
from core.sandbox.state import CatalogueCost, Document
from core.sandbox.wire import NOTHING, Payload, Rows

ROWS_PER_PAGE = 1000


def list_states(practice: Practice, _ask: Ask) -> Payload:
    """UUIDs and names in the practice's own order; neither interface codes nor kinds."""
    if practice.switches.jobstate_endpoint == "404":
        raise NotFound("Not found")
    rows = [[("UUID", state.uuid), ("Name", state.name)] for state in practice.tenant.states]
    return Payload([("JobStates", Rows("JobState", rows))])


def list_categories(practice: Practice, _ask: Ask) -> Payload:
    """By name."""
    categories = practice.order(practice.tenant.categories.values(), by_name)
    return Payload([("Categories", Rows("Category", [[("UUID", one.uuid), ("Name", one.name)] for one in categories]))])


def list_task_catalogue(practice: Practice, _ask: Ask) -> Payload:
    """By name. These UUIDs make job tasks; time entries refuse them."""
    tasks = practice.order(practice.tenant.catalogue_tasks.values(), by_name)
    return Payload([("TaskList", Rows("Task", [render_catalogue_task(task) for task in tasks]))])


def get_catalogue_task(practice: Practice, ask: Ask) -> Payload:
    task = find_record(practice.tenant.catalogue_tasks, ask.key, errors.INVALID_TASK)
    return Payload([("Task", render_catalogue_task(task))])


def list_cost_catalogue(practice: Practice, ask: Ask) -> Payload:
    """One page of up to a thousand; the page behind the last one has no records."""
    text = ask.query.get("page", "")
    if not text.isdecimal() or int(text) < 1:
        raise BadParameter("The parameter page must be a number starting at 1")
    costs = practice.order(practice.tenant.catalogue_costs.values(), lambda cost: cost.description.lower())
    shown = costs[(int(text) - 1) * ROWS_PER_PAGE : int(text) * ROWS_PER_PAGE]
    return Payload([("Records", len(shown)), ("Costs", Rows("Cost", [render_catalogue_cost(cost) for cost in shown]))])


def get_catalogue_cost(practice: Practice, ask: Ask) -> Payload:
    cost = find_record(practice.tenant.catalogue_costs, ask.key, errors.INVALID_COST)
    return Payload([("Cost", render_catalogue_cost(cost))])


def add_catalogue_cost(practice: Practice, ask: Ask) -> Payload:
    """Prices left out are zero."""
    body = ask.body
    cost = CatalogueCost(practice.new_uuid(), practice.fit_name("Description", body.required_text("Description")))
    cost.code, cost.note = body.text_of("Code"), body.text_of("Note")
    cost.unit_cost = body.decimal_of("UnitCost") or Decimal(0)
    cost.unit_price = body.decimal_of("UnitPrice") or Decimal(0)
    practice.tenant.catalogue_costs[cost.uuid] = cost
    practice.record("catalogue_cost.add", cost.uuid, description=cost.description)
    return Payload([("Cost", render_catalogue_cost(cost))])


def update_catalogue_cost(practice: Practice, ask: Ask) -> Payload:
    body, update = ask.body, Update(practice, ask.body)
    cost = find_record(practice.tenant.catalogue_costs, body.required_text("UUID"), errors.INVALID_COST)
    description = practice.fit_name("Description", update.text("Description", cost.description, stays=True))
    code, note = update.text("Code", cost.code), update.text("Note", cost.note)
    unit_cost = cost.unit_cost if update.keeps("UnitCost") else body.decimal_of("UnitCost") or Decimal(0)
    unit_price = cost.unit_price if update.keeps("UnitPrice") else body.decimal_of("UnitPrice") or Decimal(0)
    cost.description, cost.code, cost.note = description, code, note
    cost.unit_cost, cost.unit_price = unit_cost, unit_price
    practice.record("catalogue_cost.update", cost.uuid, description=cost.description)
    return Payload([("Cost", render_catalogue_cost(cost))])


def delete_catalogue_cost(practice: Practice, ask: Ask) -> Payload:
    cost = find_record(practice.tenant.catalogue_costs, ask.body.required_text("UUID"), errors.INVALID_COST)
    del practice.tenant.catalogue_costs[cost.uuid]
    practice.record("catalogue_cost.delete", cost.uuid)
    return NOTHING


def delete_cost_catalogue(practice: Practice, _ask: Ask) -> Payload:
    """Empties the whole catalogue."""
    practice.tenant.catalogue_costs.clear()
    practice.record("catalogue_cost.deleteall", "")
    return NOTHING


def read_document(practice: Practice, body: Part) -> Document:
    """A document of a client or a job; its content must be base64."""
    content = body.text_of("Content").strip()
    try:
        base64.b64decode(content, validate=False)
    except binascii.Error as error:
        raise InvalidElement("Content") from error
    document = Document(practice.fit_name("Title", body.required_text("Title")), body.text_of("Text"))
    document.folder, document.file_name = body.text_of("Folder"), body.required_text("FileName")
    document.content_base64, document.created_by = content, "API"
    document.date = practice.today.strftime("%Y%m%d")
    document.uuid = practice.new_uuid()
    return document
