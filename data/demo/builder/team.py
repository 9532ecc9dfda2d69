"""The practice's people, in its own system and in XPM."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.sandbox.state import Staff
from data.demo.builder.numbers import derive_uuid

DOMAIN = "banksiawren.example"
LOCKED_MONDAY = date(2026, 11, 16)  # Mei-Ling submitted her timesheet of this week in XPM


@dataclass(frozen=True)
class Member:
    """One staff member; `xpm_name` is empty without an XPM account, `grain` is how finely the person writes time."""

    id: str
    name: str
    email: str
    xpm_name: str
    xpm_email: str
    active: bool = True
    grain: int = 6

    @property
    def xpm_id(self) -> str:
        return derive_uuid("staff", self.id) if self.xpm_name else ""


def _mail(name: str) -> str:
    return f"{name}@{DOMAIN}"


MEMBERS = (
    Member("U01", "Margaret Wren", _mail("margaret"), "Margaret Wren", _mail("margaret"), grain=15),
    Member("U02", "Tom Banks", _mail("tom.banks"), "Thomas Banks", _mail("tom.banks"), grain=15),
    Member("U03", "Siobhan O'Riley", _mail("siobhan"), "Siobhán O'Reilly", _mail("siobhan")),
    Member("U04", "Daniel Cho", _mail("daniel.cho"), "Daniel Cho", _mail("daniel.cho")),
    Member("U05", "Daniel Chow", _mail("daniel.chow"), "Daniel Chow", _mail("daniel.chow")),
    Member("U06", "Aisha Karimi", _mail("aisha"), "Karimi, Aisha", _mail("aisha"), grain=15),
    Member("U07", "Grace Tupou", _mail("grace"), "Grace Tupou", ""),
    Member("U08", "Liam Fitzgerald", _mail("liam"), "Liam Fitzgerald", _mail("liam")),
    Member("U09", "Mei-Ling Tan", _mail("mei-ling"), "Mei Ling Tan", _mail("mei-ling"), grain=15),
    Member("U10", "Hamish Doyle", _mail("hamish"), "Hamish Doyle", _mail("hamish"), active=False),
    Member("U11", "Kerry Vance (contractor)", "kerry@vancebooks.example", "", "", grain=15),
    Member("U12", "Front desk", _mail("hello"), "", "", grain=15),
)
BY_ID = {member.id: member for member in MEMBERS}
PARTNERS = ("U01", "U02")
MANAGERS = ("U03", "U04", "U05", "U06")

#: People of XPM whom the practice's own system does not know.
XPM_ONLY = (("X1", "Geoffrey Banks", "geoffrey"), ("X2", "Pia Lindgren", "pia"), ("X3", "XPM Administrator", ""))

RETIRED_PARTNER = derive_uuid("staff", "X1")


def list_xpm_staff() -> list[Staff]:
    """The thirteen staff of XPM: Hamish was deleted there when he left."""
    staff = [
        Staff(
            uuid=member.xpm_id,
            name=member.xpm_name,
            email=member.xpm_email,
            payroll_code=f"BW{number:02d}",
            deleted=not member.active,
            locked_weeks=[LOCKED_MONDAY] if member.id == "U09" else [],
        )
        for number, member in enumerate(MEMBERS, 1)
        if member.xpm_name
    ]
    others = [Staff(derive_uuid("staff", key), name, _mail(mail) if mail else "") for key, name, mail in XPM_ONLY]
    return sorted(staff + others, key=lambda one: one.name.lower())
