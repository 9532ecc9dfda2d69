"""One pair seen on its own, without the lists it comes from: for pairs that a person chose by hand."""

from __future__ import annotations

import numpy as np

from .explain import Part, judge_lines
from .learned import Learned
from .method import Method
from .parts import PartsWriter, to_odds
from .rivals import UNSEEN, Setting
from .weigh import read_model, to_probability


def explain_pair(
    method: Method, left: dict[str, str], right: dict[str, str], learned: Learned | None = None
) -> list[Part]:
    """The parts of one pair. Words are as rare as in a short list, and no rival is known."""
    mine, theirs = method.read(left), method.read(right)
    name = method.model([mine], [theirs])
    evidence = read_model(name) if learned is None else learned.adapt(name, read_model(name))[0]
    values = method.compare(mine, theirs, method.learn([mine], [theirs]))
    row = np.array([values], dtype=float)
    weights, ceiling = evidence.contributions(row), method.ceiling(values)
    score = min(float(to_probability(evidence.log_odds(row))[0]), ceiling)
    codes = judge_lines(method.lines, method.features, row, [method.hard(values)])
    wholes = [Setting(UNSEEN).as_part(to_odds(score), ())]
    return PartsWriter(method, evidence).write_all([(mine, theirs)], codes, weights, [ceiling], wholes)[0]
