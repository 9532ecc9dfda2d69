"""Nineteen planted bugs: each switches one protection of the push off, and must be caught.

Everywhere else our tests pass seams in and never reach into our own code. Here reaching in is the point: the question
is not whether the core works but whether this simulation would notice if it did not. So each mutant replaces one
function of the core by a version without its protection, in this process only, while it is switched on.

`python -m tests.simulation.mutants` plays every mutant with the sweep off and prints where it was caught.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from unittest.mock import patch

import core.push.change
import core.push.clearing
import core.push.compare
import core.push.listing
import core.push.marker
import core.push.queue
import core.push.readback
import core.push.recover
import core.push.run
import core.push.send
import core.push.settle
import core.push.watch
import core.store.ledger
import core.store.push_lease
import core.xpm.calls
from core.model import TieoutError
from core.push.listing import IncompleteList, Listing, read_list
from core.push.marker import ALPHABET, LENGTH
from core.push.send import After, Sent
from core.push.states import State
from core.store.ledger import DONE, LedgerTable
from core.store.push_lease import PushLease
from core.xpm.keeper import TokenKeeper
from core.xpm.outcome import Outcome, OutcomeKind
from core.xpm.transport import AnswerLost
from tests.simulation.weather import Mode

Patches = list[Any]


@dataclass(frozen=True)
class Mutant:
    """`plant` gives the patches that remove the protection; `case` names the scripted case that must catch it."""

    name: str
    removes: str
    plant: Callable[[], Patches]
    case: str = ""


@contextmanager
def plant(name: str) -> Iterator[None]:
    """Switch the mutant on; no name is the core as it is."""
    with ExitStack() as stack:
        for change in MUTANTS[name].plant() if name else []:
            stack.enter_context(change)
        yield


# -- the durable intent -----------------------------------------------------------------------------------------------


def _no_intent() -> Patches:
    """The intent is written together with the outcome, after the request."""
    later: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {}
    numbers = itertools.count(1)
    start, finish = LedgerTable.start_attempt, LedgerTable.finish_attempt

    def start_late(self: LedgerTable, *args: Any, **kwargs: Any) -> tuple[str, str]:
        name = f"late {next(numbers)}"
        later[name] = (args, kwargs)
        return name, DONE

    def finish_late(self: LedgerTable, practice: str, attempt: str, *args: Any, **kwargs: Any) -> str:
        if attempt not in later:
            return finish(self, practice, attempt, *args, **kwargs)
        begun, how = later.pop(attempt)
        made, refusal = start(self, *begun, **how)
        return refusal or finish(self, practice, made, *args, **kwargs)

    return [
        patch.object(LedgerTable, "start_attempt", start_late),
        patch.object(LedgerTable, "finish_attempt", finish_late),
    ]


def _no_deadline() -> Patches:
    """The clock a send looks at stands still."""
    send = core.push.send.send_bundle

    def send_whenever(bundle: Any, seen: Any, turn: Any, seams: Any, book: Any, settings: Any) -> Any:
        return send(bundle, seen, turn, replace(seams, clock=_Stopped(seams.clock)), book, settings)

    return [patch.object(core.push.run, "send_bundle", send_whenever)]


class _Stopped:
    def __init__(self, clock: Any) -> None:
        self._now, self._seconds = clock.now(), clock.monotonic()
        self.sleep = clock.sleep

    def now(self) -> Any:
        return self._now

    def monotonic(self) -> float:
        return float(self._seconds)


def _any_owner() -> Patches:
    """Whoever pushes goes on pushing, whoever has the lease."""

    def judge(connection: Any, practice: str, owner: str, epoch: int, at: str, *, lock: bool = False) -> str:
        return DONE

    return [
        patch.object(core.store.ledger, "judge_lease", judge),
        patch.object(core.store.push_lease, "judge_lease", judge),
        patch.object(PushLease, "renew_lease", lambda *_: True),
    ]


# -- reading back -----------------------------------------------------------------------------------------------------


def _no_quiet_period() -> Patches:
    return [patch.object(core.push.readback.ReadBack, "_seconds_left", lambda *_: 0.0)]


def _one_read() -> Patches:
    """The first list without it proves that it is absent."""

    def look_once(self: Any, due: Any) -> Iterator[float]:
        missing = self._look(due) if due else []
        self._settle_absent(missing) if missing else None
        yield 0.0

    return [patch.object(core.push.readback.ReadBack, "_look_twice", look_once)]


def _no_read_back() -> Patches:
    """What is in doubt is taken for absent."""

    def settle_blindly(self: Any, due: Any) -> Iterator[float]:
        moves = [self.book.plan(bundle, State.READY, "taken for absent") for bundle in due if bundle.state == "unknown"]
        self.book.make(moves)
        yield 0.0

    return [
        patch.object(core.push.readback.ReadBack, "steps", settle_blindly),
        patch.object(core.push.readback.ReadBack, "_seconds_left", lambda *_: 0.0),
    ]


def _equal_newcomers() -> Patches:
    """Only a newcomer of equal minutes counts."""
    judge = core.push.readback.ReadBack._judge_absent

    def judge_equal(self: Any, bundle: Any, attempts: Any, strangers: Any) -> Any:
        held = self.listing.by_uuid
        equal = [one for one in strangers if one[0] in held and held[one[0]].minutes == bundle.minutes]
        return judge(self, bundle, attempts, equal)

    return [patch.object(core.push.readback.ReadBack, "_judge_absent", judge_equal)]


# -- lists ------------------------------------------------------------------------------------------------------------


def _read_complete_patches(read: Callable[..., Listing]) -> Patches:
    import core.push.reread as reread
    import core.push.restored as restored

    users = [core.push.listing, core.push.run, core.push.readback, restored, reread]
    return [patch.object(user, "read_complete", read) for user in users if hasattr(user, "read_complete")]


def _no_witness() -> Patches:
    """A list that parses is complete."""

    def read(sender: Any, ledger: Any, practice: str, scope: Any) -> Listing:
        return Listing(scope, read_list(sender, scope).sheets, complete=True)

    return _read_complete_patches(read)


def _witness_by_share() -> Patches:
    """A list that lacks no more than a fifth of what we know is complete; one that lacks more never is."""

    def read(sender: Any, ledger: Any, practice: str, scope: Any) -> Listing:
        listing = read_list(sender, scope)
        known = ledger.find(practice, states=(State.CONFIRMED,), start=scope.start, end=scope.end)
        known = [bundle for bundle in known if scope.covers(bundle.date, bundle.staff_id)]
        missing = [bundle for bundle in known if bundle.remote_uuid not in listing.by_uuid]
        if len(missing) > 0.2 * len(known):
            raise IncompleteList(scope.start, scope.end, f"{len(missing)} of {len(known)} are missing")
        return Listing(scope, listing.sheets, complete=True)

    return _read_complete_patches(read)


def _no_preflight() -> Patches:
    """What the list before a batch shows is not heeded."""
    return [patch.object(core.push.clearing.Clearing, "clear", lambda _self, batch, _listing: list(batch))]


def _no_lookalike_hold() -> Patches:
    return [patch.object(core.push.clearing, "hold_doubtful", lambda *_: [])]


# -- markers ----------------------------------------------------------------------------------------------------------


def _no_marker() -> Patches:
    """Notes go without their marker, and nobody misses it."""
    compose, differ = core.push.marker.compose_note, core.push.compare.find_differences
    fields = tuple(name for name in core.push.compare.ALL_FIELDS if name != "marker")

    def without(text: str, marker: str, *limit: Any) -> Any:
        return compose(text, "", *limit)

    def differ_less(bundle: Any, sheet: Any, among: Any = fields) -> Any:
        return differ(bundle, sheet, tuple(name for name in among if name != "marker"))

    modules = (core.push.send, core.push.settle, core.push.change)
    return [
        patch.object(core.push.queue, "compose_note", without),
        patch.object(core.push.readback, "sends_marker", lambda _: True),
        *(patch.object(module, "find_differences", differ_less) for module in modules),
    ]


def _random_marker() -> Patches:
    """A marker that cannot be computed again."""
    chance = Random(1)

    def draw(*_: Any, **__: Any) -> str:
        return "".join(chance.choice(ALPHABET) for _ in range(LENGTH))

    import core.push.adopt as adopt

    users = (core.push.queue, adopt)
    return [patch.object(user, "make_marker", draw) for user in users if hasattr(user, "make_marker")]


def _double_by_both() -> Patches:
    """A double counts only while the recorded copy carries the marker too."""
    judge = core.push.settle._judge

    def judge_both(bundle: Any, look: Any) -> Any:
        marked = {sheet.uuid for sheet in look.listing.by_marker.get(bundle.marker, [])}
        if bundle.remote_uuid and bundle.remote_uuid not in marked and marked:
            hidden = {name: found for name, found in look.listing.by_marker.items() if name != bundle.marker}
            listing = replace(look.listing)
            listing.__dict__["by_marker"] = hidden
            return judge(bundle, replace(look, listing=listing))
        return judge(bundle, look)

    return [patch.object(core.push.settle, "_judge", judge_both)]


# -- the wire ---------------------------------------------------------------------------------------------------------


def _retry_in_transport() -> Patches:
    """A write whose answer is lost is sent once more by the layer below."""
    send = core.xpm.calls.Caller._send_once

    def send_twice(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return send(self, *args, **kwargs)
        except AnswerLost:
            return send(self, *args, **kwargs)

    return [patch.object(core.xpm.calls.Caller, "_send_once", send_twice)]


def _status_is_success() -> Patches:
    """Status 200 is success, whatever the body says."""
    judge = core.push.send._judge

    def judge_status(bundle: Any, begun: Any, outcome: Outcome, book: Any, at: str) -> Any:
        if outcome.http_status == 200 and outcome.kind is not OutcomeKind.APPLIED:
            return book.plan(begun, State.POSTED, "XPM stored it"), Sent(After.GO_ON)
        return judge(bundle, begun, outcome, book, at)

    return [patch.object(core.push.send, "_judge", judge_status)]


def _limit_is_failure() -> Patches:
    """What a limit stopped is shown as refused."""
    judge = core.push.send._judge

    def judge_limit(bundle: Any, begun: Any, outcome: Outcome, book: Any, at: str) -> Any:
        if outcome.cause == "limit":
            move = book.plan(begun, State.REJECTED, outcome.words, xpm_words=outcome.words)
            return move, Sent(After.GO_ON)
        return judge(bundle, begun, outcome, book, at)

    return [patch.object(core.push.send, "_judge", judge_limit)]


# -- restore and sign-in ----------------------------------------------------------------------------------------------


def _no_recovery() -> Patches:
    """A restored ledger goes on as if nothing had happened."""
    return [patch.object(core.push.recover, "_compare_journal", lambda *_: None)]


def _token_before_lock() -> Patches:
    """New tokens are asked for without claiming the refresh, and written over whatever is there."""

    def claim(self: Any, row: Any) -> Any:
        return row

    keep = TokenKeeper._keep

    def keep_anyhow(self: Any, claimed: Any, grant: Any) -> Any:
        stored = self._store.read_connection(self.practice)
        return keep(self, replace(claimed, generation=stored.generation if stored else 0), grant)

    return [patch.object(TokenKeeper, "_claim", claim), patch.object(TokenKeeper, "_keep", keep_anyhow)]


MUTANTS: dict[str, Mutant] = {
    one.name: one
    for one in (
        Mutant("no_intent", "the durable intent before the request", _no_intent),
        Mutant("no_quiet_period", "the wait before a list may prove absence", _no_quiet_period),
        Mutant("one_read", "the second list", _one_read),
        Mutant("no_witness", "the check of lists by what is known to be there", _no_witness, "partial_lists"),
        Mutant("no_marker", "the marker in the note", _no_marker),
        Mutant("no_deadline", "the deadline right before a send", _no_deadline),
        Mutant("no_preflight", "the list before a batch", _no_preflight, "typed_before_the_push"),
        Mutant("no_lookalike_hold", "the hold of what people typed", _no_lookalike_hold, "typed_before_the_push"),
        Mutant("no_read_back", "the reading back of what is in doubt", _no_read_back),
        Mutant("random_marker", "the marker that can be computed again", _random_marker, "restored_backup"),
        Mutant("retry_in_transport", "the single send", _retry_in_transport),
        Mutant("status_is_success", "the reading of the body of a 200", _status_is_success),
        Mutant("any_owner", "the check of the lease's owner", _any_owner, "frozen_worker"),
        Mutant("no_recovery", "recovery after a restore", _no_recovery, "restored_backup"),
        Mutant("double_by_both", "doubles whose recorded copy lost its marker", _double_by_both, "stripped_double"),
        Mutant("witness_by_share", "the witness asked by its id", _witness_by_share, "several_deleted"),
        Mutant("equal_newcomers", "newcomers of other minutes", _equal_newcomers, "stripped_and_changed"),
        Mutant("token_before_lock", "the claim before a refresh", _token_before_lock, "two_refresh_at_once"),
        Mutant("limit_is_failure", "a limit as a reason to wait", _limit_is_failure),
    )
}


@dataclass(frozen=True)
class Catch:
    """Where a mutant was noticed; empty when it was not."""

    where: str
    what: str
    seeds: int


def hunt(mutant: Mutant, seeds: range) -> Catch:
    """Play the mutant's own case, then seeds with the sweep off, until something is wrong that is right without it."""
    mode = Mode(sweep=False, mutant=mutant.name)
    if mutant.case:
        with plant(mutant.name):
            wrong = _play_case(mutant.case)
        if wrong:
            return Catch(f"case {mutant.case}", wrong, 0)
    for played, seed in enumerate(seeds, start=1):
        with plant(mutant.name):
            wrong = _play(seed, mode)
        if wrong and not _play(seed, mode):
            return Catch(f"seed {seed}", wrong, played)
    return Catch("", "nothing was noticed", len(seeds))


def _play_case(name: str) -> str:
    from tests.simulation.cases import play_case

    try:
        play_case(name)
    except AssertionError as error:
        return str(error).splitlines()[0]
    except TieoutError as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _play(seed: int, mode: Mode) -> str:
    """What was wrong in a seed, in words."""
    from tests.simulation.play import play_seed

    try:
        tally, log = play_seed(seed, mode)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    told = [line for line in log if " judgement: " in line or " broken: " in line]
    return told[0].split(": ", 1)[1] if told else "" if tally.is_right else "the count is wrong"


def main(arguments: list[str]) -> int:
    """The table of all mutants; exit code 0 only when each was caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.mutants", description=main.__doc__)
    parser.add_argument("--seeds", type=int, default=500, help="how many to play at most for each")
    parser.add_argument("--start", type=int, default=1)
    parser.add_argument("names", nargs="*", help="only these")
    asked = parser.parse_args(arguments)
    missed = 0
    sys.stdout.write(f"| {'mutant':18} | {'protection it removes':50} | {'caught by':28} | as |\n|---|---|---|---|\n")
    for mutant in [MUTANTS[name] for name in asked.names] or MUTANTS.values():
        caught = hunt(mutant, range(asked.start, asked.start + asked.seeds))
        missed += not caught.where
        where = caught.where and f"{caught.where} ({caught.seeds} played)" if caught.seeds else caught.where
        sys.stdout.write(
            f"| {mutant.name:18} | {mutant.removes:50} | {where or 'NOT CAUGHT':28} | {caught.what[:90]} |\n"
        )
        sys.stdout.flush()
    sys.stdout.write(f"{len(asked.names or MUTANTS) - missed} of {len(asked.names or MUTANTS)} caught\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
