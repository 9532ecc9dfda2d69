"""Two client lists of a made-up practice with truth: `python -m tests.benchmarks.practice_lists --out FOLDER`.

The lists are independent of those the models are fitted on: other names, other habits, other slips. Left is the
practice's own system, untidy; right is the tidier register. Writes left.csv, right.csv, truth.csv and, for looking into
misses, story.csv: how each left name came about.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from .practice.ambiguity import list_undecidable
from .practice.clients import Client, Kind, make_group
from .practice.identifiers import make_code, make_mail, make_phone, make_tax_number, write_number, write_phone
from .practice.slips import glue_code, slip
from .practice.spellings import House, make_house, spell
from .practice.words import Choice

COLUMNS = ("id", "name", "email", "phone", "tax_no", "code")
_COUNTRIES = Choice((75, "AU"), (20, "NZ"), (5, "UK"))
Row = tuple[str, ...]


@dataclass(frozen=True)
class Habits:
    """Shares and rates of a practice's lists. namesakes: how many of those whose name is taken are let in.

    coded, capitals and cut are habits of the own system as a whole: the share of names with their code in front, all
    in capitals, none longer than so many characters (0: as long as they are).
    """

    alone: float = 0.15
    twice: float = 0.01
    left_slips: float = 0.42
    right_slips: float = 0.1
    namesakes: float = 0.3
    coded: float = 0.0
    capitals: bool = False
    cut: int = 0


@dataclass(frozen=True)
class PracticeLists:
    """Rows of COLUMNS, pairs (left id, right id), and per left id the kind, the story and the slip-free name."""

    left: list[Row]
    right: list[Row]
    truth: list[tuple[str, str]]
    story: list[Row]
    clients: dict[str, Client]

    def list_undecidable(self) -> list[str]:
        """Left ids whose partner no name can tell from another client of the right list."""
        names = {row[0]: row[3] for row in self.story}
        written = {left_id: (right_id, names[left_id]) for left_id, right_id in self.truth}
        return list_undecidable(self.clients, written, make_house(False, Random(0)))


@dataclass(frozen=True, slots=True)
class _Known:
    """A client and what a practice may know of it."""

    client: Client
    mails: tuple[str, ...]
    phones: tuple[str, ...]
    tax_no: str
    code: str
    namesake: bool


def make_practice(rows: int, seed: int, habits: Habits | None = None) -> PracticeLists:
    """Two lists of about `rows` rows each; the same for the same arguments."""
    habits = habits or Habits()
    chance = Random(seed)
    houses = make_house(False, chance), make_house(True, chance)
    lists = PracticeLists([], [], [], [], {})
    clients = _draw_clients(chance, habits)
    while len(lists.left) < rows:
        _enter(next(clients), lists, houses, habits, chance)
    return _shuffle(lists, chance)


def _draw_clients(chance: Random, habits: Habits) -> Iterator[_Known]:
    """Clients without end; one whose very name is taken is seldom let in."""
    taken: set[str] = set()
    while True:
        country = _COUNTRIES.draw(chance)
        group = make_group(chance, country)
        mails = (make_mail(group[0], chance),)
        phones = (make_phone(country, chance),)
        for client in group:
            name = client.known_as.lower()
            if name in taken and chance.random() >= habits.namesakes:
                continue
            yield _know(client, mails, phones, name in taken, chance)
            taken.add(name)


def _know(client: Client, mails: tuple[str, ...], phones: tuple[str, ...], namesake: bool, chance: Random) -> _Known:
    if client.kind is Kind.PERSON and chance.random() < 0.6:
        mails = (*mails, make_mail(client, chance))
        phones = (*phones, make_phone(client.country, chance))
    return _Known(client, mails, phones, make_tax_number(client, chance), make_code(client, chance), namesake)


def _enter(known: _Known, lists: PracticeLists, houses: tuple[House, House], habits: Habits, chance: Random) -> None:
    """Put a client on one list or on both, now and then twice on the left one."""
    # of two namesakes neither list may hold just the other one: nobody could tell that they are two
    drawn = 0.5 if known.namesake else chance.random()
    on_left, on_right = drawn >= habits.alone * 0.85, drawn < 1 - habits.alone * 0.85
    right_id = f"R{len(lists.right) + 1:06d}"
    if on_right:
        lists.right.append((right_id, *_write_row(known, houses[1], habits.right_slips, chance)[0]))
        lists.clients[right_id] = known.client
    for _ in range(1 + (on_left and chance.random() < habits.twice) if on_left else 0):
        left_id = f"L{len(lists.left) + 1:06d}"
        row, story = _write_row(known, houses[0], habits.left_slips, chance)
        row = (_keep_habits(row[0], known, habits, chance), *row[1:])
        lists.left.append((left_id, *row))
        lists.story.append((left_id, known.client.kind, *story))
        if on_right:
            lists.truth.append((left_id, right_id))


def _write_row(known: _Known, house: House, slips: float, chance: Random) -> tuple[Row, Row]:
    """The row, and how the name came about: its story and the name before the slips."""
    plain, how = spell(known.client, house, chance)
    name, damage = slip(plain, chance, slips)
    if chance.random() < (0.005 if house.tidy else 0.03):
        name = glue_code(name, known.code, chance)
        damage.append("code glued")
    row = (
        name,
        _maybe(chance.choice(known.mails), 0.65 if house.tidy else 0.5, chance),
        _maybe(write_phone(chance.choice(known.phones), chance), 0.55 if house.tidy else 0.4, chance),
        _maybe(write_number(known.tax_no, chance), 0.75 if house.tidy else 0.25, chance),
        _write_code(known, house, chance),
    )
    return row, ("; ".join((how, *damage)), plain)


def _keep_habits(name: str, known: _Known, habits: Habits, chance: Random) -> str:
    # without such habits no chance is drawn, so that the lists of a seed stay what they were
    if habits.coded and chance.random() < habits.coded:
        name = f"{known.code} {name}"
    name = name.upper() if habits.capitals else name
    return name[: habits.cut].rstrip() if habits.cut else name


def _maybe(text: str, share: float, chance: Random) -> str:
    return text if chance.random() < share else ""


def _write_code(known: _Known, house: House, chance: Random) -> str:
    """The register's code; the own system keeps another numbering as often as not."""
    if house.tidy:
        return _maybe(known.code, 0.7, chance)
    code = known.code if chance.random() < 0.5 else make_code(known.client, chance)
    return _maybe(code, 0.3, chance)


def _shuffle(lists: PracticeLists, chance: Random) -> PracticeLists:
    """Both lists in an order, and with ids, that tell nothing."""
    left, right = list(lists.left), list(lists.right)
    chance.shuffle(left)
    chance.shuffle(right)
    left_ids = {row[0]: f"L{place:06d}" for place, row in enumerate(left, 1)}
    right_ids = {row[0]: f"R{place:06d}" for place, row in enumerate(right, 1)}
    return PracticeLists(
        [(left_ids[row[0]], *row[1:]) for row in left],
        [(right_ids[row[0]], *row[1:]) for row in right],
        [(left_ids[one], right_ids[other]) for one, other in lists.truth],
        [(left_ids[row[0]], *row[1:]) for row in lists.story],
        {right_ids[right_id]: client for right_id, client in lists.clients.items()},
    )


def write_practice(lists: PracticeLists, folder: Path) -> None:
    """Write the four files."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "left.csv", COLUMNS, lists.left)
    _write(folder / "right.csv", COLUMNS, lists.right)
    _write(folder / "truth.csv", ("left_id", "right_id"), lists.truth)
    _write(folder / "story.csv", ("left_id", "kind", "story", "plain"), lists.story)


def _write(path: Path, header: Row, rows: list[Row] | list[tuple[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def main() -> None:
    """Write the lists of one practice."""
    parser = argparse.ArgumentParser(description="Write two made-up client lists with truth.")
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--coded", type=float, default=0.0, help="share of own names with their code in front")
    parser.add_argument("--capitals", action="store_true", help="own names all in capitals")
    parser.add_argument("--cut", type=int, default=0, help="longest own name in characters")
    parser.add_argument("--report", action="store_true", help="count the pairs that no name can settle")
    chosen = parser.parse_args()
    habits = Habits(coded=chosen.coded, capitals=chosen.capitals, cut=chosen.cut)
    lists = make_practice(chosen.rows, chosen.seed, habits)
    write_practice(lists, chosen.out)
    sys.stdout.write(f"{len(lists.left)} left, {len(lists.right)} right, {len(lists.truth)} pairs in {chosen.out}\n")
    if chosen.report:
        share = len(lists.list_undecidable()) / len(lists.truth)
        sys.stdout.write(f"{share:.2%} of the pairs cannot be told by name\n")


if __name__ == "__main__":
    main()
