"""Control of what the sandbox holds: practices, clock, journal, truth, and what a person does by hand."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from core.sandbox import person
from core.sandbox.fault_rules import RuleBook
from core.sandbox.pipeline import land_late_calls
from core.sandbox.snapshot import dump_state, load_state
from core.sandbox.state import PRACTICE_MANAGER, Tenant
from core.sandbox.switches import Switches
from core.sandbox.wishes import ControlError, Wish, find_faults, find_journal, find_limits, find_sign_in
from core.sandbox.world import Sandbox

#: What a person can do: the word in the path and the function, whose parameters are the fields of the body.
ACTIONS: dict[str, Callable[..., Any]] = {
    "type": person.type_time,
    "edit": person.edit_time,
    "delete": person.delete_time,
    "invoice": person.invoice_time,
    "lock-week": person.lock_week,
    "set-job-state": person.set_job_state,
    "complete-job": person.complete_job,
    "delete-job": person.delete_job,
    "complete-task": person.complete_task,
    "rename-task": person.rename_task,
    "move-task": person.move_task,
    "delete-task": person.delete_task,
    "rename-client": person.rename_client,
    "archive-client": person.archive_client,
    "delete-client": person.delete_client,
    "disable-staff": person.disable_staff,
    "delete-staff": person.delete_staff,
}


def reset_sandbox(sandbox: Sandbox, _wish: Wish) -> Any:
    """Everything as at the start, but for who is signed in and what time it is."""
    if sandbox.origin is None:
        raise ControlError("This sandbox does not know how it began", "Restore a snapshot instead")
    install_tenants(sandbox, sandbox.origin())
    sandbox.switches = Switches()
    find_faults(sandbox).book = RuleBook()
    find_faults(sandbox).history.clear()
    find_journal(sandbox).clear()
    find_limits(sandbox).reset()


def install_tenants(sandbox: Sandbox, tenants: dict[str, Tenant]) -> None:
    """Replace all practices; what was derived from the former ones, the truth included, is forgotten."""
    sandbox.tenants = tenants
    for derived in (sandbox.truth, sandbox.late_calls, sandbox.time_indexes, sandbox.recent_changes):
        derived.clear()
    find_sign_in(sandbox).reconnect_scripts(sandbox)


def take_snapshot(sandbox: Sandbox, _wish: Wish) -> Any:
    """The document of `snapshot.py`."""
    return dump_state(sandbox.tenants.values(), sandbox.clock.now())


def restore_snapshot(sandbox: Sandbox, wish: Wish) -> Any:
    """The ids of the tenants there are now; a document that is not in order changes nothing."""
    moment, tenants = load_state(wish.body)
    install_tenants(sandbox, tenants)
    if moment is not None:
        sandbox.clock.set(moment)
    return {"tenants": list(tenants)}


def read_journal(sandbox: Sandbox, wish: Wish) -> Any:
    """Entries that fit all filters, oldest first."""
    known = {"method", "path", "status", "tenant", "since", "last"}
    wrong = set(wish.query) - known
    if wrong or not all(wish.query.get(name, "1").isdecimal() for name in ("since", "last")):
        raise ControlError(
            "The journal has no such filter", f"Use {', '.join(sorted(known))}; since and last are numbers"
        )
    return {"entries": find_journal(sandbox).select(**wish.query)}


def clear_journal(sandbox: Sandbox, _wish: Wish) -> Any:
    """Entry numbers go on counting."""
    find_journal(sandbox).clear()


def read_clock(sandbox: Sandbox, _wish: Wish) -> Any:
    """The moment in UTC, and whether the clock stands."""
    return {"now": sandbox.clock.now().isoformat(), "frozen": sandbox.clock.is_frozen}


def move_clock(sandbox: Sandbox, wish: Wish) -> Any:
    """Set, then advance, then freeze or resume; calls whose landing was reached are handled."""
    wanted = wish.fields("set", "advance", "freeze")
    moment, seconds = wanted.get("set"), wanted.get("advance", 0)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise ControlError(f"The clock cannot advance by {seconds!r}", "Send a number of seconds")
    if moment is not None:
        sandbox.clock.set(_read_moment(moment))
    sandbox.clock.advance(seconds)
    if "freeze" in wanted:
        (sandbox.clock.freeze if wanted["freeze"] else sandbox.clock.resume)()
    land_late_calls(sandbox)
    return read_clock(sandbox, wish)


def _read_moment(text: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise ControlError(f"{text!r} is no time", "Send one such as 2026-11-22T09:00:00+00:00") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def act_as_person(sandbox: Sandbox, wish: Wish) -> Any:
    """One action; the answer has `result`: the changed record, a date, or null."""
    action = ACTIONS.get(wish.rest)
    if action is None:
        raise ControlError(f"A person cannot {wish.rest!r}", f"Actions are {', '.join(ACTIONS)}")
    hints = {name: hint for name, hint in typing.get_type_hints(action).items() if name not in _GIVEN}
    wanted = wish.fields("tenant", *hints)
    tenant_id = wanted.pop("tenant", None) or _find_first_practice(sandbox)
    if tenant_id not in sandbox.tenants:
        raise ControlError(f"There is no tenant {tenant_id!r}", f"Known are {', '.join(sandbox.tenants)}")
    values = {name: _read_day(value) if hints[name] in _DAYS else value for name, value in wanted.items()}
    try:
        result = action(sandbox, tenant_id, **values)
    except TypeError as error:
        raise ControlError(f"Something is missing for {wish.rest}", f"It takes {', '.join(hints)}") from error
    return {"result": _write_result(result)}


_GIVEN = ("sandbox", "tenant_id", "return")
_DAYS = (date, date | None)


def _find_first_practice(sandbox: Sandbox) -> str:
    return next((one.id for one in sandbox.tenants.values() if one.type == PRACTICE_MANAGER), "")


def _read_day(text: Any) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise ControlError(f"{text!r} is no date", "Send one such as 2026-11-22") from error


def _write_result(result: Any) -> Any:
    record = dataclasses.asdict(result) if dataclasses.is_dataclass(result) else {"": result}  # type: ignore[arg-type]
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in record.items()}
    return plain.get("", plain)


def read_truth(sandbox: Sandbox, wish: Wish) -> Any:
    """Every change that really happened, oldest first."""
    events = map(dataclasses.asdict, sandbox.truth)
    wanted = [(name, wish.query[name]) for name in ("by", "op", "tenant") if name in wish.query]
    return {"events": [event for event in events if all(event[name] == value for name, value in wanted)]}
