"""Made-up staff lists to fit the staff model on: `python -m tests.benchmarks.staff_lists OUT`.

Labelled staff lists are short, so a model fitted on one alone would be unsure of everything. Each folder written here
holds left.csv, right.csv and truth.csv: the right list spells people out, the left one writes them as colleagues do.
Every second folder is one of a practice with more habits: bare initials, roles and remarks behind names, log-ins,
surnames changed by marriage, contractors under a business name, namesakes, and mailboxes that several people share.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Callable
from pathlib import Path

from core.matching.knowledge import nicknames

_SURNAMES = tuple((Path(__file__).parent / "surnames.txt").read_text(encoding="utf-8").split())
_DOMAIN = "practice.example"
Person = tuple[str, str, str]


def _nickname(chance: random.Random, given: str) -> str:
    return chance.choice(sorted(nicknames().get(given, {given})) or [given])


def _mistype(chance: random.Random, text: str) -> str:
    place = chance.randrange(1, max(2, len(text) - 1))
    return chance.choice((text[:place] + text[place + 1 :], text[:place] + text[place : place + 1] + text[place:]))


#: How colleagues write (given, middle, surname).
_WRITTEN: tuple[Callable[[random.Random, Person], str], ...] = (
    lambda _, p: f"{p[0]} {p[2]}",
    lambda _, p: f"{p[0]} {p[2]}",
    lambda c, p: f"{_nickname(c, p[0].lower())} {p[2]}",
    lambda _, p: f"{p[0][0]} {p[2]}",
    lambda _, p: f"{p[0]} {p[2][0]}",
    lambda _, p: f"{p[2]}, {p[0]}",
    lambda _, p: f"{p[2]} {p[0]}",
    lambda _, p: f"{p[0]} {p[1]} {p[2]}",
    lambda _, p: f"{p[0][0]}{p[2][0]} - {p[0]} {p[2]}",
    lambda _, p: f"{p[0][0]}.{p[2]}".lower(),
    lambda _, p: f"{p[0][0]}{p[2]}".lower(),
    lambda _, p: f"{p[0]}.{p[2]}".lower(),
    lambda _, p: f"{p[0]}{p[2][0]}".lower(),
    lambda c, p: _mistype(c, f"{p[0]} {p[2]}"),
    lambda c, p: f"{_mistype(c, p[0])} {p[2]}",
)


_ROLES = (
    "Manager",
    "Partner",
    "Contractor",
    "Senior",
    "Bookkeeper",
    "P/T",
    "Left 2024",
    "on leave",
    "Syd",
    "CPA",
    "CA",
)
_BOXES = ("admin", "info", "accounts", "office", "reception", "payroll")
_TRADES = ("Bookkeeping", "Consulting", "Accounting Services", "Business Solutions", "Advisory Pty Ltd")

#: More ways, of practices with habits.
_MORE_WRITTEN: tuple[Callable[[random.Random, Person], str], ...] = (
    lambda _, p: f"{p[0]} {p[2]}",
    lambda _, p: f"{p[0]} {p[2]}".upper(),
    lambda _, p: f"{p[0]} {p[2]}".lower(),
    lambda c, p: f"{p[0]} {p[2]} ({c.choice(_ROLES)})",
    lambda c, p: f"{p[0]} {p[2]} - {c.choice(_ROLES)}",
    lambda c, p: f"{c.choice(('Mr', 'Ms', 'Mrs', 'Dr'))} {p[0]} {p[2]}",
    lambda _, p: f"{p[0][0]}{p[2][0]}",
    lambda _, p: f"{p[0][0]}{p[1][0]}{p[2][0]}",
    lambda _, p: f"{p[0][0]}.{p[2][0]}.",
    lambda _, p: f"{p[2]} {p[0][0]}",
    lambda _, p: f"{p[2].upper()}, {p[0]}",
    lambda c, p: f"{p[2]}, {_nickname(c, p[0].lower())}",
    lambda _, p: f"{p[2]}.{p[0]}".lower(),
    lambda _, p: f"{p[2]}{p[0][0]}".lower(),
    lambda _, p: f"{p[0]}_{p[2]}".lower(),
    lambda _, p: f"{p[0]} {p[1][0]} {p[2]}",
    lambda _, p: f"{p[0]}",
    lambda _, p: f"{p[1]} {p[2]}",
    lambda c, p: f"{p[0]} {p[2]}-{c.choice(_SURNAMES)}",
    lambda _, p: f"{p[0]} {p[2]} ({p[0][0]}{p[2][0]})",
    lambda c, p: f"{_nickname(c, p[0].lower()).capitalize()} ({p[0]}) {p[2]}",
)


def make_folder(folder: Path, chance: random.Random, *, habits: bool = False) -> None:
    """Write one labelled pair of lists of 20 to 90 people, a tenth of each side without partner."""
    givens = sorted(name for name in nicknames() if len(name) > 3)
    people = [
        (chance.choice(givens).capitalize(), chance.choice(givens).capitalize(), chance.choice(_SURNAMES))
        for _ in range(chance.randrange(20, 90))
    ]
    rows = _write_with_habits(chance, people) if habits else _write_people(chance, people)
    left, right, truth = rows
    chance.shuffle(right)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "left.csv", [("id", "name", "email"), *left])
    _write(folder / "right.csv", [("id", "name", "email"), *right])
    _write(folder / "truth.csv", [("left_id", "right_id"), *truth])


Rows = list[tuple[str, ...]]


def _write_with_habits(chance: random.Random, people: list[Person]) -> tuple[Rows, Rows, Rows]:
    """Rows of left, right and truth. A right name that a colleague writes by initials only may have namesakes."""
    left, right, truth = Rows(), Rows(), Rows()
    known = chance.choice((0.0, 0.3, 0.7, 0.95))
    ways = chance.sample(_MORE_WRITTEN, 5)
    for number, person in enumerate(people):
        fate, mailbox = chance.random(), _mailbox(chance, person, 1.0, chance.choice((0.0, 1.0)))
        mine, theirs = _tell_apart(chance, person, chance.choice(ways)(chance, person), mailbox)
        if fate < 0.9:
            right.append((f"R{number}", theirs[0], theirs[1] if chance.random() < 0.8 else ""))
        if fate > 0.1:
            # Whom only the mailbox can tell keeps it.
            keeps = mine[2] == "mailbox" or chance.random() < known
            left.append((f"L{number}", mine[0], mine[1] if keeps else ""))
        if 0.1 < fate < 0.9:
            truth.append((f"L{number}", f"R{number}"))
        if chance.random() < 0.05 and fate > 0.1:
            left.append((f"LN{number}", mine[0], mailbox.replace("@", "2@")))
            right.append((f"RN{number}", theirs[0], mailbox.replace("@", "2@")))
            truth.append((f"LN{number}", f"RN{number}"))
    for box in chance.sample(_BOXES, chance.randrange(0, 3)):
        left.append(
            (f"L{box}", chance.choice((box.capitalize(), f"{box} team", f"{box}@{_DOMAIN}")), f"{box}@{_DOMAIN}")
        )
        right.append((f"R{box}", chance.choice((box.capitalize(), f"{box.capitalize()} User")), f"{box}@{_DOMAIN}"))
        truth.append((f"L{box}", f"R{box}"))
    return left, right, truth


def _tell_apart(
    chance: random.Random, person: Person, written: str, mailbox: str
) -> tuple[tuple[str, str, str], tuple[str, str]]:
    """How both sides write a person: as usual, under another surname, under a business name, at a shared mailbox."""
    roll = chance.random()
    if roll < 0.05:
        married = (person[0], person[1], chance.choice(_SURNAMES))
        return (f"{person[0]} {person[2]}", mailbox, "mailbox"), (f"{married[0]} {married[2]}", mailbox)
    if roll < 0.1:
        business = f"{person[2]} {chance.choice(_TRADES)}"
        own = f"{person[0]}@{person[2]}{chance.choice(('bookkeeping', 'consulting'))}.example".lower()
        return (f"{person[0]} {person[2]}", own, "mailbox"), (
            chance.choice((business, f"{person[0]} {person[2]} ({business})")),
            own,
        )
    if roll < 0.15:
        shared = f"{chance.choice(_BOXES)}@{_DOMAIN}"
        return (f"{person[0]} {person[2]}", chance.choice((shared, mailbox)), "mailbox"), (
            " ".join(person[::2]),
            shared,
        )
    if roll < 0.2:
        other = mailbox.replace(_DOMAIN, chance.choice(("mail.example", "old-practice.example")))
        return (written, other, "mailbox"), (_spell_out(chance, person), mailbox)
    return (written, mailbox, ""), (_spell_out(chance, person), mailbox)


def _write_people(chance: random.Random, people: list[Person]) -> tuple[Rows, Rows, Rows]:
    left, right, truth = Rows(), Rows(), Rows()
    for number, person in enumerate(people):
        fate = chance.random()
        if fate < 0.9:
            right.append((f"R{number}", _spell_out(chance, person), _mailbox(chance, person, 0.8, 0.9)))
        if fate > 0.1:
            written = chance.choice(_WRITTEN)(chance, person)
            left.append((f"L{number}", written, _mailbox(chance, person, 0.4, 0.6)))
        if 0.1 < fate < 0.9:
            truth.append((f"L{number}", f"R{number}"))
    return left, right, truth


def _spell_out(chance: random.Random, person: Person) -> str:
    return " ".join(person) if chance.random() < 0.2 else f"{person[0]} {person[2]}"


def _mailbox(chance: random.Random, person: Person, known: float, full: float) -> str:
    if chance.random() > known:
        return ""
    given = person[0] + "." if chance.random() < full else person[0][0]
    return f"{given}{person[2]}@{_DOMAIN}".lower()


def _write(path: Path, rows: list[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def main() -> None:
    """Write the folders."""
    parser = argparse.ArgumentParser(description="Write made-up labelled staff lists.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--first", type=int, default=0, help="seed of the first folder; the others follow")
    chosen = parser.parse_args()
    for number in range(chosen.first, chosen.first + chosen.count):
        make_folder(chosen.out / f"staff_{number}", random.Random(number), habits=number % 2 == 1)


if __name__ == "__main__":
    main()
