"""Practices with a habit of their own, and the decisions their people make; all made up from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pandas as pd

from core.matching import match_lists
from core.matching.learned import SHIPPED_CERTAIN, Learned

DECIDED = ["left_id", "right_id", "same"]
_SIZE = 500
_SYLLABLES = ("bar", "dal", "fen", "gor", "hal", "kin", "lam", "mor", "nes", "par", "ros", "sal", "tan", "vel", "wen")
_FORMS = {"Pty Ltd": "P/L", "Family Trust": "Fam. Trust", "Super Fund": "SMSF", "Unit Trust": "Unit Tr"}
_GIVEN = ("Anna", "Andrew", "Brian", "Bridget", "Carl", "Diane", "Erica", "Frank", "Grace", "Henry", "Irene", "Jack")


@dataclass(frozen=True)
class Practice:
    """Two lists, and the right partner of each left record that has one."""

    left: pd.DataFrame
    right: pd.DataFrame
    truth: dict[str, str]


@dataclass(frozen=True)
class Figures:
    """How matching does on some left records: F1 of pairs from 0.5, certain pairs, and the wrong ones among them."""

    f1: float
    certain: int
    wrong: int


def make_practice(*, own_numbers: bool, seed: int = 1) -> Practice:
    """Families of clients of one surname; a tenth of the records stand alone on either side.

    own_numbers: the two sides number their clients in ways of their own, so tax numbers, phones and codes of the
    same client differ.
    """
    chance = random.Random(seed)
    names: list[str] = []
    while len(names) < _SIZE:
        names += _make_family(chance)
    ids = [f"{row:04d}" for row in range(len(names))]
    numbers = [_number(chance, len(names), digits) if own_numbers else [""] * len(names) for digits in (8, 10)]
    spelled = (names, [_respell(chance, name) for name in names])
    left, right = (
        pd.DataFrame({"name": written, "tax_no": own, "code": own, "phone": own}, index=[f"{side}{one}" for one in ids])
        for side, written, own in zip("lr", spelled, numbers, strict=True)
    )
    alone = len(names) // 10
    left, right = left.iloc[:-alone], right.iloc[alone:].sample(frac=1, random_state=seed)
    return Practice(left, right, {f"l{one}": f"r{one}" for one in ids[alone:-alone]})


def _number(chance: random.Random, count: int, digits: int) -> list[str]:
    numbers = chance.sample(range(10 ** (digits - 1), 10**digits), count)
    return [str(number) if chance.random() < 0.8 else "" for number in numbers]


def _make_family(chance: random.Random) -> list[str]:
    surname = "".join(chance.choice(_SYLLABLES) for _ in range(chance.choice((2, 2, 3)))).capitalize()
    persons = [f"{surname}, {given}" for given in chance.sample(_GIVEN, chance.choice((1, 2, 3)))]
    bodies = chance.sample([f"{surname} {form}" for form in _FORMS], chance.choice((1, 1, 2)))
    return persons + bodies


def _respell(chance: random.Random, name: str) -> str:
    surname, comma, given = name.partition(", ")
    for form, other in _FORMS.items():
        name = name.replace(form, other if chance.random() < 0.9 else "")
    if comma:
        name = f"{given if chance.random() < 0.8 else given[0]} {surname}"
    if chance.random() < 0.2:
        place = chance.randrange(1, len(name) - 1)
        name = name[:place] + name[place + 1 :]
    return name.strip()


def decide(practice: Practice, count: int, *, slips: float = 0.0, seed: int = 1) -> pd.DataFrame:
    """What a person says of the best proposals of so many left records, slipping now and then."""
    chance = random.Random(seed)
    found = match_lists("clients", practice.left, practice.right).pairs
    best = found[found["rank"] == 1]
    rows = []
    for left_id, right_id in chance.sample(list(zip(best["left_id"], best["right_id"], strict=True)), count):
        right = practice.truth.get(left_id) == right_id
        rows.append((left_id, right_id, right != (chance.random() < slips)))
    return pd.DataFrame(rows, columns=DECIDED)


def measure(practice: Practice, learned: Learned | None, decided: pd.DataFrame) -> Figures:
    """The figures on the left records nobody decided about."""
    found = match_lists("clients", practice.left, practice.right, learned=learned).pairs
    best = found[(found["rank"] == 1) & ~found["left_id"].isin(decided["left_id"])]
    right = best["left_id"].map(practice.truth).eq(best["right_id"])
    shown = best["score"].ge(0.5)
    there = len(set(practice.truth) - set(decided["left_id"]))
    certain = best["score"].ge(learned.certain if learned else SHIPPED_CERTAIN)
    f1 = 2 * int((right & shown).sum()) / (int(shown.sum()) + there)
    return Figures(f1, int(certain.sum()), int((certain & ~right).sum()))
