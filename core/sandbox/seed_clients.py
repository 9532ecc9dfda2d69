"""The people of a made-up practice: its staff, and clients of every entity type, with families of look-alike names."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from core.sandbox import names
from core.sandbox.state import Client, ClientGroup, Contact, Staff

_COMPANY, _TRUST, _FUND, _PARTNERSHIP, _PERSON = "Company", "Trust", "Superannuation Fund", "Partnership", "Individual"

#: Names that trip careless code; every practice above the small size has them.
_AWKWARD = (
    'R&D <Trial> "North" Limited',
    "Ōtaki Māhina Holdings Limited",
    "O'Neil & Sons T/A The Fence Company",
    "  Leading Blank Pty Ltd",
    "AAA (No 2) Pty Ltd ATF The AAA Unit Trust",
)


@dataclass(frozen=True)
class Circle:
    """How many people and clients a practice has."""

    staff: int
    clients: int
    archived: int
    deleted: int
    same_name: int
    awkward: bool


def make_staff(rng: Random, circle: Circle, practice: str) -> list[Staff]:
    """Two of one name, one without e-mail; above four people also a disabled and, beyond the count, a deleted one."""
    host = practice.split()[0]
    staff: list[Staff] = []
    taken: set[tuple[str, str]] = set()
    while len(staff) < circle.staff:
        person = names.draw_person(rng)
        if person not in taken:
            taken.add(person)
            staff.append(_make_member(rng, *person, host, len(staff) + 1))
    staff[1].email = ""
    if circle.staff > 4:
        staff[-1].name = staff[0].name
        staff[-1].email = names.make_email(f"{staff[0].name} 2", host=host)
        staff[-2].disabled = True
        staff.append(_make_member(rng, "Olwen", "Former", host, circle.staff + 1))
        staff[-1].deleted = True
    return staff


def _make_member(rng: Random, given: str, family: str, host: str, number: int) -> Staff:
    return Staff(
        uuid=names.draw_uuid(rng),
        name=f"{given} {family}",
        email=names.make_email(given, family, host=host),
        mobile=f"021 555 {number:04d}",
        payroll_code=f"P{number:02d}" if rng.random() < 0.8 else "",
    )


def make_clients(rng: Random, circle: Circle, staff: list[Staff]) -> tuple[list[Client], list[ClientGroup]]:
    """Families of related entities and single clients, some archived, deleted or of one name; and the family groups."""
    clients = [_make_named(rng, name, _COMPANY) for name in _AWKWARD] if circle.awkward else []
    families: dict[str, list[str]] = {}
    taken: set[str] = set()
    while len(clients) < circle.clients - max(circle.same_name - 1, 0):
        family, drawn = _draw_household(rng) if rng.random() < 0.12 else ("", [_draw_single(rng)])
        new = [client for client in drawn if client.name not in taken][: circle.clients - len(clients)]
        taken.update(client.name for client in new)
        clients += new
        if family:
            families.setdefault(family, []).extend(client.uuid for client in new)
    _share_name(rng, clients, circle)
    _retire(rng, clients, circle)
    for number, client in enumerate(clients, start=1):
        _dress(rng, client, number, staff)
    return clients, _make_groups(rng, families, {client.uuid for client in clients})


def _make_groups(rng: Random, families: dict[str, list[str]], known: set[str]) -> list[ClientGroup]:
    kept = {name: [uuid for uuid in members if uuid in known] for name, members in families.items()}
    return [
        ClientGroup(names.draw_uuid(rng), f"{name} family", clients=some)
        for name, some in kept.items()
        if len(some) > 1
    ]


def _draw_household(rng: Random) -> tuple[str, list[Client]]:
    """Entities of one family whose names differ by a word or two: the hard case of every matching."""
    given, family = names.draw_person(rng)
    other = rng.choice(names.GIVEN)
    made = [
        _make_person(rng, given, family),
        _make_named(rng, f"{family} Family Trust", _TRUST),
        _make_named(rng, f"{family} Family {rng.choice(('Super Fund', 'Superannuation Fund'))}", _FUND),
        _make_named(rng, f"{family} Family Pty Ltd", _COMPANY),
        _make_named(rng, f"{given[0]} & {other[0]} {family} Partnership", _PARTNERSHIP),
        _make_named(rng, f"The {family} Investment Trust No 2", _TRUST),
    ]
    return family, made[: 2 + rng.randrange(len(made) - 1)]


def _draw_single(rng: Random) -> Client:
    given, family = names.draw_person(rng)
    place, trade = rng.choice(names.PLACE), rng.choice(names.TRADE)
    chance = rng.random()
    if chance < 0.38:
        return _make_person(rng, given, family)
    if chance < 0.76:
        form = rng.choice(("Pty Ltd", "Pty Ltd", "Limited", "Ltd", "Pty Limited"))
        return _make_named(rng, f"{place} {trade} {form}", _COMPANY)
    if chance < 0.88:
        trust = rng.choice((f"The {given} {family} Family Trust", f"{place} {trade} Trust", f"{family} Property Trust"))
        return _make_named(rng, trust, _TRUST)
    if chance < 0.94:
        return _make_named(rng, f"{given} {family} {rng.choice(('Super Fund', 'SMSF'))}", _FUND)
    return _make_named(rng, f"{family} & {rng.choice(names.FAMILY)} {trade} Partnership", _PARTNERSHIP)


def _make_person(rng: Random, given: str, family: str) -> Client:
    client = _make_named(rng, f"{family}, {given}", _PERSON)
    client.first_name, client.last_name = given, family
    return client


def _make_named(rng: Random, name: str, structure: str) -> Client:
    return Client(uuid=names.draw_uuid(rng), name=name, business_structure=structure)


def _share_name(rng: Random, clients: list[Client], circle: Circle) -> None:
    """Fill the list up with clients that carry the name of an earlier company."""
    if circle.same_name > 1:
        model = next(client for client in clients[len(_AWKWARD) :] if client.business_structure == _COMPANY)
        clients[circle.clients - circle.same_name + 1 :] = [
            _make_named(rng, model.name, _COMPANY) for _ in range(circle.same_name - 1)
        ]


def _retire(rng: Random, clients: list[Client], circle: Circle) -> None:
    """Archive and delete among the clients between the awkward and the same-named ones."""
    first = len(_AWKWARD) if circle.awkward else 1
    gone = rng.sample(range(first, len(clients) - circle.same_name), circle.archived + circle.deleted)
    for at in gone[: circle.archived]:
        clients[at].is_archived = True
    for at in gone[circle.archived :]:
        clients[at].is_deleted = True


def _dress(rng: Random, client: Client, number: int, staff: list[Staff]) -> None:
    """Fill in what a client record has besides its name; about one field in five is left empty, as in life."""
    australian = rng.random() < 0.5
    client.country = "Australia" if australian else "New Zealand"
    if rng.random() < 0.8:
        client.email = names.make_email(client.first_name or "office", host=client.last_name or client.name[:24])
    if rng.random() < 0.7:
        client.phone = f"(02) 5550 {number % 10000:04d}" if australian else f"04 555 {number % 10000:04d}"
    if rng.random() < 0.8:
        _settle(rng, client, australian)
    if rng.random() < 0.6:
        client.client_code = f"{names.fold(client.last_name or client.name)[:4].upper()}{number:03d}"
    if rng.random() < 0.5:
        client.export_code = f"X{number:05d}"
    _register(rng, client, australian)
    if rng.random() < 0.85:
        client.account_manager = rng.choice(staff[:4]).uuid
    if rng.random() < 0.7:
        client.job_manager = rng.choice(staff).uuid
    client.contacts = [_make_contact(rng, client, at == 0) for at in range(rng.choice((0, 1, 1, 1, 2)))]


def _settle(rng: Random, client: Client, australian: bool) -> None:
    client.address = f"{rng.randrange(1, 240)} {rng.choice(names.STREETS)}"
    if australian:
        client.city, client.region, client.post_code = rng.choice(names.CITIES_AU)
    else:
        client.city, client.post_code = rng.choice(names.CITIES_NZ)


def _register(rng: Random, client: Client, australian: bool) -> None:
    if rng.random() < 0.9:
        client.tax_number = names.draw_digits(rng, 9)
    if client.business_structure == _COMPANY and rng.random() < 0.85:
        client.company_number = names.draw_acn(rng) if australian else names.draw_digits(rng, 7)
    if client.business_structure != _PERSON and rng.random() < 0.8:
        client.business_number = names.draw_abn(rng) if australian else f"94290{names.draw_digits(rng, 8)}"


def _make_contact(rng: Random, client: Client, primary: bool) -> Contact:
    given, family = names.draw_person(rng)
    if client.first_name and primary:
        given, family = client.first_name, client.last_name
    return Contact(
        uuid=names.draw_uuid(rng),
        name=f"{given} {family}",
        email=names.make_email(given, host=family),
        mobile=f"027 555 {rng.randrange(10000):04d}",
        position=rng.choice(("Director", "Owner", "Office manager", "Trustee", "")),
        salutation=given,
        is_primary=primary,
    )
