from datetime import date

import pytest

from core.xpm.drafts import Attributes, Message
from core.xpm.reading import CLIENTS, JOB, JOB_COSTS, JOBS, STAFF, TIME, TIMES
from core.xpm.records import NewId, Nothing, TimeRecord
from core.xpm.wire import AnswerNotWhole, AnswerUnreadable, Shape
from core.xpm.wire_xml import XmlWire

WIRE = XmlWire()

TIME_XML = (
    "<Time><UUID>f1000000-0000-4000-8000-000000000001</UUID>"
    "<Job><ID>J000412</ID><Name>Annual accounts 2026</Name></Job>"
    "<Task><UUID>d1000000-0000-4000-8000-000000000001</UUID><Name>Preparation</Name></Task>"
    "<Staff><UUID>a1000000-0000-4000-8000-000000000001</UUID><Name>Aroha Ngata</Name></Staff>"
    "<Date>2026-11-20T00:00:00</Date><Minutes>75</Minutes><Note>Bank reconciliation</Note><Billable>true</Billable>"
    "</Time>"
)
TIME_RECORD = TimeRecord(
    uuid="f1000000-0000-4000-8000-000000000001",
    job="J000412",
    job_name="Annual accounts 2026",
    task_id="d1000000-0000-4000-8000-000000000001",
    task_name="Preparation",
    staff_id="a1000000-0000-4000-8000-000000000001",
    staff_name="Aroha Ngata",
    date=date(2026, 11, 20),
    minutes=75,
    note="Bank reconciliation",
    billable=True,
)


def answer(inner: str) -> bytes:
    return f'<Response api-method="List"><Status>OK</Status>{inner}</Response>'.encode()


def times(*rows: str) -> bytes:
    return answer(f"<Times>{''.join(rows)}</Times>")


def test_a_list_of_time_is_read_into_records() -> None:
    assert WIRE.parse(times(TIME_XML), TIMES).records == (TIME_RECORD,)


def test_a_single_time_is_the_same_record() -> None:
    parsed = WIRE.parse(answer(f"<WebUrl>https://x.example</WebUrl>{TIME_XML}"), TIME)
    assert parsed.records == (TIME_RECORD,)


@pytest.mark.parametrize("nothing", ["<Times />", "<Times></Times>", "<Times>\n</Times>"])
def test_an_empty_list_is_whole_and_empty(nothing: str) -> None:
    parsed = WIRE.parse(answer(nothing), TIMES)
    assert (parsed.records, parsed.found) == ((), True)


def test_a_missing_list_is_not_an_empty_one() -> None:
    with pytest.raises(AnswerNotWhole, match="Times is missing"):
        WIRE.parse(answer(""), TIMES)


def test_a_business_error_keeps_xpms_words() -> None:
    body = b"<Response><Status>ERROR</Status><ErrorDescription>Invalid job identifier</ErrorDescription></Response>"
    parsed = WIRE.parse(body, JOB)
    assert (parsed.status, parsed.words) == ("ERROR", "Invalid job identifier")


def test_names_keep_their_characters() -> None:
    row = "<Staff><UUID>A2</UUID><Name>R&amp;D &lt;M\u0101ori&gt; \U0001f600</Name></Staff>"
    staff = WIRE.parse(answer(f"<StaffList>{row}</StaffList>"), STAFF).records[0]
    assert staff.name == "R&D <M\u0101ori> \U0001f600"


@pytest.mark.parametrize("phone", ["", "<Phone/>", "<Phone></Phone>", "<Phone> </Phone>"])
def test_missing_empty_and_self_closed_are_the_same(phone: str) -> None:
    row = f"<StaffList><Staff><UUID>A2</UUID>{phone}</Staff></StaffList>"
    assert WIRE.parse(answer(row), STAFF).records[0].phone == ""


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"<html><body>Down for maintenance</body></html>",
        b"<!DOCTYPE html><html><body>Sign in</body></html>",
        b'{"status":"OK","times":[]}',
        times(TIME_XML)[:-1],
        times(TIME_XML)[:200],
        times(TIME_XML) + b"<more/>",
        b"<Response><Times /></Response>",
        b"<Response><Status>Maybe</Status><Times /></Response>",
        times(TIME_XML.replace("Bank", "Ba\x01nk")),
        times(TIME_XML).replace(b"Bank", b"\xff\xfe"),
    ],
)
def test_what_is_no_whole_answer_is_never_used(body: bytes) -> None:
    with pytest.raises(AnswerUnreadable):
        WIRE.parse(body, TIMES)


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        ("<UUID>f1000000-0000-4000-8000-000000000001</UUID>", ""),
        ("<Minutes>75</Minutes>", ""),
        ("<Minutes>75</Minutes>", "<Minutes></Minutes>"),
        ("<Minutes>75</Minutes>", "<Minutes>7.5</Minutes>"),
        ("<Minutes>75</Minutes>", "<Minutes>99999999999</Minutes>"),
        ("<Date>2026-11-20T00:00:00</Date>", ""),
        ("<Date>2026-11-20T00:00:00</Date>", "<Date>2026-02-31T00:00:00</Date>"),
        ("<UUID>a1000000-0000-4000-8000-000000000001</UUID>", ""),
    ],
)
def test_a_row_without_what_it_needs_makes_the_list_not_whole(part: str, instead: str) -> None:
    with pytest.raises(AnswerNotWhole):
        WIRE.parse(times(TIME_XML, TIME_XML.replace(part, instead).replace("f1000000", "f2000000")), TIMES)


def test_an_error_names_the_record_and_not_its_content() -> None:
    row = TIME_XML.replace("<Minutes>75</Minutes>", "<Minutes>CANARY</Minutes>")
    with pytest.raises(AnswerNotWhole, match=r"Minutes of f1000000-.* cannot be read") as caught:
        WIRE.parse(times(row), TIMES)
    assert "CANARY" not in str(caught.value)


def test_negative_minutes_are_taken() -> None:
    assert WIRE.parse(times(TIME_XML.replace("75", "-75")), TIMES).records[0].minutes == -75


@pytest.mark.parametrize("day", ["2026-11-20", "20261120", "2026-11-20T00:00:00Z", "2026-11-20T00:00:00+13:00"])
def test_the_day_is_the_date_part_whatever_follows(day: str) -> None:
    row = TIME_XML.replace("2026-11-20T00:00:00", day)
    assert WIRE.parse(times(row), TIMES).records[0].date == date(2026, 11, 20)


@pytest.mark.parametrize(
    "uuid", ["F1000000-0000-4000-8000-000000000001", "{f1000000-0000-4000-8000-000000000001}", "F" + "1" + "0" * 30]
)
def test_uuids_are_lower_case_without_braces(uuid: str) -> None:
    record = WIRE.parse(times(TIME_XML.replace("f1000000-0000-4000-8000-000000000001", uuid)), TIMES).records[0]
    assert record.uuid[:9] == "f1000000-"
    assert "{" not in record.uuid


def test_an_exact_repetition_counts_once() -> None:
    assert len(WIRE.parse(times(TIME_XML, TIME_XML), TIMES).records) == 1


def test_one_uuid_with_two_contents_makes_the_list_not_whole() -> None:
    with pytest.raises(AnswerNotWhole, match="twice"):
        WIRE.parse(times(TIME_XML, TIME_XML.replace(">75<", ">90<")), TIMES)


def test_unknown_elements_attributes_order_and_name_spaces_are_ignored() -> None:
    body = (
        '<x:Response xmlns:x="urn:x" a="1"><x:New/><x:Status>OK</x:Status><x:Times page="1"><x:Time z="2">'
        "<x:Note>n</x:Note><x:Extra><x:Minutes>9</x:Minutes></x:Extra><x:Minutes>75</x:Minutes>"
        "<x:Date>2026-11-20</x:Date><x:Staff><x:UUID>a1</x:UUID></x:Staff><x:UUID>f1</x:UUID></x:Time></x:Times></x:Response>"
    )
    record = WIRE.parse(body.encode(), TIMES).records[0]
    assert (record.uuid, record.minutes, record.staff_id) == ("f1", 75, "a1")


def test_a_job_comes_with_its_tasks_and_both_their_ids() -> None:
    body = answer(
        "<Job><ID>J000412</ID><UUID>B1</UUID><Name>Accounts</Name><Client><UUID>C1</UUID><Name>Tui</Name></Client>"
        "<Budget>2,500.00</Budget><Assigned><Staff><UUID>A1</UUID><Name>Aroha</Name></Staff></Assigned>"
        "<Tasks><Task><UUID>D1</UUID><TaskUUID>E1</TaskUUID><Name>Prep</Name><EstimatedMinutes>600</EstimatedMinutes>"
        "<ActualMinutes>135</ActualMinutes><Completed>false</Completed><Billable>true</Billable></Task></Tasks>"
        "<Milestones /><Notes /></Job>"
    )
    job = WIRE.parse(body, JOB).records[0]
    assert (job.number, job.client_id, str(job.budget), job.assigned[0].name) == ("J000412", "C1", "2500.00", "Aroha")
    assert (job.tasks[0].uuid, job.tasks[0].task_type_id, job.tasks[0].billable) == ("D1", "E1", True)


def test_a_client_has_flags_people_and_groups() -> None:
    body = answer(
        "<Clients><Client><UUID>C1</UUID><Name>Tui</Name><IsArchived>Yes</IsArchived><IsDeleted>No</IsDeleted>"
        "<AccountManager><UUID>A2</UUID><Name>Ben</Name></AccountManager>"
        "<Groups><Group><UUID>G1</UUID><Name>Tawa family</Name></Group></Groups></Client></Clients>"
    )
    client = WIRE.parse(body, CLIENTS).records[0]
    assert (client.archived, client.deleted, client.partner, client.manager) == (True, False, "Ben", "")
    assert [group.name for group in client.groups] == ["Tawa family"]


@pytest.mark.parametrize("envelope", ["<Response><Status>OK</Status>{}</Response>", "{}"])
def test_job_costs_are_read_with_and_without_the_envelope(envelope: str) -> None:
    costs = "<Costs><Cost><UUID>H1</UUID><Quantity>1.5</Quantity><UnitCost>45.00</UnitCost></Cost></Costs>"
    cost = WIRE.parse(envelope.format(costs).encode(), JOB_COSTS).records[0]
    assert (cost.uuid, str(cost.quantity), str(cost.unit_cost)) == ("H1", "1.5", "45.00")


def test_a_byte_order_mark_is_fine() -> None:
    assert WIRE.parse(b"\xef\xbb\xbf" + times(TIME_XML), TIMES).records == (TIME_RECORD,)


def test_the_declared_encoding_is_obeyed_and_not_the_header() -> None:
    body = '<?xml version="1.0" encoding="iso-8859-1"?>' + times(TIME_XML.replace("Bank", "Caf\xe9")).decode()
    assert WIRE.parse(body.encode("latin-1"), TIMES).records[0].note == "Caf\xe9 reconciliation"


BOMB = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    "prolog", [BOMB, EXTERNAL, "<!DOCTYPE Response>", '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x">']
)
def test_a_document_type_is_refused_for_safety(prolog: str) -> None:
    body = prolog.encode() + times(TIME_XML.replace("Bank", "&a;" if "ENTITY" in prolog else "Bank"))
    with pytest.raises(AnswerUnreadable):
        WIRE.parse(body, TIMES)


@pytest.mark.parametrize("depth", [100, 200_000])
@pytest.mark.parametrize("place", ["<Times><Time>{}</Time></Times>", "{}<Times />"])
def test_deeply_nested_elements_are_refused(depth: int, place: str) -> None:
    with pytest.raises(AnswerUnreadable):
        WIRE.parse(answer(place.format("<x>" * depth + "</x>" * depth)), TIMES)


def test_a_long_list_costs_its_records_and_not_its_square() -> None:
    row = "<Job><ID>J{0}</ID><Name>Job {0}</Name><Tasks><Task><UUID>D{0}</UUID></Task></Tasks></Job>"
    body = answer(f"<Jobs>{''.join(row.format(n) for n in range(20_000))}</Jobs>")
    assert len(WIRE.parse(body, JOBS).records) == 20_000


def test_a_new_id_lies_on_the_outermost_level() -> None:
    shape = Shape(NewId, "", "the id", many=False)
    assert WIRE.parse(answer("<UUID>D2</UUID>"), shape).records == (NewId(uuid="D2"),)


def test_a_new_id_that_is_missing_is_not_success() -> None:
    with pytest.raises(AnswerNotWhole):
        WIRE.parse(answer(""), Shape(NewId, "", "the id", many=False))


def test_a_bare_confirmation_is_enough_where_nothing_else_is_told() -> None:
    assert WIRE.parse(answer(""), Shape(Nothing, "", "x", many=False)).records == (Nothing(),)


def test_requests_keep_the_order_of_their_parts() -> None:
    message = Message("Job", (("ID", "J1"), ("Name", "A & B"), ("StartDate", date(2026, 7, 1)), ("Public", False)))
    assert WIRE.write(message).endswith(
        b"<Job><ID>J1</ID><Name>A &amp; B</Name><StartDate>20260701</StartDate><Public>false</Public></Job>"
    )


def test_assignments_are_written_as_attributes() -> None:
    message = Message("Job", (("ID", "J1"), ("add", Attributes((("uuid", "A1"), ("task-uuid", "D1"))))))
    assert WIRE.write(message).endswith(b'<Job><ID>J1</ID><add uuid="A1" task-uuid="D1"/></Job>')


def test_characters_xml_cannot_carry_are_left_out() -> None:
    message = Message("Note", (("Text", "a\x00b\x1b[1m\ud800c\uffff\td\ne"),))
    assert b"<Text>ab[1mc\td\ne</Text>" in WIRE.write(message)
