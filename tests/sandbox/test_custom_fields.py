"""Custom fields, which could hold a client's own reference on every entry."""

from __future__ import annotations

import pytest

from core.sandbox.state import CustomField, JobCost
from core.sandbox.world import Sandbox
from tests.sandbox.kowhai import JOB, KOWHAI, MERE, NOBODY, NOON, PREPARE, TIME, TUI, make_sandbox, read, refusal, write

TEXT = "9a000000-0000-4000-8000-000000000001"
KINDS = {"Text": TEXT} | {
    kind: f"9a000000-0000-4000-8000-00000000000{number}"
    for number, kind in enumerate(("Decimal", "Number", "Boolean", "Date"), start=2)
}
COST = "d2000000-0000-4000-8000-000000000001"


@pytest.fixture
def sandbox() -> Sandbox:
    made = make_sandbox()
    tenant = made.tenants[KOWHAI]
    tenant.custom_fields = {
        uuid: CustomField(uuid, f"My {kind}", kind, used_for=["time"]) for kind, uuid in KINDS.items()
    }
    tenant.jobs[JOB].costs.append(JobCost(COST, NOON.date(), "Courier"))
    return made


def make_body(kind: str, text: str) -> str:
    return f"<CustomFields><CustomField><UUID>{KINDS[kind]}</UUID><{kind}>{text}</{kind}></CustomField></CustomFields>"


OWNERS = [
    (f"time.api/get/{TIME}", f"time.api/update/{TIME}"),
    (f"job.api/get/{JOB}", f"job.api/update/{JOB}"),
    (f"job.api/task/{PREPARE}", f"job.api/task/{PREPARE}"),
    (f"job.api/cost/{COST}", f"job.api/cost/{COST}"),
    (f"client.api/get/{TUI}", f"client.api/update/{TUI}"),
    (f"client.api/contact/{MERE}", f"client.api/contact/{MERE}"),
]


@pytest.mark.parametrize(("shown_at", "set_at"), OWNERS)
def test_a_value_is_set_shown_and_cleared_on_every_kind_of_record(sandbox: Sandbox, shown_at: str, set_at: str) -> None:
    answer = write(sandbox, "PUT", f"{set_at}/customfield", make_body("Text", "T-20261120-0017"))
    assert answer == '<Response api-method="CustomField"><Status>OK</Status></Response>'
    assert read(sandbox, f"{shown_at}/customfield") == (
        '<Response api-method="CustomField"><Status>OK</Status><CustomFields><CustomField>'
        f"<UUID>{TEXT}</UUID><Name>My Text</Name><Text>T-20261120-0017</Text></CustomField></CustomFields></Response>"
    )
    write(sandbox, "PUT", f"{set_at}/customfield", make_body("Text", ""))
    assert read(sandbox, f"{shown_at}/customfield").endswith("<CustomFields /></Response>")


VALUES = [
    ("Decimal", "12.50", "<Decimal>12.50</Decimal>"),
    ("Number", "12", "<Number>12</Number>"),
    ("Boolean", "true", "<Boolean>true</Boolean>"),
    ("Date", "20261120", "<Date>2026-11-20T00:00:00</Date>"),
]


@pytest.mark.parametrize(("kind", "text", "shown"), VALUES)
def test_a_value_is_shown_in_the_element_of_its_type(sandbox: Sandbox, kind: str, text: str, shown: str) -> None:
    write(sandbox, "PUT", f"time.api/update/{TIME}/customfield", make_body(kind, text))
    assert shown in read(sandbox, f"time.api/get/{TIME}/customfield")


@pytest.mark.parametrize("kind", ["Decimal", "Number", "Boolean", "Date"])
def test_a_value_of_another_type_is_refused(sandbox: Sandbox, kind: str) -> None:
    body = make_body(kind, "perhaps")
    assert refusal(write(sandbox, "PUT", f"time.api/update/{TIME}/customfield", body)) == f"{kind} is not valid"


def test_an_unknown_field_is_refused(sandbox: Sandbox) -> None:
    body = make_body("Text", "x").replace(TEXT, NOBODY)
    said = refusal(write(sandbox, "PUT", f"time.api/update/{TIME}/customfield", body))
    assert said == "Invalid custom field identifier"


def test_a_definition_says_where_it_is_used_and_which_element_holds_it(sandbox: Sandbox) -> None:
    shown = read(sandbox, "customfield.api/definition")
    assert "<UseJobCost>false</UseJobCost><UseJobTime>true</UseJobTime><ValueElement>Text</ValueElement>" in shown
