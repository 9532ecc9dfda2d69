"""What learning from decisions brings, and what it spoils: `python -m tests.benchmarks.matching_learning FOLDER`.

FOLDER holds left.csv, right.csv and truth.csv. The lists are given habits one at a time, somebody decides about some
of the proposals, now and then by a slip, and matching is measured on the records nobody decided about: with the weights
as shipped and with what was learned.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from core.matching import match_lists
from core.matching.fit import read_folder
from core.matching.learn import learn
from core.matching.learned import SHIPPED_CERTAIN, Learned


@dataclass(frozen=True)
class Lists:
    """Two lists and the right partner of each left record that has one."""

    left: pd.DataFrame
    right: pd.DataFrame
    truth: dict[str, str]


Habit = Callable[[Lists, np.random.Generator], Lists]


def keep_as_is(lists: Lists, _chance: np.random.Generator) -> Lists:
    """No habit: the population the shipped weights were fitted on."""
    return lists


def number_apart(lists: Lists, chance: np.random.Generator) -> Lists:
    """Both systems number half of their clients, each on its own."""
    return replace(lists, left=_number(lists.left, chance), right=_number(lists.right, chance))


def share_mailboxes(lists: Lists, chance: np.random.Generator) -> Lists:
    """Most clients have the e-mail address of one of the offices that look after them, another one on each side."""
    offices = [f"office{number}@practice.example" for number in range(len(lists.left) // 7)]
    left, right = (
        frame.assign(email=np.where(chance.random(len(frame)) < 0.7, chance.choice(offices, len(frame)), ""))
        for frame in (lists.left, lists.right)
    )
    return replace(lists, left=left, right=right)


def trust_codes(lists: Lists, chance: np.random.Generator) -> Lists:
    """Codes are kept well on both sides, while a third of the XPM names were typed for somebody else."""
    left = _number(lists.left, chance, 0.7)
    holders = {right_id: left_id for left_id, right_id in lists.truth.items()}
    right = lists.right.assign(code=[left["code"].get(holders.get(one, ""), "") for one in lists.right.index])
    lasts = chance.permutation(right["name"].str.split().str[-1])
    others = right["name"].str.split().str[0] + " " + lasts
    return replace(
        lists, left=left, right=right.assign(name=right["name"].where(chance.random(len(right)) > 0.35, others))
    )


def _number(frame: pd.DataFrame, chance: np.random.Generator, share: float = 0.5) -> pd.DataFrame:
    codes = pd.Series(chance.permutation(len(frame)) + 10_000, index=frame.index).astype("str")
    return frame.assign(code=codes.where(chance.random(len(frame)) < share, ""))


HABITS: dict[str, Habit] = {
    "as shipped": keep_as_is,
    "own codes": number_apart,
    "shared e-mails": share_mailboxes,
    "codes are true": trust_codes,
}


def decide(lists: Lists, pairs: pd.DataFrame, count: int, slips: float, chance: np.random.Generator) -> pd.DataFrame:
    """What somebody says of so many best proposals that are not certain; the right partner is chosen when it is not
    the one proposed."""
    best = pairs[pairs["rank"].eq(1) & pairs["band"].ne("certain")]
    best = best.sample(min(count, len(best)), random_state=int(chance.integers(1 << 30)))
    true = best["left_id"].map(lists.truth)
    same = true.eq(best["right_id"]) ^ (chance.random(len(best)) < slips)
    judged = best[["left_id", "right_id"]].assign(same=same)
    other = judged.assign(right_id=true, same=True)[~same & true.notna() & true.ne(best["right_id"])]
    return pd.concat([judged, other], ignore_index=True)


def measure(lists: Lists, learned: Learned | None, decided: pd.DataFrame) -> str:
    """F1 of pairs from 0.5, the share of true pairs that are certain, and the wrong ones among the certain."""
    pairs = match_lists("clients", lists.left, lists.right, learned=learned, with_parts=False).pairs
    best = pairs[pairs["rank"].eq(1) & ~pairs["left_id"].isin(decided["left_id"])]
    right = best["left_id"].map(lists.truth).eq(best["right_id"])
    there = len(set(lists.truth) - set(decided["left_id"]))
    shown = best["score"].ge(0.5)
    certain = best["score"].ge(learned.certain if learned else SHIPPED_CERTAIN)
    f1 = 2 * int((right & shown).sum()) / max(int(shown.sum()) + there, 1)
    return f"{f1:7.4f} {int((right & certain).sum()) / there:7.3f} {int((certain & ~right).sum()):6d}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure learning from decisions.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--decisions", type=int, nargs="+", default=[60, 200, 500])
    parser.add_argument("--slips", type=float, nargs="+", default=[0.0, 0.1])
    chosen = parser.parse_args()
    left, right, truth = read_folder(chosen.folder)
    sys.stdout.write(
        f"{'habit':<15} {'decided':>7} {'slips':>5}  {'F1 certain wrong':>22}  {'learned: the same':>22}\n"
    )
    for name, habit in HABITS.items():
        lists = habit(Lists(left, right, dict(truth)), np.random.default_rng(3))
        pairs = match_lists("clients", lists.left, lists.right, with_parts=False).pairs
        for count in chosen.decisions:
            for slips in chosen.slips:
                decided = decide(lists, pairs, count, slips, np.random.default_rng(count))
                learned = learn("clients", lists.left, lists.right, decided)
                before, after = measure(lists, None, decided), measure(lists, learned, decided)
                told = f"{learned.check.finding}, certain from {learned.certain:g}"
                sys.stdout.write(f"{name:<15} {learned.check.decisions:7d} {slips:5.0%}  {before}  {after}  {told}\n")


if __name__ == "__main__":
    main()
