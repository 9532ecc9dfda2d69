"""The pages a person sees when an app asks to be connected: which accounts, which rights, allow or deny."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from core.sandbox.state import PRACTICE_MANAGER, Tenant

_STYLE = """
body{margin:0;background:#f2f3f6;color:#1b2333;font:16px/1.5 system-ui,sans-serif}
main{max-width:30rem;margin:8vh auto;padding:2rem;background:#fff;border:1px solid #d9dce3;border-radius:8px}
h1{font-size:1.3rem;margin:0 0 .5rem}h2{font-size:1rem;margin:1.5rem 0 .5rem}
.mark{display:inline-block;margin-bottom:1rem;padding:.1rem .6rem;border-radius:4px}
.mark{background:#b3261e;color:#fff;font-size:.8rem}
label{display:flex;gap:.6rem;align-items:baseline;padding:.4rem 0;border-top:1px solid #eceef2}
small{color:#5a6478}ul{margin:0;padding-left:1.2rem}
.row{display:flex;gap:.75rem;margin-top:1.5rem}
button{flex:1;padding:.6rem;border:1px solid #0b63ce;border-radius:6px;font:inherit;cursor:pointer}
button{background:#fff;color:#0b63ce}
button.go{background:#0b63ce;color:#fff}
@media (prefers-color-scheme:dark){body{background:#14171d;color:#e6e9ef}main{background:#1d222b;border-color:#343b48}
label{border-color:#2b313c}small{color:#9aa4b6}button{background:#1d222b;color:#7fb3ff;border-color:#7fb3ff}
button.go{background:#2f6fd0;color:#fff}}
"""

_RIGHTS = {
    "offline_access": "Stay connected when you are away",
    "practicemanager": "Read and change everything in Practice Manager",
    "practicemanager.read": "Read everything in Practice Manager",
    "practicemanager.client": "Read and change clients",
    "practicemanager.client.read": "Read clients",
    "practicemanager.job": "Read and change jobs, their tasks and costs",
    "practicemanager.job.read": "Read jobs, their tasks and costs",
    "practicemanager.staff": "Read and change staff",
    "practicemanager.staff.read": "Read staff",
    "practicemanager.time": "Read and change time",
    "practicemanager.time.read": "Read time",
    "openid": "Know who you are",
    "profile": "Read your name",
    "email": "Read your e-mail address",
}
_KINDS = {PRACTICE_MANAGER: "Practice Manager", "PRACTICE": "Practice", "ORGANISATION": "Organisation"}


def write_consent(app: str, query: Mapping[str, str], tenants: Iterable[Tenant]) -> str:
    """The form; it posts `decision`, one `tenant` per ticked account, and the visit's own query back."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in query.items()
    )
    boxes = "".join(map(_write_box, tenants))
    rights = "".join(f"<li>{escape(_RIGHTS[scope])}</li>" for scope in query.get("scope", "").split())
    accounts = f"<h2>Accounts to connect</h2>{boxes}" if boxes else _write_nobody()
    allow = '<button class="go" name="decision" value="allow">Allow access</button>' if boxes else ""
    return write_page(
        f"{escape(app)} wants access",
        f'<form method="post">{hidden}{accounts}<h2>{escape(app)} will be able to</h2><ul>{rights}</ul>'
        f'<div class="row"><button name="decision" value="deny">Deny</button>{allow}</div></form>',
    )


def write_problem(sentence: str) -> str:
    """A page for a visit that cannot be sent back to any app."""
    return write_page("This sign-in cannot go on", f"<p>{escape(sentence)}</p>")


def _write_box(tenant: Tenant) -> str:
    ticked = " checked" if tenant.type == PRACTICE_MANAGER else ""
    kind = _KINDS.get(tenant.type, tenant.type)
    return (
        f'<label><input type="checkbox" name="tenant" value="{escape(tenant.id)}"{ticked}>'
        f"<span>{escape(tenant.name)}<br><small>{escape(kind)}</small></span></label>"
    )


def _write_nobody() -> str:
    return (
        "<h2>No account to connect</h2><p>You have no Practice Manager account that may be connected. Ask an "
        "administrator of the practice for the right to connect third-party add-ons.</p>"
    )


def write_page(title: str, inner: str) -> str:
    """A whole page with its mark of a sandbox; `title` and `inner` are HTML."""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>'
        f'<body><main><span class="mark">Sandbox, not the real service</span><h1>{title}</h1>{inner}</main>'
        "</body></html>"
    )
