"""What a matching keeps for the next decision: the evidence of the pairs worth remembering, as a compact file."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from typing import Any, get_type_hints

import numpy as np
from pydantic import TypeAdapter

from .decided import take_pairs
from .engine import Pairs
from .kinds import choose_method
from .weigh import Model

#: Log-odds of pairs so faint that they change no lead of a pair that could be shown.
FAINT = -12.0


@dataclass(frozen=True)
class Kept:
    """The pairs above FAINT, and what both lists told of single words.

    left, right: positions in the lists, sorted by left, in parallel with log_odds and ceiling.
    """

    kind: str
    model: str
    context: Any
    left: np.ndarray
    right: np.ndarray
    log_odds: np.ndarray
    ceiling: np.ndarray

    def to_bytes(self) -> bytes:
        """As a file of arrays."""
        limits, limit = np.unique(self.ceiling, return_inverse=True)
        context = _context_of(self.kind).dump_json(self.context)
        file = io.BytesIO()
        np.savez_compressed(
            file,
            kind=np.array(self.kind),
            model=np.array(self.model),
            context=np.frombuffer(context, dtype=np.uint8),
            left=self.left.astype(np.int32),
            right=self.right.astype(np.int32),
            log_odds=self.log_odds,
            limits=limits,
            limit=limit.astype(np.uint8),
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Kept:
        """Read back from `to_bytes`."""
        with np.load(io.BytesIO(content), allow_pickle=False) as found:
            kind = str(found["kind"])
            context = _context_of(kind).validate_json(found["context"].tobytes())
            left, right = found["left"].astype(np.int64), found["right"].astype(np.int64)
            ceiling = found["limits"][found["limit"]]
            return cls(kind, str(found["model"]), context, left, right, found["log_odds"], ceiling)


@cache
def _context_of(kind: str) -> TypeAdapter[Any]:
    """Reads and writes what the method of a kind learns from both lists."""
    return TypeAdapter(get_type_hints(type(choose_method(kind)).learn)["return"])


def keep_pairs(kind: str, model: str, pairs: Pairs, evidence: Model) -> tuple[Pairs, Kept]:
    """The compared pairs that are worth settling, and what is kept of them."""
    log_odds = evidence.log_odds(pairs.values)
    worth = np.flatnonzero(log_odds > FAINT)
    pairs = take_pairs(pairs, worth)
    return pairs, Kept(kind, model, pairs.context, pairs.left, pairs.right, log_odds[worth], pairs.ceiling)
