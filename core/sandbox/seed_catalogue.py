"""What a made-up practice has set up: task types, categories, job templates, states and the cost catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from core.sandbox import names
from core.sandbox.snapshot import list_default_states
from core.sandbox.state import (
    CatalogueCost,
    CatalogueTask,
    Category,
    JobState,
    Template,
    TemplateCost,
    TemplateTask,
    Tenant,
)

#: The first few are enough for a tiny practice; names that end in (internal) are not billable.
_TASKS = (
    "Preparation",
    "Review",
    "Data entry",
    "Bank reconciliation",
    "BAS",
    "Payroll",
    "Bookkeeping",
    "Tax return",
    "Financial statements",
    "Meeting",
    "Phone & e-mail",
    "GST return",
    "Annual review",
    "Correspondence",
    "Tax planning",
    "Budgeting",
    "Company secretarial",
    "ASIC lodgement",
    "Super fund audit",
    "Fringe benefits tax",
    "Software set-up",
    "Training",
    "Administration (internal)",
    "Leave (internal)",
    "Idle (internal)",
)

_CATEGORIES = ("Compliance", "Bookkeeping", "Advisory", "Tax", "Payroll", "Internal")


@dataclass(frozen=True)
class JobKind:
    """A kind of job: its name with {year} {month} {quarter}, its category, its tasks, and how tasks are labelled.

    rhythm: "monthly" makes one task per month ("Payroll - October"), "quarterly" one per quarter ("BAS - Quarter Sep"),
    "" one per name.
    """

    title: str
    category: str
    tasks: tuple[str, ...]
    rhythm: str = ""


KINDS = (
    JobKind("Annual accounts {year}", "Compliance", ("Preparation", "Financial statements", "Tax return", "Review")),
    JobKind("Bookkeeping {year}", "Bookkeeping", ("Bookkeeping",), "monthly"),
    JobKind("BAS {year}", "Compliance", ("BAS",), "quarterly"),
    JobKind("Payroll {year}", "Payroll", ("Payroll",), "monthly"),
    JobKind("Tax return {year}", "Tax", ("Tax return", "Review", "Correspondence")),
    JobKind("GST return {month} {year}", "Compliance", ("GST return", "Bank reconciliation", "Review")),
    JobKind("Advisory {year}", "Advisory", ("Meeting", "Phone & e-mail", "Tax planning")),
    JobKind("Super fund audit {year}", "Compliance", ("Super fund audit", "Preparation", "Review")),
    JobKind("Company secretarial {year}", "Compliance", ("Company secretarial", "ASIC lodgement", "Annual review")),
    JobKind("FBT return {year}", "Tax", ("Fringe benefits tax", "Review")),
    JobKind("Budget {year}", "Advisory", ("Budgeting", "Meeting")),
    JobKind("Software set-up", "Advisory", ("Software set-up", "Training", "Data entry")),
)

_COSTS = (
    ("Companies Office fee", "FEE", "45.00", "52.50"),
    ("ASIC annual review", "ASIC", "310.00", "310.00"),
    ("Courier", "COUR", "6.00", "9.00"),
    ("Printing and binding", "PRINT", "12.00", "18.00"),
    ("Software subscription", "SOFT", "35.00", "42.00"),
    ("Land title search", "TITLE", "17.20", "25.00"),
    ("Travel per km", "KM", "0.88", "1.05"),
    ("Company search", "SRCH", "10.00", "15.00"),
    ("Photocopies", "COPY", "0.10", "0.25"),
    ("Audit disbursement", "AUD", "150.00", "165.00"),
    ("Filing fee", "FILE", "25.00", "30.00"),
    ("Bank audit letter", "BANK", "40.00", "44.00"),
)


def fill_catalogue(rng: Random, tenant: Tenant, tasks: int, costs: int, templates: int) -> None:
    """Give the tenant its states, that many task types, catalogue costs and templates, and the categories."""
    tenant.states = list_default_states(tenant.id)
    for name in _TASKS[: tasks - 3] + _TASKS[-3:]:
        task = CatalogueTask(names.draw_uuid(rng), name, billable=not name.endswith("(internal)"))
        tenant.catalogue_tasks[task.uuid] = task
    for name in _CATEGORIES:
        category = Category(names.draw_uuid(rng), name)
        tenant.categories[category.uuid] = category
    for number in range(costs):
        cost = _make_cost(rng, number)
        tenant.catalogue_costs[cost.uuid] = cost
    for kind in list_kinds(tenant)[:templates]:
        template = _make_template(rng, kind, tenant)
        tenant.templates[template.uuid] = template


def list_kinds(tenant: Tenant) -> list[JobKind]:
    """The kinds of jobs whose tasks the tenant's catalogue has."""
    known = {task.name for task in tenant.catalogue_tasks.values()}
    return [kind for kind in KINDS if known.issuperset(kind.tasks)]


def find_task(tenant: Tenant, name: str) -> CatalogueTask:
    """The task type of that name, which must exist."""
    return next(task for task in tenant.catalogue_tasks.values() if task.name == name)


def list_open_states(tenant: Tenant) -> list[JobState]:
    """The states in which a job is open, in the order of the practice."""
    return [state for state in tenant.states if state.kind == "open"]


def _make_cost(rng: Random, number: int) -> CatalogueCost:
    description, code, unit_cost, unit_price = _COSTS[number % len(_COSTS)]
    series = number // len(_COSTS)
    return CatalogueCost(
        uuid=names.draw_uuid(rng),
        description=f"{description}, rate {series + 1}" if series else description,
        code=f"{code}{series + 1:03d}" if series else code,
        unit_cost=Decimal(unit_cost) + series,
        unit_price=Decimal(unit_price) + series,
        income_account="200" if number % 3 else "",
    )


def _make_template(rng: Random, kind: JobKind, tenant: Tenant) -> Template:
    tasks = [TemplateTask(find_task(tenant, name).uuid, rng.choice((30, 60, 90, 120, 240))) for name in kind.tasks]
    costs = []
    for description, code, unit_cost, unit_price in rng.sample(_COSTS, rng.randrange(3)):
        costs.append(TemplateCost(description, code, unit_cost=Decimal(unit_cost), unit_price=Decimal(unit_price)))
    name = kind.title.replace(" {year}", "").replace(" {month}", "")
    return Template(names.draw_uuid(rng), name, tasks, costs, milestones=["Records received", "Sent to client"])
