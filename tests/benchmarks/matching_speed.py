"""How fast matching is: `python -m tests.benchmarks.matching_speed --rows 8000 20000`.

Matches two made-up client lists of each size and prints seconds, the ratio to `rapidfuzz.process.cdist` of the same
names (its default scorer `ratio`, one worker, whole matrix in bytes) and the peak memory of the process after the
match. cdist grows with the square of the rows, so above 10,000 rows it runs on a tenth of the left names, times ten.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time

import numpy as np
import pandas as pd
from rapidfuzz.process import cdist

from core.matching import match
from core.matching.knowledge import business_words, nicknames

_SYLLABLES = ("bar", "dal", "fen", "gor", "hal", "kin", "lam", "mor", "nes", "par", "ros", "sal", "tan", "vel", "wen")
_FORMS = ("Pty Ltd", "Family Trust", "Super Fund", "Limited", "Unit Trust", "Partnership")
_RESPELLED = {"Pty Ltd": "P/L", "Family Trust": "Fam. Trust", "Super Fund": "SMSF", "Limited": "Ltd"}


def make_lists(rows: int, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two lists of client names; the second holds the first, shuffled and spelled another way, typos included."""
    chance = random.Random(seed)
    givens, trades = sorted(nicknames()), sorted(business_words())
    names = [_make_name(chance, givens, trades) for _ in range(rows)]
    others = [_respell(chance, name) for name in names]
    chance.shuffle(others)
    ids = [f"{row:06d}" for row in range(rows)]
    return pd.DataFrame({"name": names}, index=ids), pd.DataFrame({"name": others}, index=ids)


def _make_name(chance: random.Random, givens: list[str], trades: list[str]) -> str:
    surname = "".join(chance.choice(_SYLLABLES) for _ in range(chance.choice((2, 2, 3)))).capitalize()
    if chance.random() < 0.4:
        return f"{surname}, {chance.choice(givens).capitalize()} {chance.choice(givens).capitalize()}"
    return f"{surname} {chance.choice(trades).capitalize()} {chance.choice(_FORMS)}"


def _respell(chance: random.Random, name: str) -> str:
    for form, other in _RESPELLED.items():
        name = name.replace(form, other)
    if ", " in name:
        surname, given = name.split(", ")
        name = f"{given.split()[0]} {surname}"
    if chance.random() < 0.1:
        place = chance.randrange(1, len(name) - 1)
        name = name[:place] + name[place + 1 :]
    return name.upper() if chance.random() < 0.2 else name


def measure(rows: int) -> str:
    """One line of the table."""
    left, right = make_lists(rows)
    start = time.perf_counter()
    found = match("clients", left, right)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    share = 1 if rows <= 10_000 else 10
    start = time.perf_counter()
    cdist(left["name"].tolist()[::share], right["name"].tolist(), dtype=np.uint8, workers=1)
    plain = (time.perf_counter() - start) * share
    return f"{rows:8d} {seconds:9.1f} {plain:9.1f} {seconds / plain:7.2f} {peak:9.0f} {len(found):9d}\n"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure the speed of matching.")
    parser.add_argument("--rows", type=int, nargs="+", default=[8000])
    chosen = parser.parse_args()
    sys.stdout.write(f"{'rows':>8} {'match s':>9} {'cdist s':>9} {'ratio':>7} {'peak MB':>9} {'pairs':>9}\n")
    for rows in chosen.rows:
        sys.stdout.write(measure(rows))


if __name__ == "__main__":
    main()
