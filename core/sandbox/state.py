"""What a sandbox practice holds: plain records, one dictionary per kind, readable from and written to JSON.

The JSON form is `{"clock": ISO time, "tenants": [...]}` with the field names below; dates are ISO dates, money is text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

PRACTICE_MANAGER = "PRACTICEMANAGER"

Day = date  # for records whose own field is called date


@dataclass
class Staff:
    uuid: str
    name: str
    email: str = ""
    phone: str = ""
    mobile: str = ""
    address: str = ""
    payroll_code: str = ""
    disabled: bool = False
    deleted: bool = False
    locked_weeks: list[date] = field(default_factory=list)  # Mondays of submitted weeks


@dataclass
class Contact:
    uuid: str
    name: str
    email: str = ""
    phone: str = ""
    mobile: str = ""
    position: str = ""
    salutation: str = ""
    addressee: str = ""
    is_primary: bool = False
    is_deleted: bool = False


@dataclass
class Relationship:
    uuid: str
    type: str
    related_client: str  # client uuid
    number_of_shares: int | None = None
    percentage: Decimal | None = None
    start_date: date | None = None
    end_date: date | None = None


@dataclass
class Comment:
    uuid: str
    text: str
    date: str = ""
    created_by: str = ""


@dataclass
class Note:
    uuid: str
    title: str
    text: str
    folder: str = ""
    date: str = ""
    created_by: str = ""
    comments: list[Comment] = field(default_factory=list)


@dataclass
class Document:
    title: str
    text: str = ""
    folder: str = ""
    file_name: str = ""
    content_base64: str = ""
    date: str = ""
    created_by: str = ""
    uuid: str = ""


@dataclass
class Client:
    uuid: str
    name: str
    email: str = ""
    phone: str = ""
    first_name: str = ""
    last_name: str = ""
    other_name: str = ""
    address: str = ""
    city: str = ""
    region: str = ""
    post_code: str = ""
    country: str = ""
    export_code: str = ""
    client_code: str = ""
    tax_number: str = ""  # whole; the wire shows only the last three digits
    company_number: str = ""
    business_number: str = ""
    business_structure: str = ""
    date_of_birth: date | None = None
    account_manager: str | None = None  # staff uuid
    job_manager: str | None = None  # staff uuid
    is_prospect: bool = False
    is_archived: bool = False
    is_deleted: bool = False
    contacts: list[Contact] = field(default_factory=list)
    modified: str = ""  # UTC ISO time of the last change, empty: never since the seed
    notes: list[Note] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    relationships: list[Relationship] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)  # further text elements by wire name, such as PostalCity


@dataclass
class ClientGroup:
    uuid: str
    name: str
    taxable: bool = False
    clients: list[str] = field(default_factory=list)


@dataclass
class CatalogueTask:
    uuid: str
    name: str
    description: str = ""
    billable: bool = True


@dataclass
class CatalogueCost:
    uuid: str
    description: str
    code: str = ""
    note: str = ""
    unit_cost: Decimal = Decimal(0)
    unit_price: Decimal = Decimal(0)
    income_account: str = ""
    cost_of_sale_account: str = ""


@dataclass
class Category:
    uuid: str
    name: str


@dataclass
class JobState:
    uuid: str
    name: str
    code: str  # the interface code that job.api/state wants
    kind: str = "open"  # open, completed or cancelled


@dataclass
class TemplateTask:
    catalogue_uuid: str
    estimated_minutes: int = 0
    label: str = ""


@dataclass
class TemplateCost:
    description: str
    code: str = ""
    note: str = ""
    quantity: Decimal = Decimal(1)
    unit_cost: Decimal = Decimal(0)
    unit_price: Decimal = Decimal(0)
    billable: bool = True


@dataclass
class Template:
    uuid: str
    name: str
    tasks: list[TemplateTask] = field(default_factory=list)
    costs: list[TemplateCost] = field(default_factory=list)
    milestones: list[str] = field(default_factory=list)


@dataclass
class JobTask:
    uuid: str
    catalogue_uuid: str
    name: str
    description: str = ""
    estimated_minutes: int = 0
    actual_minutes: int = 0
    completed: bool = False
    billable: bool = True
    folder: str = ""
    start_date: date | None = None
    due_date: date | None = None
    assigned: list[str] = field(default_factory=list)  # staff uuids


@dataclass
class JobCost:
    uuid: str
    date: date
    description: str
    code: str = ""
    note: str = ""
    quantity: Decimal = Decimal(1)
    unit_cost: Decimal = Decimal(0)
    unit_price: Decimal = Decimal(0)
    billable: bool = True
    invoiced: bool = False


@dataclass
class Milestone:
    uuid: str
    description: str
    date: date
    completed: bool = False
    folder: str = ""


@dataclass
class Job:
    number: str  # the visible id, the key of all job and time calls
    uuid: str
    name: str
    client: str  # client uuid
    state: str  # name of a JobState
    start_date: date
    due_date: date
    created: date
    description: str = ""
    client_order_number: str = ""
    budget: Decimal | None = None
    category: str | None = None  # category uuid
    contact: str | None = None
    manager: str | None = None  # staff uuid
    partner: str | None = None  # staff uuid
    completed_date: date | None = None
    template: str | None = None
    assigned: list[str] = field(default_factory=list)  # staff uuids
    tasks: list[JobTask] = field(default_factory=list)
    costs: list[JobCost] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)


@dataclass
class Time:
    uuid: str
    job: str  # job number
    task: str  # job task uuid
    staff: str  # staff uuid
    date: date
    minutes: int
    note: str = ""
    billable: bool = True
    start: str = ""  # HH:mm, only when entered as a span
    end: str = ""
    invoice_task: str = ""  # filled once invoiced
    created: Day | None = None
    by_person: bool = False  # typed in XPM rather than sent through the API


@dataclass
class CustomField:
    uuid: str
    name: str
    value_element: str = "Text"  # Text, Decimal, Number, Boolean or Date: the element that holds a value
    options: str = ""
    link_url: str = ""
    used_for: list[str] = field(default_factory=list)  # client, contact, job, task, cost, time


@dataclass
class Tenant:
    id: str
    name: str
    type: str = PRACTICE_MANAGER
    zone: str = "Pacific/Auckland"  # the practice's own zone: entry dates are days there
    staff: dict[str, Staff] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    groups: dict[str, ClientGroup] = field(default_factory=dict)
    catalogue_tasks: dict[str, CatalogueTask] = field(default_factory=dict)
    catalogue_costs: dict[str, CatalogueCost] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    states: list[JobState] = field(default_factory=list)
    templates: dict[str, Template] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)  # by number
    times: dict[str, Time] = field(default_factory=dict)
    job_prefix: str = "J"
    next_job: int = 1
    next_quote: int = 1
    custom_fields: dict[str, CustomField] = field(default_factory=dict)
    custom_values: dict[str, dict[str, str]] = field(default_factory=dict)  # "time:<uuid>" to field uuid to text
