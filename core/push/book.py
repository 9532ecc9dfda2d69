"""Changes of the ledger by one actor in one run, each checked against the table of legal moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.push.ports import Ledger, Move, Stated
from core.push.states import IllegalMove, is_legal

#: Who changes states when no person did: a list of XPM's, a crash found at the start.
MACHINE = "tieout"


@dataclass(frozen=True)
class Book:
    """The ledger of one practice, opened by `actor` for `run`; all moves of the push go through here."""

    ledger: Ledger
    practice: str
    tenant: str
    run: str = ""
    actor: str = MACHINE

    def plan(self, bundle: Stated, to_state: str, why: str, **values: Any) -> Move:
        """The move, checked; raises IllegalMove and halts pushing when the table does not know it.

        A bundle's `reason` says why it is where it is, so it is cleared unless the move gives another.
        """
        if not is_legal(bundle.state, to_state):
            self.halt(f"illegal move of bundle {bundle.id}: {bundle.state} to {to_state}")
            raise IllegalMove(bundle.id, bundle.state, to_state)
        return Move(bundle.id, bundle.state, to_state, why, {"reason": "", **values}, _epoch_of(bundle))

    def note(self, bundle: Stated, why: str, **values: Any) -> Move:
        """An event without a change of state: what was looked at, and why nothing was done."""
        return Move(bundle.id, bundle.state, bundle.state, why, values, _epoch_of(bundle))

    def make(self, moves: Sequence[Move]) -> list[str]:
        """Make the moves in one transaction; gives the ids of bundles that others had moved on meanwhile."""
        return self.ledger.move_all(self.practice, moves, actor=self.actor, run=self.run) if moves else []

    def halt(self, reason: str) -> None:
        """Stop all writing to XPM until a person lifts it."""
        self.ledger.halt(self.practice, reason, actor=self.actor)


def _epoch_of(bundle: Stated) -> int | None:
    """What a judgement was made from; another worker may have sent the bundle, and lost it again, meanwhile."""
    return getattr(bundle, "epoch", None)
