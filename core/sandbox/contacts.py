"""Contacts of clients, relationships between clients, and client groups."""

from __future__ import annotations

from datetime import date

from core.sandbox import errors
from core.sandbox.ask import Ask, Update, read_page
from core.sandbox.body import Part
from core.sandbox.errors import BusinessError, InvalidElement, NotFound, UnknownRecord
from core.sandbox.practice import Practice, by_name, find_record
from core.sandbox.render_client import render_client_contact, render_contact, render_relationship
from core.sandbox.state import Client, Contact, Relationship
from core.sandbox.wire import NOTHING, PAGINATION, Payload, Rows

MOST_CONTACTS = 10
TEXTS = {
    "Salutation": "salutation",
    "Addressee": "addressee",
    "Mobile": "mobile",
    "Email": "email",
    "Phone": "phone",
    "Position": "position",
}


def list_contacts(practice: Practice, ask: Ask) -> Payload:
    """Contacts not deleted, each once, by name, paged."""
    page = read_page(practice, ask, "client.api/contacts")
    places = [contact for client in practice.tenant.clients.values() for contact in client.contacts]
    contacts = list({contact.uuid: contact for contact in places if not contact.is_deleted}.values())
    rows = [render_contact(contact, of_client=False) for contact in sorted(contacts, key=by_name)]
    return Payload([("Contacts", Rows("Contact", page.cut(rows))), (PAGINATION, page.links(len(rows)))])


def get_contact(practice: Practice, ask: Ask) -> Payload:
    client, contact = find_contact(practice, ask)
    return Payload([("Contact", render_contact(contact, of_client=client is not None))])


def find_contact(practice: Practice, ask: Ask) -> tuple[Client | None, Contact]:
    """The contact, at the client of the query when it names one."""
    named = ask.query.get("clientuuid", "") or client_of(ask.body)
    client = practice.find_client(named) if named else None
    clients = [client] if client else practice.tenant.clients.values()
    contacts = {one.uuid: one for place in clients for one in place.contacts if not one.is_deleted}
    return client, find_record(contacts, ask.key, errors.INVALID_CONTACT)


def client_of(body: Part) -> str:
    """The UUID of the client a contact's body names; empty when it names none."""
    named = body.find("Client")
    return named.text_of("UUID").strip() if named else ""


def add_contact(practice: Practice, ask: Ask) -> Payload:
    """The new contact takes over as primary when it says so."""
    client = practice.find_client(client_of(ask.body))
    contact = read_contact(practice, ask.body)
    client.contacts.append(contact)
    keep_one_primary(client, contact)
    touch_client(practice, client, "contact.add", contact)
    return Payload([("Contact", render_contact(contact, of_client=True))])


def read_contact(practice: Practice, body: Part) -> Contact:
    """A new contact with its own UUID; only the name is required."""
    contact = Contact(practice.new_uuid(), practice.fit_name("Name", body.required_text("Name")))
    for element, attribute in TEXTS.items():
        setattr(contact, attribute, body.text_of(element))
    contact.is_primary = body.yes_no_of("IsPrimary") is True
    return contact


def update_contact(practice: Practice, ask: Ask) -> Payload:
    """Without its client named, position and primary stay as they are."""
    client, contact = find_contact(practice, ask)
    update = Update(practice, ask.body)
    texts = {attribute: update.text(element, getattr(contact, attribute)) for element, attribute in TEXTS.items()}
    name = practice.fit_name("Name", update.text("Name", contact.name, stays=True)) or contact.name
    primary = ask.body.yes_no_of("IsPrimary")
    if client is None:
        texts["position"] = contact.position
    vars(contact).update(texts, name=name)
    if client:
        contact.is_primary = contact.is_primary if primary is None else primary
        keep_one_primary(client, contact)
        touch_client(practice, client, "contact.update", contact)
    return Payload([("Contact", render_contact(contact, of_client=client is not None))])


def delete_contact(practice: Practice, ask: Ask) -> Payload:
    """Answers the contact that is gone."""
    client, contact = find_contact(practice, ask)
    contact.is_deleted = True
    if client:
        touch_client(practice, client, "contact.delete", contact)
    return Payload([("Contact", render_contact(contact, of_client=client is not None))])


def keep_one_primary(client: Client, chosen: Contact) -> None:
    """A primary contact ends the primacy of the client's others."""
    if not chosen.is_primary:
        return
    for contact in client.contacts:
        contact.is_primary = contact is chosen


def touch_client(practice: Practice, client: Client, op: str, contact: Contact) -> None:
    """Changing a contact moves its client's modifiedsince too: an assumption."""
    client.modified = practice.local_time()
    practice.record(op, contact.uuid, client=client.uuid, name=contact.name)


def attach_contacts(practice: Practice, ask: Ask) -> Payload:
    """Give a client up to ten contacts that exist elsewhere; one of the few calls documented to answer 404."""
    try:
        client = practice.find_client(ask.key)
    except UnknownRecord as error:
        raise NotFound(errors.INVALID_CLIENT) from error
    named = ask.body.find("Contacts") if not ask.body.from_json else ask.body
    rows = ask.body.items("Contacts", "Contact") if named else []
    if not 1 <= len(rows) <= MOST_CONTACTS:
        raise BusinessError(f"Between 1 and {MOST_CONTACTS} contacts are needed")
    for contact in [copy_contact(practice, row) for row in rows]:
        client.contacts = [one for one in client.contacts if one.uuid != contact.uuid] + [contact]
        keep_one_primary(client, contact)
        touch_client(practice, client, "contact.attach", contact)
    shown = Rows("Contact", [render_client_contact(contact) for contact in client.contacts])
    return Payload([("Client", [("UUID", client.uuid), ("Contacts", shown)])])


def copy_contact(practice: Practice, row: Part) -> Contact:
    """The contact as it will stand at another client, with a position of its own there."""
    everyone = {one.uuid: one for client in practice.tenant.clients.values() for one in client.contacts}
    known = find_record(everyone, row.text_of("UUID"), errors.INVALID_CONTACT)
    place = {"position": row.text_of("Position"), "is_primary": row.yes_no_of("IsPrimary") is True}
    return Contact(**{**vars(known), **place})


def add_relationship(practice: Practice, ask: Ask) -> Payload:
    body = ask.body
    client = practice.find_client(body.required_text("ClientUUID"))
    related = practice.find_client(body.required_text("RelatedClientUUID"))
    relationship = Relationship("", body.required_text("Type"), related.uuid)
    fill_relationship(relationship, body)
    relationship.uuid = practice.new_uuid()
    client.relationships.append(relationship)
    practice.record("relationship.add", relationship.uuid, client=client.uuid, related=related.uuid)
    return Payload([("Relationship", render_relationship(practice.tenant, relationship))])


def fill_relationship(relationship: Relationship, body: Part) -> None:
    """Everything is read before anything is set."""
    shares, percentage = body.integer_of("NumberOfShares"), body.decimal_of("Percentage")
    start, end = read_iso_date(body, "StartDate"), read_iso_date(body, "EndDate")
    relationship.number_of_shares, relationship.percentage = shares, percentage
    relationship.start_date, relationship.end_date = start, end


def read_iso_date(body: Part, element: str) -> date | None:
    """Relationships write dates as yyyy-MM-dd, unlike all the others."""
    text = body.text_of(element).strip()
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError as error:
        raise InvalidElement(element) from error


def update_relationship(practice: Practice, ask: Ask) -> Payload:
    _, relationship = find_relationship(practice, ask)
    fill_relationship(relationship, ask.body)
    relationship.type = ask.body.text_of("Type") or relationship.type
    practice.record("relationship.update", relationship.uuid, type=relationship.type)
    return Payload([("Relationship", render_relationship(practice.tenant, relationship))])


def delete_relationship(practice: Practice, ask: Ask) -> Payload:
    client, relationship = find_relationship(practice, ask)
    client.relationships.remove(relationship)
    practice.record("relationship.delete", relationship.uuid, client=client.uuid)
    return NOTHING


def find_relationship(practice: Practice, ask: Ask) -> tuple[Client, Relationship]:
    """The relationship and the client it was added to."""
    places = {one.uuid: (client, one) for client in practice.tenant.clients.values() for one in client.relationships}
    return find_record(places, ask.body.required_text("UUID"), errors.INVALID_RELATIONSHIP)
