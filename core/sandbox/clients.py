"""Clients: the long list with archived and deleted ones in it, the paged one without, search, and writing."""

from __future__ import annotations

from datetime import date, datetime

from core.sandbox import errors
from core.sandbox.ask import Ask, Update, read_page
from core.sandbox.body import Part
from core.sandbox.contacts import read_contact
from core.sandbox.errors import InvalidElement
from core.sandbox.practice import Practice, by_name, find_record
from core.sandbox.records import read_document
from core.sandbox.render import render_document
from core.sandbox.render_client import EXTRAS, FULL_CLIENT, LISTED_CLIENT, PAGED_CLIENT, ClientDetail, render_client
from core.sandbox.state import Client
from core.sandbox.wire import NOTHING, PAGINATION, Payload, RenderedRows, Rows

TEXTS = {
    "FirstName": "first_name",
    "LastName": "last_name",
    "OtherName": "other_name",
    "Email": "email",
    "Address": "address",
    "City": "city",
    "Region": "region",
    "PostCode": "post_code",
    "Country": "country",
    "Phone": "phone",
    "ExportCode": "export_code",
    "ClientCode": "client_code",
    "TaxNumber": "tax_number",
    "CompanyNumber": "company_number",
    "BusinessNumber": "business_number",
    "BusinessStructure": "business_structure",
}
#: Requests spell it with a capital S, answers without.
REQUEST_SPELLING = {"Website": "WebSite"}


def list_clients(practice: Practice, ask: Ask) -> Payload:
    """All clients, archived and deleted ones included; with modifiedsince only those changed since then."""
    since = ask.moment("modifiedsince")
    clients = [client for client in practice.tenant.clients.values() if since is None or was_modified(client, since)]
    return show_clients(practice, clients, FULL_CLIENT if ask.is_detailed else LISTED_CLIENT)


def was_modified(client: Client, since: datetime) -> bool:
    """Clients unchanged since the seed count as old."""
    if not client.modified:
        return False
    return datetime.fromisoformat(client.modified.removesuffix("Z")).replace(tzinfo=None) >= since


def list_clients_by_page(practice: Practice, ask: Ask) -> Payload:
    """Only clients neither archived nor deleted, without their contacts."""
    page = read_page(practice, ask, "client.api/paged-list")
    active = [client for client in practice.tenant.clients.values() if not client.is_archived and not client.is_deleted]
    ordered = sorted(active, key=by_name)
    shown = ordered[page.number * page.size : (page.number + 1) * page.size]
    rows = [render_client(practice.tenant, client, PAGED_CLIENT) for client in shown]
    return Payload([("Clients", Rows("Client", rows)), (PAGINATION, page.links(len(ordered)))])


def search_clients(practice: Practice, ask: Ask) -> Payload:
    """Clients whose name holds the text, ignoring case; deleted ones are not found."""
    wanted = ask.query.get("query", "").lower()
    clients = practice.tenant.clients.values()
    found = [client for client in clients if wanted in client.name.lower() and not client.is_deleted]
    return show_clients(practice, found, FULL_CLIENT if ask.is_detailed else LISTED_CLIENT)


def show_clients(practice: Practice, clients: list[Client], detail: ClientDetail) -> Payload:
    ordered = practice.order(clients, by_name)
    rows = RenderedRows(ordered, lambda client: render_client(practice.tenant, client, detail))
    return Payload([("Clients", Rows("Client", rows))])


def get_client(practice: Practice, ask: Ask) -> Payload:
    """In full, with its address, whether archived or deleted."""
    client = practice.find_client(ask.key)
    return Payload(show_client(practice, client).fields, practice.web_url("client", client.uuid))


def show_client(practice: Practice, client: Client) -> Payload:
    return Payload([("Client", render_client(practice.tenant, client, FULL_CLIENT))])


def add_client(practice: Practice, ask: Ask) -> Payload:
    """Only the name is required; everything is read before the client comes to be."""
    body = ask.body
    client = Client("", practice.fit_name("Name", body.required_text("Name")))
    for element, attribute in TEXTS.items():
        setattr(client, attribute, body.text_of(element))
    for element in EXTRAS:
        set_extra(client, element, body.text_of(request_name(element)))
    client.account_manager = read_staff(practice, body, "AccountManagerUUID")
    client.job_manager = read_staff(practice, body, "JobManagerUUID")
    client.is_prospect = body.yes_no_of("IsProspect") is True
    client.date_of_birth = read_birthday(body)
    client.contacts = [read_contact(practice, row) for row in body.items("Contacts", "Contact")]
    keep_last_primary(client)
    client.uuid = practice.new_uuid()
    practice.tenant.clients[client.uuid] = client
    note_change(practice, client, "client.add")
    return show_client(practice, client)


def keep_last_primary(client: Client) -> None:
    """The last contact marked primary wins."""
    primaries = [contact for contact in client.contacts if contact.is_primary]
    for contact in primaries[:-1]:
        contact.is_primary = False


def request_name(element: str) -> str:
    return REQUEST_SPELLING.get(element, element)


def set_extra(client: Client, element: str, text: str) -> None:
    """Keep the text, or forget the element when it is empty."""
    if text:
        client.extra[element] = text
    else:
        client.extra.pop(element, None)


def read_staff(practice: Practice, body: Part, element: str) -> str | None:
    """The UUID of the staff member an element names; None when it is empty."""
    text = body.text_of(element)
    return practice.find_staff(text).uuid if text.strip() else None


def read_birthday(body: Part) -> date | None:
    """The documentation gives no format; yyyy-MM-dd is taken, with or without a time."""
    text = body.text_of("DateOfBirth").strip()
    try:
        return datetime.fromisoformat(text).date() if text else None
    except ValueError as error:
        raise InvalidElement("DateOfBirth") from error


def update_client(practice: Practice, ask: Ask) -> Payload:
    """All but the contacts, under the switch partial_update; the name cannot be emptied."""
    body, update = ask.body, Update(practice, ask.body)
    client = practice.find_client(body.required_text("UUID"))
    name = practice.fit_name("Name", update.text("Name", client.name, stays=True)) or client.name
    texts = {attribute: update.text(element, getattr(client, attribute)) for element, attribute in TEXTS.items()}
    extras = {element: update.text(request_name(element), client.extra.get(element, "")) for element in EXTRAS}
    managers = {
        attribute: getattr(client, attribute) if update.keeps(element) else read_staff(practice, body, element)
        for attribute, element in (("account_manager", "AccountManagerUUID"), ("job_manager", "JobManagerUUID"))
    }
    birthday = client.date_of_birth if update.keeps("DateOfBirth") else read_birthday(body)
    vars(client).update({**texts, **managers, "name": name, "date_of_birth": birthday})
    for element, text in extras.items():
        set_extra(client, element, text)
    note_change(practice, client, "client.update")
    return show_client(practice, client)


def archive_client(practice: Practice, ask: Ask) -> Payload:
    """Answers the client, unlike deleting it."""
    client = practice.find_client(ask.body.required_text("UUID"))
    client.is_archived = True
    note_change(practice, client, "client.archive")
    return show_client(practice, client)


def delete_client(practice: Practice, ask: Ask) -> Payload:
    """Marks the client; it stays in the long list."""
    client = practice.find_client(ask.body.required_text("UUID"))
    client.is_deleted = True
    note_change(practice, client, "client.delete")
    return NOTHING


def note_change(practice: Practice, client: Client, op: str) -> None:
    """Move what modifiedsince looks at, and record the change."""
    client.modified = practice.local_time()
    flags = {"is_archived": client.is_archived, "is_deleted": client.is_deleted}
    practice.record(op, client.uuid, name=client.name, **flags)


def list_documents(practice: Practice, ask: Ask) -> Payload:
    client = practice.find_client(ask.key)
    rows = [render_document(one, practice.web_url("document", one.uuid)) for one in client.documents]
    return Payload([("Documents", Rows("Document", rows))])


def add_document(practice: Practice, ask: Ask) -> Payload:
    """Answers the UUID alone."""
    client = find_record(practice.tenant.clients, ask.body.required_text("ClientUUID"), errors.INVALID_CLIENT)
    document = read_document(practice, ask.body)
    client.documents.append(document)
    practice.record("document.add", document.uuid, client=client.uuid, file_name=document.file_name)
    return Payload([("UUID", document.uuid)])
