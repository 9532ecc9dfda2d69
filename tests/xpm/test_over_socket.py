"""The client against a sandbox over a real socket, in both forms, with and without faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from core.model import Clock
from core.sandbox.serve import RunningSandbox, ServeOptions, start_in_thread
from core.xpm.client import XpmClient
from core.xpm.drafts import Assignment, CostDraft, DocumentDraft, JobDraft, JobTaskDraft, NoteDraft, TimeDraft
from core.xpm.outcome import Cause, OutcomeKind
from core.xpm.records import JobRecord, TimeRecord
from core.xpm.secrets import Secret
from core.xpm.signin import ConnectionState, NotConnected, SignIn
from core.xpm.tokens import ConsentNeeded
from core.xpm.wire import AnswerNotWhole, AnswerUnreadable
from tests.fakes import FakeClock
from tests.xpm.conftest import client_to, sign_in_to, transport_to
from tests.xpm.fakes import MemoryTokens

TODAY = date(2026, 11, 20)
MODES = ["xml", "json"]


class Practice:
    """A sandbox of its own for one test, and a connection to it."""

    def __init__(self, running: RunningSandbox) -> None:
        self.running = running
        self.tokens = MemoryTokens()
        self.transport = transport_to(running)
        self.sign_in: SignIn = sign_in_to(running, self.tokens, self.transport)

    def client(self, mode: str = "xml", clock: Clock | None = None) -> XpmClient:
        return client_to(self.running, self.sign_in, self.transport, mode, clock)

    def control(self, path: str, **content: Any) -> Any:
        """Use the sandbox's side door."""
        return httpx.post(f"{self.running.control_url}/{path}", json=content, trust_env=False).raise_for_status().json()

    def fault(self, name: str, path: str, **parts: Any) -> None:
        self.control("faults", rules=[{"fault": name, "path": path, **parts}])

    def draft(self, client: XpmClient, note: str = "Reviewed ~7K3M9QXA42") -> TimeDraft:
        """A timesheet on the first open task there is."""
        job = next(job for job in client.list_current_jobs() if job.tasks and job.state == "In Progress")
        staff = client.list_staff()[0]
        return TimeDraft(job.number, job.tasks[0].uuid, staff.uuid, TODAY, 45, note)

    def count(self, client: XpmClient, note: str) -> int:
        times = client.list_times(TODAY - timedelta(days=2), TODAY + timedelta(days=2))
        return sum(time.note == note for time in times)


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSandbox]:
    options = ServeOptions(limits=False, clock=datetime(2026, 11, 20, 2, 0, tzinfo=UTC))
    with start_in_thread(options) as running:
        yield running


@pytest.fixture
def practice(running: RunningSandbox) -> Iterator[Practice]:
    practice = Practice(running)
    practice.control("reset")
    yield practice
    practice.control("reset")
    practice.transport.close()


READS: dict[str, Callable[[XpmClient], Any]] = {
    "staff": lambda c: c.list_staff(),
    "clients": lambda c: c.list_clients(),
    "one client": lambda c: c.get_client(c.list_clients()[0].uuid),
    "no client": lambda c: c.get_client("00000000-0000-4000-8000-000000000000"),
    "task types": lambda c: c.list_task_types(),
    "templates": lambda c: c.list_templates(),
    "categories": lambda c: c.list_categories(),
    "job states": lambda c: c.list_job_states(),
    "current jobs": lambda c: c.list_current_jobs(),
    "jobs by years": lambda c: c.list_jobs(date(2024, 1, 1), TODAY),
    "one job": lambda c: c.get_job(c.list_current_jobs()[0].number),
    "no job": lambda c: c.get_job("No such/job"),
    "jobs of a client": lambda c: c.list_client_jobs(c.list_current_jobs()[0].client_id),
    "times": lambda c: c.list_times(date(2026, 9, 1), TODAY),
    "times of a person": lambda c: c.list_staff_times(c.list_staff()[0].uuid, date(2026, 9, 1), TODAY),
    "times of a job": lambda c: c.list_job_times(c.list_times(date(2026, 9, 1), TODAY)[0].job),
    "one time": lambda c: c.get_time(c.list_times(date(2026, 9, 1), TODAY)[0].uuid),
    "no time": lambda c: c.get_time("00000000-0000-4000-8000-000000000000"),
    "costs": lambda c: c.list_costs(),
    "costs of a job": lambda c: [c.list_job_costs(job.number) for job in c.list_current_jobs()],
}


@pytest.fixture(scope="module")
def shared(shared_sandbox: RunningSandbox) -> Iterator[Practice]:
    practice = Practice(shared_sandbox)
    yield practice
    practice.transport.close()


@pytest.mark.parametrize("read", READS.values(), ids=list(READS))
def test_both_forms_give_the_same_records(shared: Practice, read: Callable[[XpmClient], Any]) -> None:
    by_xml, by_json = read(shared.client("xml")), read(shared.client("json"))
    assert by_xml == by_json


@pytest.mark.parametrize("mode", MODES)
def test_time_is_added_changed_and_removed(practice: Practice, mode: str) -> None:
    client = practice.client(mode)
    draft = practice.draft(client, "M\u0101ori <R&D>\nline 2")
    added = client.add_time(draft)
    assert (added.kind, added.differs) == (OutcomeKind.APPLIED, ())
    assert isinstance(added.record, TimeRecord)
    changed = client.update_time(added.record.uuid.upper(), replace(draft, minutes=60, note="Second"))
    assert (changed.kind, changed.differs) == (OutcomeKind.APPLIED, ())
    assert client.get_time(added.record.uuid) == changed.record
    assert client.delete_time(added.record.uuid).kind is OutcomeKind.APPLIED
    assert client.get_time(added.record.uuid) is None


@pytest.mark.parametrize("mode", MODES)
def test_a_span_is_added_by_its_clock_times(practice: Practice, mode: str) -> None:
    client = practice.client(mode)
    outcome = client.add_time(replace(practice.draft(client), start="13:00", end="13:45"))
    assert isinstance(outcome.record, TimeRecord)
    assert (outcome.record.minutes, outcome.record.start, outcome.differs) == (45, "13:00", ())


@pytest.mark.parametrize("mode", MODES)
def test_a_catalogue_task_in_a_time_entry_is_refused_with_xpms_words(practice: Practice, mode: str) -> None:
    client = practice.client(mode)
    draft = replace(practice.draft(client), task_id=client.list_task_types()[0].uuid)
    outcome = client.add_time(draft)
    assert (outcome.kind, outcome.cause) == (OutcomeKind.NOT_APPLIED, Cause.BUSINESS)
    assert outcome.words


@pytest.mark.parametrize("mode", MODES)
def test_a_job_is_made_from_a_template_and_filled(practice: Practice, mode: str) -> None:
    client = practice.client(mode)
    owner, template, staff = client.list_current_jobs()[0].client_id, client.list_templates()[0], client.list_staff()[0]
    made = client.add_job(JobDraft("Accounts & tax", owner, TODAY, TODAY, "line 1\nline 2", template_id=template.uuid))
    assert (made.kind, made.differs) == (OutcomeKind.APPLIED, ())
    assert isinstance(made.record, JobRecord)
    number = made.record.number
    outcomes = [
        client.add_job_task(JobTaskDraft(number, client.list_task_types()[0].uuid, 30, "GST review")),
        client.add_job_cost(number, CostDraft(TODAY, "Fee", Decimal("1.5"), Decimal("45.10"), Decimal(52))),
        client.assign_job(number, Assignment([(staff.uuid, "")], manager=staff.uuid, partner=staff.uuid)),
        client.update_job(number, JobDraft("Renamed", owner, TODAY, TODAY, "d", "RD-1")),
        client.add_job_note(NoteDraft(number, "From Tieout", "Checked.")),
        client.set_job_state(number, "IN_PROGRESS"),
    ]
    kinds = [outcome.kind for outcome in outcomes[:-1]]
    assert kinds == [OutcomeKind.APPLIED] * 5, [outcome.words for outcome in outcomes]
    job = client.get_job(number)
    assert job is not None
    assert (job.name, job.client_order_number, job.manager, job.partner) == ("Renamed", "RD-1", staff.name, staff.name)
    task = next(task for task in job.tasks if task.uuid == outcomes[0].record)
    assert (task.name, task.estimated_minutes) == ("GST review", 30)
    cost = next(cost for cost in client.list_job_costs(number) if cost.uuid == outcomes[1].record)
    assert (cost.quantity, cost.unit_cost, cost.billable) == (Decimal("1.5"), Decimal("45.10"), True)
    assert client.complete_job_task(task.uuid).kind is OutcomeKind.APPLIED
    assert client.reopen_job_task(task.uuid).kind is OutcomeKind.APPLIED
    changed = CostDraft(TODAY, "Fee", Decimal(0), Decimal("45.10"), Decimal(52), billable=False)
    assert client.update_job_cost(cost.uuid, changed).record == cost.uuid


LOSSES = [
    ("drop_before", {}, 0),
    ("drop_after", {}, 1),
    ("drop_after", {"wire": "reset"}, 1),
    ("drop_after", {"wire": "half_header"}, 1),
    ("error", {}, 0),
    ("error", {"commit": True}, 1),
    ("unavailable", {"commit": True}, 1),
    ("bad_gateway", {"commit": True}, 1),
    ("html", {"commit": True}, 1),
    ("redirect", {"commit": True}, 1),
    ("empty", {"commit": True}, 1),
    ("garbage", {"commit": True}, 1),
    ("truncate", {}, 1),
    ("short_body", {}, 1),
    ("no_length", {}, 1),
]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("fault", "parts", "landed"), LOSSES, ids=lambda part: str(part))
def test_a_lost_or_spoiled_answer_is_in_doubt_and_sent_once(
    practice: Practice, mode: str, fault: str, parts: dict[str, Any], landed: int
) -> None:
    client = practice.client(mode)
    draft = practice.draft(client)
    practice.fault(fault, "time.api/add", **parts)
    assert client.add_time(draft).kind is OutcomeKind.IN_DOUBT
    practice.control("faults/clear")
    assert practice.count(client, draft.note) == landed


@pytest.mark.parametrize("fault", ["refused", "bad_request", "not_found", "conflict", "forbidden", "limit_minute"])
def test_a_refusal_leaves_nothing_behind(practice: Practice, fault: str) -> None:
    client = practice.client()
    draft = practice.draft(client)
    practice.fault(fault, "time.api/add")
    assert client.add_time(draft).kind is OutcomeKind.NOT_APPLIED
    assert practice.count(practice.client(), draft.note) == 0


def test_a_token_that_ends_in_the_middle_is_renewed_once(practice: Practice) -> None:
    client = practice.client()
    draft = practice.draft(client)
    practice.control("tokens/expire")
    assert client.add_time(draft).kind is OutcomeKind.APPLIED
    assert practice.count(client, draft.note) == 1


def test_a_lost_answer_to_a_refresh_is_survived(practice: Practice) -> None:
    client = practice.client()
    practice.control("tokens/expire")
    practice.fault("drop_after", "connect/token", nth=[1])
    assert client.list_staff()


def test_a_lost_answer_without_grace_needs_consent(practice: Practice) -> None:
    client = practice.client()
    practice.control("switches", former_refresh_token="refused")
    practice.control("tokens/expire")
    practice.fault("drop_after", "connect/token", nth=[1])
    with pytest.raises(ConsentNeeded):
        client.list_staff()


def test_a_connection_removed_in_the_product_is_a_lost_right_or_consent(practice: Practice) -> None:
    client = practice.client()
    practice.control("tokens/revoke")
    with pytest.raises(Exception, match="onnect"):
        client.list_staff()
    row = practice.sign_in.connection()
    assert row is not None
    assert row.state is not ConnectionState.CONNECTED


def test_leaving_removes_the_app_from_the_practice(practice: Practice) -> None:
    token = practice.sign_in.access_token()
    farewell = practice.sign_in.disconnect()
    assert (farewell.connection_removed, farewell.token_revoked) == (True, True)
    with pytest.raises(NotConnected):
        practice.sign_in.access_token()
    assert isinstance(token, Secret)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("fault", ["bom", "extra", "no_headers", "list_shuffle", "list_duplicate"])
def test_odd_but_whole_lists_are_read(practice: Practice, mode: str, fault: str) -> None:
    client = practice.client(mode)
    plain = {time.uuid: time for time in client.list_times(date(2026, 9, 1), TODAY)}
    practice.fault(fault, "time.api/list")
    assert {time.uuid: time for time in client.list_times(date(2026, 9, 1), TODAY)} == plain


@pytest.mark.parametrize("fault", ["truncate", "short_body", "no_length", "html", "empty", "garbage"])
def test_a_spoiled_list_is_read_again(practice: Practice, fault: str) -> None:
    client = practice.client(clock=FakeClock())
    practice.fault(fault, "staff.api/list", times=1)
    assert len(client.list_staff()) == 4


def test_a_list_that_stays_spoiled_is_an_error_and_not_a_short_list(practice: Practice) -> None:
    client = practice.client(clock=FakeClock())
    practice.fault("no_length", "staff.api/list")
    with pytest.raises((AnswerUnreadable, AnswerNotWhole)):
        client.list_staff()


def test_an_echo_that_was_rounded_or_escaped_is_named(practice: Practice) -> None:
    client = practice.client()
    practice.control("switches", minutes_round="6", note_escape="html")
    outcome = client.add_time(replace(practice.draft(client), minutes=46, note="a < b"))
    assert (outcome.kind, outcome.differs) == (OutcomeKind.APPLIED, ("minutes", "note"))


def test_collapsed_json_lists_are_read(practice: Practice) -> None:
    practice.control("switches", json_single_row="object")
    by_xml, by_json = practice.client("xml"), practice.client("json")
    number = by_xml.list_current_jobs()[0].number
    assert by_xml.get_job(number) == by_json.get_job(number)


def test_the_self_test_finds_every_right(practice: Practice) -> None:
    row = practice.sign_in.connection()
    assert row is not None
    checks = practice.client().self_test(row.scopes)
    assert all(check.ok for check in checks)
    assert len(checks) == 9


def test_the_self_test_names_the_missing_right(practice: Practice) -> None:
    practice.fault("forbidden", "template.api/list")
    missing = [check for check in practice.client().self_test("practicemanager.read") if not check.ok]
    assert [check.name for check in missing] == ["read templates", "write jobs", "write time"]
    assert "Connect third-party add-ons" in missing[0].sentence
    assert "practicemanager.time" in missing[2].sentence


@pytest.mark.parametrize("mode", MODES)
def test_an_attached_file_is_listed_with_its_text(practice: Practice, mode: str) -> None:
    client = practice.client(mode)
    job = client.list_current_jobs()[0].number
    content = bytes(range(256)) * 8192
    outcome = client.add_job_document(DocumentDraft(job, "Māori & Co", "of a pack ~7K3M9QXA42", "a – b.pdf", content))
    assert outcome.kind is OutcomeKind.APPLIED
    listed = [(one.title, one.text, one.file_name) for one in client.list_job_documents(job)]
    assert listed == [("Māori & Co", "of a pack ~7K3M9QXA42", "a – b.pdf")]
    assert client.list_job_documents(client.list_current_jobs()[1].number) == []
