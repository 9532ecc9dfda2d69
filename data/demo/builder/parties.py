"""Who the clients are, before either system has spelled them."""

from __future__ import annotations

from dataclasses import dataclass

from data.demo.builder.words import list_families, list_firms


@dataclass(frozen=True)
class Person:
    given: str
    middle: str
    surname: str


@dataclass(frozen=True)
class Party:
    """One client. `core` is the name without its legal form; persons carry their names in `people`."""

    kind: str  # a key of _LOCAL_FORMS
    core: str
    group: str = ""
    people: tuple[Person, ...] = ()

    @property
    def local_name(self) -> str:
        """As the practice's own system spells it: tidy, legal form written out."""
        return _LOCAL_FORMS[self.kind].format(core=self.core)


_LOCAL_FORMS = {
    "company": "{core} Pty Ltd",
    "nz company": "{core} Limited",
    "trust": "{core} Trust",
    "unit trust": "{core} Unit Trust",
    "super fund": "{core} Super Fund",
    "partnership": "{core}",
    "person": "{core}",
    "couple": "{core}",
    "estate": "Estate of the late {core}",
    "sole trader": "{core}",
    "club": "{core} Inc",
}

_ENDINGS = (
    ("Unit Trust", "unit trust"),
    ("Family Trust", "trust"),
    ("Super Fund", "super fund"),
    ("Pty Ltd", "company"),
    ("Limited", "nz company"),
    ("Inc", "club"),
)


def list_parties() -> list[Party]:
    """The clients whose two spellings are made by rule, families first."""
    seen: set[str] = set()
    parties = [party for line in list_families() for party in _list_family(line, seen)]
    return parties + [read_party(name) for name in list_firms()]


def read_party(name: str) -> Party:
    """The client of a name written in full; the kind follows from its ending, persons have two or three words."""
    for ending, kind in _ENDINGS:
        if name.endswith(" " + ending):
            core = name.removesuffix(ending).strip()
            return Party(kind, core + " Family" if ending == "Family Trust" else core)
    words = name.split()
    if len(words) == 4 and words[1] == "&" and "Partnership" not in name:
        return Party("couple", name, people=(Person(words[0], "", words[3]), Person(words[2], "", words[3])))
    if "&" in name or "Partner" in name or name.startswith("The ") or name.endswith("Studio"):
        return Party("partnership", name)
    return Party("person", name, people=(Person(words[0], "", words[-1]),))


def _list_family(line: list[str], seen: set[str]) -> list[Party]:
    surname, first, second, letters, trade = line
    people = (_read_person(first, surname), _read_person(second, surname))
    initials = f"{people[0].given[0]} & {people[1].given[0]} {surname}"
    # The second family of a name is told apart by its initials, as practices do.
    stem = f"{initials} Family" if surname in seen else f"{surname} Family"
    seen.add(surname)
    makers = {
        "A": lambda: [_make_person(people[0])],
        "B": lambda: [_make_person(people[1])],
        "J": lambda: [Party("couple", f"{people[0].given} & {people[1].given} {surname}", people=people)],
        "T": lambda: [Party("trust", stem)],
        "F": lambda: [Party("super fund", stem)],
        "C": lambda: [Party("company", stem)],
        "O": lambda: [Party("company", f"{surname} {trade}")],
        "H": lambda: [Party("company", f"{surname} Holdings"), Party("company", f"{surname} Holdings No 2")],
        "I": lambda: [Party("company", f"{surname} Investments")],
        "U": lambda: [Party("unit trust", f"{surname} {trade}")],
        "P": lambda: [Party("partnership", f"{surname} & Sons {trade}")],
        "E": lambda: [_make_estate(Person("Reginald", "Arthur", surname))],
        "S": lambda: [_make_trader(people[1], trade)],
    }
    group = f"{surname} Group" if stem == f"{surname} Family" else f"{initials} Group"
    made = [party for letter in letters for party in makers[letter]()]
    return [Party(party.kind, party.core, group, party.people) for party in made]


def _read_person(names: str, surname: str) -> Person:
    given, _, middle = names.partition(" ")
    return Person(given, middle, surname)


def _make_person(person: Person) -> Party:
    return Party("person", f"{person.given} {person.surname}", people=(person,))


def _make_estate(person: Person) -> Party:
    return Party("estate", f"{person.given} {person.surname}", people=(person,))


def _make_trader(person: Person, trade: str) -> Party:
    return Party("sole trader", f"{person.given} {person.surname} t/as {person.surname} {trade}", people=(person,))
