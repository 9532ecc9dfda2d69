"""Made-up staff lists to fit the staff model on: `python -m tests.benchmarks.staff_lists OUT`.

Labelled staff lists are short, so a model fitted on one alone would be unsure of everything. Each folder written here
holds left.csv, right.csv and truth.csv: the right list spells people out, the left one writes them as colleagues do.
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


def make_folder(folder: Path, chance: random.Random) -> None:
    """Write one labelled pair of lists of 20 to 90 people, a tenth of each side without partner."""
    givens = sorted(name for name in nicknames() if len(name) > 3)
    people = [
        (chance.choice(givens).capitalize(), chance.choice(givens).capitalize(), chance.choice(_SURNAMES))
        for _ in range(chance.randrange(20, 90))
    ]
    left, right, truth = [], [], []
    for number, person in enumerate(people):
        fate = chance.random()
        if fate < 0.9:
            right.append((f"R{number}", _spell_out(chance, person), _mailbox(chance, person, 0.8, 0.9)))
        if fate > 0.1:
            written = chance.choice(_WRITTEN)(chance, person)
            left.append((f"L{number}", written, _mailbox(chance, person, 0.4, 0.6)))
        if 0.1 < fate < 0.9:
            truth.append((f"L{number}", f"R{number}"))
    chance.shuffle(right)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "left.csv", [("id", "name", "email"), *left])
    _write(folder / "right.csv", [("id", "name", "email"), *right])
    _write(folder / "truth.csv", [("left_id", "right_id"), *truth])


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
    chosen = parser.parse_args()
    for number in range(chosen.count):
        make_folder(chosen.out / f"staff_{number}", random.Random(number))


if __name__ == "__main__":
    main()
