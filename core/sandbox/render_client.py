"""Clients as answers show them: some sixty elements, most of them empty, in the recorded order."""

from __future__ import annotations

from dataclasses import dataclass

from core.sandbox.render import render_client_ref, render_note, render_staff_ref
from core.sandbox.state import Client, ClientGroup, Contact, Relationship, Tenant
from core.sandbox.wire import JSON_NULL, Fields, Rows, yes_no

#: Elements of persons that the sandbox keeps as plain text.
PERSON_EXTRAS = ("Title", "Gender", "MiddleName", "DateOfDeath", "PlaceOfBirthCity", "PlaceOfBirthCountryCode")
#: Elements that every client shows, empty or not.
POSTAL_EXTRAS = ("PostalAddress", "PostalCity", "PostalRegion", "PostalPostCode", "PostalCountry")
OTHER_EXTRAS = ("Fax", "Website", "ReferralSource")
#: Elements shown once they have a value.
TAX_EXTRAS = (
    "BranchNumber",
    "BalanceMonth",
    "GSTRegistered",
    "PrepareGST",
    "GSTPeriod",
    "GSTBasis",
    "ProvisionalTaxBasis",
    "ProvisionalTaxRatio",
    "SignedTaxAuthority",
    "TaxAgent",
    "AgencyStatus",
    "ReturnType",
    "PrepareActivityStatement",
    "PrepareTaxReturn",
    "ActiveAtoClient",
)
EXTRAS = (*PERSON_EXTRAS, *POSTAL_EXTRAS, *OTHER_EXTRAS, "Industry", *TAX_EXTRAS)
SHOWN_DIGITS = 3


@dataclass(frozen=True)
class ClientDetail:
    """Which collections of a client a call shows."""

    contacts: bool = True
    relations: bool = False


PAGED_CLIENT = ClientDetail(contacts=False)
LISTED_CLIENT = ClientDetail()
FULL_CLIENT = ClientDetail(relations=True)


def render_client(tenant: Tenant, client: Client, detail: ClientDetail) -> Fields:
    """Company or person, with the collections that `detail` asks for."""
    fields: Fields = [
        ("UUID", client.uuid),
        ("Name", client.name),
        *render_person(client),
        ("Email", client.email),
        ("DateOfBirth", client.date_of_birth),
        ("Address", client.address),
        ("City", client.city),
        ("Region", client.region),
        ("PostCode", client.post_code),
        ("Country", client.country),
        *[(name, client.extra.get(name, "")) for name in POSTAL_EXTRAS],
        ("Phone", client.phone),
        *[(name, client.extra.get(name, "")) for name in OTHER_EXTRAS],
        ("ExportCode", client.export_code),
        ("Industry", client.extra.get("Industry")),
        ("ClientCode", client.client_code or None),
        ("IsProspect", yes_no(client.is_prospect)),
        ("IsArchived", yes_no(client.is_archived)),
        ("IsDeleted", yes_no(client.is_deleted)),
        ("AccountManager", render_staff_ref(tenant, client.account_manager)),
        ("JobManager", render_staff_ref(tenant, client.job_manager)),
        *render_tax(client),
    ]
    if detail.contacts:
        shown = [contact for contact in client.contacts if not contact.is_deleted]
        fields.append(("Contacts", Rows("Contact", [render_client_contact(contact) for contact in shown])))
    if detail.relations:
        fields += render_relations(tenant, client)
    fields.append(("WebUrl", JSON_NULL))
    return fields


def render_person(client: Client) -> Fields:
    """Legal names, which only persons have."""
    if not client.first_name and not client.last_name:
        return []
    extra = client.extra
    return [
        ("Title", extra.get("Title", "")),
        ("Gender", extra.get("Gender", "")),
        ("FirstName", client.first_name),
        ("MiddleName", extra.get("MiddleName", "")),
        ("LastName", client.last_name),
        ("OtherName", client.other_name),
        *[(name, extra.get(name)) for name in PERSON_EXTRAS[3:]],
    ]


def render_tax(client: Client) -> Fields:
    return [
        ("TaxNumber", mask_number(client.tax_number)),
        ("CompanyNumber", client.company_number),
        ("BusinessNumber", client.business_number),
        ("BusinessStructure", client.business_structure),
        *[(name, client.extra.get(name)) for name in TAX_EXTRAS],
    ]


def mask_number(number: str) -> str:
    """All but the last three digits as asterisks."""
    return "*" * (len(number) - SHOWN_DIGITS) + number[-SHOWN_DIGITS:]


def render_relations(tenant: Tenant, client: Client) -> Fields:
    """Notes, groups and relationships: the part that detailed=true adds."""
    groups = [[("UUID", group.uuid), ("Name", group.name)] for group in groups_of(tenant, client)]
    return [
        ("Notes", Rows("Note", [render_note(note) for note in client.notes])),
        ("Groups", Rows("Group", groups)),
        ("Relationships", Rows("Relationship", [render_relationship(tenant, one) for one in client.relationships])),
    ]


def groups_of(tenant: Tenant, client: Client) -> list[ClientGroup]:
    return [group for group in tenant.groups.values() if client.uuid in group.clients]


def render_relationship(tenant: Tenant, relationship: Relationship) -> Fields:
    """Dates here have no time part."""
    start, end = relationship.start_date, relationship.end_date
    return [
        ("UUID", relationship.uuid),
        ("Type", relationship.type),
        ("RelatedClient", render_client_ref(tenant, relationship.related_client)),
        ("NumberOfShares", relationship.number_of_shares),
        ("Percentage", relationship.percentage),
        ("StartDate", start.isoformat() if start else None),
        ("EndDate", end.isoformat() if end else None),
    ]


def render_client_contact(contact: Contact) -> Fields:
    """A contact inside its client."""
    return [
        ("UUID", contact.uuid),
        ("Name", contact.name),
        ("Salutation", contact.salutation),
        ("Addressee", contact.addressee),
        ("Mobile", contact.mobile),
        ("Email", contact.email),
        ("Phone", contact.phone),
        ("Position", contact.position),
        ("IsDeleted", yes_no(contact.is_deleted)),
        ("IsPrimary", yes_no(contact.is_primary)),
    ]


def render_contact(contact: Contact, *, of_client: bool) -> Fields:
    """A contact by itself; position and primary belong to its place at a client."""
    return [
        ("UUID", contact.uuid),
        ("Name", contact.name),
        ("Mobile", contact.mobile),
        ("Email", contact.email),
        ("Phone", contact.phone),
        ("Position", contact.position if of_client else None),
        ("Salutation", contact.salutation),
        ("Addressee", contact.addressee),
        ("IsPrimary", yes_no(contact.is_primary) if of_client else None),
    ]
