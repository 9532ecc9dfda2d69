"""What the practice does: its processes, and XPM's task types, templates, costs, categories."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core.sandbox.state import CatalogueCost, CatalogueTask, Category, Template, TemplateCost, TemplateTask
from data.demo.builder.numbers import derive_uuid


@dataclass(frozen=True)
class Process:
    """A kind of local work and the XPM task type it really is; `task_type` is empty where there is none."""

    id: str
    name: str
    description: str
    task_type: str
    billable: bool = True


PROCESSES = (
    Process("P01", "BAS", "Quarterly business activity statement", "BAS"),
    Process("P02", "IAS", "Monthly instalment activity statement", "IAS"),
    Process("P03", "Annual accounts", "Year-end financial statements", "Annual Accounts"),
    Process("P04", "ITR - Company", "Company income tax return", "Company Tax Return"),
    Process("P05", "ITR - Trust", "Trust income tax return", "Trust Tax Return"),
    Process("P06", "ITR - Individual", "Individual income tax return", "Individual Tax Return"),
    Process("P07", "ITR - Partnership", "Partnership income tax return", "Partnership Tax Return"),
    Process("P08", "SMSF accounts", "Super fund financial statements and annual return", "SMSF Accounts"),
    Process("P09", "SMSF audit prep", "Papers for the fund's auditor", "SMSF Audit Preparation"),
    Process("P10", "Payroll", "Monthly payroll and single touch payroll", "Payroll"),
    Process("P11", "Bookkeeping", "Coding, reconciling, supplier bills", "Bookkeeping"),
    Process("P12", "FBT return", "Fringe benefits tax", "FBT Return"),
    Process("P13", "ASIC annual review", "Company statement, solvency resolution, fee", "ASIC Annual Review"),
    Process("P14", "Advisory", "Meetings, forecasts, structure advice", "Advisory"),
    Process("P15", "Management reports", "Monthly report pack", "Management Reports"),
    Process("P16", "Tax planning", "Year-end planning", "Tax Planning"),
    Process("P17", "STP finalisation", "Year-end payroll finalisation", "STP Finalisation"),
    Process("P18", "TPAR", "Taxable payments annual report", "TPAR"),
    Process("P19", "Payroll tax", "State payroll tax, annual and monthly", "Payroll Tax"),
    Process("P20", "Super guarantee", "Quarterly super payments", "Superannuation Guarantee"),
    Process("P21", "Xero support", "Set-up, training of clients, fixes", "Software Support"),
    Process("P22", "Client enquiries", "Calls and mails that belong to no other work", "", billable=False),
    Process("P23", "Training", "Courses and reading", "Internal - Training", billable=False),
    Process("P24", "Leave", "Annual, personal and study leave", "Internal - Leave", billable=False),
    Process("P25", "Practice admin", "Meetings, filing, housekeeping", "Internal - Administration", billable=False),
)
BY_NAME = {process.name: process for process in PROCESSES}
INTERNAL = ("P23", "P24", "P25")
OPEN_PROCESS = "P22"

#: Task types that no process of the practice is.
_MORE_TASK_TYPES = ("Partner Review",)

CATEGORIES: tuple[str, ...] = (
    "Accounts & Tax",
    "Activity Statements",
    "Advisory",
    "Bookkeeping",
    "Corporate Secretarial",
)
CATEGORIES += ("Internal", "Payroll", "Superannuation")

#: template | task types with minutes | costs by code
_TEMPLATES = """
Annual Accounts & Tax - Company|Annual Accounts 480;Company Tax Return 120;Partner Review 60|ASIC-R;DOC
Annual Accounts & Tax - Trust|Annual Accounts 360;Trust Tax Return 120;Partner Review 45|DOC
Annual Accounts & Tax - Partnership|Annual Accounts 300;Partnership Tax Return 90|DOC
Individual Tax Return|Individual Tax Return 90;Partner Review 15|EFILE
SMSF Annual|SMSF Accounts 420;SMSF Audit Preparation 120;Partner Review 30|AUDIT;SMSF-L
Activity Statements - Quarterly|BAS 90;BAS 90;BAS 90;BAS 90|
Activity Statements - Monthly|IAS 45;BAS 90|
Payroll - Monthly|Payroll 90;Superannuation Guarantee 45|STP
Bookkeeping - Monthly|Bookkeeping 240|XERO
ASIC Annual Review|ASIC Annual Review 30|ASIC-R
Advisory|Advisory 120|
Company Set-up|Software Support 120;ASIC Annual Review 30|ASIC-N;ASIC-C;REG
"""

#: code | description | unit cost | unit price
_COSTS = """
ASIC-R|ASIC annual review fee - proprietary company|329.00|329.00
ASIC-S|ASIC annual review fee - special purpose company|67.00|67.00
ASIC-N|ASIC company registration|611.00|611.00
ASIC-C|Company register and constitution|88.00|165.00
ASIC-L|ASIC late lodgement fee - up to one month|98.00|98.00
ASIC-L2|ASIC late lodgement fee - over one month|407.00|407.00
ASIC-X|ASIC company extract|10.00|22.00
BN-1|Business name - one year|45.00|66.00
BN-3|Business name - three years|104.00|132.00
DEREG|Voluntary deregistration fee|50.00|50.00
AUDIT|SMSF audit - independent auditor|440.00|495.00
AUDIT-X|SMSF audit - additional complexity|165.00|198.00
SMSF-L|ATO supervisory levy|259.00|259.00
SMSF-D|SMSF trust deed|220.00|385.00
SMSF-U|SMSF deed update|165.00|275.00
SMSF-P|Pension documents|132.00|220.00
SMSF-B|Bare trust deed - limited recourse borrowing|330.00|550.00
TD-F|Family trust deed|198.00|385.00
TD-U|Unit trust deed|242.00|440.00
TD-V|Deed of variation|176.00|330.00
DIST|Trust distribution resolution|0.00|55.00
DUTY|Stamp duty - trust deed (NSW)|750.00|750.00
REG|Company secretarial register set-up|40.00|75.00
REG-A|Registered office service - one year|120.00|264.00
DOC|Document pack, printed and bound|18.00|44.00
DOC-E|Electronic signing pack|4.50|11.00
EFILE|Electronic lodgement|2.20|11.00
STP|Single touch payroll lodgement|3.30|8.80
XERO|Xero subscription - Grow|70.00|70.00
XERO-P|Xero subscription - Comprehensive|100.00|100.00
XERO-L|Xero subscription - Ledger|10.00|16.50
HUBDOC|Document capture subscription|0.00|22.00
DEXT|Receipt capture subscription|28.00|33.00
CALX|Cash flow forecasting subscription|45.00|60.50
TITLE|Land title search|17.50|33.00
PPSR|PPSR search|2.00|11.00
BANK|Bankruptcy search|15.00|33.00
COUR|Courier - metropolitan|14.00|19.80
COUR-I|Courier - interstate|32.00|44.00
POST|Registered post|8.90|13.20
PRINT|Colour printing, per page|0.12|0.55
SCAN|Bulk scanning, per box|35.00|66.00
STORE|Off-site storage, per box and year|19.00|38.50
TRAVEL|Travel, per kilometre|0.88|0.95
PARK|Parking|0.00|0.00
TAXI|Taxi and rideshare|0.00|0.00
VAL|Property valuation - desktop|165.00|220.00
VAL-F|Property valuation - full|550.00|660.00
ACT|Actuarial certificate|110.00|165.00
QS|Depreciation schedule - quantity surveyor|495.00|572.00
LEGAL|Legal fees recharged|0.00|0.00
INS|Audit insurance - individual|38.00|66.00
INS-S|Audit insurance - small business|165.00|264.00
INS-F|Audit insurance - super fund|92.00|154.00
BBL|Payroll tax registration|0.00|110.00
WCOMP|Workers compensation wage declaration|0.00|88.00
TPARL|TPAR lodgement|2.20|22.00
FBTV|FBT vehicle log review|0.00|77.00
TRAIN|Client training, half day|60.00|330.00
BOOK|Records retrieval|22.00|44.00
"""


def task_type_id(name: str) -> str:
    return derive_uuid("catalogue", name)


def category_id(name: str) -> str:
    return derive_uuid("category", name)


def list_task_types() -> list[CatalogueTask]:
    """XPM's 25 task types."""
    billable = {process.task_type: process.billable for process in PROCESSES if process.task_type}
    names = sorted([*billable, *_MORE_TASK_TYPES], key=str.lower)
    return [CatalogueTask(task_type_id(name), name, billable=billable.get(name, True)) for name in names]


def list_categories() -> list[Category]:
    return [Category(category_id(name), name) for name in CATEGORIES]


def list_costs() -> list[CatalogueCost]:
    """The cost catalogue, by code."""
    lines = [line.split("|") for line in _COSTS.split("\n") if line]
    return [
        CatalogueCost(derive_uuid("cost", code), words, code=code, unit_cost=Decimal(cost), unit_price=Decimal(price))
        for code, words, cost, price in lines
    ]


def list_templates() -> list[Template]:
    costs = {cost.code: cost for cost in list_costs()}
    return [_read_template(line, costs) for line in _TEMPLATES.split("\n") if line]


def _read_template(line: str, costs: dict[str, CatalogueCost]) -> Template:
    name, tasks, codes = line.split("|")
    template = Template(derive_uuid("template", name), name)
    for text in tasks.split(";"):
        task, minutes = text.rsplit(" ", 1)
        template.tasks.append(TemplateTask(task_type_id(task), int(minutes)))
    for code in filter(None, codes.split(";")):
        cost = costs[code]
        template.costs.append(
            TemplateCost(cost.description, code, unit_cost=cost.unit_cost, unit_price=cost.unit_price)
        )
    return template
