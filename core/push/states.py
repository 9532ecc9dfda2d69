"""The states of a bundle and the one table of legal moves between them."""

from __future__ import annotations

from enum import StrEnum

from core.model import TieoutError


class State(StrEnum):
    """How far a bundle is on its way into XPM."""

    DRAFT = "draft"  # not in the ledger yet
    READY = "ready"  # waits to be sent
    SENDING = "sending"  # the intent is recorded; the request may be under way
    POSTED = "posted"  # XPM told its UUID
    CONFIRMED = "confirmed"  # seen in a complete list with equal fields
    UNKNOWN = "unknown"  # in doubt; read back before anything else
    REJECTED = "rejected"  # XPM refused it
    HELD = "held"  # a person has to look before it is sent
    NEEDS_PERSON = "needs_person"  # only a person can settle it
    DRIFTED = "drifted"  # XPM holds something else than was sent
    EXCLUDED = "excluded"  # a person said it never goes
    CHANGING = "changing"  # an update or a delete is under way
    RETRACTED = "retracted"  # deleted again by us


_S = State

#: Every legal move. What is not here raises and halts the practice's pushing.
LEGAL: dict[State, frozenset[State]] = {
    # drafts enter as ready; adoption finds bundles that are in XPM already
    _S.DRAFT: frozenset({_S.READY, _S.HELD, _S.CONFIRMED, _S.NEEDS_PERSON, _S.EXCLUDED}),
    _S.READY: frozenset({_S.SENDING, _S.HELD, _S.POSTED, _S.CONFIRMED, _S.EXCLUDED}),
    # never back to ready because of a time-out or a dead owner: only when it surely was not applied
    _S.SENDING: frozenset({_S.READY, _S.REJECTED, _S.POSTED, _S.UNKNOWN, _S.NEEDS_PERSON}),
    _S.UNKNOWN: frozenset({_S.POSTED, _S.READY, _S.NEEDS_PERSON, _S.HELD}),
    _S.POSTED: frozenset({_S.CONFIRMED, _S.DRIFTED, _S.NEEDS_PERSON, _S.CHANGING}),
    _S.CONFIRMED: frozenset({_S.DRIFTED, _S.NEEDS_PERSON, _S.CHANGING}),
    _S.DRIFTED: frozenset({_S.CONFIRMED, _S.NEEDS_PERSON, _S.CHANGING, _S.EXCLUDED}),
    _S.HELD: frozenset({_S.READY, _S.EXCLUDED, _S.POSTED, _S.CONFIRMED, _S.NEEDS_PERSON, _S.CHANGING}),
    _S.REJECTED: frozenset({_S.READY, _S.EXCLUDED, _S.POSTED, _S.CONFIRMED, _S.HELD}),
    _S.NEEDS_PERSON: frozenset(
        {_S.READY, _S.EXCLUDED, _S.POSTED, _S.CONFIRMED, _S.DRIFTED, _S.HELD, _S.CHANGING, _S.RETRACTED}
    ),
    _S.EXCLUDED: frozenset({_S.READY, _S.POSTED, _S.HELD}),
    _S.CHANGING: frozenset({_S.POSTED, _S.RETRACTED, _S.DRIFTED, _S.NEEDS_PERSON}),
    # a request thought lost may land after all, and a deleted timesheet may be there again
    _S.RETRACTED: frozenset({_S.NEEDS_PERSON}),
}

#: XPM surely holds a timesheet of the bundle, or did at the last look.
IN_XPM = (State.POSTED, State.CONFIRMED, State.DRIFTED)
#: Whether XPM holds one is not known.
IN_DOUBT = (State.SENDING, State.UNKNOWN, State.CHANGING)
#: Nothing of the bundle is in XPM; its own marker appearing there is taken as its arrival.
ADOPTABLE = (State.READY, State.UNKNOWN, State.HELD, State.NEEDS_PERSON, State.REJECTED, State.EXCLUDED)


class IllegalMove(TieoutError):
    """A bundle was to make a move that the table does not know; pushing is halted."""

    exit_code = 1

    def __init__(self, bundle: str, before: str, after: str) -> None:
        super().__init__(
            f"Bundle {bundle} cannot go from {before!r} to {after!r}. Pushing is halted. "
            "Report this with the activity log; lift the halt only after the bundle was checked in XPM."
        )


def is_legal(before: str, after: str) -> bool:
    """Whether the table knows the move; states nobody knows (of another version) are never legal."""
    known = set(State)
    return before in known and after in known and State(after) in LEGAL[State(before)]
