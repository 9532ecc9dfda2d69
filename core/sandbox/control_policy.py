"""Control of how the sandbox behaves: switches, faults, latency, limits, tokens and the consent page."""

from __future__ import annotations

import dataclasses
from typing import Any

from core.sandbox.fault_rules import RuleBook, read_rules
from core.sandbox.identity import APPROVALS, SCRIPTS
from core.sandbox.switches import describe_switches, set_switch
from core.sandbox.wishes import ControlError, Wish, find_faults, find_limits, find_sign_in
from core.sandbox.world import Sandbox


def read_switches(sandbox: Sandbox, _wish: Wish) -> Any:
    """Name to value, default, accepted values and meaning."""
    return describe_switches(sandbox.switches)


def change_switches(sandbox: Sandbox, wish: Wish) -> Any:
    """All or none of them."""
    changed = sandbox.switches
    for name, value in wish.fields(*describe_switches(changed)).items():
        changed = set_switch(changed, name, str(value))
    sandbox.switches = changed
    return {name: part["value"] for name, part in describe_switches(changed).items()}


def read_faults(sandbox: Sandbox, _wish: Wish) -> Any:
    """Every rule with how many calls it saw and struck, and the latest strikes."""
    return find_faults(sandbox).describe()


def change_faults(sandbox: Sandbox, wish: Wish) -> Any:
    """All rules at once; they begin to count anew."""
    find_faults(sandbox).book = read_rules(wish.body)
    return find_faults(sandbox).describe()


def clear_faults(sandbox: Sandbox, _wish: Wish) -> Any:
    """No more faults; what struck so far stays in the history."""
    find_faults(sandbox).book = RuleBook()


def change_latency(sandbox: Sandbox, wish: Wish) -> Any:
    """Milliseconds added to every call of the practice, with its concurrency slot held."""
    milliseconds = wish.fields("ms").get("ms")
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float) or milliseconds < 0:
        raise ControlError(f"{milliseconds!r} is no latency", 'Send {"ms": 150}')
    find_faults(sandbox).latency = milliseconds / 1000


def read_limits(sandbox: Sandbox, _wish: Wish) -> Any:
    """The limits in force, and the calls left per tenant and window."""
    limits = find_limits(sandbox)
    left = {tenant_id: limits.remaining(sandbox, tenant_id) for tenant_id in sandbox.tenants}
    return {"allowance": dataclasses.asdict(limits.allowance), "remaining": left}


def change_limits(sandbox: Sandbox, wish: Wish) -> Any:
    """Each named limit; the counters stay."""
    for name, value in wish.fields("enabled", "concurrent", "minute", "day", "appminute").items():
        find_limits(sandbox).set_allowance(name, value)
    return read_limits(sandbox, wish)


def reset_limits(sandbox: Sandbox, wish: Wish) -> Any:
    """Every window as if nothing had been asked."""
    find_limits(sandbox).reset()
    return read_limits(sandbox, wish)


def expire_tokens(sandbox: Sandbox, wish: Wish) -> Any:
    """How many access and refresh tokens were ended; the ready token of scripts goes on."""
    store, wanted = find_sign_in(sandbox).tokens, wish.fields("refresh")
    ended = {"access": store.expire_access(sandbox.clock.now(), keep=SCRIPTS), "refresh": 0}
    return {**ended, "refresh": store.expire_refresh()} if wanted.get("refresh") else ended


def revoke_tokens(sandbox: Sandbox, _wish: Wish) -> Any:
    """All tokens and connections of apps, except of scripts."""
    find_sign_in(sandbox).tokens.remove_all(keep=SCRIPTS)


def disconnect_tenant(sandbox: Sandbox, wish: Wish) -> Any:
    """The connection is gone as if an administrator of the practice had removed it."""
    tenant_id, store = wish.fields("tenant").get("tenant"), find_sign_in(sandbox).tokens
    gone = [one.id for one in store.connections.values() if one.tenant_id == tenant_id and one.client_id != SCRIPTS]
    if not gone:
        raise ControlError(f"No app is connected to {tenant_id!r}", "Send the id of a connected tenant")
    for identifier in gone:
        del store.connections[identifier]
    return {"removed": len(gone)}


def read_consent(sandbox: Sandbox, _wish: Wish) -> Any:
    """How the consent page decides, and whether PKCE is demanded."""
    sign_in = find_sign_in(sandbox)
    return {"approval": sign_in.approval, "require_pkce": sign_in.require_pkce}


def change_consent(sandbox: Sandbox, wish: Wish) -> Any:
    """Holds for visits from now on."""
    sign_in, wanted = find_sign_in(sandbox), wish.fields("approval", "require_pkce")
    approval = wanted.get("approval", sign_in.approval)
    if approval not in APPROVALS:
        raise ControlError(f"There is no approval {approval!r}", f"Use {', '.join(APPROVALS)}")
    sign_in.approval, sign_in.require_pkce = approval, bool(wanted.get("require_pkce", sign_in.require_pkce))
    return read_consent(sandbox, wish)
