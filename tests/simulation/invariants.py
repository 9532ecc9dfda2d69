"""After the calm: what XPM really holds against what the ledger says, and the history of every bundle."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from core.push.states import State, is_legal
from tests.simulation.office import name_entries
from tests.simulation.practice import TENANT
from tests.simulation.scene import PRACTICE, Scene

if TYPE_CHECKING:
    from tests.simulation.play import Tally

_OPEN = (State.READY, State.SENDING, State.UNKNOWN, State.CHANGING)
_SURE = (State.POSTED, State.CONFIRMED)
_ABSENT = (State.REJECTED, State.EXCLUDED, State.HELD, State.RETRACTED)
#: States and reasons in which the page says that XPM may hold the entry, or that a person has to look.
_VISIBLE = (State.NEEDS_PERSON, State.DRIFTED)
_HELD_THERE = ("adopt_differs", "double", "orphan")


def judge_end(scene: Scene) -> Tally:
    """The count of a seed, after everything settled; what is wrong is also in `scene.watch.violations`."""
    from tests.simulation.play import Tally

    tally = Tally(seeds=1, bundles=len(scene.office.entries) + len(scene.office.gone))
    tally.faults = count_faults(scene)
    tally.calls = scene.network.traffic.calls
    live = find_copies(scene)
    tally.doubles_for_a_while = count_doubled(scene)
    bundles = newest_bundles(scene)
    for entry_id in (*scene.office.entries, *scene.office.gone):
        _judge_entry(scene, entry_id, bundles.get(entry_id), live.get(entry_id, []), tally)
    if scene.ledger.halt_reason(PRACTICE):
        scene.watch.report("I3", f"still halted: {scene.ledger.halt_reason(PRACTICE)}")
        tally.stuck += 1
    for bundle_id, reason in put_before_person(scene).items():
        tally.to_person += 1
        tally.reasons[reason] = tally.reasons.get(reason, 0) + 1
        if not reason:
            scene.watch.report("I2", f"bundle {bundle_id} is before a person without a reason")
    tally.drifted = len(scene.ask_ledger("select distinct bundle from bundle_event where to_state = 'drifted'"))
    _check_people(scene)
    _check_events(scene)
    _check_members(scene)
    _check_refusals(scene)
    _check_pace(scene)
    _check_secrets(scene)
    tally.violations = len(scene.watch.violations)
    if not tally.is_right:
        tally.wrong_seeds.append(scene.seed)
    return tally


def count_faults(scene: Scene) -> int:
    """Faults of XPM, the network, the machines and the disk."""
    words = ("cannot connect", "killed", "frozen", "fails", "off by", "restores")
    return len(scene.faults.history) + sum(any(word in line for word in words) for line in scene.log)


# -- single entries ---------------------------------------------------------------------------------------------------


def find_copies(scene: Scene) -> dict[str, list[str]]:
    """UUIDs of what XPM holds of each entry, sent by us, whatever people made of its marker since."""
    written = {
        event.uuid: str(event.fields["note"])
        for event in scene.sandbox.truth
        if event.by == "api" and event.op in ("time.add", "time.update")
    }
    found: dict[str, list[str]] = defaultdict(list)
    for uuid, note in written.items():
        if uuid in scene.sandbox.tenants[TENANT].times:
            for entry_id in name_entries(note):
                found[entry_id].append(uuid)
    return found


def count_doubled(scene: Scene) -> int:
    """Entries that were in XPM more than once at any moment, by our own doing."""
    holders: dict[str, set[str]] = defaultdict(set)
    notes: dict[str, tuple[str, ...]] = {}
    doubled: set[str] = set()
    for event in scene.sandbox.truth:
        if event.op in ("time.add", "time.update") and event.by == "api":
            for entry_id in notes.pop(event.uuid, ()):
                holders[entry_id].discard(event.uuid)
            notes[event.uuid] = name_entries(str(event.fields["note"]))
            for entry_id in notes[event.uuid]:
                holders[entry_id].add(event.uuid)
                if len(holders[entry_id]) > 1:
                    doubled.add(entry_id)
        elif event.op == "time.delete":
            for entry_id in notes.pop(event.uuid, ()):
                holders[entry_id].discard(event.uuid)
    return len(doubled)


def newest_bundles(scene: Scene) -> dict[str, Any]:
    """The newest bundle of each entry."""
    members = scene.ask_ledger("select bundle, entry_id from bundle_entry order by bundle")
    by_id = {bundle.id: bundle for bundle in scene.ledger.find(PRACTICE)}
    newest: dict[str, Any] = {}
    for bundle_id, entry_id in members:
        bundle = by_id[bundle_id]
        if entry_id not in newest or (bundle.seq, bundle.id) > (newest[entry_id].seq, newest[entry_id].id):
            newest[entry_id] = bundle
    return newest


def _judge_entry(scene: Scene, entry_id: str, bundle: Any, live: list[str], tally: Tally) -> None:
    """P1 for one entry: once in XPM and said so, or visibly not, or visibly in doubt."""

    def wrong(kind: str, what: str) -> None:
        setattr(tally, kind, getattr(tally, kind) + 1)
        state = f"{bundle.state} {bundle.reason}".strip() if bundle else "no bundle"
        scene.note("judgement", f"{kind}: {entry_id} ({state}) {what}")

    unexplained = _leave_orphans(scene, bundle, live)
    if bundle is None:
        if unexplained:
            wrong("doubles" if len(live) > 1 else "lost", "is in XPM and the ledger has nothing of it")
        elif entry_id in scene.office.entries and not live and entry_id not in scene.find_excluded():
            wrong("stuck", "was never taken")
        return
    if len(unexplained) > 1 and not _says_double(bundle):
        wrong("doubles", f"is in XPM {len(live)} times: {', '.join(live)}")
    if bundle.state in _OPEN:
        is_wanted = entry_id in scene.office.entries or bundle.state != State.READY
        if is_wanted:
            wrong("stuck", "is not settled")
    elif bundle.state in _SURE and _is_behind(scene, entry_id, bundle):
        wrong("stuck", "has a change that was never sent")
    elif bundle.state in _SURE and bundle.remote_uuid not in scene.sandbox.tenants[TENANT].times:
        # What a person deleted in XPM after the last look is for the sweep to find.
        if scene.mode.sweep or not _was_deleted_by_person(scene, bundle.remote_uuid):
            wrong("lost", "is said to be in XPM and is not")
    elif bundle.state in _ABSENT and unexplained and bundle.reason not in _HELD_THERE:
        wrong("lost", f"is said not to be in XPM and is there: {unexplained[0]}")


def _leave_orphans(scene: Scene, bundle: Any, live: list[str]) -> list[str]:
    """The copies that are not before a person as timesheets that no entry explains, or that differ from the ledger."""
    others = [uuid for uuid in live if bundle is None or uuid != bundle.remote_uuid]
    held = scene.ledger.find_by(PRACTICE, "remote_uuid", others) if others else []
    orphans = {one.remote_uuid for one in held if one.state in _VISIBLE or one.reason in _HELD_THERE}
    times = scene.sandbox.tenants[TENANT].times
    # A copy whose marker a person took off is put before a person by what the entry looks like, or by the day's total.
    is_told = bundle is not None and bundle.reason in ("looks_equal", "over_day_total")
    named = {uuid for uuid in others if is_told and " ~" not in times[uuid].note}
    return [uuid for uuid in live if uuid not in orphans | named]


def _is_behind(scene: Scene, entry_id: str, bundle: Any) -> bool:
    """Whether the local side changed after the push, XPM was not told, and nothing says why."""
    if bundle.invoiced or bundle.by_hand or bundle.reason:
        return False
    entry = scene.office.entries.get(entry_id)
    sent = scene.ask_ledger(
        "select content_hash from bundle_entry where bundle = ? and entry_id = ?", bundle.id, entry_id
    )
    return entry is None or entry.content_hash != sent[0][0]


def _was_deleted_by_person(scene: Scene, uuid: str) -> bool:
    return any(
        event.uuid == uuid and event.op == "time.delete" and event.by == "person" for event in scene.sandbox.truth
    )


def _says_double(bundle: Any) -> bool:
    return bundle.state in (State.NEEDS_PERSON, State.HELD) and bundle.reason in ("double", "newcomer")


def put_before_person(scene: Scene) -> dict[str, str]:
    """Bundles that were ever held or put before a person, with the first reason."""
    rows = scene.ask_ledger(
        "select e.bundle, e.why from bundle_event e where e.to_state in ('held', 'needs_person') order by e.id"
    )
    found: dict[str, str] = {}
    for bundle_id, why in rows:
        found.setdefault(bundle_id, _shorten(why))
    return found


def _shorten(why: str) -> str:
    for word in (
        "looks equal",
        "day would hold",
        "no longer has it",
        "similar time",
        "other",
        "also in XPM",
        "in XPM as",
        "tried",
    ):
        if word in why:
            return word
    return why


# -- invariants of the whole ------------------------------------------------------------------------------------------


def _check_people(scene: Scene) -> None:
    """I11 and I12: nothing typed by a person, and nothing invoiced, was ever changed or deleted by us."""
    typed: set[str] = set()
    invoiced: set[str] = set()
    for at, event in enumerate(scene.sandbox.truth):
        if event.by == "person":
            if event.op == "time.add":
                typed.add(event.uuid)
            elif event.op == "time.invoice":
                invoiced.add(event.uuid)
        elif event.op in ("time.update", "time.delete"):
            if event.uuid in typed:
                scene.watch.report("I11", f"{event.op} of {event.uuid}, which a person typed")
            # What was on its way before somebody invoiced cannot be called back.
            if event.uuid in invoiced and at not in scene.network.traffic.landed_late:
                scene.watch.report("I12", f"{event.op} of {event.uuid}, which is invoiced")


def _check_events(scene: Scene) -> None:
    """I13: the events of each bundle are one chain of legal moves by somebody, up to its present state."""
    state: dict[str, str] = {}
    for bundle, before, after, actor in scene.ask_ledger(
        "select bundle, from_state, to_state, actor from bundle_event order by id"
    ):
        # An event from a state to itself notes a fact, such as an invoice.
        legal = before == after or is_legal(before, after)
        if not actor or not legal or state.get(bundle, "draft") != before:
            scene.watch.report("I13", f"bundle {bundle} goes from {before} to {after} by {actor!r}")
        state[bundle] = after
    for bundle, now in scene.ask_ledger("select id, state from bundle"):
        if state.get(bundle) != now:
            scene.watch.report("I13", f"bundle {bundle} is {now} and its events end with {state.get(bundle)}")


def _check_members(scene: Scene) -> None:
    """I6 and I8: an entry is in one live bundle at most, and a settled bundle has no attempt open."""
    rows = scene.ask_ledger(
        "select m.entry_id from bundle_entry m join bundle b on b.id = m.bundle where b.state <> 'retracted'"
    )
    for (entry_id,), count in Counter(rows).items():
        if count > 1:
            scene.watch.report("I6", f"{entry_id} is in {count} bundles")
    for bundle, count in scene.ask_ledger(
        "select a.bundle, count(*) from attempt a left join attempt_outcome o on o.attempt = a.id"
        " where o.attempt is null group by a.bundle"
    ):
        scene.watch.report("I8", f"bundle {bundle} has {count} attempts open after the calm")


def _check_refusals(scene: Scene) -> None:
    """F07: nothing is shown as refused that XPM did not refuse for itself."""
    for bundle, why in scene.ask_ledger(
        "select e.bundle, e.why from bundle_event e where e.to_state = 'rejected' and not exists (select 1 from"
        " attempt a join attempt_outcome o on o.attempt = a.id where a.bundle = e.bundle and o.outcome = 'not_applied'"
        " and o.http_status <> 429 and o.at <= e.at)"
    ):
        scene.watch.report("F07", f"bundle {bundle} is shown as refused: {why}")


def _check_pace(scene: Scene) -> None:
    """I15: never more than sixty requests in a minute. A clock set wrong may fool our own count; XPM's then counts."""
    starts = scene.network.traffic.starts
    if scene.weather.jumps:
        return
    for at in range(60, len(starts)):
        if starts[at] - starts[at - 60] < 60.0:
            scene.watch.report("I15", f"61 requests within {starts[at] - starts[at - 60]:.1f} s")
            return


def _check_secrets(scene: Scene) -> None:
    """I17: no token in the ledger, the journal or the log."""
    if scene.seed % 10:
        return
    written = scene.database.back_up() + scene.journal_path.read_bytes() + "\n".join(scene.log).encode()
    for secret in scene.issued_secrets():
        if secret.reveal().encode() in written:
            scene.watch.report("I17", "a token was written down")
