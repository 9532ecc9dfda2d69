"""The demo practice: a local side shipped with the program, a sandbox as its XPM, and a first sign-in without a person.

What the sandbox holds is saved beside the demo's database, so that a restart finds both sides as they were left.
"""

from __future__ import annotations

import http.client
import json
import shutil
import threading
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

from core.clock import SystemClock
from core.model import Kind, OutsideFailed, TieoutError, Verdict
from core.sandbox.serve import RunningSandbox, ServeOptions, start_in_thread
from core.sandbox.snapshot import dump_state
from core.settings import ROOT, Settings
from core.store import NewDecision, Practice, Store, settings_from_dict
from core.workspace import Workspace, open_store

SHIPPED = ROOT / "data" / "demo"
SAVE_EVERY_SECONDS = 1.0
#: What stands in place of XPM's limits when the sandbox has none, so that tests need not wait for minutes to pass.
UNLIMITED = {"per_minute": 1_000_000, "per_day": 1_000_000}


class DemoBroken(TieoutError):
    """The shipped demo practice cannot be read."""

    def __init__(self, path: Path, why: object) -> None:
        super().__init__(f"The demo practice in {path.name} cannot be read: {why}. Check out the project again.")


class DemoSignInFailed(OutsideFailed):
    """The sandbox did not grant its own demo app."""

    def __init__(self, answer: str) -> None:
        super().__init__(f"The sandbox did not let the demo sign in: {answer}. Start the demo again.")


@dataclass
class Demo:
    """A running demo: its settings, its sandbox, and its opened practice. `stop` saves what the sandbox holds."""

    settings: Settings
    sandbox: RunningSandbox
    workspace: Workspace
    _stopping: threading.Event = field(default_factory=threading.Event, repr=False)
    _saver: threading.Thread | None = field(default=None, repr=False)

    def stop(self) -> None:
        """End the sandbox, saving what it holds."""
        self._stopping.set()
        if self._saver is not None:
            self._saver.join(timeout=5)
        self.workspace.close()
        self.sandbox.stop()
        save_sandbox(self.sandbox, self.settings.data_dir)

    def keep_saving(self) -> None:
        """Save what the sandbox holds whenever it changed, until stopped."""
        self._saver = threading.Thread(target=self._save_changes, name="sandbox-saver", daemon=True)
        self._saver.start()

    def _save_changes(self) -> None:
        saved = -1
        while not self._stopping.wait(SAVE_EVERY_SECONDS):
            now = len(self.sandbox.sandbox.truth)
            if now != saved:
                save_sandbox(self.sandbox, self.settings.data_dir)
                saved = now


def start_demo(data_dir: Path, *, fresh: bool, redirect_uri: str, limits: bool = True, database_url: str = "") -> Demo:
    """Start the sandbox and open the demo practice on it, signed in and with its first decisions.

    fresh: begin again, throwing away what an earlier demo left in `data_dir`.
    """
    if fresh:
        shutil.rmtree(data_dir, ignore_errors=True)
    data_dir.mkdir(parents=True, exist_ok=True)
    sandbox = _start_sandbox(data_dir, limits=limits)
    settings = Settings(
        data_dir=data_dir,
        database_url=database_url,
        xpm_url=sandbox.base_url,
        identity_url=sandbox.identity_url,
        connections_url=sandbox.connections_url,
        client_id=sandbox.client_id,
        client_secret=SecretStr(sandbox.client_secret),
        redirect_uri=redirect_uri,
        practice="demo",
    )
    store = open_store(settings)
    create_practice(store, limits=limits)
    workspace = Workspace("demo", settings, store, SystemClock())
    sign_in(workspace, _read_json("practice.json")["xpm_tenant"])
    # A sandbox that is started again answers at another port.
    workspace.weblinks.learn(workspace.connection.client())
    return Demo(settings, sandbox, workspace)


def _start_sandbox(data_dir: Path, *, limits: bool) -> RunningSandbox:
    kept = data_dir / "sandbox.json"
    source = kept if kept.exists() else SHIPPED / "xpm.json"
    return start_in_thread(ServeOptions(data=source, limits=limits, clock=datetime.now(UTC)))


def save_sandbox(running: RunningSandbox, data_dir: Path) -> None:
    """Write what the sandbox holds, whole or not at all."""
    sandbox = running.sandbox
    with sandbox.lock:
        text = json.dumps(dump_state(sandbox.tenants.values(), sandbox.clock.now()))
    path = data_dir / "sandbox.json"
    new = path.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


def create_practice(store: Store, *, limits: bool = True) -> None:
    """The demo practice with its settings, rules and first decisions; nothing when it is there already."""
    if any(practice.id == "demo" for practice in store.practices.list()):
        return
    raw = _read_json("practice.json")
    local = raw["settings"]["local"]
    settings = settings_from_dict(
        {
            **raw["settings"],
            "local": {**local, "path": str(SHIPPED / local["path"])},
            # The other end is known to answer at once, so a lost answer need not be waited out for long.
            "push": {"quiet_seconds": 5.0, "list_gap_seconds": 2.0},
            "xpm": {} if limits else {"limits": UNLIMITED},
        }
    )
    as_of = date.fromisoformat(raw["as_of"])
    store.practices.create(Practice(raw["id"], raw["name"], raw["zone"], as_of, settings))
    for rule in raw.get("rules", []):
        store.rules.save(raw["id"], rule["name"], rule["choice"], "demo", automatic=rule["automatic"])
    store.decisions.add([_read_decision(raw["id"], one) for one in raw.get("decisions", [])])


def _read_decision(practice: str, raw: dict[str, Any]) -> NewDecision:
    return NewDecision(
        practice=practice,
        kind=Kind(raw["kind"]),
        local_id=raw["local_id"],
        verdict=Verdict(raw["verdict"]),
        by=raw["by"],
        xpm_id=raw["xpm_id"],
        why=raw["why"],
    )


def _read_json(name: str) -> Any:
    path = SHIPPED / name
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DemoBroken(path, error) from error


def sign_in(workspace: Workspace, tenant_id: str) -> None:
    """Connect a practice to a sandbox that grants by itself; a person's browser does this at Xero."""
    url = workspace.connection.consent_url()
    answer = parse_qs(urlsplit(_ask_sandbox(f"{url}&auto=1")).query)
    if "code" not in answer:
        raise DemoSignInFailed(answer.get("error", ["no code came back"])[0])
    accounts = workspace.connection.signin.complete(answer["state"][0], answer["code"][0], by=workspace.actor)
    if tenant_id not in {account.tenant_id for account in accounts}:
        raise DemoSignInFailed("the demo practice is not among its accounts")
    workspace.connection.choose(answer["state"][0], tenant_id)


def _ask_sandbox(url: str) -> str:
    """Where the sandbox's consent page sends the browser."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}")
        return connection.getresponse().getheader("location") or ""
    finally:
        connection.close()
