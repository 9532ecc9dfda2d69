"""Looks over the core's shoulder: at the very moment a request leaves, everything that must precede it is there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.push.ports import TimeDraft
from core.push.send import hash_draft
from core.store.ledger import LedgerTable
from core.xpm import drafts
from core.xpm.client import XpmClient
from tests.simulation.process import Process

if TYPE_CHECKING:
    from tests.simulation.scene import Scene

#: Seconds by which moments may differ though nothing is wrong: the way of a request.
_SLACK = 1.0

_OPEN = """
select a.id, a.bundle, a.epoch, a.n, a.op from attempt a left join attempt_outcome o on o.attempt = a.id
where a.request_hash = ? and o.attempt is null
"""
_FORMER = """
select a.id, coalesce(o.outcome, '') from attempt a left join attempt_outcome o on o.attempt = a.id
where a.bundle = ? and a.n < ? order by a.n desc limit 1
"""
_INTENTS = ("sending", "changing")
_EVENTS = "select from_state, to_state, why from bundle_event where bundle = ? order by id"


class Violation(AssertionError):
    """Something that must never be, was; the seed repeats it."""

    def __init__(self, seed: int, which: str, what: str) -> None:
        self.which = which
        super().__init__(f"seed {seed}: {which} broken: {what}")


class Watch:
    """What was seen of single requests. `left`: when the request of an attempt left, by the true time."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.begun: dict[str, float] = {}
        self.left: dict[str, float] = {}
        self.violations: list[Violation] = []

    def report(self, which: str, what: str) -> None:
        """An invariant is broken."""
        self._scene.note("watch", f"{which} broken: {what}")
        self.violations.append(Violation(self._scene.seed, which, what))

    def check_leaving(self, process: Process, request_hash: str) -> None:
        """I7 to I10: one durable intent with this hash, in time, by the pusher of now, and no doubt unsettled."""
        scene = self._scene
        rows = scene.ask_ledger(_OPEN, request_hash)
        if len(rows) != 1:
            self.report("I7" if not rows else "I8", f"{len(rows)} open intents as a request leaves")
            return
        attempt, bundle, epoch, number, op = rows[0]
        if f'"attempt": "{attempt}"' not in scene.journal_path.read_text(encoding="utf-8"):
            self.report("I7", f"attempt {attempt} leaves without a line in the journal")
        owner, held, halt = scene.ask_ledger("select owner, epoch, halt_reason from pusher")[0]
        if (owner, held) != (process.name, epoch) or halt:
            self.report("I10", f"{process.name} of epoch {epoch} sends while {owner!r} has epoch {held}, halt {halt!r}")
        waited = scene.hub.seconds - self.begun.get(attempt, scene.hub.seconds)
        if waited > scene.settings.deadline_seconds + _SLACK:
            self.report("I10", f"attempt {attempt} leaves {waited:.0f} s after its intent")
        self._check_doubt(bundle, number, op)
        self.left[attempt] = scene.hub.seconds

    def _check_doubt(self, bundle: str, number: int, op: str) -> None:
        """I9: since a request in doubt the quiet period went by, and then, for an add, two whole lists came."""
        scene = self._scene
        former = scene.ask_ledger(_FORMER, bundle, number)
        if not former or former[0][1] not in ("", "in_doubt") or former[0][0] not in self.left:
            return
        if _is_settled(scene.ask_ledger(_EVENTS, bundle)):
            return
        quiet = self.left[former[0][0]] + scene.settings.quiet_seconds - _SLACK
        lists = [at for at in scene.network.traffic.lists if at >= quiet]
        looked = lists and lists[-1] - lists[0] >= scene.settings.list_gap_seconds - _SLACK
        if scene.hub.seconds < quiet or (op == "add" and not looked):
            waited = scene.hub.seconds - self.left[former[0][0]]
            self.report("I9", f"bundle {bundle} goes again {waited:.0f} s after a request in doubt, {len(lists)} lists")


def _is_settled(events: list[tuple[Any, ...]]) -> bool:
    """Whether what the former request left in doubt was found, or a person looked, before the intent of now."""
    intents = [at for at, (before, after, _) in enumerate(events) if before != after and after in _INTENTS]
    between = events[intents[-2] : intents[-1]] if len(intents) > 1 else []
    return any(
        (before, after) == ("needs_person", "ready") or (after in ("posted", "confirmed") and "as before" not in why)
        for before, after, why in between
    )


class WatchedLedger(LedgerTable):
    """The ledger, noting the true time of each intent."""

    def __init__(self, scene: Scene, *parts: Any) -> None:
        super().__init__(*parts)
        self._scene = scene

    def start_attempt(self, *args: Any, **kwargs: Any) -> tuple[str, str]:
        """See `LedgerTable.start_attempt`."""
        attempt, refusal = super().start_attempt(*args, **kwargs)
        if attempt:
            self._scene.watch.begun[attempt] = self._scene.hub.seconds
        return attempt, refusal


class WatchedSender:
    """XPM as the push has it, with a look at each write as it leaves."""

    def __init__(self, client: XpmClient, scene: Scene, process: Process) -> None:
        self.list_times = client.list_times
        self.list_staff_times = client.list_staff_times
        self.get_time = client.get_time
        self._client = client
        self._scene = scene
        self._process = process

    def add_time(self, draft: TimeDraft, refuse: Callable[[], str]) -> Any:
        """See `Sender.add_time`."""
        return self._client.add_time(drafts.TimeDraft(**vars(draft)), self._look(hash_draft(draft), refuse))

    def update_time(self, uuid: str, draft: TimeDraft, refuse: Callable[[], str]) -> Any:
        """See `Sender.update_time`."""
        return self._client.update_time(uuid, drafts.TimeDraft(**vars(draft)), self._look(hash_draft(draft), refuse))

    def delete_time(self, uuid: str, refuse: Callable[[], str]) -> Any:
        """See `Sender.delete_time`."""
        request_hash = hashlib.sha256(f"delete {uuid}".encode()).hexdigest()
        return self._client.delete_time(uuid, self._look(request_hash, refuse))

    def _look(self, request_hash: str, refuse: Callable[[], str]) -> Callable[[], str]:
        def ask() -> str:
            asked = self._scene.hub.seconds
            why = refuse()
            if why:
                return why
            if self._scene.hub.seconds > asked:
                # Frozen between the last check and the first byte: nothing can prevent what follows, only repair it.
                self._scene.note("watch", f"{self._process.name} was frozen after its last check")
            else:
                self._scene.watch.check_leaving(self._process, request_hash)
            return why

        return ask
