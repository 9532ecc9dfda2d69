"""Each client as the two systems hold it, and how sure a reader can be that they are the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from core.sandbox.state import Client, ClientGroup, Contact
from data.demo.builder import odd_names
from data.demo.builder.numbers import derive_uuid, draw_abn, draw_acn, draw_nzbn, draw_phone, draw_tfn, group_digits
from data.demo.builder.parties import Party, list_parties, read_party
from data.demo.builder.spelling import glue_code, spell_loosely, spell_same
from data.demo.builder.team import BY_ID, MANAGERS, PARTNERS
from data.demo.builder.words import STREETS, TOWNS

ENTITY_WORDS = {
    "company": ("Company", "Company"),
    "nz company": ("NZ company", "Company"),
    "trust": ("Discretionary trust", "Trust"),
    "unit trust": ("Unit trust", "Unit Trust"),
    "super fund": ("SMSF", "Self Managed Superannuation Fund"),
    "partnership": ("Partnership", "Partnership"),
    "person": ("Individual", "Individual"),
    "couple": ("Couple", "Individual"),
    "estate": ("Deceased estate", "Estate"),
    "sole trader": ("Sole trader", "Sole Trader"),
    "club": ("Association", "Association"),
}
_WITHOUT_ABN = ("person", "couple", "estate")


@dataclass
class LocalClient:
    """One line of clients.csv."""

    id: str
    name: str
    entity: str
    email: str = ""
    phone: str = ""
    abn: str = ""
    acn: str = ""
    code: str = ""
    archived: bool = False
    group: str = ""
    partner: str = ""
    manager: str = ""


@dataclass
class Pair:
    """A client of the practice with its XPM record, if it has one.

    grade: certain, likely, possible, tie (two XPM records fit), new or twice (no XPM record of its own), or what a
    person decided: linked, broken, excluded.
    """

    party: Party
    grade: str
    local: LocalClient
    xpm: Client | None = None
    rival: Client | None = None

    def known_client(self) -> Client:
        """The XPM record; raises ValueError for clients that XPM does not have."""
        if self.xpm is None:
            raise ValueError(f"{self.local.name} has no XPM client")
        return self.xpm

    @property
    def is_certain(self) -> bool:
        return self.grade in ("certain", "linked")

    @property
    def is_plain(self) -> bool:
        """Whether nobody can take the pair for another: no family of namesakes, or one registered number."""
        number = self.local.abn.replace(" ", "")
        same_number = bool(number) and self.xpm is not None and number == self.xpm.business_number
        return self.is_certain and (not self.party.group or (same_number and self.party.kind == "company"))


def build_pairs(rng: Random) -> list[Pair]:
    """The 300 clients of the practice's own system, in the order of their ids."""
    pairs = [
        *_build_ruled(rng),
        *(_build_odd(rng, "likely", local, xpm) for local, xpm in odd_names.split_lines(odd_names.LIKELY)),
        *(_build_odd(rng, "possible", local, xpm) for local, xpm in odd_names.split_lines(odd_names.POSSIBLE)),
        *(_build_odd(rng, "tie", *names) for names in odd_names.split_lines(odd_names.TIES)),
        *(_build_odd(rng, "new", name) for name in odd_names.list_new()),
        *(_build_odd(rng, grade, local, xpm) for local, xpm, grade in odd_names.split_lines(odd_names.DECIDED)),
        *_build_archived(rng),
    ]
    rng.shuffle(pairs)
    pairs += _build_twice(rng, pairs)
    for number, pair in enumerate(pairs, 1):
        pair.local.id = f"HC{1000 + number}"
    return pairs


def list_xpm_only(rng: Random) -> list[Client]:
    """Clients that the practice's own system does not have, and the successor of the archived bakery."""
    clients = [
        _make_client(rng, name, structure, derive_uuid("xpm only", name))
        for name, structure, _ in odd_names.split_lines(odd_names.XPM_ONLY)
    ]
    for client, (_, _, fate) in zip(clients, odd_names.split_lines(odd_names.XPM_ONLY), strict=True):
        client.is_archived, client.is_deleted = fate == "archived", fate == "deleted"
        client.is_prospect = fate == "prospect"
    return [*clients, _make_client(rng, "Sunnyside Bakehouse Pty Ltd", "Company", derive_uuid("successor"))]


def build_groups(pairs: list[Pair]) -> list[ClientGroup]:
    """XPM's client groups: the families with at least three clients there."""
    members: dict[str, list[str]] = {}
    for pair in pairs:
        if pair.party.group and pair.xpm:
            members.setdefault(pair.party.group, []).append(pair.xpm.uuid)
    return [
        ClientGroup(derive_uuid("group", name), name.replace(" Group", " Family Group"), clients=uuids)
        for name, uuids in sorted(members.items())
        if len(uuids) > 2
    ]


def _build_ruled(rng: Random) -> list[Pair]:
    parties = list_parties()
    companies = {party.group: party for party in parties if _is_trustee(party)}
    # Families share the address of their first member.
    mails = {party.group: _draw_mail(party, rng) for party in reversed(parties)}
    pairs = []
    for number, party in enumerate(parties):
        mail = mails[party.group] if party.group and rng.random() < 0.6 else _draw_mail(party, rng)
        trustee = companies.get(party.group)
        grade = "likely" if number % 9 == 4 and party.kind != "sole trader" else "certain"
        pairs.append(_build_pair(rng, party, grade, mail, trustee.local_name if trustee else ""))
    return pairs


def _is_trustee(party: Party) -> bool:
    return party.kind == "company" and bool(party.group) and not party.core.endswith("No 2")


def _build_pair(rng: Random, party: Party, grade: str, mail: str, trustee: str) -> Pair:
    """Both records with the identifiers that real lists share; a likely pair shares none."""
    local = _make_local(rng, party)
    name = spell_same(party, rng, trustee) if grade == "certain" else spell_loosely(party, rng)
    xpm = _make_client(rng, name, ENTITY_WORDS[party.kind][1], derive_uuid("client", party.kind, party.core))
    if party.kind in ("person", "estate", "sole trader"):
        xpm.first_name, xpm.last_name = party.people[0].given, party.people[0].surname
    if local.phone and rng.random() < 0.5:
        xpm.phone = local.phone
    shared = _choose_shared(rng, party) if grade == "certain" else ""
    _share_registration(rng, party, local, xpm, shared == "abn")
    _share_mail(rng, local, xpm, mail, shared == "mail")
    _share_code(rng, party, local, xpm, shared == "code")
    return Pair(party, grade, local, xpm)


def _choose_shared(rng: Random, party: Party) -> str:
    if party.kind in _WITHOUT_ABN:
        return rng.choices(("mail", "code", "name"), (45, 25, 30))[0]
    return rng.choices(("abn", "mail", "code", "name"), (50, 18, 12, 20))[0]


def _share_registration(rng: Random, party: Party, local: LocalClient, xpm: Client, shared: bool) -> None:
    xpm.tax_number = draw_tfn(rng) if rng.random() < 0.8 else ""
    if party.kind in _WITHOUT_ABN:
        return
    acn = draw_acn(rng) if party.kind == "company" else ""
    number = draw_nzbn(rng) if party.kind == "nz company" else draw_abn(rng, acn)
    if shared or rng.random() < 0.25:
        local.abn = rng.choice((number, group_digits(number), group_digits(number)))
    if shared or (not local.abn and rng.random() < 0.5):
        xpm.business_number = number
        xpm.company_number = acn if rng.random() < 0.7 else ""
    if local.abn and rng.random() < 0.3:
        local.acn = acn


def _share_mail(rng: Random, local: LocalClient, xpm: Client, mail: str, shared: bool) -> None:
    draw = rng.random()
    if shared or draw < 0.3:
        local.email = mail
    if shared or draw >= 0.55:
        xpm.email = mail.capitalize() if rng.random() < 0.1 else mail


def _share_code(rng: Random, party: Party, local: LocalClient, xpm: Client, shared: bool) -> None:
    word = party.people[0].surname if party.people else party.core
    letters = "".join(letter for letter in word.upper() if letter.isalpha())[:4]
    code = f"{letters}{rng.randrange(1, 10_000):04d}"
    draw = rng.random()
    if shared or draw < 0.3:
        local.code = code
    if shared or draw >= 0.6:
        xpm.client_code = code
    if shared and rng.random() < 0.3:
        xpm.name = glue_code(xpm.name, code, rng)


def _build_odd(rng: Random, grade: str, name: str, xpm_name: str = "", rival: str = "") -> Pair:
    party = read_party(name)
    pair = Pair(party, grade, _make_local(rng, party))
    if rng.random() < 0.4:
        pair.local.email = _draw_mail(party, rng)
    structure = ENTITY_WORDS[party.kind][1]
    if xpm_name:
        pair.xpm = _make_client(rng, xpm_name, structure, derive_uuid("client", name))
        pair.xpm.is_archived = grade == "broken"
    if rival:
        pair.rival = _make_client(rng, rival, structure, derive_uuid("rival", name))
    return pair


def _build_archived(rng: Random) -> list[Pair]:
    """Two clients that left, and are archived on both sides."""
    pairs = []
    for name in ("Fernhill Fabrics Pty Ltd", "Osmond Grant"):
        party = read_party(name)
        pair = _build_pair(rng, party, "certain", _draw_mail(party, rng), "")
        pair.local.archived, pair.grade = True, "archived"
        if pair.xpm:
            pair.xpm.is_archived = True
        pairs.append(pair)
    return pairs


def _build_twice(rng: Random, pairs: list[Pair]) -> list[Pair]:
    """Two companies that were entered a second time in the practice's own system."""
    originals = [pair for pair in pairs if pair.party.core in ("Tempe Tyres", "Mort Bay Timber")]
    return [
        Pair(
            original.party,
            "twice",
            replace(original.local, name=f"{original.party.core} P/L", abn="", acn="", code="", phone=draw_phone(rng)),
        )
        for original in originals
    ]


def _make_local(rng: Random, party: Party) -> LocalClient:
    return LocalClient(
        id="",
        name=party.local_name,
        entity=ENTITY_WORDS[party.kind][0] if rng.random() < 0.92 else "",
        phone=draw_phone(rng) if rng.random() < 0.5 else "",
        group=party.group,
        partner=BY_ID[rng.choice(PARTNERS)].name,
        manager=BY_ID[rng.choice(MANAGERS)].name,
    )


def _make_client(rng: Random, name: str, structure: str, uuid: str) -> Client:
    town, post_code = rng.choice(TOWNS)
    client = Client(uuid, name, business_structure=structure, city=town, region="NSW", post_code=post_code)
    client.address = f"{rng.randrange(1, 180)} {rng.choice(STREETS)}"
    client.phone = draw_phone(rng) if rng.random() < 0.4 else ""
    client.account_manager = BY_ID[rng.choice(PARTNERS)].xpm_id
    client.job_manager = BY_ID[rng.choice(MANAGERS)].xpm_id if rng.random() < 0.8 else None
    if structure == "Company" and rng.random() < 0.3:
        contact = rng.choice(("Accounts", "Accounts Payable", "The Director"))
        client.contacts = [Contact(derive_uuid("contact", uuid), contact, is_primary=True)]
    return client


def _draw_mail(party: Party, rng: Random) -> str:
    word = "".join(letter for letter in party.core.lower() if letter.isascii() and letter.isalpha())
    if party.people:
        person = party.people[0]
        surname = "".join(letter for letter in person.surname.lower() if letter.isalpha())
        return f"{person.given.lower()}.{surname}{rng.randrange(2, 99)}@postbox.example"
    return f"{rng.choice(('accounts', 'office', 'hello'))}@{word[:24]}.example"
