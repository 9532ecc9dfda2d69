"""Made-up practices in three sizes, the same for the same seed and day.

Every size comes with the same surroundings: a ledger organisation and a practice-suite account that are no Practice
Manager accounts, a second tiny practice and an empty one, so that a client must choose and must keep them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from core.sandbox.seed_catalogue import fill_catalogue
from core.sandbox.seed_clients import Circle, make_clients, make_staff
from core.sandbox.seed_work import Load, make_jobs, make_times
from core.sandbox.snapshot import derive_uuid, list_default_states
from core.sandbox.state import Tenant


@dataclass(frozen=True)
class Size:
    """One practice's measures; `catalogue` counts task types, costs and templates."""

    circle: Circle
    catalogue: tuple[int, int, int]
    load: Load


SIZES = {
    "small": Size(Circle(4, 12, 1, 1, 0, awkward=False), (12, 6, 3), Load(11, 4, 200, 30, odd=False)),
    "medium": Size(Circle(12, 300, 25, 10, 3, awkward=True), (25, 1200, 12), Load(240, 160, 20_000, 365, odd=True)),
    "large": Size(
        Circle(150, 8000, 900, 150, 3, awkward=True), (25, 1200, 12), Load(12_000, 3_000, 260_000, 365, odd=True)
    ),
}

_TINY = Size(Circle(2, 3, 0, 0, 0, awkward=False), (12, 2, 1), Load(2, 1, 10, 20, odd=False))


class UnknownSizeError(ValueError):
    """A size of that name does not exist."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no size {name!r}. Use one of: {', '.join(SIZES)}.")


def build_tenants(size: str, seed: int, today: date) -> dict[str, Tenant]:
    """An organisation, the practice of that size, a practice-suite account, a tiny and an empty practice, by id.

    The practice of that size is the first of type PRACTICEMANAGER. Its times end the day before `today`.
    """
    if size not in SIZES:
        raise UnknownSizeError(size)
    tenants = [
        _name_tenant(seed, "Kowhai & Rimu Holdings Limited", "ORGANISATION"),
        _build_practice(_name_tenant(seed, "Kowhai & Rimu Accounting"), SIZES[size], f"{seed}|{size}", today),
        _name_tenant(seed, "Kowhai & Rimu Accounting", "PRACTICE"),
        _build_practice(_name_tenant(seed, "Pukeko Bookkeeping"), _TINY, f"{seed}|tiny", today),
        _name_tenant(seed, "New Practice"),
    ]
    tenants[-1].states = list_default_states(tenants[-1].id)
    return {tenant.id: tenant for tenant in tenants}


def _name_tenant(seed: int, name: str, kind: str = "PRACTICEMANAGER") -> Tenant:
    return Tenant(id=derive_uuid("tenant", seed, kind, name), name=name, type=kind)


def _build_practice(tenant: Tenant, size: Size, seed: str, today: date) -> Tenant:
    rng = Random(seed)
    tenant.staff = {member.uuid: member for member in make_staff(rng, size.circle, tenant.name)}
    members = [member for member in tenant.staff.values() if not member.deleted]
    clients, groups = make_clients(rng, size.circle, members)
    tenant.clients = {client.uuid: client for client in clients}
    tenant.groups = {group.uuid: group for group in groups}
    fill_catalogue(rng, tenant, *size.catalogue)
    make_jobs(rng, tenant, size.load, today)
    make_times(rng, tenant, size.load, today)
    return tenant
