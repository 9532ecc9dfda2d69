"""Clients, their contacts, documents and relationships, client groups, and staff."""

from __future__ import annotations

import pytest

from core.sandbox.state import Client, Staff
from tests.sandbox.kowhai import (
    AROHA,
    BEN,
    GROUP,
    KOWHAI,
    MERE,
    NOBODY,
    TUI,
    WEKA,
    call,
    make_sandbox,
    read,
    refusal,
    texts,
    write,
)


def test_the_long_list_holds_archived_and_deleted_clients() -> None:
    sandbox = make_sandbox()
    write(sandbox, "PUT", "client.api/archive", f"<Client><UUID>{TUI}</UUID></Client>")
    write(sandbox, "POST", "client.api/delete", f"<Client><UUID>{WEKA}</UUID></Client>")
    shown = read(sandbox, "client.api/list")
    assert texts(shown, "Clients/Client/IsArchived") == ["Yes", "No"]
    assert texts(shown, "Clients/Client/IsDeleted") == ["No", "Yes"]
    assert read(sandbox, "client.api/paged-list").count("<Client>") == 0


def test_names_are_sorted_ignoring_case_and_may_repeat() -> None:
    sandbox = make_sandbox()
    for number, name in enumerate(("test", "Apple", "Test", "zoo", "apple")):
        uuid = f"c9000000-0000-4000-8000-00000000000{number}"
        sandbox.tenants[KOWHAI].clients[uuid] = Client(uuid, name)
    names = texts(read(sandbox, "client.api/list"), "Clients/Client/Name")
    assert names == ["Apple", "apple", "test", "Test", "Tui & Tawa Bakery Ltd", "Weka, Hana", "zoo"]


def test_only_clients_changed_since_the_moment_are_listed() -> None:
    sandbox = make_sandbox()
    assert texts(read(sandbox, "client.api/list?modifiedsince=2020-01-01T00:00:00"), "Clients/Client") == []
    write(sandbox, "PUT", "client.api/update", f"<Client><UUID>{WEKA}</UUID><Name>Weka, H</Name></Client>")
    since = read(sandbox, "client.api/list?modifiedsince=2026-11-22T00:00:00")
    assert texts(since, "Clients/Client/Name") == ["Weka, H"]
    assert texts(read(sandbox, "client.api/list?modifiedsince=2026-11-22T00:00:01"), "Clients/Client") == []


def test_a_moment_that_is_none_is_a_bad_parameter() -> None:
    assert call(make_sandbox(), "GET", "client.api/list?modifiedsince=yesterday").status == 400


def test_a_person_shows_legal_names_and_a_company_does_not() -> None:
    shown = read(make_sandbox(), "client.api/list")
    assert (texts(shown, "Clients/Client/LastName"), texts(shown, "Clients/Client/FirstName")) == (["Weka"], ["Hana"])


@pytest.mark.parametrize(("number", "shown"), [("12345678", "*****678"), ("78", "78"), ("", "")])
def test_a_tax_number_shows_its_last_three_digits(number: str, shown: str) -> None:
    sandbox = make_sandbox()
    sandbox.tenants[KOWHAI].clients[TUI].tax_number = number
    assert texts(read(sandbox, f"client.api/get/{TUI}"), "Client/TaxNumber") == [shown]


def test_pages_follow_their_tokens_until_there_is_no_next() -> None:
    sandbox = make_sandbox()
    for number in range(3):
        uuid = f"c9000000-0000-4000-8000-00000000000{number}"
        sandbox.tenants[KOWHAI].clients[uuid] = Client(uuid, f"A{number}")
    names, query = [], "pageSize=2"
    for _ in range(3):
        shown = read(sandbox, f"client.api/paged-list?{query}")
        names += texts(shown, "Clients/Client/Name")
        query = "".join(texts(shown, "Pagination/Links/Next")).partition("?")[2].replace("%3D", "=")
    assert (names, query) == (["A0", "A1", "A2", "Tui & Tawa Bakery Ltd", "Weka, Hana"], "")


@pytest.mark.parametrize("query", ["pageSize=0", "pageSize=501", "pageSize=x", "pageToken=abc", "pageToken=cDE="])
def test_a_bad_page_is_a_400(query: str) -> None:
    assert call(make_sandbox(), "GET", f"client.api/paged-list?{query}").status == 400


def test_a_client_is_added_with_its_contacts_and_the_last_primary_wins() -> None:
    contacts = "".join(f"<Contact><Name>{name}</Name><IsPrimary>Yes</IsPrimary></Contact>" for name in ("A", "B"))
    body = (
        f"<Client><Name>Rata</Name><WebSite>rata.example</WebSite><TaxNumber>87654321</TaxNumber>"
        f"<AccountManagerUUID>{BEN}</AccountManagerUUID><Contacts>{contacts}</Contacts></Client>"
    )
    shown = write(make_sandbox(), "POST", "client.api/add", body)
    assert (texts(shown, "Client/Website"), texts(shown, "Client/TaxNumber")) == (["rata.example"], ["*****321"])
    assert texts(shown, "Client/Contacts/Contact/IsPrimary") == ["No", "Yes"]
    assert shown.endswith("<Notes /><Groups /><Relationships /></Client></Response>")


def test_a_contact_is_added_changed_and_deleted_at_its_client() -> None:
    sandbox = make_sandbox()
    body = f"<Contact><Client><UUID>{WEKA}</UUID></Client><Name>Hemi</Name><IsPrimary>Yes</IsPrimary></Contact>"
    (added,) = texts(write(sandbox, "POST", "client.api/contact", body), "Contact/UUID")
    body = f"<Contact><Client><UUID>{WEKA}</UUID></Client><Name>Hemi W</Name><Position>Owner</Position></Contact>"
    shown = write(sandbox, "PUT", f"client.api/contact/{added}", body)
    assert (texts(shown, "Contact/Position"), texts(shown, "Contact/IsPrimary")) == (["Owner"], ["Yes"])
    gone = write(sandbox, "DELETE", f"client.api/contact/{added}?clientUuid={WEKA}")
    assert texts(gone, "Contact/Name") == ["Hemi W"]
    assert texts(read(sandbox, "client.api/contacts"), "Contacts/Contact/Name") == ["Mere Tawa"]


def test_without_its_client_a_contact_shows_neither_position_nor_primary() -> None:
    shown = read(make_sandbox(), f"client.api/contact/{MERE}")
    assert (texts(shown, "Contact/Position"), texts(shown, "Contact/IsPrimary")) == ([], [])


def test_a_contact_of_one_client_is_attached_to_another() -> None:
    sandbox = make_sandbox()
    body = f"<Client><Contacts><Contact><UUID>{MERE}</UUID><Position>Trustee</Position></Contact></Contacts></Client>"
    shown = write(sandbox, "POST", f"client.api/client/{WEKA}/contacts", body)
    assert texts(shown, "Client/Contacts/Contact/Position") == ["Trustee"]
    assert sandbox.tenants[KOWHAI].clients[TUI].contacts[0].position == ""
    assert call(sandbox, "POST", f"client.api/client/{NOBODY}/contacts", body).status == 404


def test_a_relationship_shows_at_its_client_with_plain_dates() -> None:
    sandbox = make_sandbox()
    body = (
        f"<Relationship><ClientUUID>{TUI}</ClientUUID><RelatedClientUUID>{WEKA}</RelatedClientUUID><Type>Director</Type>"
        "<NumberOfShares>10</NumberOfShares><StartDate>2020-04-01</StartDate></Relationship>"
    )
    (added,) = texts(write(sandbox, "POST", "client.api/addrelationship", body), "Relationship/UUID")
    shown = read(sandbox, f"client.api/get/{TUI}")
    assert texts(shown, "Client/Relationships/Relationship/StartDate") == ["2020-04-01"]
    assert texts(shown, "Client/Relationships/Relationship/RelatedClient/Name") == ["Weka, Hana"]
    body = f"<Relationship><UUID>{added}</UUID></Relationship>"
    assert refusal(write(sandbox, "POST", "client.api/deleterelationship", body)) == ""
    assert texts(read(sandbox, f"client.api/get/{TUI}"), "Client/Relationships/Relationship") == []


def test_a_document_of_a_client_answers_its_uuid() -> None:
    sandbox = make_sandbox()
    body = f"<Document><ClientUUID>{TUI}</ClientUUID><Title>T</Title><FileName>t.pdf</FileName></Document>"
    assert len(texts(write(sandbox, "POST", "client.api/document", body), "UUID")[0]) == 36
    assert texts(read(sandbox, f"client.api/documents/{TUI}"), "Documents/Document/FileName") == ["t.pdf"]


def test_a_group_is_made_changed_and_deleted() -> None:
    sandbox = make_sandbox()
    body = f'<Group><UUID>{GROUP}</UUID><add uuid="{WEKA}"/><remove uuid="{TUI}"/></Group>'
    assert texts(write(sandbox, "PUT", "clientgroup.api/members", body), "Group/Clients/Client/UUID") == [WEKA]
    body = f"<Group><Name>Weka whanau</Name><Taxable>Yes</Taxable><ClientUUID>{WEKA}</ClientUUID></Group>"
    assert texts(write(sandbox, "POST", "clientgroup.api/add", body), "Group/Taxable") == ["Yes"]
    write(sandbox, "POST", "clientgroup.api/delete", f"<Group><UUID>{GROUP}</UUID></Group>")
    assert texts(read(sandbox, "clientgroup.api/list"), "Groups/Group/Name") == ["Weka whanau"]


def test_an_update_of_staff_empties_what_it_leaves_out() -> None:
    body = f"<Staff><UUID>{AROHA}</UUID><Name>Aroha N</Name><Mobile>021 555 0100</Mobile></Staff>"
    shown = write(make_sandbox(), "PUT", "staff.api/update", body)
    assert [texts(shown, f"Staff/{name}") for name in ("Name", "Mobile", "Email")] == [
        ["Aroha N"],
        ["021 555 0100"],
        [""],
    ]


def test_disabled_staff_are_still_listed() -> None:
    sandbox = make_sandbox()
    write(sandbox, "POST", "staff.api/disable", f"<Staff><UUID>{BEN}</UUID></Staff>")
    assert sandbox.tenants[KOWHAI].staff[BEN].disabled
    assert texts(read(sandbox, "staff.api/list"), "StaffList/Staff/Name") == ["Aroha Ngata", "Ben Okafor"]


def test_the_cost_catalogue_comes_in_pages_of_a_thousand() -> None:
    sandbox = make_sandbox()
    costs = sandbox.tenants[KOWHAI].catalogue_costs
    (fee,) = costs.values()
    costs.update({str(number): fee for number in range(1200)})
    records = [texts(read(sandbox, f"cost.api/list?page={page}"), "Records") for page in (1, 2, 3)]
    assert records == [["1000"], ["201"], ["0"]]
    assert call(sandbox, "GET", "cost.api/list").status == 400


def test_a_catalogue_cost_is_added_and_changed() -> None:
    sandbox = make_sandbox()
    body = "<Cost><Description>Courier</Description><Code>C</Code><UnitCost>6</UnitCost><UnitPrice>9</UnitPrice></Cost>"
    shown = write(sandbox, "POST", "cost.api/add", body)
    (added,) = texts(shown, "Cost/UUID")
    changed = body.replace("<Cost>", f"<Cost><UUID>{added}</UUID>").replace(">9<", ">9.5<")
    assert texts(write(sandbox, "PUT", "cost.api/update", changed), "Cost/UnitPrice") == ["9.50"]


def test_two_staff_of_one_name_are_two_rows() -> None:
    sandbox = make_sandbox()
    sandbox.tenants[KOWHAI].staff[NOBODY] = Staff(NOBODY, "Ben Okafor")
    assert texts(read(sandbox, "staff.api/list"), "StaffList/Staff/UUID") == [AROHA, BEN, NOBODY]
