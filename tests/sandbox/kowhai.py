"""The practice that the documented examples are about, and a way to call it without a socket."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from decimal import Decimal

from lxml import etree

from core.sandbox.calls import ApiAnswer, ApiRequest
from core.sandbox.clock import SandboxClock
from core.sandbox.pipeline import run_call
from core.sandbox.state import (
    CatalogueCost,
    CatalogueTask,
    Category,
    Client,
    ClientGroup,
    Contact,
    Job,
    JobState,
    JobTask,
    Staff,
    Template,
    TemplateCost,
    TemplateTask,
    Tenant,
    Time,
)
from core.sandbox.switches import Switches, set_switch
from core.sandbox.world import Sandbox

KOWHAI = "70000000-0000-4000-8000-000000000001"
RATA = "70000000-0000-4000-8000-000000000002"
AROHA = "a1000000-0000-4000-8000-000000000001"
BEN = "a1000000-0000-4000-8000-000000000002"
TUI = "c1000000-0000-4000-8000-000000000001"
WEKA = "c1000000-0000-4000-8000-000000000002"
MERE = "c2000000-0000-4000-8000-000000000001"
JOB = "J000412"
JOB_UUID = "b1000000-0000-4000-8000-000000000412"
PREPARE = "d1000000-0000-4000-8000-000000000001"
KIND_PREPARE = "e1000000-0000-4000-8000-000000000001"
KIND_REVIEW = "e1000000-0000-4000-8000-000000000002"
TIME = "f1000000-0000-4000-8000-000000000001"
GROUP = "91000000-0000-4000-8000-000000000001"
CATALOGUE_COST = "92000000-0000-4000-8000-000000000001"
TEMPLATE = "93000000-0000-4000-8000-000000000001"
CATEGORY = "94000000-0000-4000-8000-000000000001"
NOBODY = "00000000-0000-4000-8000-00000000dead"
NOON = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)  # 13:00 on the 22nd in Auckland

STATES = (
    ("Planned", "PLANNED", "open"),
    ("In Progress", "INPROGRESS", "open"),
    ("Completed", "COMPLETED", "completed"),
    ("Cancelled", "CANCELLED", "cancelled"),
)
STRICT = {"xero-features": "practice-strict-content-type", "accept": "application/json"}


def make_states() -> list[JobState]:
    return [
        JobState(f"95000000-0000-4000-8000-00000000000{number}", *state) for number, state in enumerate(STATES, start=1)
    ]


def make_job(number: str = JOB, name: str = "Annual accounts 2026", client: str = TUI) -> Job:
    job = Job(number, JOB_UUID, name, client, "In Progress", date(2026, 7, 1), date(2026, 12, 15), date(2026, 6, 20))
    job.tasks.append(JobTask(PREPARE, KIND_PREPARE, "Preparation", estimated_minutes=600, actual_minutes=75))
    job.assigned.append(AROHA)
    return job


def make_clients() -> list[Client]:
    tui = Client(TUI, "Tui & Tawa Bakery Ltd", "office@tuitawa.example", export_code="TUI01", tax_number="12345123")
    tui.extra = {"PostalAddress": "PO Box 9\nLevel 2", "PostalCity": "Napier", "PostalPostCode": "4110"}
    tui.account_manager, tui.company_number, tui.business_structure = BEN, "8123456", "Company"
    tui.contacts.append(Contact(MERE, "Mere Tawa", is_primary=True))
    return [tui, Client(WEKA, "Weka, Hana", first_name="Hana", last_name="Weka")]


def make_template() -> Template:
    tasks = [TemplateTask(KIND_PREPARE, 60, "Prepare accounts"), TemplateTask(KIND_REVIEW, 30)]
    cost = TemplateCost("Companies Office fee", "FEE", unit_cost=Decimal(45), unit_price=Decimal("52.50"))
    return Template(TEMPLATE, "Annual accounts", tasks, [cost], ["Draft ready"])


def make_tenant() -> Tenant:
    time = Time(TIME, JOB, PREPARE, AROHA, date(2026, 11, 20), 75, "Bank reconciliation", created=date(2026, 11, 20))
    fee = CatalogueCost(CATALOGUE_COST, "Companies Office fee", "FEE")
    fee.unit_cost, fee.unit_price = Decimal(45), Decimal("52.5")
    staff = [
        Staff(AROHA, "Aroha Ngata", "aroha@kowhai.example", payroll_code="P07"),
        Staff(BEN, "Ben Okafor", "ben@kowhai.example"),
    ]
    kinds = [CatalogueTask(KIND_PREPARE, "Preparation"), CatalogueTask(KIND_REVIEW, "Review", billable=False)]
    return Tenant(
        KOWHAI,
        "Kowhai & Rimu Accounting",
        staff={one.uuid: one for one in staff},
        clients={one.uuid: one for one in make_clients()},
        groups={GROUP: ClientGroup(GROUP, "Tawa family", clients=[TUI])},
        catalogue_tasks={one.uuid: one for one in kinds},
        catalogue_costs={CATALOGUE_COST: fee},
        categories={CATEGORY: Category(CATEGORY, "Compliance")},
        states=make_states(),
        templates={TEMPLATE: make_template()},
        jobs={JOB: make_job()},
        times={TIME: time},
        next_job=413,
    )


def make_sandbox(**switches: str) -> Sandbox:
    """The practice on a frozen clock, with a second, nearly empty one beside it."""
    chosen = Switches()
    for name, value in switches.items():
        chosen = set_switch(chosen, name, value)
    other = Tenant(RATA, "Rata Advisory", states=make_states())
    return Sandbox({KOWHAI: make_tenant(), RATA: other}, SandboxClock(NOON), random.Random(7), chosen)


def call(
    sandbox: Sandbox,
    verb: str,
    path: str,
    body: str = "",
    *,
    headers: dict[str, str] | None = None,
    tenant: str = KOWHAI,
) -> ApiAnswer:
    """One call through the whole pipeline; `path` may hold a query."""
    path, _, query = path.partition("?")
    pairs = dict(pair.split("=", 1) for pair in query.split("&") if pair)
    sent = {"xero-tenant-id": tenant, **(headers or {})}
    delivery = run_call(sandbox, ApiRequest(verb, f"/practicemanager/3.1/{path}", pairs, sent, body.encode()))
    assert delivery.answer is not None
    return delivery.answer


def read(sandbox: Sandbox, path: str) -> str:
    """The body of a successful GET."""
    answer = call(sandbox, "GET", path)
    assert answer.status == 200, answer
    return answer.body.decode()


def write(sandbox: Sandbox, verb: str, path: str, body: str = "") -> str:
    """The body of a write, whatever its outcome."""
    return call(sandbox, verb, path, body).body.decode()


def refusal(body: str) -> str:
    """The sentence of a refused call; empty when it was not refused."""
    return etree.fromstring(body.encode()).findtext("ErrorDescription") or ""


def texts(body: str, path: str) -> list[str]:
    """The texts of all elements at `path` below the Response."""
    return [element.text or "" for element in etree.fromstring(body.encode()).iterfind(path)]


def timesheet(**changes: str) -> str:
    """A Timesheet that is accepted, with elements changed; a changed element that is empty is left out."""
    elements = {"Job": JOB, "TaskUUID": PREPARE, "StaffUUID": AROHA, "Date": "20261121", "Minutes": "30", "Note": "VAT"}
    parts = "".join(f"<{name}>{text}</{name}>" for name, text in {**elements, **changes}.items() if text)
    return f"<Timesheet>{parts}</Timesheet>"


def add_time(sandbox: Sandbox, **changes: str) -> str:
    return write(sandbox, "POST", "time.api/add", timesheet(**changes))
